package io.github.bittensor4j.protocol.internal.synapse;

import io.github.bittensor4j.protocol.internal.WireException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
     * Begins to read a stream.
     *
     * @param mostBytes the longest line; a text and bytes are given on as they come
     * @return a reader, for one thread at a time
     */
    public Reader reader(int mostBytes) {
        return new Reader(mostBytes);
    }

    /** Reads one stream. */
    public final class Reader {
        private final int mostBytes;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        private byte[] undecoded = {};

        private Reader(int mostBytes) {
            this.mostBytes = mostBytes;
        }

        /**
         * Takes the next bytes.
         *
         * @param chunk some bytes, cut anywhere
         * @return the parts that are complete by now
         * @throws WireException {@code call.invalid} when they are no parts of this type
         */
        public List<R> next(byte[] chunk) {
            if (form.isEmpty()) {
                return chunk.length == 0 ? List.of() : List.of(type.cast(chunk));
            }
            return text.isPresent() ? decoded(chunk, false) : lines(chunk);
        }

        /**
         * The stream has ended.
         *
         * @return the last part, if one was not complete before
         * @throws WireException {@code call.invalid} when it breaks off within a part
         */
        public List<R> end() {
            if (text.isPresent()) {
                return decoded(new byte[0], true);
            }
            return line.size() == 0 ? List.of() : lines(new byte[] {'\n'});
        }

        private List<R> decoded(byte[] chunk, boolean last) {
            ByteBuffer in = ByteBuffer.allocate(undecoded.length + chunk.length);
            in.put(undecoded).put(chunk).flip();
            CharBuffer out = CharBuffer.allocate(in.remaining());
            CoderResult result = decoder.decode(in, out, last);
            if (result.isError()) {
                throw new WireException("call.invalid", "a part is not UTF-8");
            }
            undecoded = new byte[in.remaining()];
            in.get(undecoded);
            String piece = out.flip().toString();
            return piece.isEmpty() ? List.of() : List.of(record(Map.of(text.orElseThrow(), piece)));
        }

        private List<R> lines(byte[] chunk) {
            List<R> parts = new ArrayList<>();
            for (byte b : chunk) {
                if (b != '\n') {
                    if (line.size() == mostBytes) {
                        throw new WireException("call.invalid", "a part is longer than " + mostBytes + " bytes");
                    }
                    line.write(b);
                    continue;
                }
                Object json = SynapseClass.parse(line.toByteArray());
                line.reset();
                if (!(json instanceof Map<?, ?> map)) {
                    throw new WireException("call.invalid", "a part is not an object");
                }
                parts.add(record(form.orElseThrow().accepted(map)));
            }
            return parts;
        }

        private R record(Map<String, ? extends @Nullable Object> fields) {
            return type.cast(form.orElseThrow().java(fields));
        }
    }
}
