package io.github.bittensor4j.subtensor.reads;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.BlockRef;
import org.jspecify.annotations.Nullable;

/**
 * What a read of the catalogue told.
 *
 * @param read its name
 * @param block of which block it is
 * @param value as the typed method of that read gives it
 */
public record ReadResult(String read, BlockRef block, Object value) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The value as scripts take it: structs as maps by SDK 11's names, accounts as addresses, amounts of TAO and alpha, prices and shares
     * as decimal texts, 64-bit numbers as texts, times in ISO 8601, spans in seconds, bytes in hex, and null for what is not there.
     *
     * @return maps, lists, texts, integers, booleans or null
     */
    public @Nullable Object plain() {
        return PlainForm.of(value);
    }

    /**
     * {@link #plain()} as JSON.
     *
     * @return on one line
     */
    public String json() {
        try {
            return JSON.writeValueAsString(plain());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values always have a text", e);
        }
    }
}
