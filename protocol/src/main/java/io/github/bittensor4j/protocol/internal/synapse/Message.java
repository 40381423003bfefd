package io.github.bittensor4j.protocol.internal.synapse;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object of a Python synapse class: what the base class holds, and the class's own fields as Python values. Immutable.
 *
 * @param name the class
 * @param timeout seconds; null when the sender left it out
 * @param dendrite who asks
 * @param axon who answers
 * @param bodyHash what the sender's {@code computed_body_hash} says; empty in a body
 * @param fields the class's own fields in their order
 */
public record Message(
        String name,
        @Nullable Double timeout,
        Terminal dendrite,
        Terminal axon,
        String bodyHash,
        Map<String, @Nullable Object> fields) {
    /** Python's default timeout, in seconds. */
    public static final double DEFAULT_TIMEOUT = 12.0;

    /** Copies the map. */
    public Message {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /**
     * With other ends.
     *
     * @param asks the dendrite
     * @param answers the axon
     * @return a new message
     */
    public Message with(Terminal asks, Terminal answers) {
        return new Message(name, timeout, asks, answers, bodyHash, fields);
    }

    /**
     * With some fields changed or added.
     *
     * @param changed their new values
     * @return a new message
     */
    public Message with(Map<String, ? extends @Nullable Object> changed) {
        Map<String, @Nullable Object> both = new LinkedHashMap<>(fields);
        both.putAll(changed);
        return new Message(name, timeout, dendrite, axon, bodyHash, both);
    }

    /**
     * With another timeout.
     *
     * @param seconds the timeout
     * @return a new message
     */
    public Message withTimeout(double seconds) {
        return new Message(name, seconds, dendrite, axon, bodyHash, fields);
    }

    /**
     * With the body's hash.
     *
     * @param hash 64 lower-case hex digits
     * @return a new message
     */
    public Message withBodyHash(String hash) {
        return new Message(name, timeout, dendrite, axon, hash, fields);
    }

    /** All fields by name, the base class's first, as its dump gives them. */
    Map<String, @Nullable Object> dict() {
        Map<String, @Nullable Object> dict = base();
        dict.putAll(fields);
        return dict;
    }

    /** The base class's fields by name. */
    Map<String, @Nullable Object> base() {
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        dict.put("name", name);
        dict.put("timeout", timeout);
        dict.put("total_size", BigInteger.ZERO);
        dict.put("header_size", BigInteger.ZERO);
        dict.put("dendrite", dendrite.dict());
        dict.put("axon", axon.dict());
        dict.put("computed_body_hash", bodyHash);
        return dict;
    }
}
