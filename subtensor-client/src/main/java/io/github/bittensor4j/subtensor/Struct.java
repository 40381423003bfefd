package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A plain struct of the chain, read by the names of its fields. A field of another type than asked for is the chain's broken promise. */
final class Struct {
    private final String what;
    private final Map<?, ?> fields;

    Struct(String what, Object value) {
        this.what = what;
        if (!(value instanceof Map<?, ?> map)) {
            throw unexpected(what, "a struct", value);
        }
        this.fields = map;
    }

    private static ChainException unexpected(String what, String expected, @Nullable Object value) {
        String type = value == null ? "nothing" : value.getClass().getSimpleName();
        return new ChainException(
                "chain.answer",
                false,
                what + ": " + type + " (expected: " + expected + ")",
                "this runtime is newer than this client knows: read it by query or runtimeCall");
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    private Object get(String name) {
        Object value = fields.get(name);
        if (value instanceof Optional<?> optional) {
            value = optional.orElse(null);
        }
        if (value == null) {
            throw unexpected(what + "." + name, "a value", null);
        }
        return value;
    }

    /** An unsigned number of up to 64 bits, as bits. */
    static long number(String what, @Nullable Object value) {
        if (value instanceof Long l) {
            return l;
        }
        if (value instanceof BigInteger big && big.signum() >= 0 && big.bitLength() <= 64) {
            return big.longValue();
        }
        throw unexpected(what, "a number of 64 bits", value);
    }

    long number(String name) {
        return number(what + "." + name, get(name));
    }

    BigInteger big(String name) {
        Object value = get(name);
        return value instanceof BigInteger big ? big : BigInteger.valueOf(number(name));
    }

    boolean flag(String name) {
        if (get(name) instanceof Boolean flag) {
            return flag;
        }
        throw unexpected(what + "." + name, "a boolean", get(name));
    }

    byte[] bytes(String name) {
        if (get(name) instanceof byte[] bytes) {
            return bytes;
        }
        throw unexpected(what + "." + name, "bytes", get(name));
    }

    AccountId account(String name) {
        return account(what + "." + name, get(name));
    }

    static AccountId account(String what, Object value) {
        if (value instanceof AccountId account) {
            return account;
        }
        throw unexpected(what, "an account", value);
    }

    Struct struct(String name) {
        return new Struct(what + "." + name, get(name));
    }

    List<?> list(String name) {
        return list(what + "." + name, get(name));
    }

    static List<?> list(String what, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw unexpected(what, "a list", value);
    }
}
