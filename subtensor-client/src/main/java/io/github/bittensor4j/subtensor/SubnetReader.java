package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.AxonInfo;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a subnet by what the node's runtime offers: one runtime call where there is one that its metadata describes, else storage. */
final class SubnetReader {
    static final String MODULE = "SubtensorModule";
    private static final String SUBNET_API = "SubnetInfoRuntimeApi";

    /** The one of the official clients' names of settings that each storage item holds. */
    private static final Map<String, String> STORED = stored();

    private final ChainState state;

    SubnetReader(ChainState state) {
        this.state = state;
    }

    static ChainException missing(Netuid netuid) {
        return new ChainException(
                "chain.subnet",
                false,
                "subnet " + netuid + " does not exist",
                "jbt query subnets (Subtensor.subnets()) lists those that do");
    }

    MetagraphColumns metagraph(Netuid netuid) {
        if (state.metadata().hasRuntimeCall(SUBNET_API, "get_metagraph")
                && state.runtimeCall(SUBNET_API, "get_metagraph", netuid) instanceof Optional<?> answer) {
            return fromCall(netuid, answer.orElseThrow(() -> missing(netuid)));
        }
        return fromStorage(netuid);
    }

    private MetagraphColumns fromCall(Netuid netuid, Object answer) {
        Struct m = new Struct("metagraph", answer);
        List<AccountId> hotkeys = accounts("hotkeys", m.list("hotkeys"));
        int n = hotkeys.size();
        Map<MetagraphColumns.Number, long[]> numbers = new EnumMap<>(MetagraphColumns.Number.class);
        numbers.put(MetagraphColumns.Number.STAKE_WEIGHT, numbers(m.list("total_stake"), n));
        numbers.put(MetagraphColumns.Number.ALPHA_STAKE, numbers(m.list("alpha_stake"), n));
        numbers.put(MetagraphColumns.Number.INCENTIVE, numbers(m.list("incentives"), n));
        numbers.put(MetagraphColumns.Number.DIVIDENDS, numbers(m.list("dividends"), n));
        numbers.put(MetagraphColumns.Number.CONSENSUS, numbers(m.list("consensus"), n));
        numbers.put(MetagraphColumns.Number.VALIDATOR_TRUST, numbers(column("ValidatorTrust", netuid), n));
        numbers.put(MetagraphColumns.Number.EMISSION, numbers(m.list("emission"), n));
        numbers.put(MetagraphColumns.Number.LAST_UPDATE, numbers(m.list("last_update"), n));
        numbers.put(MetagraphColumns.Number.REGISTERED_AT, numbers(m.list("block_at_registration"), n));
        List<Optional<AxonInfo>> axons = new ArrayList<>(n);
        m.list("axons").forEach(a -> axons.add(axon(a)));
        return columns(
                netuid,
                state.block(),
                (int) m.number("tempo"),
                hotkeys,
                accounts("coldkeys", m.list("coldkeys")),
                axons,
                flags(m.list("active"), n),
                flags(m.list("validator_permit"), n),
                numbers);
    }

    /** Columns of the accounts are of one length, or the chain broke its promise. */
    private static MetagraphColumns columns(
            Netuid netuid,
            BlockRef at,
            int tempo,
            List<AccountId> hotkeys,
            List<AccountId> coldkeys,
            List<Optional<AxonInfo>> axons,
            boolean[] active,
            boolean[] permits,
            Map<MetagraphColumns.Number, long[]> numbers) {
        if (coldkeys.size() != hotkeys.size() || axons.size() != hotkeys.size()) {
            throw new ChainException(
                    "chain.answer",
                    false,
                    "metagraph of " + netuid + ": " + hotkeys.size() + " hotkeys, " + coldkeys.size() + " coldkeys, "
                            + axons.size() + " axons (expected: as many of each)",
                    "");
        }
        return new MetagraphColumns(netuid, at, tempo, hotkeys, coldkeys, axons, active, permits, numbers);
    }

    private static List<AccountId> accounts(String what, List<?> column) {
        List<AccountId> all = new ArrayList<>(column.size());
        column.forEach(a -> all.add(Struct.account("metagraph." + what, a)));
        return all;
    }

    /** A column of numbers for so many seats; columns that a runtime no longer fills are empty or short. */
    private static long[] numbers(List<?> column, int n) {
        if (column instanceof Numbers packed && packed.size() == n) {
            return packed.toLongs();
        }
        long[] all = new long[n];
        for (int i = 0; i < Math.min(n, column.size()); i++) {
            all[i] = Struct.number("column", column.get(i));
        }
        return all;
    }

    private static boolean[] flags(List<?> column, int n) {
        boolean[] all = new boolean[n];
        for (int i = 0; i < Math.min(n, column.size()); i++) {
            all[i] = Boolean.TRUE.equals(column.get(i));
        }
        return all;
    }

    /** For runtimes that do not describe such a call: every column as it is stored, at one block. */
    private MetagraphColumns fromStorage(Netuid netuid) {
        if (!exists(netuid)) {
            throw missing(netuid);
        }
        int n = (int) Struct.number("SubnetworkN", stored("SubnetworkN", netuid));
        List<Object[]> seats = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            seats.add(new Object[] {netuid, Uid.of(i)});
        }
        List<AccountId> hotkeys = state.queryMany(MODULE, "Keys", seats).stream()
                .map(k -> Struct.account("Keys", k.orElse(AccountId.ZERO)))
                .toList();
        List<Object[]> byHotkey = hotkeys.stream().map(h -> new Object[] {h}).toList();
        List<Object[]> onSubnet =
                hotkeys.stream().map(h -> new Object[] {netuid, h}).toList();
        List<Object[]> ofSubnet =
                hotkeys.stream().map(h -> new Object[] {h, netuid}).toList();
        List<Object[]> ofRoot =
                hotkeys.stream().map(h -> new Object[] {h, Netuid.ROOT}).toList();
        List<Optional<Object>> owners = state.queryMany(MODULE, "Owner", byHotkey);
        List<Optional<Object>> axons = state.queryMany(MODULE, "Axons", onSubnet);
        List<Optional<Object>> registered = state.queryMany(MODULE, "BlockAtRegistration", seats);
        List<Optional<Object>> alpha = state.queryMany(MODULE, "TotalHotkeyAlpha", ofSubnet);
        List<Optional<Object>> root = state.queryMany(MODULE, "TotalHotkeyAlpha", ofRoot);
        BigInteger taoWeight = taoWeight(netuid);
        long[] staked = new long[n];
        long[] weights = new long[n];
        long[] seated = new long[n];
        List<AccountId> coldkeys = new ArrayList<>(n);
        List<Optional<AxonInfo>> published = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            staked[i] = Struct.number("TotalHotkeyAlpha", alpha.get(i).orElse(0L));
            BigInteger weight = unsigned(staked[i]);
            if (!netuid.isRoot()) {
                // Stake on root counts by the chain's TAO weight, a fraction of 2^64.
                weight = weight.add(
                        unsigned(root.get(i).orElse(0L)).multiply(taoWeight).shiftRight(64));
            }
            weights[i] = weight.longValue();
            seated[i] = Struct.number("BlockAtRegistration", registered.get(i).orElse(0L));
            coldkeys.add(Struct.account("Owner", owners.get(i).orElse(AccountId.ZERO)));
            published.add(axons.get(i).flatMap(SubnetReader::axon));
        }
        Map<MetagraphColumns.Number, long[]> numbers = new EnumMap<>(MetagraphColumns.Number.class);
        numbers.put(MetagraphColumns.Number.STAKE_WEIGHT, weights);
        numbers.put(MetagraphColumns.Number.ALPHA_STAKE, staked);
        numbers.put(MetagraphColumns.Number.INCENTIVE, numbers(column("Incentive", netuid), n));
        numbers.put(MetagraphColumns.Number.DIVIDENDS, numbers(column("Dividends", netuid), n));
        numbers.put(MetagraphColumns.Number.CONSENSUS, numbers(column("Consensus", netuid), n));
        numbers.put(MetagraphColumns.Number.VALIDATOR_TRUST, numbers(column("ValidatorTrust", netuid), n));
        numbers.put(MetagraphColumns.Number.EMISSION, numbers(column("Emission", netuid), n));
        numbers.put(MetagraphColumns.Number.LAST_UPDATE, numbers(column("LastUpdate", netuid), n));
        numbers.put(MetagraphColumns.Number.REGISTERED_AT, seated);
        return columns(
                netuid,
                state.block(),
                (int) Struct.number("Tempo", stored("Tempo", netuid)),
                hotkeys,
                coldkeys,
                published,
                flags(column("Active", netuid), n),
                flags(column("ValidatorPermit", netuid), n),
                numbers);
    }

    /** How much stake on root counts, of 2^64; older runtimes kept one for each subnet. */
    private BigInteger taoWeight(Netuid netuid) {
        Metadata metadata = state.stored();
        if (!metadata.hasStorage(MODULE, "TaoWeight")) {
            return BigInteger.ZERO;
        }
        boolean keyed = metadata.entry(MODULE, "TaoWeight").hashers() != null;
        return unsigned(keyed ? stored("TaoWeight", netuid) : stored("TaoWeight"));
    }

    private static BigInteger unsigned(Object number) {
        return new BigInteger(Long.toUnsignedString(Struct.number("number", number)));
    }

    private boolean exists(Netuid netuid) {
        return state.query(MODULE, "NetworksAdded", netuid)
                .filter(Boolean.TRUE::equals)
                .isPresent();
    }

    private Object stored(String item, Object... keys) {
        return state.query(MODULE, item, keys)
                .orElseThrow(() -> new ChainException("chain.answer", false, item + " is not stored", ""));
    }

    private List<?> column(String item, Netuid netuid) {
        return state.hasStorage(MODULE, item) ? Struct.list(item, stored(item, netuid)) : List.of();
    }

    private static Optional<AxonInfo> axon(Object value) {
        Struct axon = new Struct("axon", value);
        BigInteger ip = axon.big("ip");
        int port = (int) axon.number("port");
        if (ip.signum() == 0 || port == 0) {
            return Optional.empty();
        }
        ChainIp address = new ChainIp(ip, (int) axon.number("ip_type") == 6 ? 6 : 4);
        return Optional.of(new AxonInfo(
                new Endpoint(address.text(), port),
                (int) axon.number("protocol"),
                axon.number("version"),
                axon.number("block")));
    }

    SubnetHyperparameters hyperparameters(Netuid netuid) {
        if (!exists(netuid)) {
            throw missing(netuid);
        }
        Map<String, Object> all = named(netuid);
        STORED.forEach((name, item) -> {
            if (!all.containsKey(name) && state.hasStorage(MODULE, item)) {
                state.query(MODULE, item, netuid).ifPresent(v -> all.put(name, v));
            }
        });
        return new SubnetHyperparameters(
                (int) number(all, "tempo"),
                (int) number(all, "immunity_period"),
                (int) number(all, "min_allowed_weights"),
                (int) number(all, "max_weights_limit"),
                number(all, "weights_version"),
                number(all, "weights_rate_limit"),
                number(all, "activity_cutoff"),
                Boolean.TRUE.equals(all.get("registration_allowed")),
                Tao.ofRao(number(all, "min_burn")),
                Tao.ofRao(number(all, "max_burn")),
                number(all, "serving_rate_limit"),
                (int) number(all, "max_validators"),
                Boolean.TRUE.equals(all.get("commit_reveal_weights_enabled")),
                number(all, "commit_reveal_period"),
                all);
    }

    private static long number(Map<String, Object> all, String name) {
        return Struct.number("hyperparameters." + name, all.getOrDefault(name, 0L));
    }

    /** What the runtime itself calls hyperparameters, by the newest of its calls. Older ones answer opaque bytes, which say nothing. */
    private Map<String, Object> named(Netuid netuid) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (String method :
                List.of("get_subnet_hyperparams_v3", "get_subnet_hyperparams_v2", "get_subnet_hyperparams")) {
            if (state.metadata().hasRuntimeCall(SUBNET_API, method)
                    && state.runtimeCall(SUBNET_API, method, netuid) instanceof Optional<?> answer
                    && answer.isPresent()) {
                if (answer.get() instanceof Map<?, ?> struct) {
                    struct.forEach((name, value) -> all.put(String.valueOf(name), value));
                } else if (answer.get() instanceof List<?> entries) {
                    for (Object entry : entries) {
                        if (entry instanceof Map<?, ?> one
                                && one.get("name") instanceof byte[] name
                                && one.get("value") instanceof Map<?, ?> value
                                && value.size() == 1) {
                            all.put(
                                    new String(name, StandardCharsets.UTF_8),
                                    value.values().iterator().next());
                        }
                    }
                }
                return all;
            }
        }
        return all;
    }

    Alpha stake(AccountId hotkey, AccountId coldkey, Netuid netuid) {
        String api = "StakeInfoRuntimeApi";
        String method = "get_stake_info_for_hotkey_coldkey_netuid";
        Metadata metadata = state.metadata();
        if (metadata.hasRuntimeCall(api, method)
                && state.runtimeCall(api, method, hotkey, coldkey, netuid) instanceof Optional<?> answer) {
            return Alpha.ofRao(netuid, answer.isEmpty() ? 0 : new Struct("stake", answer.get()).number("stake"));
        }
        Object held = state.query(MODULE, "Alpha", hotkey, coldkey, netuid).orElse(0L);
        if (!(held instanceof FixedPoint)) {
            // The oldest runtimes store the amount itself.
            return Alpha.ofRao(netuid, Struct.number("Alpha", held));
        }
        // A coldkey's part of the hotkey's stake is its part of the shares.
        BigInteger share = bits(Optional.of(held));
        BigInteger shares = bits(state.query(MODULE, "TotalHotkeyShares", hotkey, netuid));
        BigInteger total =
                unsigned(state.query(MODULE, "TotalHotkeyAlpha", hotkey, netuid).orElse(0L));
        return Alpha.ofRao(
                netuid,
                shares.signum() == 0 ? 0 : total.multiply(share).divide(shares).longValue());
    }

    private static BigInteger bits(Optional<Object> fixedPoint) {
        return fixedPoint
                .filter(FixedPoint.class::isInstance)
                .map(v -> ((FixedPoint) v).bits())
                .orElse(BigInteger.ZERO);
    }

    private static Map<String, String> stored() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("tempo", "Tempo");
        map.put("immunity_period", "ImmunityPeriod");
        map.put("min_allowed_weights", "MinAllowedWeights");
        map.put("max_weights_limit", "MaxWeightsLimit");
        map.put("weights_version", "WeightsVersionKey");
        map.put("weights_rate_limit", "WeightsSetRateLimit");
        map.put("activity_cutoff", "ActivityCutoff");
        map.put("registration_allowed", "NetworkRegistrationAllowed");
        map.put("min_burn", "MinBurn");
        map.put("max_burn", "MaxBurn");
        map.put("serving_rate_limit", "ServingRateLimit");
        map.put("max_validators", "MaxAllowedValidators");
        map.put("commit_reveal_weights_enabled", "CommitRevealWeightsEnabled");
        map.put("commit_reveal_period", "RevealPeriodEpochs");
        return map;
    }
}
