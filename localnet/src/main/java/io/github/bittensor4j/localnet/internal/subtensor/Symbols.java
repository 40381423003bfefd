package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.localnet.internal.state.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The signs of the subnets' alpha: those that the chain knows, each for one subnet. */
final class Symbols {
    private static final List<String> ALL = read();

    private final Items items;

    Symbols(Items items) {
        this.items = items;
    }

    private static List<String> read() {
        try (InputStream in = Objects.requireNonNull(
                Symbols.class.getResourceAsStream("/io/github/bittensor4j/localnet/subnet.symbols"))) {
            return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("[ \n]"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<String> used(State state) {
        return items.tokenSymbol.all(state).values().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }

    /** Gives a new subnet the sign of its number, or where that is taken the first that is not; root's when all are. */
    void give(State state, int netuid) {
        Set<String> used = used(state);
        String own = netuid < ALL.size() ? ALL.get(netuid) : ALL.get(0);
        String symbol = !used.contains(own)
                ? own
                : ALL.stream()
                        .skip(1)
                        .filter(one -> !used.contains(one))
                        .findFirst()
                        .orElse(ALL.get(0));
        items.tokenSymbol.put(state, netuid, symbol.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives a subnet another sign, which its owner chose. */
    void update(Host host, int netuid, byte[] symbol) {
        String text = new String(symbol, StandardCharsets.UTF_8);
        Refusal.unless(ALL.subList(1, ALL.size()).contains(text), "SymbolDoesNotExist");
        Refusal.unless(!used(host.state()).contains(text), "SymbolAlreadyInUse");
        items.tokenSymbol.put(host.state(), netuid, symbol);
        host.event("SubtensorModule", "SymbolUpdated", netuid, symbol);
    }
}
