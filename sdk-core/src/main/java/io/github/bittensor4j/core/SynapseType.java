package io.github.bittensor4j.core;

import java.util.regex.Pattern;

/**
 * A kind of question that a miner answers: its name on the wire and the Java types of question and answer. Both sides share one
 * constant of this type.
 *
 * @param name the name on the wire, such as {@code shout.v1}: letters, digits, {@code . _ -}, at most 128
 * @param request the question's type: {@code byte[]}, {@link Tensors}, or a record that JSON can carry
 * @param response the answer's type, of the same three
 * @param route where it is asked over {@link Dialect#HTTP}: a percent-encoded path as it stands on the wire, with a query if there is one
 * @param <Q> the question
 * @param <R> the answer
 */
public record SynapseType<Q, R>(String name, Class<Q> request, Class<R> response, String route) {
    private static final Pattern ROUTE = Pattern.compile(
            "(?=.{1,1024}$)(/(?!\\.{1,2}(/|\\?|$))[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+(\\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?");

    /** Checks name and route. */
    public SynapseType {
        if (!name.matches("[A-Za-z0-9._-]{1,128}")) {
            throw InvalidValueException.outOfRange(
                    "synapse.name", "synapse name", "\"" + name + "\"", "1 to 128 letters, digits, . _ -");
        }
        if (!ROUTE.matcher(route).matches()) {
            throw InvalidValueException.outOfRange(
                    "synapse.route",
                    "synapse route",
                    "\"" + route.substring(0, Math.min(64, route.length())).replaceAll("[^ -~]", "?") + "\"",
                    "a slash, then a percent-encoded path without . and .. parts, and a query if any; at most 1024 characters");
        }
    }

    /**
     * A synapse whose route is its name.
     *
     * @param name the name on the wire
     * @param request the question's type
     * @param response the answer's type
     */
    public SynapseType(String name, Class<Q> request, Class<R> response) {
        this(name, request, response, "/" + name);
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

    /**
     * The same synapse on a route of the subnet's own, for {@link Dialect#HTTP}; the other dialects go by the name. An axon serves it under
     * the path alone and takes it with any query; a dendrite asks with path and query as they stand here. Both are signed as sent.
     *
     * @param path such as {@code /v1/generate} or {@code /generate?stream=false}; {@code /} and the name unless told otherwise
     * @return a changed copy
     * @throws InvalidValueException when the text is not a path as it stands on the wire
     */
    public SynapseType<Q, R> route(String path) {
        return new SynapseType<>(name, request, response, path);
    }
}
