package io.github.bittensor4j.examples.python;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Call;
import io.github.bittensor4j.axon.RefusalException;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.neuron.ExitStatus;
import io.github.bittensor4j.neuron.HelpException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An axon for dendrites of the Python SDK 7 to 10; the same handlers answer gRPC on the same port.
 *
 * <p>{@code PythonCallersAxon [--port N] [--secret //Bob] [--allow SS58]...} prints one JSON line with host, port and hotkey once it serves,
 * and runs until its standard input closes. Its key is a development key: everybody knows it.
 */
public final class PythonCallersAxon {
    private static final String USAGE = "usage: PythonCallersAxon [--port N] [--secret //Bob] [--allow SS58]...";

    private PythonCallersAxon() {}

    public static void main(String[] args) {
        System.exit(ExitStatus.of(System.out, System.err, () -> run(args)));
    }

    static void run(String[] args) throws IOException {
        List<String> given = List.of(args);
        if (given.contains("--help") || given.contains("-h")) {
            throw new HelpException(USAGE);
        }
        if (given.size() % 2 == 1) {
            throw new InvalidValueException("examples.arguments", "every option takes a value", USAGE);
        }
        int port = 0;
        String secret = "//Bob";
        List<String> allowed = new ArrayList<>();
        for (int i = 0; i < args.length; i += 2) {
            switch (args[i]) {
                case "--port" -> port = port(args[i + 1]);
                case "--secret" -> secret = args[i + 1];
                case "--allow" -> allowed.add(args[i + 1]);
                default -> throw new InvalidValueException("examples.option", args[i] + ": not an option", USAGE);
            }
        }
        try (Keypair hotkey = Keypair.development(secret.replace("//", ""));
                Axon axon = start(hotkey, port, allowed)) {
            System.out.printf(
                    "{\"host\": \"127.0.0.1\", \"port\": %d, \"hotkey\": \"%s\"}%n", axon.port(), hotkey.account());
            while (System.in.read() >= 0) {}
        }
    }

    static int port(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
            throw new InvalidValueException("examples.port", "port \"" + text + "\" (expected: 0-65535)", "");
        }
        return Integer.parseInt(text);
    }

    static Axon start(Keypair hotkey, int port, List<String> allowed) {
        return Axon.builder(hotkey)
                .bind(new InetSocketAddress("127.0.0.1", port))
                .access(AccessPolicy.open())
                .serve(PythonSynapses.ECHO, (call, ask) -> {
                    if (!allowed.isEmpty()
                            && !allowed.contains(call.caller().hotkey().ss58())) {
                        throw new RefusalException("access.listed", false, "not on the list");
                    }
                    return new PythonSynapses.Answer(ask.text());
                })
                .serve(PythonSynapses.HASHED_ECHO, (call, ask) -> new PythonSynapses.Answer(ask.text()))
                .serve(PythonSynapses.TENSOR_SUM, (call, ask) -> sum(ask))
                .serve(PythonSynapses.SLOW, PythonCallersAxon::slowly)
                .serve(PythonSynapses.FAILING, (call, ask) -> {
                    throw new IllegalStateException("the handler failed");
                })
                .serve(PythonSynapses.FORBIDDEN, (call, ask) -> {
                    throw new RefusalException("access.listed", false, "nobody is welcome");
                })
                .stream(PythonSynapses.WORDS, (call, ask, parts) -> {
                    for (String word : ask.text().split(" ")) {
                        parts.send(new PythonSynapses.Word(word + " "));
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                })
                .start();
    }

    private static PythonSynapses.Answer slowly(Call call, PythonSynapses.Wait ask) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (ask.seconds() * 1e9));
        return new PythonSynapses.Answer("late");
    }

    /** Adds one to every element, and gives the sum as they came. */
    private static PythonSynapses.Sum sum(PythonSynapses.Numbers ask) {
        Tensor tensor = ask.tensor().orElseThrow(() -> RefusalException.invalid("tensor is None"));
        ByteBuffer in = tensor.data();
        ByteBuffer out = ByteBuffer.allocate(in.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        double total = 0;
        while (in.hasRemaining()) {
            total += switch (tensor.dtype()) {
                case FLOAT32 -> {
                    float element = in.getFloat();
                    out.putFloat(element + 1);
                    yield element;
                }
                case FLOAT64 -> {
                    double element = in.getDouble();
                    out.putDouble(element + 1);
                    yield element;
                }
                case INT64 -> {
                    long element = in.getLong();
                    out.putLong(element + 1);
                    yield element;
                }
                case INT32 -> {
                    int element = in.getInt();
                    out.putInt(element + 1);
                    yield element;
                }
                case UINT8 -> {
                    int element = in.get() & 0xff;
                    out.put((byte) (element + 1));
                    yield element;
                }
                default -> throw RefusalException.invalid("no sum of " + tensor.dtype());
            };
        }
        return new PythonSynapses.Sum(
                Optional.of(Tensor.of(tensor.dtype(), tensor.shape(), out.array())), Optional.of(total));
    }
}
