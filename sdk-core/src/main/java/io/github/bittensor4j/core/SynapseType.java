package io.github.bittensor4j.core;

/**
 * A kind of question that a miner answers: its name on the wire and the Java types of question and answer. Both sides share one
 * constant of this type.
 *
 * @param name the name on the wire, such as {@code shout.v1}: letters, digits, {@code . _ -}, at most 128
 * @param request the question's type: {@code byte[]}, {@link Tensors}, or a record that JSON can carry
 * @param response the answer's type, of the same three
 * @param <Q> the question
 * @param <R> the answer
 */
public record SynapseType<Q, R>(String name, Class<Q> request, Class<R> response) {
    /** Checks the name. */
    public SynapseType {
        if (!name.matches("[A-Za-z0-9._-]{1,128}")) {
            throw InvalidValueException.outOfRange(
                    "synapse.name", "synapse name", "\"" + name + "\"", "1 to 128 letters, digits, . _ -");
        }
    }

    /**
     * A synapse whose question and answer are records, carried as JSON.
     *
     * @param name the name on the wire
     * @param request a record class
     * @param response a record class
     * @param <Q> the question
     * @param <R> the answer
     * @return the type
     */
    public static <Q extends Record, R extends Record> SynapseType<Q, R> json(
            String name, Class<Q> request, Class<R> response) {
        return new SynapseType<>(name, request, response);
    }

    /**
     * A synapse that carries bytes both ways, as they are.
     *
     * @param name the name on the wire
     * @return the type
     */
    public static SynapseType<byte[], byte[]> bytes(String name) {
        return new SynapseType<>(name, byte[].class, byte[].class);
    }

    /**
     * A synapse that carries named tensors both ways.
     *
     * @param name the name on the wire
     * @return the type
     */
    public static SynapseType<Tensors, Tensors> tensors(String name) {
        return new SynapseType<>(name, Tensors.class, Tensors.class);
    }
}
