package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What a subnet owner, a miner and a validator do on a chain, and what they read back. Against a real node when its address is given as
 * {@code BITTENSOR4J_CHAIN}, in the environment or as a system property; {@code //Alice} must be rich there and hold the sudo key.
 */
class ChainAcceptanceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void the_whole_life_of_a_subnet_on_the_chain_given() throws Exception {
        Optional<String> address = Optional.ofNullable(System.getenv("BITTENSOR4J_CHAIN"))
                .or(() -> Optional.ofNullable(System.getProperty("BITTENSOR4J_CHAIN")));
        Assumptions.assumeTrue(address.isPresent(), "skipped: no BITTENSOR4J_CHAIN=ws://... given");
        URI uri = URI.create(address.get());
        try (JsonRpc developer = JsonRpc.connect(uri, SubtensorOptions.defaults())) {
            new Life(Network.of(uri), blocks -> passBlocks(developer, blocks)).run();
        }
    }

    @Test
    void the_whole_life_of_a_subnet_on_a_chain_in_this_jvm() throws Exception {
        try (Localnet localnet =
                Localnet.builder().blockTime(BlockTime.FAST).port(0).start()) {
            new Life(Network.of(localnet.endpoint()), blocks -> {}).run();
        }
    }

    /** On a node that makes blocks only when asked; on any other, blocks come by themselves. */
    private static void passBlocks(JsonRpc developer, int blocks) {
        try {
            developer.callOnce("dev_newBlock", Map.of("count", blocks));
        } catch (NodeException e) {
            assertThat(e.rpcCode()).isEqualTo(NodeException.METHOD_NOT_FOUND);
        }
    }

    /** Lets the chain grow. */
    interface Clock {
        void pass(int blocks) throws Exception;
    }

    /** One run on one chain. */
    static final class Life {
        private final Network network;
        private final Clock clock;

        Life(Network network, Clock clock) {
            this.network = network;
            this.clock = clock;
        }

        void run() throws Exception {
            try (Subtensor chain = Subtensor.connect(network);
                    Keypair alice = Keypair.development("Alice");
                    Keypair coldkey = Keypair.generate(KeyScheme.SR25519);
                    Keypair ownerHotkey = Keypair.generate(KeyScheme.SR25519);
                    Keypair minerHotkey = Keypair.generate(KeyScheme.SR25519);
                    Keypair edAccount = Keypair.generate(KeyScheme.ED25519)) {
                say(
                        "chain %s, runtime %d, metadata V%d",
                        chain.chainName(),
                        chain.runtimeVersion().specVersion(),
                        chain.metadata().version());
                transfer(chain, alice, coldkey.account(), Tao.of("5000"));
                transfer(chain, alice, edAccount.account(), Tao.of("2"));
                transfer(chain, edAccount, alice.account(), Tao.of("1"));
                for (Keypair hotkey : List.of(ownerHotkey, minerHotkey)) {
                    transfer(chain, alice, hotkey.account(), Tao.of("1"));
                }
                Netuid netuid = registerSubnet(chain, coldkey, ownerHotkey.account());
                start(chain, coldkey, netuid);
                settings(chain, alice, netuid);
                registerMiner(chain, coldkey, netuid, minerHotkey.account());
                serve(chain, minerHotkey, netuid);
                stake(chain, coldkey, ownerHotkey.account(), netuid);
                weights(chain, alice, ownerHotkey, minerHotkey.account(), netuid);
                refusals(chain, alice, coldkey, netuid);
            }
        }

        private static void say(String form, Object... values) {
            System.out.println("acceptance: " + String.format(form, values));
        }

        private static ExtrinsicOutcome.Included done(Subtensor chain, Call call, Signer signer) throws Exception {
            ExtrinsicOutcome outcome = chain.submit(call, signer);
            assertThat(outcome).as("%s: %s", call, outcome).isInstanceOf(ExtrinsicOutcome.Included.class);
            ExtrinsicOutcome.Included included = outcome.orThrow();
            say(
                    "%s included in block %d, fee %s, events %s",
                    call,
                    included.block().number(),
                    included.fee(),
                    included.events().stream()
                            .map(e -> e.pallet() + "." + e.name())
                            .toList());
            return included;
        }

        private static ExtrinsicOutcome.Refused refused(Subtensor chain, Call call, Signer signer) throws Exception {
            ExtrinsicOutcome outcome = chain.submit(call, signer);
            assertThat(outcome).as("%s: %s", call, outcome).isInstanceOf(ExtrinsicOutcome.Refused.class);
            ExtrinsicOutcome.Refused refusal = (ExtrinsicOutcome.Refused) outcome;
            say("%s refused: %s (%s) hint: %s", call, refusal.error(), refusal.message(), refusal.hint());
            return refusal;
        }

        private void transfer(Subtensor chain, Signer from, AccountId to, Tao amount) throws Exception {
            Tao fromBefore = chain.balance(from.account());
            Tao before = chain.balance(to);
            ExtrinsicOutcome.Included included = done(chain, Calls.transfer(to, amount), from);
            assertThat(chain.balance(to)).isEqualTo(before.plus(amount));
            assertThat(chain.balance(from.account()))
                    .isEqualTo(fromBefore.minus(amount).minus(included.fee()));
            assertThat(included.fee().isZero()).isFalse();
            ChainEvent event = included.event("Balances", "Transfer").orElseThrow();
            assertThat(event.fields()).containsEntry("from", from.account()).containsEntry("to", to);
        }

        private Netuid registerSubnet(Subtensor chain, Signer coldkey, AccountId hotkey) throws Exception {
            List<Netuid> before = chain.subnets();
            ExtrinsicOutcome.Included included = done(chain, Calls.registerNetwork(hotkey), coldkey);
            Object number = included.event("SubtensorModule", "NetworkAdded")
                    .orElseThrow()
                    .fields()
                    .values()
                    .iterator()
                    .next();
            Netuid netuid = Netuid.of(((Long) number).intValue());
            assertThat(before).doesNotContain(netuid);
            assertThat(chain.subnets()).contains(netuid).containsAll(before);
            assertThat(chain.subnetExists(netuid)).isTrue();
            assertThat(chain.uid(netuid, hotkey)).contains(Uid.of(0));
            assertThat(chain.query("SubtensorModule", "SubnetOwner", netuid)).contains(coldkey.account());
            return netuid;
        }

        private void start(Subtensor chain, Signer coldkey, Netuid netuid) throws Exception {
            if (!chain.metadata().hasCall("SubtensorModule", "start_call")) {
                say("this runtime starts subnets by itself");
                return;
            }
            ExtrinsicOutcome outcome = chain.submit(Calls.startCall(netuid), coldkey);
            for (int i = 0; i < 50 && outcome instanceof ExtrinsicOutcome.Refused early && early.retryable(); i++) {
                say("start refused: %s", early.error());
                long now = chain.blockNumber();
                clock.pass(10);
                chain.awaitBlock(now + 10, PATIENCE);
                outcome = chain.submit(Calls.startCall(netuid), coldkey);
            }
            outcome.orThrow();
            assertThat(chain.query("SubtensorModule", "SubtokenEnabled", netuid))
                    .contains(true);
            assertThat(refused(chain, Calls.startCall(netuid), coldkey).error())
                    .isEqualTo("SubtensorModule.FirstEmissionBlockNumberAlreadySet");
        }

        private static void settings(Subtensor chain, Signer sudo, Netuid netuid) throws Exception {
            // With short epochs every block is close to one, and settings would be frozen for ever.
            set(chain, sudo, "sudo_set_admin_freeze_window", Map.of("window", 0));
            set(chain, sudo, "sudo_set_tempo", Map.of("netuid", netuid, "tempo", 10));
            set(chain, sudo, "sudo_set_weights_set_rate_limit", Map.of("netuid", netuid, "weights_set_rate_limit", 0));
            set(chain, sudo, "sudo_set_serving_rate_limit", Map.of("netuid", netuid, "serving_rate_limit", 0));
            set(chain, sudo, "sudo_set_stake_threshold", Map.of("min_stake", 0));
            SubnetHyperparameters read = chain.hyperparameters(netuid);
            assertThat(read.tempo()).isEqualTo(10);
            assertThat(read.weightsRateLimit()).isZero();
            assertThat(read.servingRateLimit()).isZero();
            assertThat(read.maxValidators()).isPositive();
            assertThat(read.immunityPeriod()).isPositive();
            assertThat(read.all()).isNotEmpty();
        }

        private static void set(Subtensor chain, Signer sudo, String function, Map<String, ?> arguments)
                throws Exception {
            if (chain.metadata().hasCall("AdminUtils", function)) {
                done(chain, Calls.sudo(Call.of("AdminUtils", function, arguments)), sudo);
            }
        }

        private static void registerMiner(Subtensor chain, Signer coldkey, Netuid netuid, AccountId hotkey)
                throws Exception {
            assertThat(chain.uid(netuid, hotkey)).isEmpty();
            Tao price = chain.burn(netuid);
            Tao before = chain.balance(coldkey.account());
            ExtrinsicOutcome.Included included = done(chain, Calls.burnedRegister(netuid, hotkey), coldkey);
            assertThat(chain.uid(netuid, hotkey)).contains(Uid.of(1));
            Tao paid = before.minus(chain.balance(coldkey.account())).minus(included.fee());
            say("registration price %s, paid %s", price, paid);
            assertThat(paid).isLessThanOrEqualTo(price);
            assertThat(paid.isZero()).isFalse();
            Metagraph metagraph = chain.metagraph(netuid);
            NeuronInfo miner = metagraph.neuron(hotkey).orElseThrow();
            assertThat(miner.coldkey()).isEqualTo(coldkey.account());
            assertThat(miner.axon()).isEmpty();
            assertThat(miner.registeredAt()).isEqualTo(included.block().number());
            assertThat(refused(chain, Calls.burnedRegister(netuid, hotkey), coldkey)
                            .error())
                    .contains("HotKeyAlreadyRegisteredInSubNet");
        }

        private static void serve(Subtensor chain, Signer hotkey, Netuid netuid) throws Exception {
            Endpoint endpoint = new Endpoint("127.0.0.2", 8091);
            ExtrinsicOutcome.Included included = done(chain, Calls.serveAxon(netuid, endpoint), hotkey);
            NeuronInfo neuron = chain.metagraph(netuid).neuron(hotkey.account()).orElseThrow();
            assertThat(neuron.axon().orElseThrow().endpoint()).isEqualTo(endpoint);
            assertThat(neuron.axon().orElseThrow().protocol()).isEqualTo(4);
            assertThat(neuron.axon().orElseThrow().block())
                    .isEqualTo(included.block().number());
            Endpoint six = new Endpoint("2001:db8:0:0:0:0:0:7", 443);
            done(chain, Calls.serveAxon(netuid, six, 7, 4), hotkey);
            assertThat(chain.metagraph(netuid)
                            .neuron(hotkey.account())
                            .orElseThrow()
                            .axon()
                            .orElseThrow()
                            .endpoint())
                    .isEqualTo(six);
            assertThat(chain.tlsKey(netuid, hotkey.account())).isEmpty();
            TlsKey key = TlsIdentity.generate().key().orElseThrow();
            done(chain, Calls.serveAxonTls(netuid, six, key), hotkey);
            assertThat(chain.tlsKey(netuid, hotkey.account())).contains(key);
            assertThat(chain.tlsKeys(netuid)).isEqualTo(Map.of(hotkey.account(), key));
            done(chain, Calls.serveAxon(netuid, six), hotkey);
            assertThat(chain.tlsKey(netuid, hotkey.account())).contains(key);
            assertThat(refused(chain, Calls.serveAxon(netuid, new Endpoint("127.0.0.1", 8091)), hotkey)
                            .error())
                    .endsWith(".InvalidIpAddress");
        }

        private static void stake(Subtensor chain, Signer coldkey, AccountId hotkey, Netuid netuid) throws Exception {
            Alpha before = chain.stake(hotkey, coldkey.account(), netuid);
            done(chain, Calls.addStake(hotkey, netuid, Tao.of("100")), coldkey);
            Alpha after = chain.stake(hotkey, coldkey.account(), netuid);
            say("stake %s, before %s", after, before);
            assertThat(after).isGreaterThan(before);
            NeuronInfo neuron = chain.metagraph(netuid).neuron(hotkey).orElseThrow();
            assertThat(neuron.alphaStake()).isGreaterThanOrEqualTo(after);
            assertThat(Long.compareUnsigned(
                            neuron.stakeWeight(), neuron.alphaStake().rao()))
                    .isGreaterThanOrEqualTo(0);
        }

        private void weights(Subtensor chain, Signer sudo, Signer hotkey, AccountId miner, Netuid netuid)
                throws Exception {
            WeightVector vector = WeightVector.quantise(Map.of(
                    chain.uid(netuid, miner).orElseThrow(),
                    0.75,
                    chain.uid(netuid, hotkey.account()).orElseThrow(),
                    0.25));
            if (chain.hyperparameters(netuid).commitRevealEnabled()) {
                ExtrinsicOutcome.Refused plain = refused(chain, Calls.setWeights(netuid, vector, 0), hotkey);
                assertThat(plain.error()).isEqualTo("SubtensorModule.CommitRevealEnabled");
                assertThat(plain.hint()).contains("commit-reveal");
                set(chain, sudo, "sudo_set_commit_reveal_weights_enabled", Map.of("netuid", netuid, "enabled", false));
            }
            long now = chain.blockNumber();
            clock.pass(24);
            chain.awaitBlock(now + 24, PATIENCE);
            NeuronInfo validator =
                    chain.metagraph(netuid).neuron(hotkey.account()).orElseThrow();
            assertThat(validator.validatorPermit())
                    .as("a permit after an epoch")
                    .isTrue();
            ExtrinsicOutcome.Included included = done(chain, Calls.setWeights(netuid, vector, 0), hotkey);
            assertThat(chain.query("SubtensorModule", "Weights", netuid, validator.uid()))
                    .contains(List.of(List.of(0L, 21845L), List.of(1L, 65535L)));
            assertThat(chain.metagraph(netuid)
                            .neuron(hotkey.account())
                            .orElseThrow()
                            .lastUpdate())
                    .isEqualTo(included.block().number());
            now = chain.blockNumber();
            clock.pass(24);
            chain.awaitBlock(now + 24, PATIENCE);
            for (NeuronInfo neuron : chain.metagraph(netuid).neurons()) {
                say(
                        "uid %s incentive %d dividends %d consensus %d trust %d emission %s stake weight %s",
                        neuron.uid(),
                        neuron.incentive(),
                        neuron.dividends(),
                        neuron.consensus(),
                        neuron.validatorTrust(),
                        neuron.emission(),
                        Long.toUnsignedString(neuron.stakeWeight()));
            }
        }

        private static void refusals(Subtensor chain, Signer alice, Signer coldkey, Netuid netuid) throws Exception {
            ExtrinsicOutcome.Refused weights = refused(
                    chain, Calls.setWeights(netuid, new WeightVector(List.of(Uid.of(0)), List.of(1)), 0), coldkey);
            assertThat(weights.error())
                    .matches("SubtensorModule\\.HotKeyNotRegisteredIn(SubNet|Network)|Custom\\.UidNotFound"
                            + "|Custom\\.HotKeyNotRegisteredInNetwork");
            Call rootOnly = Call.of("AdminUtils", "sudo_set_tempo", Map.of("netuid", netuid, "tempo", 20));
            assertThat(refused(chain, rootOnly, alice).error()).isNotEmpty();
            assertThat(refused(chain, Calls.burnedRegister(Netuid.of(4000), alice.account()), coldkey)
                            .error())
                    .matches(".*(SubnetNotExists|MechanismDoesNotExist|SubNetworkDoesNotExist)");
            assertThat(chain.constant("Balances", "ExistentialDeposit")).isEqualTo(BigInteger.valueOf(500));
        }
    }
}
