package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.axon.internal.front.Outgoing;
import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.axon.internal.front.WireDialect;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.grpc.Status;
import java.net.InetAddress;
import java.util.Set;

/**
 * Server reflection for tools such as grpcurl, which cannot sign: {@code grpc.reflection.v1} and {@code v1alpha}, whose messages are the
 * same. Only where the axon was told to. It tells what is served, from bytes that were made when the axon started; each address may ask only
 * so often, and each question within one call counts.
 */
final class ReflectionDialect implements WireDialect {
    private static final Set<String> TARGETS = Set.of(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
    private static final int MOST_BYTES = 1024;

    /** How many bytes of answers may wait for a caller that goes on asking without reading. */
    private static final int MOST_UNREAD = 1 << 20;

    private final Schema schema;
    private final Peers askers;

    /**
     * @param schema what is served
     * @param askers each question counts here, so that it bounds how often an address asks
     */
    ReflectionDialect(Schema schema, Peers askers) {
        this.schema = schema;
        this.askers = askers;
    }

    @Override
    public boolean speaks(Incoming head) {
        return TARGETS.contains(head.target()) && GrpcDialect.isGrpc(head);
    }

    @Override
    public Receiver open(Incoming head, Outgoing out) {
        return new Asking(head.peer().getAddress(), new GrpcReply(out));
    }

    /** One call, with one answer to each message, in order. It may last as long as any body may take to come. */
    private final class Asking extends GrpcMessages {
        private final InetAddress peer;
        private final GrpcReply reply;
        private boolean ended;

        Asking(InetAddress peer, GrpcReply reply) {
            super(MOST_BYTES);
            this.peer = peer;
            this.reply = reply;
        }

        @Override
        protected void message(byte[] question) {
            if (ended) {
                return;
            }
            try {
                askers.check(peer);
                askers.failed(peer);
            } catch (Refused e) {
                fail(Status.RESOURCE_EXHAUSTED.withDescription("this address asks too often"));
                return;
            }
            if (reply.unwritten() > MOST_UNREAD) {
                fail(Status.RESOURCE_EXHAUSTED.withDescription("answers are asked for, but not read"));
                return;
            }
            schema.answer(question)
                    .ifPresentOrElse(
                            reply::part,
                            () -> fail(Status.INVALID_ARGUMENT.withDescription(
                                    "the message is not a ServerReflectionRequest")));
        }

        @Override
        protected void halfClosed() {
            if (!ended) {
                ended = true;
                reply.complete();
            }
        }

        @Override
        void broken(Refused why) {
            fail(Refusal.statusOf(why.code()).withDescription(why.message()));
        }

        private void fail(Status status) {
            if (!ended) {
                ended = true;
                reply.close(status, Headers.NONE);
            }
        }

        @Override
        public void gone() {
            ended = true;
        }

        @Override
        public void ready() {}
    }
}
