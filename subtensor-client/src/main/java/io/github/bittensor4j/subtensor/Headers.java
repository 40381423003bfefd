package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;

/** Block headers as a node writes them. */
final class Headers {
    private Headers() {}

    static BlockRef ref(JsonNode header) {
        return new BlockRef(number(header), Hex.encode(hash(header)));
    }

    static long number(JsonNode header) {
        String text = header.path("number").asText();
        try {
            return text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CodecException("header.number", "block number: \"" + text + "\"");
        }
    }

    /** A header does not carry its own hash: it is that of its SCALE form. */
    static byte[] hash(JsonNode header) {
        ScaleWriter out = new ScaleWriter(256)
                .raw(hash(header, "parentHash"))
                .compact(number(header))
                .raw(hash(header, "stateRoot"))
                .raw(hash(header, "extrinsicsRoot"));
        JsonNode logs = header.path("digest").path("logs");
        out.compact(logs.size());
        logs.forEach(log -> out.raw(Hex.decode(log.asText())));
        return Hashes.blake2b256(out.toByteArray());
    }

    private static byte[] hash(JsonNode header, String field) {
        byte[] hash = Hex.decode(header.path(field).asText());
        if (hash.length != 32) {
            throw new CodecException("header.hash", field + ": " + hash.length + " bytes (expected: 32)");
        }
        return hash;
    }
}
