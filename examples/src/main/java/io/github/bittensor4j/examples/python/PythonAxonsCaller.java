package io.github.bittensor4j.examples.python;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.AttemptObserver;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.DendriteOptions;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.SynapseStatus;
import io.github.bittensor4j.dendrite.Target;
import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.neuron.HelpException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A caller of axons of the Python SDK 7 to 10.
 *
 * <p>{@code PythonAxonsCaller HOST PORT AXON_HOTKEY [--secret //Alice] [--case NAME]...} asks each case once and prints one JSON object a
 * case: what a dendrite of that SDK would show. Its key is a development key: everybody knows it.
 */
public final class PythonAxonsCaller {
    private static final String USAGE =
            "usage: PythonAxonsCaller HOST PORT AXON_HOTKEY [--secret //Alice] [--case NAME]...";
    private static final Set<String> OF_AXON = Set.of(
            "hotkey",
            "ip",
            "nonce",
            "port",
            "process_time",
            "signature",
            "status_code",
            "status_message",
            "uuid",
            "version");

    private final Dendrite dendrite;
    private final Target target;
    /** What the answer's headers said of the axon. */
    private final Set<String> said = new ConcurrentSkipListSet<>();

    private PythonAxonsCaller(Keypair hotkey, Target target) {
        this.target = target;
        this.dendrite = Dendrite.open(
                hotkey,
                DendriteOptions.defaults()
                        .dialect(Dialect.SYNAPSE)
                        .observe((asked, synapse, dialect, headers) -> new AttemptObserver() {
                            @Override
                            public void answering(Function<String, Optional<String>> answered) {
                                OF_AXON.stream()
                                        .map(field -> "bt_header_axon_" + field)
                                        .filter(name -> answered.apply(name).isPresent())
                                        .forEach(said::add);
                            }
                        }));
    }

    /** One case: a question, how long to wait, and how its fields and those of its answer are shown. */
    private record Case<Q, R>(
            String name,
            SynapseType<Q, R> type,
            Q question,
            double seconds,
            Map<String, @Nullable Object> asked,
            Function<R, Map<String, @Nullable Object>> answered) {}

    public static void main(String[] args) {
        System.exit(ExitStatus.of(System.out, System.err, () -> run(args)));
    }

    private static void run(String[] args) throws InterruptedException {
        List<String> given = List.of(args);
        if (given.contains("--help") || given.contains("-h")) {
            throw new HelpException(USAGE);
        }
        if (given.size() < 3 || given.size() % 2 == 0) {
            throw new InvalidValueException("examples.arguments", "HOST, PORT and AXON_HOTKEY, then options", USAGE);
        }
        String secret = "//Alice";
        List<String> wanted = new ArrayList<>();
        for (int i = 3; i < args.length; i += 2) {
            switch (args[i]) {
                case "--secret" -> secret = args[i + 1];
                case "--case" -> wanted.add(args[i + 1]);
                default -> throw new InvalidValueException("examples.option", args[i] + ": not an option", USAGE);
            }
        }
        Target target = Target.of(AccountId.fromSs58(args[2]), new Endpoint(args[0], PythonCallersAxon.port(args[1])));
        try (Keypair hotkey = Keypair.development(secret.replace("//", ""))) {
            ask(hotkey, target, wanted).forEach(System.out::println);
        }
    }

    /** The JSON of each case that is wanted; of all when none is named. */
    static List<String> ask(Keypair hotkey, Target target, List<String> wanted) throws InterruptedException {
        PythonAxonsCaller caller = new PythonAxonsCaller(hotkey, target);
        List<String> lines = new ArrayList<>();
        try {
            for (Case<?, ?> one : cases()) {
                if (wanted.isEmpty() || wanted.contains(one.name())) {
                    lines.add(json(caller.ask(one)));
                }
            }
            if (wanted.isEmpty() || wanted.contains("stream")) {
                lines.add(json(caller.listen()));
            }
        } finally {
            caller.dendrite.close();
        }
        return lines;
    }

    private static List<Case<?, ?>> cases() {
        return List.of(
                echo("echo", "hello, w\u00f6rld \u2603"),
                echo("empty", ""),
                echo("large", "x".repeat(1_000_000)),
                new Case<>(
                        "hashed",
                        PythonSynapses.HASHED_ECHO,
                        new PythonSynapses.Values("it's \"quoted\"", 7, 0.1, true, List.of(1L, 2L, 3L)),
                        12,
                        fields(
                                "text",
                                "it's \"quoted\"",
                                "number",
                                7,
                                "ratio",
                                0.1,
                                "flag",
                                true,
                                "items",
                                List.of(1L, 2L, 3L),
                                "answer",
                                null),
                        answer -> fields("answer", answer.answer())),
                sum("tensor-f32", Tensor.ofFloats(new float[] {0, 1, 2, 3, 4, 5}, 2, 3)),
                sum("tensor-i64", Tensor.ofLongs(LongStream.range(0, 24).toArray(), 2, 3, 4)),
                sum("tensor-u8-empty", Tensor.of(Tensor.DType.UINT8, new long[] {0, 4}, new byte[0])),
                slow("slow-in-time", 0.5, 5),
                slow("slow-too-late", 5, 1),
                plain("failing", PythonSynapses.FAILING),
                plain("forbidden", PythonSynapses.FORBIDDEN),
                plain("unheard", PythonSynapses.UNHEARD));
    }

    private static Case<?, ?> echo(String name, String text) {
        return new Case<>(
                name,
                PythonSynapses.ECHO,
                new PythonSynapses.Text(text),
                12,
                fields("text", text, "answer", null),
                answer -> fields("answer", answer.answer()));
    }

    private static Case<?, ?> sum(String name, Tensor tensor) {
        return new Case<>(
                name,
                PythonSynapses.TENSOR_SUM,
                new PythonSynapses.Numbers(Optional.of(tensor)),
                12,
                fields("total", null, "tensor", shown(tensor)),
                answer -> fields(
                        "total", answer.total().orElse(null),
                        "tensor", answer.tensor().map(PythonAxonsCaller::shown).orElse(null)));
    }

    private static Case<?, ?> slow(String name, double seconds, double timeout) {
        return new Case<>(
                name,
                PythonSynapses.SLOW,
                new PythonSynapses.Wait(seconds),
                timeout,
                fields("seconds", seconds, "answer", null),
                answer -> fields("answer", answer.answer()));
    }

    private static Case<?, ?> plain(String name, SynapseType<PythonSynapses.Text, PythonSynapses.Nothing> type) {
        return new Case<>(name, type, new PythonSynapses.Text("x"), 12, fields("text", "x"), answer -> Map.of());
    }

    private <Q, R> Map<String, @Nullable Object> ask(Case<Q, R> one) throws InterruptedException {
        said.clear();
        Duration timeout = Duration.ofMillis((long) (1000 * one.seconds()));
        long begun = System.nanoTime();
        QueryOutcome<R> outcome = dendrite.query(target, one.type(), one.question(), timeout);
        SynapseStatus status = SynapseStatus.of(outcome, one.type().name(), timeout);
        Set<String> known = new TreeSet<>(said);
        known.addAll(Set.of("bt_header_axon_hotkey", "bt_header_axon_ip", "bt_header_axon_port"));
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(one.asked());
        outcome.answerOrEmpty().ifPresent(answer -> fields.putAll(one.answered().apply(answer)));
        fields.replaceAll((name, value) ->
                value instanceof String text && text.length() > 200 ? text.length() + " characters" : value);
        return fields(
                "case", one.name(),
                "dendrite_status", status.code(),
                "dendrite_message", status.message(),
                "axon_status", said.contains("bt_header_axon_status_code") ? status.code() : null,
                "axon_headers", List.copyOf(known),
                "fields", fields,
                "seconds", since(begun));
    }

    private Map<String, @Nullable Object> listen() throws InterruptedException {
        long begun = System.nanoTime();
        Duration timeout = Duration.ofSeconds(12);
        List<Object> chunks = new ArrayList<>();
        StringBuilder completion = new StringBuilder();
        QueryOutcome<Long> outcome = dendrite.stream(
                target, PythonSynapses.WORDS, new PythonSynapses.Text("one two three four"), timeout, part -> {
                    chunks.add(List.of(part.word(), since(begun)));
                    completion.append(part.word());
                });
        return fields(
                "case",
                "stream",
                "chunks",
                chunks,
                "dendrite_status",
                SynapseStatus.of(outcome, "Words", timeout).code(),
                "completion",
                completion.toString());
    }

    private static double since(long begun) {
        return Math.round((System.nanoTime() - begun) / 1e6) / 1e3;
    }

    private static Map<String, @Nullable Object> shown(Tensor tensor) {
        List<Object> values = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            switch (tensor.dtype()) {
                case FLOAT32 -> values.add((double) data.getFloat());
                case INT64 -> values.add(data.getLong());
                default -> values.add(data.get() & 0xff);
            }
        }
        return fields(
                "dtype", tensor.dtype().name().toLowerCase(Locale.ROOT),
                "shape", LongStream.of(tensor.shape()).boxed().toList(),
                "values", values);
    }

    private static Map<String, @Nullable Object> fields(@Nullable Object... pairs) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return fields;
    }

    private static String json(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((name, member) -> members.add(json(name) + ": " + json(member)));
            return "{" + String.join(", ", members) + "}";
        }
        if (value instanceof List<?> list) {
            return "["
                    + String.join(
                            ", ", list.stream().map(PythonAxonsCaller::json).toList()) + "]";
        }
        if (value instanceof String text) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append(c);
                } else if (c < ' ' || c > '~') {
                    quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.append('"').toString();
        }
        return String.valueOf(value);
    }
}
