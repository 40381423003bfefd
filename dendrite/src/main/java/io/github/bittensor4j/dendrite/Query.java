package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.auth.Receipt;
import io.github.bittensor4j.protocol.internal.WireException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A question with one whole answer. */
final class Query<R> extends Ask<R> {
    /** Up to this size reading an answer takes less than handing it over; a larger one is read elsewhere, to let the others come in. */
    private static final int SMALL_ANSWER = 64 << 10;

    private final CompletableFuture<QueryOutcome<R>> outcome = new Cancellable<>(this::cancel);
    private byte @Nullable [] answer;

    Query(Target target, String synapse, Letter<R> letter, Means means, long until) {
        super(target, synapse, letter, means, until);
    }

    CompletableFuture<QueryOutcome<R>> outcome() {
        return outcome;
    }

    private void cancel() {
        cancel("the asker stopped waiting");
    }

    @Override
    public void part(byte[] bytes) {
        answer = bytes;
    }

    @Override
    void over(End end, Timing timing) {
        byte[] whole = answer;
        answer = null;
        if (!(end instanceof End.Whole complete) || whole == null) {
            outcome.complete(observed(end.failed(target(), timing)));
        } else if (whole.length <= SMALL_ANSWER) {
            read(whole, timing, complete.receipt());
        } else {
            try {
                readers().execute(() -> read(whole, timing, complete.receipt()));
            } catch (RejectedExecutionException e) {
                outcome.complete(
                        observed(new QueryOutcome.Unreachable<>(target(), timing, "this dendrite was closed")));
            }
        }
    }

    private void read(byte[] whole, Timing timing, Optional<Receipt> receipt) {
        QueryOutcome<R> read;
        try {
            read = new QueryOutcome.Answered<>(target(), timing, decode(whole), receipt);
        } catch (WireException e) {
            read = new QueryOutcome.Invalid<>(target(), timing, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
            return;
        }
        outcome.complete(observed(read));
    }

    @Override
    void failed(RuntimeException error) {
        outcome.completeExceptionally(error);
    }
}
