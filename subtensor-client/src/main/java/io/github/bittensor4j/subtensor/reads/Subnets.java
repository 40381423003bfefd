package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.FixedPoint;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Reads of subnets. */
public final class Subnets extends Family {
    private static final String API = "SubnetInfoRuntimeApi";
    private static final String SPLIT = "MechanismEmissionSplit";

    Subnets(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * A subnet in short.
     *
     * @param netuid its number
     * @param tempo blocks of an epoch
     * @param burn what a registration costs now
     * @param neuronCount how many neurons it has
     */
    public record Summary(Netuid netuid, int tempo, Tao burn, int neuronCount) {}

    /**
     * What a subnet's owner says of it. Texts are as published; bytes that are no text are shown in hex.
     *
     * @param subnetName a name
     * @param githubRepo a repository
     * @param subnetContact a contact
     * @param subnetUrl a page
     * @param discord a name or address there
     * @param description a description
     * @param logoUrl a logo's address
     * @param additional anything else
     */
    public record Identity(
            String subnetName,
            String githubRepo,
            String subnetContact,
            String subnetUrl,
            String discord,
            String description,
            String logoUrl,
            String additional) {}

    /**
     * When a subnet may be started.
     *
     * @param netuid its number
     * @param registeredAt the block of its registration
     * @param startCallDelay blocks that must pass
     * @param earliestStartBlock the block from which its owner may start it
     * @param currentBlock the block this is of
     * @param startedAt the block of its first emission; empty while it is not started
     */
    public record StartSchedule(
            Netuid netuid,
            long registeredAt,
            long startCallDelay,
            long earliestStartBlock,
            long currentBlock,
            Optional<Long> startedAt) {}

    /** Those that exist, ascending. */
    static List<Netuid> netuids(At at) {
        return at.entries(At.MODULE, "NetworksAdded")
                .filter(e -> e.value().flag())
                .map(e -> e.key(0).netuid())
                .sorted()
                .toList();
    }

    private static Summary summary(Netuid netuid, Answer tempo, Answer burn, Answer count) {
        return new Summary(netuid, tempo.count(), burn.tao(), count.count());
    }

    /**
     * A subnet in short.
     *
     * @param netuid its number
     * @return tempo, price and size
     */
    @Listed("A subnet's tempo, the price of a registration, and how many neurons it has.")
    public Summary subnet(@Arg("netuid") Netuid netuid) {
        return read("subnet", at -> {
            At.Items items = at.subnet(netuid, "Tempo", "Burn", "SubnetworkN");
            return summary(netuid, items.get("Tempo"), items.get("Burn"), items.get("SubnetworkN"));
        });
    }

    /**
     * All subnets in short, root included.
     *
     * @return by number
     */
    @Listed("Every subnet's tempo, the price of a registration, and how many neurons it has.")
    public List<Summary> subnets() {
        return read("subnets", at -> {
            List<Netuid> netuids = netuids(at);
            List<Object[]> keys = netuids.stream().map(n -> new Object[] {n}).toList();
            List<Optional<Answer>> tempos = at.many(At.MODULE, "Tempo", keys);
            List<Optional<Answer>> burns = at.many(At.MODULE, "Burn", keys);
            List<Optional<Answer>> counts = at.many(At.MODULE, "SubnetworkN", keys);
            List<Summary> all = new ArrayList<>();
            for (int i = 0; i < netuids.size(); i++) {
                all.add(summary(
                        netuids.get(i),
                        tempos.get(i).orElseThrow(),
                        burns.get(i).orElseThrow(),
                        counts.get(i).orElseThrow()));
            }
            return List.copyOf(all);
        });
    }

    /**
     * What a registration costs now.
     *
     * @param netuid the subnet
     * @return TAO
     */
    @Listed("What a registration on a subnet costs now.")
    public Tao burn(@Arg("netuid") Netuid netuid) {
        return read("burn", at -> at.subnet(netuid, "Burn").get("Burn").tao());
    }

    /**
     * How much TAO flows into each subnet, as the chain's moving average has it.
     *
     * @return rao a block, negative where it flows out; subnets of which the chain keeps none are left out
     */
    @Listed("The moving average of TAO that flows into each subnet, in rao a block.")
    public Map<Netuid, BigDecimal> subnetTaoFlows() {
        return read("subnet_tao_flows", at -> {
            Map<Netuid, BigDecimal> all = new TreeMap<>();
            at.entries(At.MODULE, "SubnetEmaTaoFlow")
                    .forEach(e -> all.put(e.key(0).netuid(), e.value().get(1).decimal()));
            return all;
        });
    }

    /**
     * Whether weights must be committed before they are revealed.
     *
     * @param netuid the subnet
     * @return true when plain weights are refused
     */
    @Listed("Whether a subnet takes weights only by commit and reveal.")
    public boolean commitRevealEnabled(@Arg("netuid") Netuid netuid) {
        return read(
                "commit_reveal_enabled",
                at -> at.subnet(netuid, "CommitRevealWeightsEnabled")
                        .get("CommitRevealWeightsEnabled")
                        .flag());
    }

    /**
     * All settings of a subnet by the runtime's names; {@link ChainState#hyperparameters} has those that a neuron needs by type.
     *
     * @param netuid the subnet
     * @return as the runtime describes them: whole numbers, booleans, exact decimals; empty when the subnet does not exist
     */
    @Listed("Every setting of a subnet, by the runtime's names.")
    public Optional<Map<String, Object>> subnetHyperparameters(@Arg("netuid") Netuid netuid) {
        return read("subnet_hyperparameters", at -> {
            for (String method : List.of("get_subnet_hyperparams_v3", "get_subnet_hyperparams_v2")) {
                if (at.offers(API, method)) {
                    return at.call(API, method, netuid).present().map(Subnets::settings);
                }
            }
            return at.described(API, "get_subnet_hyperparams", netuid)
                    .map(answer -> answer.present().map(Subnets::settings))
                    .orElseGet(() -> stored(at, netuid));
        });
    }

    /** Those that neurons need, on runtimes that do not describe the call. */
    private static Optional<Map<String, Object>> stored(At at, Netuid netuid) {
        return at.value(At.MODULE, "NetworksAdded", netuid).flag()
                ? Optional.of(at.state().hyperparameters(netuid).all())
                : Optional.empty();
    }

    /** A struct of them, or a list of names and values. */
    private static Map<String, Object> settings(Answer answer) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (answer.plain() instanceof List<?>) {
            answer.list()
                    .forEach(e -> all.put(
                            e.get("name").text(),
                            setting(e.get("value").get(e.get("value").variant()).plain())));
        } else {
            answer.map().forEach((name, value) -> all.put(String.valueOf(name), setting(value)));
        }
        return all;
    }

    private static Object setting(Object value) {
        return value instanceof FixedPoint fixed ? fixed.decimal() : value;
    }

    /**
     * Everything of a subnet and its neurons, by one call and by the runtime's names, each column a list; {@link
     * ChainState#metagraphColumns} has what a neuron needs as arrays, on runtimes without that call too.
     *
     * @param netuid the subnet
     * @return as the runtime describes it, name and symbol as text; empty when the subnet does not exist
     */
    @Listed("Everything of a subnet and its neurons, by one call: stakes, incentives, emissions, axons and more.")
    public Optional<Map<String, Object>> metagraph(@Arg("netuid") Netuid netuid) {
        return read(
                "metagraph",
                at -> at.call(API, "get_metagraph", netuid).present().map(m -> {
                    Map<String, Object> all = new LinkedHashMap<>();
                    m.map().forEach((name, value) -> all.put(String.valueOf(name), value));
                    all.put("name", m.get("name").text());
                    all.put("symbol", m.get("symbol").text());
                    return all;
                }));
    }

    /** They grew twice: the first had a name, a repository and a contact, the second all but a logo. */
    private static String identities(At at) {
        return at.first("SubnetIdentitiesV3", "SubnetIdentitiesV2", "SubnetIdentities");
    }

    private static Identity identity(Answer i) {
        return new Identity(
                i.get("subnet_name").text(),
                i.get("github_repo").text(),
                i.get("subnet_contact").text(),
                said(i, "subnet_url"),
                said(i, "discord"),
                said(i, "description"),
                said(i, "logo_url"),
                said(i, "additional"));
    }

    private static String said(Answer identity, String field) {
        return identity.find(field).map(Answer::text).orElse("");
    }

    /**
     * What a subnet's owner says of it.
     *
     * @param netuid the subnet
     * @return empty when nothing is said
     */
    @Listed("What a subnet's owner says of it: name, links, description.")
    public Optional<Identity> subnetIdentity(@Arg("netuid") Netuid netuid) {
        return read(
                "subnet_identity",
                at -> at.find(At.MODULE, identities(at), netuid).map(Subnets::identity));
    }

    /**
     * The names of subnets.
     *
     * @return by number; subnets that have none are left out
     */
    @Listed("The name of every subnet that has one.")
    public Map<Netuid, String> subnetNames() {
        return read("subnet_names", at -> {
            Map<Netuid, String> all = new TreeMap<>();
            at.entries(At.MODULE, identities(at)).forEach(e -> {
                String name = e.value().get("subnet_name").text();
                if (!name.isEmpty()) {
                    all.put(e.key(0).netuid(), name);
                }
            });
            return all;
        });
    }

    /**
     * The symbols of the subnets' alpha.
     *
     * @return by number, those that are stored
     */
    @Listed("The symbol of every subnet's alpha.")
    public Map<Netuid, String> tokenSymbols() {
        return read("token_symbols", at -> {
            Map<Netuid, String> all = new TreeMap<>();
            at.entries(At.MODULE, "TokenSymbol")
                    .forEach(e -> all.put(e.key(0).netuid(), e.value().text()));
            return all;
        });
    }

    /** Blocks between a subnet's registration and its start: stored, or on older runtimes a constant. */
    static long startCallDelay(At at) {
        if (at.has("StartCallDelay")) {
            return at.value(At.MODULE, "StartCallDelay").number();
        }
        String name = at.state().metadata().constants(At.MODULE).contains("DurationOfStartCall")
                ? "DurationOfStartCall"
                : "InitialStartCallDelay";
        return new Answer(name, at.state().constant(At.MODULE, name)).number();
    }

    static StartSchedule schedule(At at, Netuid netuid) {
        At.Items items = at.subnet(netuid, "NetworkRegisteredAt", "FirstEmissionBlockNumber");
        long registered = items.get("NetworkRegisteredAt").number();
        long delay = startCallDelay(at);
        return new StartSchedule(
                netuid,
                registered,
                delay,
                Math.addExact(registered, delay),
                at.block(),
                items.find("FirstEmissionBlockNumber").map(Answer::number));
    }

    /**
     * When a subnet may be started.
     *
     * @param netuid the subnet
     * @return its registration and the delay after it
     */
    @Listed("When a subnet's owner may start it.")
    public StartSchedule subnetStartSchedule(@Arg("netuid") Netuid netuid) {
        return read("subnet_start_schedule", at -> schedule(at, netuid));
    }

    /**
     * How many mechanisms a subnet has.
     *
     * @param netuid the subnet
     * @return at least 1
     */
    @Listed("How many mechanisms a subnet has.")
    public int mechanismCount(@Arg("netuid") Netuid netuid) {
        return read(
                "mechanism_count",
                at -> at.subnet(netuid, "MechanismCountCurrent")
                        .get("MechanismCountCurrent")
                        .count());
    }

    /**
     * How a subnet's emission is split among its mechanisms.
     *
     * @param netuid the subnet
     * @return of 65535, by mechanism; none when it is split evenly
     */
    @Listed("How a subnet's emission is split among its mechanisms, of 65535; none for evenly.")
    public List<Integer> mechanismEmissionSplit(@Arg("netuid") Netuid netuid) {
        return read(
                "mechanism_emission_split",
                at -> at.subnet(netuid, SPLIT)
                        .stored(SPLIT)
                        .map(s -> s.list().stream().map(Answer::count).toList())
                        .orElse(List.of()));
    }

    /**
     * What a new subnet costs now.
     *
     * @return TAO
     */
    @Listed("What the registration of a new subnet costs now.")
    public Tao subnetRegistrationCost() {
        return read(
                "subnet_registration_cost",
                at -> at.call("SubnetRegistrationRuntimeApi", "get_network_registration_cost")
                        .tao());
    }
}
