package io.github.bittensor4j.localnet.internal.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.localnet.internal.node.Hash;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The parameters of a request by position, as strangers send them. */
record Parameters(JsonNode array) {
    private static final int MOST_KEYS = 10_000;

    private Optional<JsonNode> at(int index) {
        JsonNode node = array.path(index);
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    private JsonNode required(int index, String what) {
        return at(index).orElseThrow(() -> RpcException.parameters("parameter " + index + " is missing: " + what));
    }

    private static String text(JsonNode node, String what) {
        if (!node.isTextual()) {
            throw RpcException.parameters(node.getNodeType() + " in place of " + what);
        }
        return node.textValue();
    }

    String text(int index, String what) {
        return text(required(index, what), what);
    }

    /** Bytes as hex, with or without 0x. */
    byte[] bytes(int index, String what) {
        return hex(text(index, what), what);
    }

    private static byte[] hex(String text, String what) {
        try {
            return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
        } catch (IllegalArgumentException e) {
            throw RpcException.parameters(what + " is not hex: " + shortened(text));
        }
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    Optional<Hash> hash(int index) {
        return at(index).map(node -> {
            byte[] bytes = hex(text(node, "a block hash"), "a block hash");
            if (bytes.length != 32) {
                throw RpcException.parameters("a block hash has 32 bytes, not " + bytes.length);
            }
            return new Hash(bytes);
        });
    }

    StorageKey key(int index) {
        return StorageKey.of(bytes(index, "a storage key"));
    }

    Optional<StorageKey> optionalKey(int index) {
        return at(index).map(node -> StorageKey.of(hex(text(node, "a storage key"), "a storage key")));
    }

    List<StorageKey> keys(int index) {
        JsonNode node = required(index, "storage keys");
        if (!node.isArray() || node.size() > MOST_KEYS) {
            throw RpcException.parameters("an array of at most " + MOST_KEYS + " storage keys is expected");
        }
        List<StorageKey> keys = new ArrayList<>(node.size());
        node.forEach(key -> keys.add(StorageKey.of(hex(text(key, "a storage key"), "a storage key"))));
        return keys;
    }

    int count(int index, int most) {
        JsonNode node = required(index, "a count");
        if (!node.canConvertToInt() || node.intValue() < 0 || node.intValue() > most) {
            throw RpcException.parameters("count " + shortened(node.toString()) + " (expected: 0-" + most + ")");
        }
        return node.intValue();
    }

    AccountId account(int index) {
        String address = text(index, "an SS58 address");
        try {
            return AccountId.fromSs58(address);
        } catch (BittensorException e) {
            throw RpcException.parameters(String.valueOf(e.getMessage()));
        }
    }

    Optional<JsonNode> node(int index) {
        return at(index);
    }
}
