package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.protocol.internal.WireException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a streamed answer in SDK 7 to 10, which know nothing but bytes: {@code byte[]} goes as it is, a record of one text as that
 * text, any other record as JSON on a line of its own. Where the chunks of the transport end means nothing, so that a text may come back in
 * other pieces than it was sent in. Thread-safe.
 *
 * @param <R> one part
 */
public final class StreamParts<R> {
    private final Class<R> type;
    private final Optional<RecordForm> form;
    private final Optional<String> text;

    private StreamParts(Class<R> type, Optional<RecordForm> form) {
        this.type = type;
        this.form = form;
        this.text = form.filter(record ->
                        record.fields().size() == 1 && record.constructor().getParameterTypes()[0] == String.class)
                .map(record -> record.fields().keySet().iterator().next());
    }

    /**
     * The parts of a type.
     *
     * @param type {@code byte[]} or a record
     * @param <R> one part
     * @return empty when the type cannot be streamed
     * @throws io.github.bittensor4j.core.InvalidValueException when a record has a component that cannot travel
     */
    public static <R> Optional<StreamParts<R>> of(Class<R> type) {
        if (type == byte[].class) {
            return Optional.of(new StreamParts<>(type, Optional.empty()));
        }
        return type.isRecord()
                ? Optional.of(new StreamParts<>(type, Optional.of(RecordForm.of(type))))
                : Optional.empty();
    }

    /**
     * A part as bytes.
     *
     * @param part the part
     * @return its bytes
     * @throws WireException {@code call.payload} when a value cannot travel
     */
    public byte[] write(R part) {
        if (form.isEmpty()) {
            return (byte[]) part;
        }
        Map<String, @Nullable Object> fields = form.get().python(part);
        if (text.isPresent()) {
            return String.valueOf(fields.get(text.get())).getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(SynapseClass.write(fields));
        line.write('\n');
        return line.toByteArray();
    }

    /**
     * A part out of its bytes.
     *
     * @param bytes what {@link Cutter} gave
     * @return the part
     * @throws WireException {@code call.invalid} when they are no part of this type
     */
    public R read(byte[] bytes) {
        if (form.isEmpty()) {
            return type.cast(bytes);
        }
        String content = SynapseClass.text(bytes);
        if (text.isPresent()) {
            return type.cast(form.get().java(Map.of(text.get(), content)));
        }
        if (!(SynapseClass.parse(content) instanceof Map<?, ?> map)) {
            throw new WireException("call.invalid", "a part is not an object");
        }
        return type.cast(form.get().java(form.get().accepted(map)));
    }

    /**
     * Begins to read a stream.
     *
     * @return a cutter, for one thread at a time
     */
    public Cutter cutter() {
        return new Cutter();
    }

    /** Cuts one stream into the bytes of its parts: at line ends, or nowhere within a character, or where the chunks end. */
    public final class Cutter {
        private byte[] left = {};

        private Cutter() {}

        /**
         * Takes the next bytes.
         *
         * @param chunk some bytes, cut anywhere
         * @return the parts that are complete by now
         */
        public List<byte[]> next(byte[] chunk) {
            byte[] all = Arrays.copyOf(left, left.length + chunk.length);
            System.arraycopy(chunk, 0, all, left.length, chunk.length);
            List<byte[]> parts = new ArrayList<>();
            int from = 0;
            if (form.isPresent() && text.isEmpty()) {
                for (int i = left.length; i < all.length; i++) {
                    if (all[i] == '\n') {
                        parts.add(Arrays.copyOfRange(all, from, i));
                        from = i + 1;
                    }
                }
            } else {
                from = text.isPresent() ? all.length - unfinished(all) : all.length;
                if (from > 0) {
                    parts.add(Arrays.copyOf(all, from));
                }
            }
            left = Arrays.copyOfRange(all, from, all.length);
            return parts;
        }

        /**
         * How much waits for more.
         *
         * @return bytes
         */
        public int waiting() {
            return left.length;
        }

        /**
         * The stream has ended.
         *
         * @return the last part, if one was not complete before
         */
        public List<byte[]> end() {
            byte[] last = left;
            left = new byte[0];
            return last.length == 0 ? List.of() : List.of(last);
        }

        /** How many bytes at the end begin a character that they do not finish. */
        private static int unfinished(byte[] utf8) {
            for (int back = 1; back <= Math.min(3, utf8.length); back++) {
                int b = utf8[utf8.length - back] & 0xff;
                if (b >= 0xc0) {
                    return back < (b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2) ? back : 0;
                }
                if (b < 0x80) {
                    return 0;
                }
            }
            return 0;
        }
    }
}
