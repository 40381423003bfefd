package io.github.bittensor4j.localnet.internal.declare;

import java.util.List;
import java.util.Map;

/**
 * A runtime API as declared.
 *
 * @param name its name
 * @param version the number the runtime version lists it with
 * @param methods its methods by name
 */
public record ApiDeclaration(String name, int version, Map<String, Method> methods) {
    /**
     * A method.
     *
     * @param name its name
     * @param inputs its arguments in order, each with a name
     * @param output what it answers
     */
    public record Method(String name, List<Type.Field> inputs, Type output) {}
}
