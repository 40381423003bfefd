package io.github.bittensor4j.dendrite;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One request of plain HTTP on its way. */
final class HttpAttempt implements Attempt, Callback {
    private final Listener listener;
    private final Http.Reading reading;
    private final Http.Signing signing;
    private final int maxMetadataBytes;
    private final long until;
    private final Semaphore wanted = new Semaphore(1);
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable Call call;
    private volatile @Nullable String cancelled;

    HttpAttempt(Listener listener, Http.Reading reading, Http.Signing signing, int maxMetadataBytes, long until) {
        this.listener = listener;
        this.reading = reading;
        this.signing = signing;
        this.maxMetadataBytes = maxMetadataBytes;
        this.until = until;
    }

    static HttpAttempt of(Call call) {
        return Objects.requireNonNull(call.request().tag(HttpAttempt.class));
    }

    void start(Call begun) {
        call = begun;
        begun.timeout().timeout(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        begun.enqueue(this);
    }

    /** The connection stands: the request as it goes out. */
    Request signed(Request request) throws IOException {
        listener.connected();
        String query = request.url().encodedQuery();
        String target = request.url().encodedPath() + (query == null ? "" : "?" + query);
        Request.Builder signed = request.newBuilder();
        try {
            signing.sign(target, signed::header);
        } catch (RuntimeException e) {
            throw new IOException("the hotkey did not sign", e);
        }
        return signed.build();
    }

    void sent() {
        listener.sent();
    }

    void answering() {
        listener.answering();
    }

    /**
     * Hands a part on, as soon as the asker wants one more.
     *
     * @throws IOException when it does not within the deadline, or the attempt was cancelled
     */
    void part(byte[] bytes) throws IOException {
        try {
            if (!wanted.tryAcquire(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                throw new InterruptedIOException("timeout");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (cancelled != null) {
            throw new IOException(cancelled);
        }
        listener.part(bytes);
    }

    @Override
    public void more() {
        wanted.release();
    }

    @Override
    public void cancel(String why) {
        if (!over.get() && cancelled == null) {
            cancelled = why;
            if (call != null) {
                call.cancel();
            }
            wanted.release();
        }
    }

    @Override
    public void onFailure(Call failed, IOException e) {
        end(Http.broken(e));
    }

    @Override
    public void onResponse(Call answered, Response response) {
        End end = new End.Invalid("the answer could not be read"); // whatever is thrown, the asker hears of it
        try (response) {
            listener.says(name -> Optional.ofNullable(response.header(name)));
            long bytes = response.headers().byteCount();
            end = bytes > maxMetadataBytes
                    ? new End.Invalid("headers of " + bytes + " bytes (maxMetadataBytes: " + maxMetadataBytes + ")")
                    : reading.read(new Http.Answer(response), this);
        } catch (IOException e) {
            end = Http.broken(e);
        } catch (RuntimeException e) {
            end = new End.Invalid(Words.of(String.valueOf(e.getMessage())));
        } finally {
            end(end);
        }
    }

    void end(End end) {
        if (over.compareAndSet(false, true)) {
            listener.ended(cancelled != null && !(end instanceof End.Whole) ? new End.Unreachable(cancelled) : end);
        }
    }
}
