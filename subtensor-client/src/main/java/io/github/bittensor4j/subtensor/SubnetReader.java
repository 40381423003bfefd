package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.AxonInfo;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.internal.Answer;
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
        Answer m = new Answer("metagraph", answer);
        List<AccountId> hotkeys = accounts("hotkeys", m.get("hotkeys").items());
        int n = hotkeys.size();
        Map<MetagraphColumns.Number, long[]> numbers = new EnumMap<>(MetagraphColumns.Number.class);
        numbers.put(
                MetagraphColumns.Number.STAKE_WEIGHT,
                numbers(m.get("total_stake").items(), n));
        numbers.put(
                MetagraphColumns.Number.ALPHA_STAKE,
                numbers(m.get("alpha_stake").items(), n));
        numbers.put(
                MetagraphColumns.Number.INCENTIVE, numbers(m.get("incentives").items(), n));
        numbers.put(
                MetagraphColumns.Number.DIVIDENDS, numbers(m.get("dividends").items(), n));
        numbers.put(
                MetagraphColumns.Number.CONSENSUS, numbers(m.get("consensus").items(), n));
        numbers.put(MetagraphColumns.Number.VALIDATOR_TRUST, numbers(column("ValidatorTrust", netuid), n));
        numbers.put(MetagraphColumns.Number.EMISSION, numbers(m.get("emission").items(), n));
        numbers.put(
                MetagraphColumns.Number.LAST_UPDATE,
                numbers(m.get("last_update").items(), n));
        numbers.put(
                MetagraphColumns.Number.REGISTERED_AT,
                numbers(m.get("block_at_registration").items(), n));
        List<Optional<AxonInfo>> axons = new ArrayList<>(n);
        m.get("axons").items().forEach(a -> axons.add(axon(a)));
        return columns(
                netuid,
                state.block(),
                m.get("tempo").count(),
                hotkeys,
                accounts("coldkeys", m.get("coldkeys").items()),
                axons,
                flags(m.get("active").items(), n),
                flags(m.get("validator_permit").items(), n),
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
        column.forEach(a -> all.add(new Answer("metagraph." + what, a).account()));
        return all;
    }

    /** A column of numbers for so many seats; columns that a runtime no longer fills are empty or short. */
    private static long[] numbers(List<?> column, int n) {
        if (column instanceof Numbers packed && packed.size() == n) {
            return packed.toLongs();
        }
        long[] all = new long[n];
        for (int i = 0; i < Math.min(n, column.size()); i++) {
            all[i] = new Answer("column", column.get(i)).bits();
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
        int n = stored("SubnetworkN", netuid).count();
        List<Object[]> seats = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            seats.add(new Object[] {netuid, Uid.of(i)});
        }
        List<AccountId> hotkeys = state.queryMany(MODULE, "Keys", seats).stream()
                .map(k -> new Answer("Keys", k.orElse(AccountId.ZERO)).account())
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
            staked[i] = new Answer("TotalHotkeyAlpha", alpha.get(i).orElse(0L)).bits();
            BigInteger weight = unsigned(staked[i]);
            if (!netuid.isRoot()) {
                // Stake on root counts by the chain's TAO weight, a fraction of 2^64.
                weight = weight.add(
                        unsigned(root.get(i).orElse(0L)).multiply(taoWeight).shiftRight(64));
            }
            weights[i] = weight.longValue();
            seated[i] = new Answer("BlockAtRegistration", registered.get(i).orElse(0L)).bits();
            coldkeys.add(new Answer("Owner", owners.get(i).orElse(AccountId.ZERO)).account());
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
                stored("Tempo", netuid).count(),
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
        return (keyed ? stored("TaoWeight", netuid) : stored("TaoWeight")).big();
    }

    private static BigInteger unsigned(Object number) {
        return new BigInteger(Long.toUnsignedString(new Answer("number", number).bits()));
    }

    private boolean exists(Netuid netuid) {
        return state.query(MODULE, "NetworksAdded", netuid)
                .filter(Boolean.TRUE::equals)
                .isPresent();
    }

    private Answer stored(String item, Object... keys) {
        return state.query(MODULE, item, keys)
                .map(value -> new Answer(item, value))
                .orElseThrow(() -> new ChainException("chain.answer", false, item + " is not stored", ""));
    }

    private List<?> column(String item, Netuid netuid) {
        return state.hasStorage(MODULE, item) ? stored(item, netuid).items() : List.of();
    }

    private static Optional<AxonInfo> axon(Object value) {
        Answer axon = new Answer("axon", value);
        BigInteger ip = axon.get("ip").big();
        int port = axon.get("port").count();
        if (ip.signum() == 0 || port == 0) {
            return Optional.empty();
        }
        ChainIp address = new ChainIp(ip, axon.get("ip_type").count() == 6 ? 6 : 4);
        return Optional.of(new AxonInfo(
                new Endpoint(address.text(), port),
                axon.get("protocol").count(),
                axon.get("version").bits(),
                axon.get("block").bits()));
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
        return new Answer("hyperparameters." + name, all.getOrDefault(name, 0L)).bits();
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
            return answer.isEmpty()
                    ? Alpha.ofRao(netuid, 0)
                    : new Answer("stake", answer).get("stake").alpha(netuid);
        }
        Object held = state.query(MODULE, "Alpha", hotkey, coldkey, netuid).orElse(0L);
        if (!(held instanceof FixedPoint)) {
            // The oldest runtimes store the amount itself.
            return new Answer("Alpha", held).alpha(netuid);
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
