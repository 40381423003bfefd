package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights as a validator sets them, on a chain in this JVM: in the open, sealed, and by committed hash. */
class SetWeightsTest {
    private static final Netuid SUBNET = Netuid.of(2);
    private static final Uid MINER = Uid.of(2);

    private final Localnet localnet =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()));
    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final Keypair validator = Keypair.development("validator");
    private final Keypair miner = Keypair.development("miner");

    @TempDir
    Path folder;

    @BeforeEach
    void startASubnet() throws Exception {
        localnet.produceBlocks(1);
        done(owner, Calls.registerNetwork(Keypair.development("ownerHotkey").account()));
        done(owner, Calls.startCall(SUBNET));
        sudo("sudo_set_admin_freeze_window", Map.of("window", 0));
        sudo("sudo_set_weights_set_rate_limit", Map.of("netuid", SUBNET, "weights_set_rate_limit", 0));
        done(alice, Calls.burnedRegister(SUBNET, validator.account()));
        done(alice, Calls.burnedRegister(SUBNET, miner.account()));
        done(alice, Calls.addStake(validator.account(), SUBNET, Tao.of("300")));
        localnet.produceBlocks(12);
    }

    @AfterEach
    void stop() {
        chain.close();
        localnet.close();
    }

    @Test
    void weights_in_the_open_count_at_once_and_those_of_nothing_are_left_out() throws Exception {
        hideWeights(false);
        WeightsOutcome.Sent sent = sent(set(Map.of(MINER, 3.0, Uid.of(1), 1.0, Uid.of(0), 0.0)));
        assertThat(sent.outcome()).isInstanceOf(ExtrinsicOutcome.Included.class);
        assertThat(sent.reveal()).isEmpty();
        assertThat(row()).isEqualTo(List.of(List.of(1L, 21_845L), List.of(2L, 65_535L)));
    }

    @Test
    void sealed_weights_open_by_themselves_in_the_epoch_that_was_foretold() throws Exception {
        WeightsOutcome.Sent sent = sent(set(Map.of(MINER, 1.0)));
        assertThat(sent.outcome()).isInstanceOf(ExtrinsicOutcome.Included.class);
        WeightsOutcome.Reveal reveal = sent.reveal().orElseThrow();
        assertThat(reveal.round()).isPresent();
        localnet.produceBlocks((int) (reveal.fromBlock() - localnet.blockNumber() - 1));
        assertThat(row()).as("one block before").isEqualTo(List.of());
        localnet.produceBlocks(5);
        assertThat(row()).isEqualTo(List.of(List.of(2L, 65_535L)));
    }

    @Test
    void weights_committed_by_hash_are_revealed_once_also_by_a_later_process() throws Exception {
        WeightsOptions options = WeightsOptions.defaults().reveals(folder);
        WeightsOutcome.Sent sent = sent(set(Map.of(MINER, 1.0), options));
        assertThat(sent.outcome()).isInstanceOf(ExtrinsicOutcome.Included.class);
        assertThat(sent.reveal().orElseThrow().round()).isEmpty();
        assertThat(reveal(options)).as("too early").isEmpty();
        localnet.produceBlocks((int) (sent.reveal().orElseThrow().fromBlock() - localnet.blockNumber()));
        try (Subtensor later = Subtensor.connect(Network.of(localnet.endpoint()))) {
            assertThat(running(() -> later.revealWeights(SUBNET, validator, options)))
                    .hasOnlyElementsOfType(ExtrinsicOutcome.Included.class)
                    .hasSize(1);
        }
        assertThat(row()).isEqualTo(List.of(List.of(2L, 65_535L)));
        assertThat(reveal(options)).as("nothing is left to reveal").isEmpty();
    }

    @Test
    void a_commit_that_was_not_revealed_in_time_is_forgotten() throws Exception {
        WeightsOptions options = WeightsOptions.defaults().reveals(folder);
        sent(set(Map.of(MINER, 1.0), options));
        localnet.produceBlocks(40);
        assertThat(reveal(options)).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files.map(SetWeightsTest::text)).containsExactly("{\"commits\":[]}");
        }
    }

    @Test
    void a_damaged_file_of_commits_is_named_and_not_overwritten() throws Exception {
        WeightsOptions options = WeightsOptions.defaults().reveals(folder);
        sent(set(Map.of(MINER, 1.0), options));
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "{\"commits\":[{\"uids\":[1]}]}");
        assertThatThrownBy(() -> chain.revealWeights(SUBNET, validator, options))
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.code()).isEqualTo("weights.file"))
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> chain.setWeights(SUBNET, validator, Map.of(MINER, 1.0), options))
                .isInstanceOf(ChainException.class);
        assertThat(text(file)).contains("\"uids\":[1]");
    }

    @Test
    void what_the_chain_would_refuse_is_not_sent_and_has_a_name() throws Exception {
        hideWeights(false);
        assertThat(held(chain.setWeights(SUBNET, miner, Map.of(MINER, 1.0))).code())
                .isEqualTo("weights.permit");
        assertThat(held(chain.setWeights(SUBNET, alice, Map.of(MINER, 1.0))).code())
                .isEqualTo("weights.unregistered");
        assertThat(held(chain.setWeights(SUBNET, validator, Map.of(MINER, 0.0))).code())
                .isEqualTo("weights.none");
        assertThat(held(chain.setWeights(SUBNET, validator, Map.of())).code()).isEqualTo("weights.none");
        assertThat(held(chain.setWeights(SUBNET, validator, Map.of(Uid.of(9), 1.0)))
                        .code())
                .isEqualTo("weights.uid");
        assertThat(held(chain.setWeights(
                                SUBNET,
                                validator,
                                Map.of(MINER, 1.0),
                                WeightsOptions.defaults().mechanism(1)))
                        .code())
                .isEqualTo("weights.mechanism");
        assertThatThrownBy(() -> chain.setWeights(SUBNET, validator, Map.of(MINER, -1.0)))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> chain.setWeights(Netuid.of(77), validator, Map.of(MINER, 1.0)))
                .isInstanceOfSatisfying(
                        ChainException.class, e -> assertThat(e.code()).isEqualTo("chain.subnet"));

        sudo("sudo_set_min_allowed_weights", Map.of("netuid", SUBNET, "min_allowed_weights", 2));
        assertThat(held(chain.setWeights(SUBNET, validator, Map.of(MINER, 1.0))).code())
                .isEqualTo("weights.few");
        sudo("sudo_set_min_allowed_weights", Map.of("netuid", SUBNET, "min_allowed_weights", 1));
        sudo("sudo_set_weights_version_key", Map.of("netuid", SUBNET, "weights_version_key", 7));
        assertThat(held(chain.setWeights(SUBNET, validator, Map.of(MINER, 1.0))).message())
                .contains("0 (expected: at least 7)");
        WeightsOptions newest = WeightsOptions.defaults().versionKey(7);
        assertThat(sent(set(Map.of(MINER, 1.0), newest)).outcome())
                .as("the honest form")
                .isInstanceOf(ExtrinsicOutcome.Included.class);
    }

    @Test
    void weights_that_come_too_soon_wait_until_the_block_that_is_named() throws Exception {
        hideWeights(false);
        sudo("sudo_set_weights_set_rate_limit", Map.of("netuid", SUBNET, "weights_set_rate_limit", 20));
        localnet.produceBlocks(20); // a registration counts as the first setting
        WeightsOutcome.Sent first = sent(set(Map.of(MINER, 1.0)));
        long block = first.outcome().orThrow().block().number();
        WeightsOutcome.Held tooSoon = held(chain.setWeights(SUBNET, validator, Map.of(MINER, 1.0)));
        assertThat(tooSoon.code()).isEqualTo("weights.too-soon");
        assertThat(tooSoon.fromBlock()).isEqualTo(OptionalLong.of(block + 20));
        localnet.produceBlocks((int) (block + 18 - localnet.blockNumber()));
        held(chain.setWeights(SUBNET, validator, Map.of(MINER, 1.0)));
        localnet.produceBlocks(1);
        assertThat(sent(set(Map.of(MINER, 1.0))).outcome().orThrow().block().number())
                .isEqualTo(block + 20);
    }

    private WeightsOutcome set(Map<Uid, Double> weights) throws Exception {
        return set(weights, WeightsOptions.defaults());
    }

    private WeightsOutcome set(Map<Uid, Double> weights, WeightsOptions options) throws Exception {
        return running(() -> chain.setWeights(SUBNET, validator, weights, options));
    }

    private List<ExtrinsicOutcome> reveal(WeightsOptions options) throws Exception {
        return running(() -> chain.revealWeights(SUBNET, validator, options));
    }

    private static WeightsOutcome.Sent sent(WeightsOutcome outcome) {
        assertThat(outcome).isInstanceOf(WeightsOutcome.Sent.class);
        return (WeightsOutcome.Sent) outcome;
    }

    private static WeightsOutcome.Held held(WeightsOutcome outcome) {
        assertThat(outcome).isInstanceOf(WeightsOutcome.Held.class);
        return (WeightsOutcome.Held) outcome;
    }

    private Object row() {
        return chain.query("SubtensorModule", "Weights", SUBNET, Uid.of(1)).orElseThrow();
    }

    private void hideWeights(boolean hidden) throws Exception {
        sudo("sudo_set_commit_reveal_weights_enabled", Map.of("netuid", SUBNET, "enabled", hidden));
    }

    private void sudo(String name, Map<String, ?> arguments) throws Exception {
        ExtrinsicOutcome.Included included =
                done(alice, Calls.sudo(Call.of("AdminUtils", name, new LinkedHashMap<>(arguments))));
        assertThat(included.event("Sudo", "Sudid").orElseThrow().toString()).contains("Ok");
    }

    private ExtrinsicOutcome.Included done(Signer signer, Call call) throws Exception {
        return running(() -> chain.submit(call, signer)).orThrow();
    }

    /** Runs something that waits for blocks, and makes blocks once what it sent is in the pool. */
    private <T> T running(Callable<T> work) throws Exception {
        CompletableFuture<T> result = CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (true) {
            try {
                return result.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (isSomethingWaiting()) {
                    localnet.produceBlocks(1);
                }
            }
        }
    }

    private boolean isSomethingWaiting() {
        try (JsonRpc node = JsonRpc.connect(localnet.endpoint(), SubtensorOptions.defaults())) {
            return !node.call("author_pendingExtrinsics").isEmpty();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
