package io.github.bittensor4j.localnet.internal.declare;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.util.HexFormat;

/** The values that declarations write as text. */
final class Literals {
    private Literals() {}

    static byte[] encode(Type type, String literal) {
        if (literal.startsWith("0x")) {
            byte[] bytes = HexFormat.of().parseHex(literal.substring(2));
            ScaleReader reader = new ScaleReader(bytes);
            Values.read(type, reader);
            reader.end();
            return bytes;
        }
        ScaleWriter out = new ScaleWriter();
        write(type, literal, out);
        return out.toByteArray();
    }

    private static void write(Type type, String literal, ScaleWriter out) {
        Type inner = type.unwrapped();
        Type.Shape shape = inner.shape();
        if (literal.equals("zero")) {
            zero(inner, out);
        } else if (shape instanceof Type.Whole whole) {
            out.fixed(new BigInteger(literal), whole.bytes(), whole.signed());
        } else if (shape instanceof Type.Compact) {
            out.compact(new BigInteger(literal));
        } else if (shape instanceof Type.Bool) {
            out.bool(Boolean.parseBoolean(literal));
        } else if (shape instanceof Type.Sequence && literal.equals("[]")) {
            out.compact(0);
        } else if (shape instanceof Type.Choice choice) {
            String name = literal.equals("none") ? "None" : literal;
            out.u8(choice.named(name)
                    .filter(a -> a.fields().isEmpty())
                    .orElseThrow(() -> new IllegalStateException(type + " has no plain alternative " + literal))
                    .index());
        } else {
            throw new IllegalStateException("no literal of " + type + ": " + literal);
        }
    }

    private static void zero(Type type, ScaleWriter out) {
        Type.Shape shape = type.shape();
        if (shape instanceof Type.Whole whole) {
            out.raw(new byte[whole.bytes()]);
        } else if (shape instanceof Type.Array array) {
            for (int i = 0; i < array.length(); i++) {
                zero(array.element(), out);
            }
        } else if (shape instanceof Type.Tuple tuple) {
            tuple.elements().forEach(e -> zero(e, out));
        } else if (shape instanceof Type.Struct struct) {
            struct.fields().forEach(f -> zero(f.type(), out));
        } else if (shape instanceof Type.Choice choice) {
            out.u8(0);
            choice.at(0).orElseThrow().fields().forEach(f -> zero(f.type(), out));
        } else {
            out.u8(0); // false, an empty vector or text, a compact nothing
        }
    }
}
