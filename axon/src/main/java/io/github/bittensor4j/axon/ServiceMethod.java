package io.github.bittensor4j.axon;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import java.util.concurrent.Executor;

/**
 * One method of a subnet's own gRPC service. It knows nothing of authentication: a call gets to it when its caller was let in.
 *
 * @param definition the method and what handles it
 * @param calls runs the first events of a call, when there is room
 * @param later runs those that come after
 * @param mostQueued how many bytes of answers one call may have waiting for its caller
 * @param faults which faults of the handler are told
 * @param <Q> a message of the caller
 * @param <R> a message of the handler
 */
record ServiceMethod<Q, R>(
        ServerMethodDefinition<Q, R> definition, Calls calls, Executor later, int mostQueued, FaultLog faults) {
    MethodDescriptor<Q, R> descriptor() {
        return definition.getMethodDescriptor();
    }

    /** Whether a call has exactly one message of the caller, which is the one that is signed. */
    boolean oneMessage() {
        return descriptor().getType().clientSendsOneMessage();
    }
}
