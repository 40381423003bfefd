package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.InvalidValueException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all observers of an attempt, and keeps what they throw away from it. */
final class Observers {
    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);
    private static final Pattern NAME = Pattern.compile(
            "(?!x-bittensor-|grpc-|content-|transfer-|bittensor4j-"
                    + "|(?:te|host|connection|upgrade|trailer|expect|date|name|timeout|computed)$)[a-z][a-z0-9-]{0,63}(?<!-bin)");
    private static final Pattern VALUE = Pattern.compile("[ -~]{0,1024}");

    private final List<DendriteObserver> all;

    Observers(List<DendriteObserver> all) {
        this.all = all;
    }

    OfAttempt asking(Target target, String synapse, Dialect dialect) {
        if (all.isEmpty()) {
            return OfAttempt.NOBODY;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        List<AttemptObserver> watching = new ArrayList<>(all.size());
        for (DendriteObserver observer : all) {
            try {
                watching.add(observer.asking(target, synapse, dialect, (name, value) -> {
                    check(name, NAME);
                    check(value, VALUE);
                    headers.put(name, value);
                }));
            } catch (Throwable e) {
                failed(e);
            }
        }
        return new OfAttempt(watching, Map.copyOf(headers));
    }

    private static void check(String text, Pattern rule) {
        if (!rule.matcher(text).matches()) {
            throw new InvalidValueException(
                    "dendrite.header",
                    "observer's header: \"" + text + "\" (expected: a name or value that DendriteObserver allows)",
                    "");
        }
    }

    private static void failed(Throwable e) {
        LOG.warn("An observer failed; the call goes on", e);
    }

    /** Those who watch one attempt. Ends once. */
    static final class OfAttempt {
        static final OfAttempt NOBODY = new OfAttempt(List.of(), Map.of());

        private final List<AttemptObserver> watching;
        private final Map<String, String> headers;
        private final AtomicBoolean over = new AtomicBoolean();

        private OfAttempt(List<AttemptObserver> watching, Map<String, String> headers) {
            this.watching = watching;
            this.headers = headers;
        }

        /** What the observers add to the request. */
        Map<String, String> headers() {
            return headers;
        }

        void answering(Function<String, Optional<String>> headers) {
            for (AttemptObserver each : watching) {
                try {
                    each.answering(headers);
                } catch (Throwable e) {
                    failed(e);
                }
            }
        }

        <R> QueryOutcome<R> ended(QueryOutcome<R> outcome) {
            tell(each -> each.ended(outcome));
            return outcome;
        }

        /** Does nothing when the attempt has ended. */
        void abandoned() {
            tell(AttemptObserver::abandoned);
        }

        private void tell(Consumer<AttemptObserver> event) {
            if (watching.isEmpty() || !over.compareAndSet(false, true)) {
                return;
            }
            for (AttemptObserver each : watching) {
                try {
                    event.accept(each);
                } catch (Throwable e) {
                    failed(e);
                }
            }
        }
    }
}
