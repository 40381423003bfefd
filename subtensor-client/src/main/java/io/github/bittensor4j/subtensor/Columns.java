package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of structs of the chain, turned on its side: one array for each field, without an object for each struct. Fields of structs
 * within are named with a dot, such as {@code axon_info.port}. Immutable and safe for many threads.
 */
public final class Columns {
    private final int size;
    private final Map<String, Column> columns;

    Columns(int size, Map<String, Column> columns) {
        this.size = size;
        this.columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** One field of every struct. */
    abstract static class Column {
        abstract void read(int row, ValueDecoder from);

        abstract Object plain(int row);
    }

    /** Numbers of up to 64 bits. */
    static final class Longs extends Column {
        private final long[] bits;
        private final boolean wide;
        private final TypePlan plan;

        Longs(int size, TypePlan plan) {
            this.bits = new long[size];
            this.plan = plan;
            this.wide = plan.isWide();
        }

        @Override
        void read(int row, ValueDecoder from) {
            bits[row] = from.word(plan);
        }

        @Override
        Object plain(int row) {
            return Numbers.plain(bits[row], wide);
        }
    }

    /** Booleans. */
    static final class Flags extends Column {
        private final boolean[] flags;

        Flags(int size) {
            this.flags = new boolean[size];
        }

        @Override
        void read(int row, ValueDecoder from) {
            flags[row] = from.flag();
        }

        @Override
        Object plain(int row) {
            return flags[row];
        }
    }

    /** Everything else, as plain values. */
    static final class Values extends Column {
        private final Object[] values;
        private final int type;

        Values(int size, int type) {
            this.values = new Object[size];
            this.type = type;
        }

        @Override
        void read(int row, ValueDecoder from) {
            values[row] = from.value(type, 1);
        }

        @Override
        Object plain(int row) {
            return values[row];
        }
    }

    /**
     * How many structs there are.
     *
     * @return the length of every column
     */
    public int size() {
        return size;
    }

    /**
     * The fields.
     *
     * @return their names, in the runtime's order
     */
    public List<String> names() {
        return List.copyOf(columns.keySet());
    }

    private Column column(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new ChainException(
                    "metadata.unknown",
                    false,
                    "there is no field " + name + " in " + columns.keySet(),
                    "this runtime is older or newer than expected: look at names()");
        }
        return column;
    }

    private static ChainException other(String name, String expected) {
        return new ChainException(
                "chain.answer",
                false,
                name + ": not of that type (expected: " + expected + ")",
                "read it by value(name, row)");
    }

    /**
     * A column of numbers of up to 64 bits.
     *
     * @param name such as {@code uid} or {@code axon_info.port}
     * @return a copy; unsigned numbers of 64 bits as bits, as {@code Tao.ofRao(long)} and {@code Alpha.ofRao} take them
     * @throws ChainException when there is no such field, or its type is another
     */
    public long[] longs(String name) {
        if (column(name) instanceof Longs longs) {
            return longs.bits.clone();
        }
        throw other(name, "numbers of up to 64 bits");
    }

    /**
     * A column of booleans.
     *
     * @param name such as {@code validator_permit}
     * @return a copy
     * @throws ChainException when there is no such field, or its type is another
     */
    public boolean[] flags(String name) {
        if (column(name) instanceof Flags flags) {
            return flags.flags.clone();
        }
        throw other(name, "booleans");
    }

    /**
     * A column of accounts.
     *
     * @param name such as {@code hotkey}
     * @return one for each struct
     * @throws ChainException when there is no such field, or its type is another
     */
    public List<AccountId> accounts(String name) {
        if (column(name) instanceof Values values
                && Arrays.stream(values.values).allMatch(AccountId.class::isInstance)) {
            List<AccountId> all = new ArrayList<>(size);
            for (Object value : values.values) {
                all.add((AccountId) value);
            }
            return Collections.unmodifiableList(all);
        }
        throw other(name, "accounts");
    }

    /**
     * One value.
     *
     * @param name any field
     * @param row from 0
     * @return as {@link Metadata} describes
     * @throws ChainException when there is no such field
     * @throws IndexOutOfBoundsException when there is no such row
     */
    public Object value(String name, int row) {
        return column(name).plain(row);
    }
}
