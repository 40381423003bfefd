package io.github.bittensor4j.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** Callers in a closed loop: each asks again when it was answered, for some seconds. */
final class Load {
    /** One echo call; throws where the answer is not the question. */
    @FunctionalInterface
    interface Echo {
        void call(byte[] body) throws Exception;
    }

    /** The same without waiting; fails where the answer is not the question. */
    @FunctionalInterface
    interface Asking {
        CompletionStage<?> ask(byte[] body);
    }

    /** What came of it; processor time of this process, callers included. NaN where a peer does not say. */
    record Round(double callsPerSecond, double p50Micros, double p99Micros, double cpuMicros) {
        private static Round of(List<long[]> latencies, long startNanos, long cpuBefore) {
            double elapsed = (System.nanoTime() - startNanos) / 1e9;
            double cpu = cpuNanos() - cpuBefore;
            long[] sorted =
                    latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            return new Round(
                    sorted.length / elapsed,
                    sorted[sorted.length / 2] / 1e3,
                    sorted[(int) (sorted.length * 0.99)] / 1e3,
                    cpu / 1e3 / sorted.length);
        }

        /** Each figure the median of these. */
        static Round median(List<Round> rounds) {
            return new Round(
                    median(rounds, Round::callsPerSecond),
                    median(rounds, Round::p50Micros),
                    median(rounds, Round::p99Micros),
                    median(rounds, Round::cpuMicros));
        }

        private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
            double[] values = rounds.stream().mapToDouble(figure).sorted().toArray();
            return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
        }
    }

    private Load() {}

    /** Callers that are threads and wait for their answers. */
    static Round waiting(Echo echo, byte[] body, int callers, double seconds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers, runnable -> {
            Thread thread = new Thread(runnable, "caller");
            thread.setDaemon(true);
            return thread;
        });
        try {
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            long cpu = cpuNanos();
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(() -> latencies(echo, body, end)));
            }
            List<long[]> all = new ArrayList<>();
            for (Future<long[]> one : running) {
                all.add(one.get());
            }
            return Round.of(all, start, cpu);
        } finally {
            threads.shutdownNow();
        }
    }

    private static long[] latencies(Echo echo, byte[] body, long end) throws Exception {
        long[] latencies = new long[4096];
        int count = 0;
        long before = System.nanoTime();
        while (before < end || count == 0) {
            echo.call(body);
            long after = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = after - before;
            before = after;
        }
        return Arrays.copyOf(latencies, count);
    }

    /** Callers that are tasks: none has a thread. */
    static Round tasks(Asking asking, byte[] body, int callers, double seconds) throws Exception {
        long start = System.nanoTime();
        long cpu = cpuNanos();
        AtomicInteger running = new AtomicInteger(callers);
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(new Task(asking, body, start + (long) (seconds * 1e9), running, done));
        }
        all.forEach(Task::next);
        done.get();
        return Round.of(
                all.stream()
                        .map(task -> Arrays.copyOf(task.latencies, task.count))
                        .toList(),
                start,
                cpu);
    }

    /** Asks again when it was answered. */
    private static final class Task {
        private final Asking asking;
        private final byte[] body;
        private final long end;
        private final AtomicInteger running;
        private final CompletableFuture<Void> done;
        private long[] latencies = new long[4096];
        private int count;
        private long asked;

        Task(Asking asking, byte[] body, long end, AtomicInteger running, CompletableFuture<Void> done) {
            this.asking = asking;
            this.body = body;
            this.end = end;
            this.running = running;
            this.done = done;
        }

        void next() {
            asked = System.nanoTime();
            asking.ask(body).whenComplete((answer, error) -> answered(error));
        }

        private void answered(Throwable error) {
            if (error != null) {
                done.completeExceptionally(error);
                return;
            }
            long now = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = now - asked;
            if (now < end) {
                next();
            } else if (running.decrementAndGet() == 0) {
                done.complete(null);
            }
        }
    }

    /** Processor time that this process has used. */
    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
