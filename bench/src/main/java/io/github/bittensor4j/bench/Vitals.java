package io.github.bittensor4j.bench;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this process holds of the machine, looked at again and again. For one thread. */
final class Vitals {
    private static final Pattern TOTAL = Pattern.compile("Total:.*committed=(\\d+)KB");
    private static final Pattern HEAP = Pattern.compile("Java Heap.*committed=(\\d+)KB");
    private static final int FEWEST = 8;

    /**
     * What is held at one moment, after garbage collections; zero where this machine or JVM does not tell.
     *
     * @param natively what the JVM has taken of the system by its own account, the heap apart
     */
    record Sample(long threads, long sockets, long heap, long direct, long natively, long resident) {
        static Sample now() throws IOException, JMException, InterruptedException {
            for (int i = 0; i < 2; i++) {
                System.gc();
                // what only a cleaner gives back
                TimeUnit.MILLISECONDS.sleep(200);
            }
            return new Sample(
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    openSockets(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .filter(pool -> pool.getName().equals("direct"))
                            .mapToLong(BufferPoolMXBean::getMemoryUsed)
                            .sum(),
                    ofTheJvm(),
                    ofTheSystem());
        }
    }

    private final List<Sample> samples = new ArrayList<>();
    private final long start = System.nanoTime();
    private long lastAt = start;
    private long lastCpu = Load.cpuNanos();

    void head() {
        System.out.println(" seconds  threads  sockets  heap MB  direct MB  native MB  resident MB  cores  outcomes");
    }

    /** Takes a sample and prints it, with the processors used since the last and a number of the caller's own. */
    void look(long outcomes) throws IOException, JMException, InterruptedException {
        long now = System.nanoTime();
        long cpu = Load.cpuNanos();
        Sample sample = Sample.now();
        samples.add(sample);
        System.out.printf(
                Locale.ROOT,
                "%8d  %7d  %7d  %7.1f  %9.1f  %9.1f  %11.1f  %5.2f  %8d%n",
                TimeUnit.NANOSECONDS.toSeconds(now - start),
                sample.threads,
                sample.sockets,
                megabytes(sample.heap),
                megabytes(sample.direct),
                megabytes(sample.natively),
                megabytes(sample.resident),
                (cpu - lastCpu) / (double) (now - lastAt),
                outcomes);
        lastAt = System.nanoTime();
        lastCpu = Load.cpuNanos();
    }

    /** Says of each figure whether it was flat. Returns what was not, or cannot be told. */
    List<String> verdicts() {
        List<String> wrong = new ArrayList<>();
        if (samples.size() < FEWEST) {
            wrong.add("too few samples to say what is flat (expected: " + FEWEST + " or more)");
            return wrong;
        }
        verdict("threads", Sample::threads, 4, wrong);
        verdict("sockets", Sample::sockets, 8, wrong);
        verdict("heap", Sample::heap, 4 << 20, wrong);
        verdict("direct buffers", Sample::direct, 4 << 20, wrong);
        verdict("native memory", Sample::natively, 8 << 20, wrong);
        verdict("resident memory", Sample::resident, 8 << 20, wrong);
        return wrong;
    }

    /**
     * Flat is what has not grown by more than five in a hundred or a small number: the median of the last quarter beside that of the second,
     * so that warming up does not count.
     */
    private void verdict(String what, ToLongFunction<Sample> figure, long slack, List<String> wrong) {
        int quarter = samples.size() / 4;
        long early = median(samples.subList(quarter, 2 * quarter), figure);
        long late = median(samples.subList(samples.size() - quarter, samples.size()), figure);
        boolean told = late > 0;
        boolean flat = late - early <= Math.max(slack, early / 20);
        System.out.printf(
                Locale.ROOT,
                "%-16s %s: %d in the second quarter, %d in the last%n",
                what,
                !told ? "NOT TOLD" : flat ? "flat" : "NOT FLAT",
                early,
                late);
        if (!told || !flat) {
            wrong.add(what + (told ? " not flat" : " not told by this machine or JVM"));
        }
    }

    private static long median(List<Sample> samples, ToLongFunction<Sample> figure) {
        long[] sorted = samples.stream().mapToLong(figure).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double megabytes(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }

    private static long openSockets() throws IOException {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        long sockets = 0;
        try (Stream<Path> all = Files.list(open)) {
            for (Path one : all.toList()) {
                try {
                    if (Files.readSymbolicLink(one).toString().startsWith("socket:")) {
                        sockets++;
                    }
                } catch (IOException e) {
                    // closed meanwhile
                }
            }
        }
        return sockets;
    }

    private static long ofTheJvm() throws JMException {
        Object summary = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmNativeMemory",
                        new Object[] {new String[] {"summary"}},
                        new String[] {String[].class.getName()});
        return kilobytes(TOTAL, summary) - kilobytes(HEAP, summary);
    }

    private static long kilobytes(Pattern pattern, Object summary) {
        Matcher found = pattern.matcher(String.valueOf(summary));
        return found.find() ? Long.parseLong(found.group(1)) * 1024 : 0;
    }

    private static long ofTheSystem() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }
}
