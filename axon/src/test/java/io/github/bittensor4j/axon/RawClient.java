package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.RawBytes;
import io.github.bittensor4j.protocol.internal.Wire;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A gRPC client over a real socket that sends any headers and any bytes: honest ones, and those of an attacker. */
final class RawClient implements AutoCloseable {
    private static final AtomicLong LAST_NONCE = new AtomicLong();

    private final ManagedChannel channel;

    RawClient(int port) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .disableRetry()
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    record Header(String name, String value) {}

    /** What came back. */
    record Result(Status status, Optional<String> code, Metadata trailers, List<byte[]> messages) {
        boolean answered() {
            return status.isOk() && !messages.isEmpty();
        }
    }

    /** A request before it is sent; what is signed and what is sent can be made to differ. */
    static final class Request {
        Signer signer;
        AccountId sender;
        KeyScheme scheme;
        Optional<AccountId> receiver;
        String method = "POST";
        String path = Wire.target(Wire.CALL.getFullMethodName());
        String sentTo = Wire.CALL.getFullMethodName();
        long nonce = nextNonce();
        byte[] body;
        List<byte[]> messages;
        List<Header> headers = new ArrayList<>();

        Request(Signer signer, AccountId receiver, byte[] body) {
            this.signer = signer;
            this.sender = signer.account();
            this.scheme = signer.scheme();
            this.receiver = Optional.of(receiver);
            this.body = body;
            this.messages = List.of(body);
        }

        SignedRequest signed() {
            return SignedRequest.of(scheme, method, path, body, nonce, sender, receiver);
        }

        /** Fills in the headers of what is to be signed. */
        Request sign() {
            return signature(signer.sign(signed().payload()));
        }

        Request signature(byte[] signature) {
            headers.clear();
            AuthHeaders.write(signed(), signature, (name, value) -> headers.add(new Header(name, value)));
            return this;
        }

        Request without(String name) {
            headers.removeIf(header -> header.name().equals(name));
            return this;
        }

        Request with(String name, String value) {
            headers.add(new Header(name, value));
            return this;
        }

        Request replaced(String name, String value) {
            return without(name).with(name, value);
        }

        String value(String name) {
            return headers.stream()
                    .filter(header -> header.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .value();
        }

        Request sends(byte[]... all) {
            messages = List.of(all);
            return this;
        }
    }

    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    static long nextNonce() {
        return LAST_NONCE.updateAndGet(last -> Math.max(last + 1, now()));
    }

    Result send(Request request) throws Exception {
        return send(request, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    }

    Result send(Request request, CallOptions options) throws Exception {
        Open open = open(request, options);
        for (byte[] message : request.messages) {
            open.call.sendMessage(message);
        }
        open.call.halfClose();
        return open.result.get(30, TimeUnit.SECONDS);
    }

    /** A call whose headers are sent and whose body is still to come. */
    static final class Open extends ClientCall.Listener<byte[]> {
        final CompletableFuture<Result> result = new CompletableFuture<>();
        final ClientCall<byte[], byte[]> call;
        private final List<byte[]> messages = Collections.synchronizedList(new ArrayList<>());

        Open(ClientCall<byte[], byte[]> call) {
            this.call = call;
        }

        @Override
        public void onMessage(byte[] message) {
            messages.add(message);
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            result.complete(new Result(
                    status, Optional.ofNullable(trailers.get(Wire.REFUSAL)), trailers, List.copyOf(messages)));
        }
    }

    Open open(Request request, CallOptions options) {
        return open(request, options, true);
    }

    /** A call whose answer is not read. */
    Open openUnread(Request request) {
        return open(request, CallOptions.DEFAULT, false);
    }

    private Open open(Request request, CallOptions options, boolean read) {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(request.sentTo)
                .setRequestMarshaller(RawBytes.MARSHALLER)
                .setResponseMarshaller(RawBytes.MARSHALLER)
                .build();
        Metadata headers = new Metadata();
        request.headers.forEach(header -> headers.put(Wire.key(header.name()), header.value()));
        Open open = new Open(channel.newCall(method, options));
        open.call.start(open, headers);
        if (read) {
            open.call.request(1);
        }
        return open;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
