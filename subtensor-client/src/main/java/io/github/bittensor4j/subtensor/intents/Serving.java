package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Publishing where a neuron is reached. All of it is signed by the hotkey. */
public final class Serving {
    /** An algorithm's byte and a key of up to 64. */
    private static final int LONGEST_CERTIFICATE = 65;

    private Serving() {}

    private static Draft served(Planning planning, Netuid netuid, Call call) {
        AccountId hotkey = planning.account();
        Draft draft = Draft.of(call).on(netuid);
        return planning.stored("Uids", netuid, hotkey).isEmpty()
                ? draft.obstacle("hotkey " + hotkey + " has no seat on subnet " + netuid + ": register it first")
                : draft;
    }

    private static Draft servedAxon(Planning planning, Netuid netuid, Call call) {
        return planning.waiting(
                served(planning, netuid, call), windows -> windows.earliestServe(netuid, planning.account()));
    }

    private static Call axon(Netuid netuid, String ip, int port, long version, int protocol) {
        return Calls.serveAxon(netuid, new Endpoint(ip, port), version, protocol);
    }

    /**
     * Publishes where an axon is reached.
     *
     * @param netuid the subnet
     * @param ip a literal IPv4 or IPv6 address; the chain refuses 127.0.0.1
     * @param port 1 to 65535
     * @param protocol the protocol byte; 4 by custom
     * @param version the publisher's software version
     */
    @Operation(value = "publishes where an axon is reached", signer = Operation.Key.HOTKEY)
    public record ServeAxon(
            Netuid netuid,
            String ip,
            int port,
            @JsonField(otherwise = "4") int protocol,
            @JsonField(otherwise = "1") long version)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return servedAxon(planning, netuid, axon(netuid, ip, port, version, protocol))
                    .effect("publishes " + new Endpoint(ip, port) + " as axon on subnet " + netuid);
        }
    }

    /**
     * Publishes where an axon is reached, and with which key it speaks TLS.
     *
     * @param netuid the subnet
     * @param ip a literal IPv4 or IPv6 address; the chain refuses 127.0.0.1
     * @param port 1 to 65535
     * @param certificate in hex: one byte for the algorithm and a key of up to 64 bytes
     * @param protocol the protocol byte; 4 by custom
     * @param version the publisher's software version
     */
    @Operation(value = "publishes where an axon is reached, with its TLS key", signer = Operation.Key.HOTKEY)
    public record ServeAxonTls(
            Netuid netuid,
            String ip,
            int port,
            String certificate,
            @JsonField(otherwise = "4") int protocol,
            @JsonField(otherwise = "1") long version)
            implements Intent {
        /** Checks the certificate. */
        public ServeAxonTls {
            int bytes = hex(certificate).length;
            if (bytes < 2 || bytes > LONGEST_CERTIFICATE) {
                throw new InvalidValueException(
                        "intent.certificate",
                        "certificate: " + bytes + " bytes (expected: an algorithm's byte and a key of 1 to 64)",
                        "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            Call plain = axon(netuid, ip, port, version, protocol);
            Call tls =
                    Call.of(plain.pallet(), "serve_axon_tls", plain.arguments()).with("certificate", hex(certificate));
            return servedAxon(planning, netuid, tls)
                    .effect("publishes " + new Endpoint(ip, port) + " as axon on subnet " + netuid
                            + ", with a TLS key");
        }
    }

    static byte[] hex(String text) {
        try {
            return HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(
                    "intent.hex", "hex of " + text.length() + " characters: " + e.getMessage(), "");
        }
    }

    /**
     * Publishes where metrics are fetched.
     *
     * @param netuid the subnet
     * @param ip a literal IPv4 or IPv6 address
     * @param port 1 to 65535
     * @param version the publisher's software version
     */
    @Operation(value = "publishes where a neuron's metrics are fetched", signer = Operation.Key.HOTKEY)
    public record ServePrometheus(
            Netuid netuid,
            String ip,
            int port,
            @JsonField(otherwise = "1") long version) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Map<String, Object> arguments =
                    new LinkedHashMap<>(axon(netuid, ip, port, version, 0).arguments());
            arguments.keySet().retainAll(List.of("netuid", "version", "ip", "port", "ip_type"));
            Call call = Call.of(Planning.MODULE, "serve_prometheus", arguments);
            return planning.stored("Prometheus", netuid, planning.account())
                    .map(last -> new Answer("Prometheus", last).get("block").number()
                            + planning.number("ServingRateLimit", netuid).longValue())
                    .map(served(planning, netuid, call)::from)
                    .orElseGet(() -> served(planning, netuid, call))
                    .effect("publishes " + new Endpoint(ip, port) + " for metrics on subnet " + netuid);
        }
    }

    /**
     * Publishes that an axon is not reached any more.
     *
     * @param netuid the subnet
     */
    @Operation(value = "publishes that an axon is not reached any more", signer = Operation.Key.HOTKEY)
    public record ResetAxon(Netuid netuid) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return servedAxon(planning, netuid, axon(netuid, "0.0.0.0", 1, 0, 4))
                    .effect("takes the axon on subnet " + netuid + " off");
        }
    }
}
