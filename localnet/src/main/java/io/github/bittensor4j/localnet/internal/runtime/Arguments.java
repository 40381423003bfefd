package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of a call or a runtime API by their declared names. Asking for one that is not declared, or as another type, is a bug
 * and is thrown as such.
 *
 * @param values plain values by name, in order
 */
public record Arguments(Map<String, Object> values) {
    /**
     * The fields of a struct, read as arguments are.
     *
     * @param struct its plain value
     * @return its fields by name
     */
    public static Arguments of(Object struct) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ((Map<?, ?>) struct).forEach((name, value) -> fields.put((String) name, value));
        return new Arguments(fields);
    }

    /**
     * A plain value.
     *
     * @param name the argument
     * @return the value
     */
    public Object get(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("no argument " + name + " among " + values.keySet());
        }
        return value;
    }

    /**
     * An account, given as such or as an address.
     *
     * @param name the argument
     * @return the account
     * @throws DispatchException CannotLookup when the address is not an account id
     */
    public AccountId account(String name) {
        Object value = get(name);
        if (value instanceof Variant address) {
            if (address.name().equals("Id")) {
                return (AccountId) address.value(0);
            }
            throw DispatchException.cannotLookup();
        }
        return (AccountId) value;
    }

    /**
     * A netuid.
     *
     * @param name the argument
     * @return the netuid
     */
    public Netuid netuid(String name) {
        return Netuid.of((Integer) get(name));
    }

    /**
     * A number of 8 or 16 bits.
     *
     * @param name the argument
     * @return the number
     */
    public int u16(String name) {
        return (Integer) get(name);
    }

    /**
     * A number of 32 bits.
     *
     * @param name the argument
     * @return the number
     */
    public long u32(String name) {
        return (Long) get(name);
    }

    /**
     * A number of 64 bits: also alpha.
     *
     * @param name the argument
     * @return its bits
     */
    public long u64(String name) {
        return (Long) get(name);
    }

    /**
     * A number of 128 bits, or the bits of a fixed-point number.
     *
     * @param name the argument
     * @return the number
     */
    public BigInteger big(String name) {
        return (BigInteger) get(name);
    }

    /**
     * An amount of TAO.
     *
     * @param name the argument
     * @return the amount
     */
    public Tao tao(String name) {
        return Tao.ofRao((Long) get(name));
    }

    /**
     * A boolean.
     *
     * @param name the argument
     * @return the boolean
     */
    public boolean bool(String name) {
        return (Boolean) get(name);
    }

    /**
     * Bytes.
     *
     * @param name the argument
     * @return not to be changed
     */
    public byte[] bytes(String name) {
        return (byte[]) get(name);
    }

    /**
     * A call.
     *
     * @param name the argument
     * @return the call
     */
    public Call call(String name) {
        return (Call) get(name);
    }

    /**
     * A vector.
     *
     * @param name the argument
     * @param element the Java type of its plain elements
     * @param <T> that type
     * @return the elements
     */
    public <T> List<T> list(String name, Class<T> element) {
        return ((List<?>) get(name)).stream().map(element::cast).toList();
    }

    /**
     * A vector of vectors or of tuples.
     *
     * @param name the argument
     * @return the elements, each with its own plain values
     */
    public List<List<?>> lists(String name) {
        List<List<?>> lists = new ArrayList<>();
        for (Object element : (List<?>) get(name)) {
            lists.add((List<?>) element);
        }
        return lists;
    }

    /**
     * What may be absent.
     *
     * @param name the argument
     * @param inner the Java type of the plain value
     * @param <T> that type
     * @return the value
     */
    public <T> Optional<T> optional(String name, Class<T> inner) {
        return ((Optional<?>) get(name)).map(inner::cast);
    }
}
