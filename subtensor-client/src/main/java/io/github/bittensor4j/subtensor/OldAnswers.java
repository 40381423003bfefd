package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runtimes before spec 233 answered as bytes that their metadata does not explain: delegates, neurons, stakes and settings. Their
 * layout was the same from the first of them that lists its runtime calls up to the last; later ones describe their answers, and nothing
 * here touches those. Source: {@code rpc_info} of the runtime, where a hash guards each of these structs against changes.
 */
final class OldAnswers {
    /** How a value stands in the bytes; read as {@link Metadata} gives out values of that type. */
    private interface Layout {
        Object read(ScaleReader in);
    }

    private static final Layout ACCOUNT = in -> AccountId.of(in.raw(AccountId.LENGTH));
    private static final Layout FLAG = ScaleReader::bool;
    private static final Layout U8 = in -> (long) in.u8();
    private static final Layout U16 = in -> (long) in.u16();
    private static final Layout U32 = ScaleReader::u32;
    private static final Layout U64 = in -> in.fixed(8, false);
    private static final Layout U128 = ScaleReader::u128;
    private static final Layout COMPACT_U16 = in -> compact(in, 16).longValue();
    private static final Layout COMPACT_U64 = in -> compact(in, 64);

    private static final Layout PROMETHEUS = new Fields()
            .with("block", U64)
            .with("version", U32)
            .with("ip", U128)
            .with("port", U16)
            .with("ip_type", U8);

    private static final Layout AXON = new Fields()
            .with("block", U64)
            .with("version", U32)
            .with("ip", U128)
            .with("port", U16)
            .with("ip_type", U8)
            .with("protocol", U8)
            .with("placeholder1", U8)
            .with("placeholder2", U8);

    private static final Layout DELEGATE = new Fields()
            .with("delegate_ss58", ACCOUNT)
            .with("take", COMPACT_U16)
            .with("nominators", list(tuple(ACCOUNT, COMPACT_U64)))
            .with("owner_ss58", ACCOUNT)
            .with("registrations", list(COMPACT_U16))
            .with("validator_permits", list(COMPACT_U16))
            .with("return_per_1000", COMPACT_U64)
            .with("total_daily_return", COMPACT_U64);

    private static final Layout NEURON = neuron(true);
    private static final Layout NEURON_LITE = neuron(false);

    private static final Layout STAKE = new Fields()
            .with("hotkey", ACCOUNT)
            .with("coldkey", ACCOUNT)
            .with("netuid", COMPACT_U16)
            .with("stake", COMPACT_U64)
            .with("locked", COMPACT_U64)
            .with("emission", COMPACT_U64)
            .with("drain", COMPACT_U64)
            .with("is_registered", FLAG);

    private static final Layout SETTINGS = new Fields()
            .with("rho", COMPACT_U16)
            .with("kappa", COMPACT_U16)
            .with("immunity_period", COMPACT_U16)
            .with("min_allowed_weights", COMPACT_U16)
            .with("max_weights_limit", COMPACT_U16)
            .with("tempo", COMPACT_U16)
            .with("min_difficulty", COMPACT_U64)
            .with("max_difficulty", COMPACT_U64)
            .with("weights_version", COMPACT_U64)
            .with("weights_rate_limit", COMPACT_U64)
            .with("adjustment_interval", COMPACT_U16)
            .with("activity_cutoff", COMPACT_U16)
            .with("registration_allowed", FLAG)
            .with("target_regs_per_interval", COMPACT_U16)
            .with("min_burn", COMPACT_U64)
            .with("max_burn", COMPACT_U64)
            .with("bonds_moving_avg", COMPACT_U64)
            .with("max_regs_per_block", COMPACT_U16)
            .with("serving_rate_limit", COMPACT_U64)
            .with("max_validators", COMPACT_U16)
            .with("adjustment_alpha", COMPACT_U64)
            .with("difficulty", COMPACT_U64)
            .with("commit_reveal_weights_interval", COMPACT_U64)
            .with("commit_reveal_weights_enabled", FLAG)
            .with("alpha_high", COMPACT_U16)
            .with("alpha_low", COMPACT_U16)
            .with("liquid_alpha_enabled", FLAG);

    private static final Map<String, Layout> ANSWERS = Map.ofEntries(
            Map.entry("DelegateInfoRuntimeApi.get_delegates", list(DELEGATE)),
            Map.entry("DelegateInfoRuntimeApi.get_delegate", maybe(DELEGATE)),
            Map.entry("DelegateInfoRuntimeApi.get_delegated", list(tuple(DELEGATE, COMPACT_U64))),
            Map.entry("NeuronInfoRuntimeApi.get_neurons", list(NEURON)),
            Map.entry("NeuronInfoRuntimeApi.get_neuron", maybe(NEURON)),
            Map.entry("NeuronInfoRuntimeApi.get_neurons_lite", list(NEURON_LITE)),
            Map.entry("NeuronInfoRuntimeApi.get_neuron_lite", maybe(NEURON_LITE)),
            Map.entry("StakeInfoRuntimeApi.get_stake_info_for_coldkey", list(STAKE)),
            Map.entry("StakeInfoRuntimeApi.get_stake_info_for_coldkeys", list(tuple(ACCOUNT, list(STAKE)))),
            Map.entry("SubnetInfoRuntimeApi.get_subnet_hyperparams", maybe(SETTINGS)));

    private OldAnswers() {}

    /**
     * Reads such an answer.
     *
     * @return the value; the bytes as they are where they are of another call, or of a layout that does not end with their last byte
     */
    static Object read(String api, String method, byte[] answer) {
        Layout layout = ANSWERS.get(api + "." + method);
        if (layout == null) {
            return answer;
        }
        try {
            ScaleReader in = new ScaleReader(answer);
            Object value = layout.read(in);
            in.end();
            return value;
        } catch (ScaleException e) {
            return answer;
        }
    }

    private static Layout neuron(boolean whole) {
        Fields fields = new Fields()
                .with("hotkey", ACCOUNT)
                .with("coldkey", ACCOUNT)
                .with("uid", COMPACT_U16)
                .with("netuid", COMPACT_U16)
                .with("active", FLAG)
                .with("axon_info", AXON)
                .with("prometheus_info", PROMETHEUS)
                .with("stake", list(tuple(ACCOUNT, COMPACT_U64)))
                .with("rank", COMPACT_U16)
                .with("emission", COMPACT_U64)
                .with("incentive", COMPACT_U16)
                .with("consensus", COMPACT_U16)
                .with("trust", COMPACT_U16)
                .with("validator_trust", COMPACT_U16)
                .with("dividends", COMPACT_U16)
                .with("last_update", COMPACT_U64)
                .with("validator_permit", FLAG);
        if (whole) {
            fields.with("weights", list(tuple(COMPACT_U16, COMPACT_U16)))
                    .with("bonds", list(tuple(COMPACT_U16, COMPACT_U16)));
        }
        return fields.with("pruning_score", COMPACT_U16);
    }

    private static BigInteger compact(ScaleReader in, int bits) {
        BigInteger value = in.compactBig();
        if (value.bitLength() > bits) {
            throw new CodecException("scale.value", value + " (expected: at most " + bits + " bits)");
        }
        return value;
    }

    private static Layout list(Layout element) {
        return in -> {
            int count = in.length(1);
            List<Object> all = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                all.add(element.read(in));
            }
            return all;
        };
    }

    private static Layout tuple(Layout first, Layout second) {
        return in -> List.of(first.read(in), second.read(in));
    }

    /** Something that is not there was answered as no bytes at all. */
    private static Layout maybe(Layout something) {
        return in -> in.remaining() == 0 ? Optional.empty() : Optional.of(something.read(in));
    }

    /** A struct. Filled while it is declared, then only read. */
    private static final class Fields implements Layout {
        private final Map<String, Layout> layouts = new LinkedHashMap<>();

        Fields with(String name, Layout layout) {
            layouts.put(name, layout);
            return this;
        }

        @Override
        public Object read(ScaleReader in) {
            Map<String, Object> values = new LinkedHashMap<>();
            layouts.forEach((name, layout) -> values.put(name, layout.read(in)));
            return values;
        }
    }
}
