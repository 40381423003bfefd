package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.Tao;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The events of one block, by the extrinsic that caused them. */
final class BlockEvents {
    private final List<Map<?, ?>> records;

    /** Why an extrinsic failed: the error's name and the runtime's own words. */
    record Failure(String name, String docs) {}

    private BlockEvents(List<Map<?, ?>> records) {
        this.records = records;
    }

    static BlockEvents read(Metadata metadata, byte[] bytes) {
        List<Map<?, ?>> records = new ArrayList<>();
        Object all = metadata.codec().decode(metadata.entry("System", "Events").value(), bytes);
        if (all instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> map && map.get("event") instanceof ChainEvent) {
                    records.add(map);
                }
            }
        }
        return new BlockEvents(records);
    }

    /** All of them, in order. */
    List<ChainEvent> all() {
        return records.stream().map(r -> (ChainEvent) r.get("event")).toList();
    }

    /** The events of the extrinsic at that place in the block, in order. */
    List<ChainEvent> of(int extrinsic) {
        return records.stream()
                .filter(r -> r.get("phase") instanceof Map<?, ?> phase
                        && phase.get("ApplyExtrinsic") instanceof Long index
                        && index == extrinsic)
                .map(r -> (ChainEvent) r.get("event"))
                .toList();
    }

    /** What was paid, the tip included; nothing for an extrinsic that costs nothing. */
    static Tao fee(List<ChainEvent> own) {
        return own.stream()
                .filter(e -> e.is("TransactionPayment", "TransactionFeePaid"))
                .map(e -> e.fields().get("actual_fee"))
                .filter(BigInteger.class::isInstance)
                .map(fee -> Tao.ofRao((BigInteger) fee))
                .findFirst()
                .orElse(Tao.ZERO);
    }

    /**
     * Why the extrinsic did not do what it asked, if so. A wrapper (sudo, batch, proxy, multisig) succeeds even when the call inside it
     * fails; that counts as failure here.
     */
    Optional<Failure> failure(Metadata metadata, List<ChainEvent> own) {
        for (ChainEvent event : own) {
            Object error = null;
            if (event.is("System", "ExtrinsicFailed")) {
                error = event.fields().get("dispatch_error");
            } else if (event.is("Utility", "BatchInterrupted")) {
                error = event.fields().get("error");
            } else if (event.is("Sudo", "Sudid") || event.is("Sudo", "SudoAsDone")) {
                error = inner(event.fields().get("sudo_result"));
            } else if (event.is("Proxy", "ProxyExecuted") || event.is("Multisig", "MultisigExecuted")) {
                error = inner(event.fields().get("result"));
            }
            if (error != null) {
                return Optional.of(name(metadata, error));
            }
        }
        return Optional.empty();
    }

    private static @Nullable Object inner(@Nullable Object result) {
        return result instanceof Map<?, ?> map ? map.get("Err") : null;
    }

    /** The name of a dispatch error: that of a pallet's error, or of the runtime's own. */
    static Failure name(Metadata metadata, Object error) {
        if (error instanceof Map<?, ?> map && map.size() == 1) {
            String kind = String.valueOf(map.keySet().iterator().next());
            Object inside = map.values().iterator().next();
            if (kind.equals("Module")
                    && inside instanceof Map<?, ?> module
                    && module.get("index") instanceof Long pallet) {
                int code = module.get("error") instanceof byte[] bytes && bytes.length > 0
                        ? bytes[0] & 0xff
                        : module.get("error") instanceof Long one ? one.intValue() : -1;
                return metadata.moduleError(pallet, code)
                        .map(e -> new Failure(e.name(), e.docs()))
                        .orElse(new Failure(
                                "Module." + pallet + "." + code, "an error that the metadata does not name"));
            }
            return new Failure(inside instanceof String text ? kind + "." + text : kind, "");
        }
        return new Failure("Dispatch." + error, "");
    }
}
