package io.github.bittensor4j.cli;

import io.github.bittensor4j.cli.DemoCast.Model;
import io.github.bittensor4j.cli.DemoCast.Player;
import io.github.bittensor4j.cli.DemoCast.Role;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.examples.language.LanguageModel;
import io.github.bittensor4j.examples.language.LanguageValidator;
import io.github.bittensor4j.examples.language.NextCharacters;
import io.github.bittensor4j.examples.language.Tale;
import io.github.bittensor4j.examples.language.Training;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import io.github.bittensor4j.neuron.Miner;
import io.github.bittensor4j.neuron.Round;
import io.github.bittensor4j.neuron.RoundHandler;
import io.github.bittensor4j.neuron.Scores;
import io.github.bittensor4j.neuron.Validator;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.subtensor.Subtensor;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The story that {@code jbt demo} tells. Every neuron has its own wallet, its own connection to the chain and its own sockets, and
 * does only what its user could do through the public API; every number shown comes from the chain or from an answer received.
 */
final class Demo implements AutoCloseable {
    /** Blocks from one epoch to the next: 2.5 s of fast blocks. */
    private static final int TEMPO = 10;

    private static final Tao PURSE = Tao.of("1500");
    private static final Tao OWNERS_PURSE = Tao.of("5000");
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration REFRESH = Duration.ofMillis(500);

    private final DemoBoard board;
    private final Optional<Model> noise;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Path folder;
    private final Localnet localnet;
    private final Subtensor chain;
    private final DemoCast cast;
    private final LocalSubnet alice;
    private final List<LanguageValidator> honest = new ArrayList<>();
    private final Map<AccountId, Alpha> stakedBefore = new HashMap<>();
    private Netuid netuid = Netuid.ROOT;

    Demo(DemoBoard board, Optional<Model> noise) throws IOException {
        this.board = board;
        this.noise = noise;
        this.folder = Files.createTempDirectory("jbt-demo-");
        open.push(this::deleteFolder);
        try {
            this.localnet = opened(Localnet.builder().blockTime(BlockTime.FAST).start());
            board.step("local chain at " + localnet.endpoint() + ", a block every 0.25 s");
            this.chain = connect();
            this.alice = new LocalSubnet(chain, board::step);
            this.cast = opened(new DemoCast(folder.resolve("wallets")));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Everything before the first round: subnet, seats, stake, models, axons. */
    void prepare() throws InterruptedException, ExecutionException {
        // The networks learn while the chain does its part.
        FutureTask<Map<Model, LanguageModel>> training = new FutureTask<>(this::train);
        Thread trainer = new Thread(training, "jbt-demo-training");
        trainer.setDaemon(true);
        trainer.start();
        fund();
        createSubnet();
        takeSeats();
        stake();
        board.step("waiting for the models");
        Map<Model, LanguageModel> models = training.get();
        models.values().forEach(this::opened);
        startMiners(models);
        startValidators();
    }

    private void fund() throws InterruptedException {
        for (Player player : cast.all()) {
            Tao purse = player.role() == Role.OWNER ? OWNERS_PURSE : PURSE;
            alice.fund(player.wallet().coldkeyAccount(), purse);
        }
        board.step("wallets of " + cast.all().size() + " participants in " + folder + ", funded by //Alice");
    }

    private void createSubnet() throws InterruptedException {
        Player owner = cast.owner();
        netuid = alice.create(owner.hotkeyAccount(), owner.coldkey(), TEMPO);
    }

    private void takeSeats() throws InterruptedException {
        for (Player player : cast.neurons()) {
            Tao price = chain.burn(netuid);
            alice.submit(Calls.burnedRegister(netuid, player.hotkeyAccount()), player.coldkey());
            board.step(player.name() + " took uid "
                    + chain.uid(netuid, player.hotkeyAccount()).orElseThrow() + " for " + price);
        }
    }

    private void stake() throws InterruptedException {
        for (Player player : cast.validators()) {
            alice.submit(Calls.addStake(player.hotkeyAccount(), netuid, player.stake()), player.coldkey());
            board.step(player.name() + " staked " + player.stake());
        }
        for (Player player : cast.neurons()) {
            stakedBefore.put(player.hotkeyAccount(), staked(player));
        }
    }

    private Map<Model, LanguageModel> train() throws InterruptedException {
        Map<Model, LanguageModel> models = new LinkedHashMap<>();
        for (Model model : Model.values()) {
            boolean swapped = noise.filter(model::equals).isPresent();
            models.put(model, swapped ? LanguageModel.noise(model.ordinal()) : make(model));
        }
        return models;
    }

    private LanguageModel make(Model model) throws InterruptedException {
        return switch (model) {
            case GRU -> LanguageModel.recurrent(Training.thorough(1), p -> learnt("training gru", p));
            case BRIEF -> LanguageModel.recurrent(Training.brief(1), p -> learnt("training brief", p));
            case BIGRAM -> LanguageModel.bigram(Tale.text(2, 50_000));
            case FRIEND -> LanguageModel.noise(model.ordinal());
        };
    }

    private void learnt(String what, Training.Progress p) {
        board.progress(
                String.format("%s: %d of %d steps, loss %.2f", what, p.step(), p.steps(), p.loss()),
                p.step() == p.steps() || p.step() % 50 == 0);
    }

    private void startMiners(Map<Model, LanguageModel> models) throws InterruptedException {
        for (Player player : cast.miners()) {
            LanguageModel model =
                    Objects.requireNonNull(models.get(player.model().orElseThrow()));
            Miner miner = opened(Miner.builder(netuid, player.hotkey(), connect())
                    .serve(NextCharacters.SYNAPSE, model.handler())
                    // the chain refuses 127.0.0.1; any other loopback address is as good on one machine
                    .bind(new InetSocketAddress("127.0.0.2", 0))
                    .refresh(REFRESH)
                    .start());
            board.step(player.name() + " serves at " + miner.endpoint());
        }
    }

    private void startValidators() throws InterruptedException {
        for (Player player : cast.validators()) {
            RoundHandler rounds = player.role() == Role.COLLUDER ? this::collude : honestRounds(player);
            opened(Validator.builder(netuid, player.hotkey(), connect())
                    .every(ROUND, rounds)
                    .scores(Scores.movingAverage(0.2, folder.resolve("state").resolve(player.name())))
                    .weightsEvery(TEMPO)
                    .refresh(REFRESH)
                    .start());
            board.step(player.name() + " validates");
        }
    }

    private RoundHandler honestRounds(Player player) {
        LanguageValidator rounds = new LanguageValidator(System.nanoTime() ^ honest.size());
        honest.add(rounds);
        AccountId self = player.hotkeyAccount();
        return round -> {
            // Miners answer holders of a permit only, and the first permit comes with an epoch: until then nobody is
            // judged.
            if (round.metagraph()
                    .neuron(self)
                    .filter(NeuronInfo::validatorPermit)
                    .isPresent()) {
                rounds.run(round);
            }
        };
    }

    /** All weight to the friend, whatever it answers. */
    private void collude(Round round) {
        round.metagraph().neuron(cast.friend().hotkeyAccount()).ifPresent(friend -> round.score(friend.uid(), 1.0));
    }

    /** Watches until all validators have set weights and that many epochs are over, and tells how it ended. */
    DemoResult run(int epochs, Duration limit) throws InterruptedException {
        double begun = board.seconds();
        long last = Long.MAX_VALUE;
        while (true) {
            Metagraph metagraph = chain.metagraph(netuid);
            board.table(table(metagraph));
            long block = metagraph.block().number();
            if (last == Long.MAX_VALUE && allSetWeights(metagraph)) {
                last = block + (long) epochs * (TEMPO + 1);
            }
            if (block >= last || board.seconds() - begun > limit.toSeconds()) {
                return result(metagraph);
            }
            chain.awaitBlock(block + 2, Duration.ofSeconds(30));
        }
    }

    private boolean allSetWeights(Metagraph metagraph) {
        return cast.validators().stream()
                .map(p -> metagraph.neuron(p.hotkeyAccount()).orElseThrow())
                .allMatch(n -> n.validatorPermit() && n.lastUpdate() > n.registeredAt());
    }

    private DemoResult result(Metagraph metagraph) {
        Map<AccountId, Double> losses = losses();
        List<DemoResult.Neuron> neurons = new ArrayList<>();
        for (Player player : cast.neurons()) {
            NeuronInfo info = metagraph.neuron(player.hotkeyAccount()).orElseThrow();
            BigDecimal earned = staked(player)
                    .decimal()
                    .subtract(Objects.requireNonNull(stakedBefore.get(player.hotkeyAccount()))
                            .decimal());
            neurons.add(new DemoResult.Neuron(
                    player.name(), player.role(), info, Optional.ofNullable(losses.get(info.hotkey())), earned));
        }
        return new DemoResult(netuid, metagraph.block().number(), board.seconds(), List.copyOf(neurons));
    }

    private String table(Metagraph metagraph) {
        Map<AccountId, Double> losses = losses();
        Map<Integer, Double> given = weights();
        Table table = new Table("uid", "who", "role", "loss", "weight", "incentive", "dividends", "trust", "emission");
        for (Player player : cast.neurons()) {
            NeuronInfo n = metagraph.neuron(player.hotkeyAccount()).orElseThrow();
            Double loss = losses.get(n.hotkey());
            Double weight = given.get(n.uid().value());
            table.row(
                    n.uid(),
                    player.name(),
                    player.role().label(),
                    loss == null ? "" : String.format("%.3f", loss),
                    weight == null ? "" : String.format("%.4f", weight),
                    SubnetCommands.share(n.incentive()),
                    SubnetCommands.share(n.dividends()),
                    SubnetCommands.share(n.validatorTrust()),
                    n.emission().decimal().toPlainString());
        }
        return "subnet " + netuid + ", block " + metagraph.block().number() + System.lineSeparator() + table;
    }

    /** What the validators give each uid now, as the chain has it: the mean over their rows, weighted by stake weight. */
    private Map<Integer, Double> weights() {
        Map<Integer, Double> given = new HashMap<>();
        Metagraph metagraph = chain.metagraph(netuid);
        double all = 0;
        for (Player player : cast.validators()) {
            NeuronInfo n = metagraph.neuron(player.hotkeyAccount()).orElseThrow();
            List<?> row = (List<?>)
                    chain.query("SubtensorModule", "Weights", netuid, n.uid()).orElse(List.of());
            double sum = row.stream().mapToDouble(cell -> number(cell, 1)).sum();
            if (sum > 0) {
                all += n.stakeWeight();
                for (Object cell : row) {
                    given.merge((int) number(cell, 0), n.stakeWeight() * number(cell, 1) / sum, Double::sum);
                }
            }
        }
        double total = all;
        given.replaceAll((uid, weight) -> weight / total);
        return given;
    }

    private static double number(Object pair, int index) {
        return ((Number) ((List<?>) pair).get(index)).doubleValue();
    }

    /** The mean over honest validators. */
    private Map<AccountId, Double> losses() {
        Map<AccountId, Double> mean = new HashMap<>();
        for (LanguageValidator validator : honest) {
            validator.losses().forEach((miner, loss) -> mean.merge(miner, loss / honest.size(), Double::sum));
        }
        return mean;
    }

    private Alpha staked(Player player) {
        return chain.stake(player.hotkeyAccount(), player.wallet().coldkeyAccount(), netuid);
    }

    private Subtensor connect() {
        return opened(Subtensor.connect(Network.of(localnet.endpoint())));
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Closes everything in the opposite order: neurons before their connections, the chain last. */
    @Override
    public void close() {
        @Nullable Exception first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw new IllegalStateException("the demo could not be closed in order", first);
        }
    }
}
