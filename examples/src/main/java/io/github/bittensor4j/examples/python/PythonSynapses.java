package io.github.bittensor4j.examples.python;

import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Synapses as a subnet on the Python SDK 7 to 10 has them. A type's name is its Python class's, the components of question and answer are the
 * class's fields; a default of the class is repeated by {@code withDefault}, its {@code required_hash_fields} by {@code hashed}.
 */
final class PythonSynapses {
    record Text(String text) {}

    record Answer(String answer) {}

    record Nothing() {}

    record Values(String text, long number, double ratio, boolean flag, List<Long> items) {}

    record Numbers(Optional<Tensor> tensor) {}

    record Sum(Optional<Tensor> tensor, Optional<Double> total) {}

    record Wait(double seconds) {}

    record Word(String word) {}

    /** {@code class Echo(bt.Synapse): text: str; answer: Optional[str] = None} */
    static final SynapseType<Text, Answer> ECHO = SynapseType.json("Echo", Text.class, Answer.class);

    /** Its class names the fields that the signature covers. */
    static final SynapseType<Values, Answer> HASHED_ECHO = SynapseType.json("HashedEcho", Values.class, Answer.class)
            .withDefault("number", 0L)
            .withDefault("ratio", 0.0)
            .withDefault("flag", false)
            .withDefault("items", List.of())
            .hashed("text", "number", "ratio", "flag", "items");

    /** A tensor is optional: SDK 10 lets no required one through. */
    static final SynapseType<Numbers, Sum> TENSOR_SUM = SynapseType.json("TensorSum", Numbers.class, Sum.class);

    static final SynapseType<Wait, Answer> SLOW =
            SynapseType.json("Slow", Wait.class, Answer.class).withDefault("seconds", 0.0);

    static final SynapseType<Text, Nothing> FAILING =
            SynapseType.json("Failing", Text.class, Nothing.class).withDefault("text", "");

    static final SynapseType<Text, Nothing> FORBIDDEN =
            SynapseType.json("Forbidden", Text.class, Nothing.class).withDefault("text", "");

    static final SynapseType<Text, Nothing> UNHEARD =
            SynapseType.json("Unheard", Text.class, Nothing.class).withDefault("text", "");

    /** A stream of texts: SDK 10 knows the bytes of a stream only, so each part is one text. */
    static final SynapseType<Text, Word> WORDS = SynapseType.json("Words", Text.class, Word.class);

    private PythonSynapses() {}
}
