package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Receiver;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.net.GrpcBody;

/** Receives the messages of one gRPC call; what is no body of gRPC is refused. */
abstract class GrpcMessages extends GrpcBody implements Receiver {
    GrpcMessages(int most) {
        super(most);
    }

    /** The body is not one of gRPC, or too large; nothing else is told any more. */
    abstract void broken(Refused why);

    @Override
    protected final void broken(Refusal refusal, String message) {
        broken(new Refused(refusal, message));
    }
}
