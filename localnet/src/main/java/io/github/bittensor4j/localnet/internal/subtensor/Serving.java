package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.yuma.ServedAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where neurons publish the addresses that they serve at. */
final class Serving {
    private static final List<String> AXON =
            List.of("version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2");
    private static final List<String> PROMETHEUS = List.of("version", "ip", "port", "ip_type");

    private static final int LONGEST_KEY = 64;

    private final Items items;
    private final Neurons neurons;

    Serving(Items items, Neurons neurons) {
        this.items = items;
        this.neurons = neurons;
    }

    void axon(Host host, AccountId hotkey, int netuid, Arguments arguments) {
        checkAxon(host, hotkey, netuid, arguments);
        items.axons.put(host.state(), netuid, hotkey, entry(host.block(), arguments, AXON));
        host.event("SubtensorModule", "AxonServed", netuid, hotkey);
    }

    /** As {@link #axon}, with a certificate, which is kept where it is one: an algorithm and a key of at most 64 bytes. */
    void axonTls(Host host, AccountId hotkey, int netuid, Arguments arguments) {
        axon(host, hotkey, netuid, arguments);
        byte[] certificate = arguments.bytes("certificate");
        if (certificate.length > 1 && certificate.length <= 1 + LONGEST_KEY) {
            items.neuronCertificates.put(
                    host.state(),
                    netuid,
                    hotkey,
                    Map.of(
                            "public_key",
                            Arrays.copyOfRange(certificate, 1, certificate.length),
                            "algorithm",
                            certificate[0] & 0xff));
        }
    }

    void checkAxon(Host host, AccountId hotkey, int netuid, Arguments arguments) {
        Refusal.unless(neurons.uid(host.state(), netuid, hotkey).isPresent(), "HotKeyNotRegisteredInNetwork");
        checkAddress(arguments, true);
        checkRate(host, items.axons, hotkey, netuid);
        Refusal.unless(arguments.u16("port") != 0, "InvalidPort");
    }

    void prometheus(Host host, AccountId hotkey, int netuid, Arguments arguments) {
        checkPrometheus(host, hotkey, netuid, arguments);
        items.prometheus.put(host.state(), netuid, hotkey, entry(host.block(), arguments, PROMETHEUS));
        host.event("SubtensorModule", "PrometheusServed", netuid, hotkey);
    }

    void checkPrometheus(Host host, AccountId hotkey, int netuid, Arguments arguments) {
        checkAddress(arguments, false);
        Refusal.unless(neurons.uid(host.state(), netuid, hotkey).isPresent(), "HotKeyNotRegisteredInNetwork");
        checkRate(host, items.prometheus, hotkey, netuid);
        Refusal.unless(arguments.u16("port") != 0, "InvalidPort");
    }

    private static void checkAddress(Arguments arguments, boolean allowZero) {
        int ipType = arguments.u16("ip_type");
        Refusal.unless(ServedAddress.isFamily(ipType), "InvalidIpType");
        Refusal.unless(ServedAddress.isValid(ipType, arguments.big("ip"), allowZero), "InvalidIpAddress");
    }

    private void checkRate(
            Host host, StorageDoubleMap<Integer, AccountId, Object> served, AccountId hotkey, int netuid) {
        State state = host.state();
        long limit = items.servingRateLimit.get(state, netuid);
        Optional<Long> last = served.find(state, netuid, hotkey).map(entry -> (Long) ((Map<?, ?>) entry).get("block"));
        Refusal.unless(
                limit == 0 || last.isEmpty() || Long.compareUnsigned(host.block() - last.get(), limit) >= 0,
                "ServingRateLimitExceeded");
    }

    private static Map<String, Object> entry(long block, Arguments arguments, List<String> fields) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("block", block);
        fields.forEach(field -> entry.put(field, arguments.get(field)));
        return entry;
    }
}
