package io.github.bittensor4j.subtensor.internal;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.FixedPoint;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A plain value of the chain, read by the type it should have. A value of another type is the chain's broken promise. */
public final class Answer {
    private static final BigDecimal U16 = BigDecimal.valueOf(0xffff);

    private final String what;
    private final @Nullable Object value;

    public Answer(String what, @Nullable Object value) {
        this.what = what;
        this.value = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }

    private ChainException unexpected(String expected) {
        String type = value == null ? "nothing" : value.getClass().getSimpleName();
        return new ChainException(
                "chain.answer",
                false,
                what + ": " + type + " (expected: " + expected + ")",
                "this runtime is newer than this client knows: read it by query or runtimeCall");
    }

    /** As it came. */
    public Object plain() {
        if (value == null) {
            throw unexpected("a value");
        }
        return value;
    }

    /** Empty for an optional value that is absent. */
    public Optional<Answer> present() {
        return value == null ? Optional.empty() : Optional.of(this);
    }

    public Answer get(String field) {
        if (value instanceof Map<?, ?> map && map.containsKey(field)) {
            return new Answer(what + "." + field, map.get(field));
        }
        throw unexpected("a struct with " + field);
    }

    /** Empty when there is no such field, or nothing in it. */
    public Optional<Answer> find(String field) {
        return value instanceof Map<?, ?> map && map.containsKey(field)
                ? get(field).present()
                : Optional.empty();
    }

    public Answer get(int place) {
        List<Answer> all = list();
        if (place >= all.size()) {
            throw unexpected("a list of more than " + place);
        }
        return all.get(place);
    }

    /** What is in a list, as it came. */
    public List<?> items() {
        if (value instanceof List<?> list) {
            return list;
        }
        throw unexpected("a list");
    }

    public List<Answer> list() {
        if (value instanceof byte[] bytes) {
            List<Answer> all = new ArrayList<>(bytes.length);
            for (byte b : bytes) {
                all.add(new Answer(what, b & 0xffL));
            }
            return all;
        }
        List<?> list = items();
        List<Answer> all = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            all.add(new Answer(what + "[" + i + "]", list.get(i)));
        }
        return all;
    }

    public Map<?, ?> map() {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw unexpected("a struct or map");
    }

    public BigInteger big() {
        if (value instanceof Long l) {
            return BigInteger.valueOf(l);
        }
        if (value instanceof BigInteger big) {
            return big;
        }
        throw unexpected("a whole number");
    }

    /** An unsigned number of up to 64 bits, as bits. */
    public long bits() {
        BigInteger big = big();
        if (big.signum() < 0 || big.bitLength() > 64) {
            throw unexpected("a number of 64 bits, not " + big);
        }
        return big.longValue();
    }

    /** A number that fits 63 bits, such as a block's. */
    public long number() {
        BigInteger big = big();
        if (big.signum() < 0 || big.bitLength() > 63) {
            throw unexpected("a number of 63 bits, not " + big);
        }
        return big.longValue();
    }

    public int count() {
        long number = number();
        if (number > Integer.MAX_VALUE) {
            throw unexpected("a number of 31 bits, not " + number);
        }
        return (int) number;
    }

    public boolean flag() {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw unexpected("a boolean");
    }

    public AccountId account() {
        if (value instanceof AccountId account) {
            return account;
        }
        throw unexpected("an account");
    }

    /** Empty for the account of zeros, by which the chain says nobody. */
    public Optional<AccountId> somebody() {
        return Optional.of(account()).filter(a -> !a.isZero());
    }

    public Tao tao() {
        return Tao.ofRao(big());
    }

    public Alpha alpha(Netuid netuid) {
        return Alpha.ofRao(netuid, Tao.ofRao(big()).rao());
    }

    public Netuid netuid() {
        return Netuid.of(count());
    }

    public Uid uid() {
        return Uid.of(count());
    }

    /** A share of 65535, with 16 digits. */
    public BigDecimal share() {
        return share(big(), U16);
    }

    public static BigDecimal share(BigInteger part, BigDecimal whole) {
        return part.signum() == 0 ? BigDecimal.ZERO : new BigDecimal(part).divide(whole, MathContext.DECIMAL64);
    }

    /** A fixed-point number, exact. */
    public BigDecimal decimal() {
        if (value instanceof FixedPoint fixed) {
            return fixed.decimal();
        }
        throw unexpected("a fixed-point number");
    }

    public byte[] bytes() {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        List<Answer> all = list();
        byte[] bytes = new byte[all.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) all.get(i).count();
        }
        return bytes;
    }

    public String hex() {
        return hex(bytes());
    }

    public static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    /** Bytes as the text they spell, or as hex where they spell none. */
    public String text() {
        return value instanceof String text ? text : text(bytes());
    }

    public static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return hex(bytes);
        }
    }

    /** The name of an enum's variant. */
    public String variant() {
        if (value instanceof String name) {
            return name;
        }
        if (value instanceof Map<?, ?> map && map.size() == 1) {
            return String.valueOf(map.keySet().iterator().next());
        }
        throw unexpected("a variant");
    }
}
