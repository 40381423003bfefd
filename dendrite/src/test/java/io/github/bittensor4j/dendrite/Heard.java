package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What the caller of a stub hears. */
final class Heard implements StreamObserver<String> {
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(String message) {
        messages.add(message);
    }

    @Override
    public void onError(Throwable error) {
        end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    Status end() throws Exception {
        return end.get(20, TimeUnit.SECONDS);
    }

    /** The next of these, waited for. */
    static String next(BlockingQueue<String> from) throws InterruptedException {
        String next = from.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something came").isNotNull();
        return next;
    }
}
