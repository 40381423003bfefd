package io.github.bittensor4j.protocol.internal;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages as the bytes they are on the wire, so that a signature is checked over exactly what came, before anything is parsed. */
public final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
    /** The one instance. */
    public static final RawBytes MARSHALLER = new RawBytes();

    private RawBytes() {}

    @Override
    public InputStream stream(byte[] message) {
        return of(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
        return read(stream);
    }

    /**
     * A message as gRPC sends it.
     *
     * @param message the bytes, not copied
     * @return a stream of known length
     */
    public static InputStream of(byte[] message) {
        return new Sized(message);
    }

    /**
     * A message as gRPC received it. Its size was bounded by the transport.
     *
     * @param stream one message
     * @return its bytes
     */
    public static byte[] read(InputStream stream) {
        try {
            // a known length spares the copies of a growing buffer
            return stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Sized extends ByteArrayInputStream implements KnownLength {
        Sized(byte[] bytes) {
            super(bytes);
        }
    }
}
