package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.FrontEvents;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What an axon counts. */
final class Counters implements FrontEvents {
    // a handler may make up codes; their number is bounded so that it cannot fill the memory
    private static final int MOST_CODES = 256;

    final LongAdder accepted = new LongAdder();
    final LongAdder answered = new LongAdder();
    final AtomicInteger connections = new AtomicInteger();
    private final ConcurrentHashMap<String, LongAdder> refused = new ConcurrentHashMap<>();

    @Override
    public void opened() {
        connections.incrementAndGet();
    }

    @Override
    public void closed() {
        connections.decrementAndGet();
    }

    @Override
    public void refused(String code) {
        LongAdder counter = refused.get(code);
        if (counter == null) {
            String key = refused.size() < MOST_CODES ? code : "other";
            counter = refused.computeIfAbsent(key, unused -> new LongAdder());
        }
        counter.increment();
    }

    Map<String, Long> refused() {
        Map<String, Long> all = new HashMap<>();
        refused.forEach((code, counter) -> all.put(code, counter.sum()));
        return all;
    }
}
