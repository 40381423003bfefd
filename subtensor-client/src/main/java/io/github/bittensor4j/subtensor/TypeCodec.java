package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.List;

/**
 * Plain values from bytes and back, for any type of a runtime's registry. The mapping is documented at {@link Metadata}. Safe for many
 * threads.
 */
final class TypeCodec {
    private final TypePlans types;

    TypeCodec(List<MetadataTree.Type> types, int callType, int eventType) {
        this.types = new TypePlans(types, callType, eventType);
    }

    /** What is known of the types. */
    TypePlans types() {
        return types;
    }

    Object decode(int type, byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        Object value = decode(type, in);
        in.end();
        return value;
    }

    Object decode(int type, ScaleReader in) {
        return new ValueDecoder(types, in).value(type, 0);
    }

    Columns columns(int type, byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        Columns columns = new ValueDecoder(types, in).columns(type);
        in.end();
        return columns;
    }

    byte[] encode(int type, Object value) {
        ScaleWriter out = new ScaleWriter();
        encode(type, value, out);
        return out.toByteArray();
    }

    void encode(int type, Object value, ScaleWriter out) {
        new ValueEncoder(types, out).value(type, value, 0);
    }
}
