package io.github.bittensor4j.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors, in the order in which they were named.
 *
 * @param byName the tensors; copied, order kept
 */
public record Tensors(Map<String, Tensor> byName) {
    /** Copies the map. */
    public Tensors {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * One named tensor.
     *
     * @param name its name
     * @param tensor the tensor
     * @return the pair as a map of one
     */
    public static Tensors of(String name, Tensor tensor) {
        return new Tensors(Map.of(name, tensor));
    }

    /**
     * The tensor of a name.
     *
     * @param name its name
     * @return the tensor
     * @throws InvalidValueException when there is none of that name
     */
    public Tensor get(String name) {
        Tensor tensor = byName.get(name);
        if (tensor == null) {
            throw new InvalidValueException(
                    "tensors.name", "tensor: \"" + name + "\" (expected: one of " + byName.keySet() + ")", "");
        }
        return tensor;
    }
}
