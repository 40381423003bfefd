package io.github.bittensor4j.examples;

import com.sun.net.httpserver.HttpServer;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.micrometer.AxonMetrics;
import io.github.bittensor4j.neuron.HelpException;
import io.github.bittensor4j.neuron.Miner;
import io.github.bittensor4j.neuron.NeuronConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flag {@code --metrics-port N} of an example miner: Prometheus reads the axon's meters at {@code http://127.0.0.1:N/metrics}. Off
 * without the flag. Only this machine reaches it, since it asks nobody who he is.
 */
public final class MetricsPage implements AutoCloseable {
    private static final String FLAG = "--metrics-port";
    private static final Logger log = LoggerFactory.getLogger(MetricsPage.class);

    private final String[] rest;
    private final Optional<AxonMetrics> metrics;
    private final Optional<HttpServer> server;

    private MetricsPage(String[] rest, Optional<AxonMetrics> metrics, Optional<HttpServer> server) {
        this.rest = rest;
        this.metrics = metrics;
        this.server = server;
    }

    /**
     * Opens the page if the arguments say so.
     *
     * @param args the arguments of {@code main}
     * @return the page, or one that does nothing; close it
     * @throws HelpException when they ask for help: the options of a neuron, and this one
     * @throws InvalidValueException when the port is none, or taken
     */
    public static MetricsPage of(String[] args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        if (all.contains("--help") || all.contains("-h")) {
            throw new HelpException(NeuronConfig.usage()
                    + String.format(
                            "%n  %-55s %s", FLAG, "where Prometheus reads the meters, on 127.0.0.1; off without it"));
        }
        int at = all.indexOf(FLAG);
        if (at < 0) {
            return new MetricsPage(args, Optional.empty(), Optional.empty());
        }
        all.remove(at);
        String port = at < all.size() ? all.remove(at) : "";
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer server = open(port, registry);
        log.info("metrics at http://127.0.0.1:{}/metrics", server.getAddress().getPort());
        return new MetricsPage(all.toArray(String[]::new), Optional.of(AxonMetrics.in(registry)), Optional.of(server));
    }

    private static HttpServer open(String port, PrometheusMeterRegistry registry) {
        HttpServer server;
        try {
            InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            server = HttpServer.create(new InetSocketAddress(here, Integer.parseInt(port)), 0);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidValueException(
                    "examples.metrics_port",
                    FLAG + ": \"" + port + "\" (expected: a free port, 0-65535, 0 for any): " + e.getMessage(),
                    "");
        }
        server.createContext("/metrics", exchange -> {
            byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, text.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(text);
            }
        });
        server.start();
        return server;
    }

    /**
     * The arguments without this flag.
     *
     * @return for {@link Miner#run}
     */
    public String[] rest() {
        return rest.clone();
    }

    /**
     * Watches a miner, if there is a page to show it on.
     *
     * @param miner the builder
     * @return the same builder
     */
    public Miner.Builder watch(Miner.Builder miner) {
        return metrics.map(miner::observe).orElse(miner);
    }

    /**
     * Where it listens.
     *
     * @return the port, or empty without the flag
     */
    public Optional<Integer> port() {
        return server.map(open -> open.getAddress().getPort());
    }

    /** Closes the port. */
    @Override
    public void close() {
        server.ifPresent(open -> open.stop(0));
    }
}
