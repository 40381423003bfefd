package io.github.bittensor4j.subtensor;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a type: how its values are laid out, and of which types their parts are. Immutable. */
final class TypePlan {
    /** The ways to read and write a value. */
    enum Form {
        NUMBER,
        BOOL,
        CHAR,
        TEXT,
        COMPACT,
        BYTES,
        BYTE_ARRAY,
        LIST,
        ARRAY,
        TUPLE,
        STRUCT,
        WRAPPER,
        MAP,
        ACCOUNT,
        OPTION,
        ENUM,
        CALL,
        EVENT,
        BITS,
        FIXED
    }

    /** One variant of an enum; fields without names have the empty array of names. */
    static final class Branch {
        final String name;
        final int index;
        final int[] children;
        final String[] names;

        Branch(String name, int index, int[] children, String[] names) {
            this.name = name;
            this.index = index;
            this.children = children;
            this.names = names;
        }
    }

    final Form form;
    final MetadataTree.Kind kind;
    final long length;
    final int element;
    final int[] children;
    final String[] names;
    final @Nullable Branch[] byIndex;
    final Map<String, Branch> byName;
    final int minBytes;

    TypePlan(
            Form form,
            MetadataTree.Kind kind,
            long length,
            int element,
            int[] children,
            String[] names,
            @Nullable Branch[] byIndex,
            Map<String, Branch> byName,
            int minBytes) {
        this.form = form;
        this.kind = kind;
        this.length = length;
        this.element = element;
        this.children = children;
        this.names = names;
        this.byIndex = byIndex;
        this.byName = byName;
        this.minBytes = minBytes;
    }

    /** A number that fits a long's bits. */
    boolean isLong() {
        return (form == Form.NUMBER || form == Form.COMPACT) && kind.number() && kind.bytes <= Long.BYTES;
    }

    /** Whether such a number may need all 64 bits without a sign. */
    boolean isWide() {
        return kind == MetadataTree.Kind.U64;
    }
}
