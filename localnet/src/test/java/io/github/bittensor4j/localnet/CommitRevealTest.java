package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.timelock.Beacon;
import io.github.bittensor4j.timelock.DevelopmentBeacon;
import io.github.bittensor4j.timelock.Timelock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weights by commit and reveal over the chain's port: each honest form is accepted before its refusals are tried. */
class CommitRevealTest {
    private static final int NETUID = 2;
    private static final int TEMPO = 10;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Integer> UIDS = List.of(2);
    private static final List<Integer> VALUES = List.of(65_535);
    private static final List<Integer> SALT = List.of(7, 8, 9);

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair owner = Keypair.development("Bob");
    private final Keypair rich = Keypair.development("Charlie");
    private final Keypair validator = Keypair.development("validator");
    private final Keypair miner = Keypair.development("miner");
    private final Localnet chain = Localnet.builder()
            .blockTime(BlockTime.MANUAL)
            .clock(InstantSource.fixed(START))
            .start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void startASubnetThatHidesWeights() {
        chain.produceBlocks(1);
        assertThat(peer.send(
                        owner,
                        "SubtensorModule",
                        "register_network",
                        Keypair.development("owner").account()))
                .isEmpty();
        assertThat(peer.send(owner, "SubtensorModule", "start_call", NETUID)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_admin_freeze_window", 0)).isEmpty();
        assertThat(peer.sudo(alice, "sudo_set_weights_set_rate_limit", NETUID, 0L))
                .isEmpty();
        for (Keypair hotkey : List.of(validator, miner)) {
            assertThat(peer.send(rich, "SubtensorModule", "burned_register", NETUID, hotkey.account()))
                    .isEmpty();
        }
        assertThat(peer.send(rich, "SubtensorModule", "add_stake", validator.account(), NETUID, 300_000_000_000L))
                .isEmpty();
        chain.produceBlocks(TEMPO + 1);
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    @Test
    void a_committed_hash_is_shown_in_its_epoch_and_neither_before_nor_after() {
        beginEpoch();
        assertThat(commit(hash(validator.account(), UIDS, VALUES, SALT, 0))).isEmpty();
        assertThat(weights()).isEmpty();
        assertThat(reveal(UIDS, VALUES, SALT)).as("too early").isEqualTo("1010 Custom error: 17");
        beginEpoch();
        assertThat(reveal(UIDS, VALUES, List.of(1))).as("another salt").isEqualTo("1010 Custom error: 16");
        assertThat(reveal(UIDS, VALUES, SALT)).isEmpty();
        assertThat(weights()).containsExactly(Map.entry(2, 65_535));
        assertThat(reveal(UIDS, VALUES, SALT)).as("shown already").isEqualTo("1010 Custom error: 16");

        assertThat(commit(hash(validator.account(), UIDS, VALUES, SALT, 0))).isEmpty();
        beginEpoch();
        beginEpoch();
        assertThat(reveal(UIDS, VALUES, SALT)).as("too late").isEqualTo("1010 Custom error: 17");
    }

    @Test
    void a_validator_has_at_most_ten_commits_waiting() {
        for (int i = 0; i < 10; i++) {
            assertThat(commit(hash(validator.account(), UIDS, VALUES, List.of(i), 0)))
                    .isEmpty();
        }
        // ten commits take ten blocks, one of which may begin an epoch: none is dead yet
        assertThat(commit(hash(validator.account(), UIDS, VALUES, List.of(10), 0)))
                .isEqualTo("TooManyUnrevealedCommits");
    }

    @Test
    void sealed_weights_open_by_themselves_once_their_epoch_and_their_round_have_come() {
        beginEpoch();
        long round = roundIn(3);
        assertThat(commitSealed(payload(validator.account()), round)).isEmpty();
        assertThat(weights()).isEmpty();
        beginEpoch();
        assertThat(weights()).containsExactly(Map.entry(2, 65_535));
        assertThat(isPulseStored(round)).isTrue();
    }

    @Test
    void sealed_weights_whose_round_comes_late_in_their_epoch_open_then() {
        beginEpoch();
        assertThat(commitSealed(payload(validator.account()), roundIn(TEMPO + 4)))
                .isEmpty();
        beginEpoch();
        assertThat(weights()).isEmpty();
        chain.produceBlocks(5);
        assertThat(weights()).containsExactly(Map.entry(2, 65_535));
    }

    @Test
    void sealed_weights_of_another_hotkey_or_of_no_sense_are_dropped() {
        beginEpoch();
        long round = roundIn(3);
        assertThat(commitSealed(payload(miner.account()), round)).isEmpty();
        assertThat(commitSealed(new byte[] {1, 2, 3}, round)).isEmpty();
        assertThat(peer.send(
                        validator, "SubtensorModule", "commit_timelocked_weights", NETUID, new byte[300], round, 4))
                .isEmpty();
        beginEpoch();
        assertThat(weights()).isEmpty();
    }

    @Test
    void batches_say_which_of_their_items_failed_and_do_the_rest() {
        beginEpoch();
        byte[] first = hash(validator.account(), UIDS, VALUES, SALT, 0);
        byte[] second = hash(validator.account(), UIDS, VALUES, List.of(1), 0);
        assertThat(peer.send(
                        validator,
                        "SubtensorModule",
                        "batch_commit_weights",
                        List.of(NETUID, NETUID),
                        List.of(first, second)))
                .isEmpty();
        assertThat(peer.event("BatchCompletedWithErrors")).isEmpty();
        assertThat(peer.event("BatchWeightsCompleted")).isNotEmpty();
        assertThat(peer.send(validator, "SubtensorModule", "batch_commit_weights", List.of(NETUID), List.of()))
                .isEqualTo("1010 Custom error: 18");
        assertThat(peer.send(
                        validator,
                        "SubtensorModule",
                        "batch_set_weights",
                        List.of(NETUID),
                        List.of(List.of(List.of(2, 65_535))),
                        List.of(0L)))
                .as("the extrinsic itself succeeds")
                .isEmpty();
        assertThat(peer.event("BatchWeightItemFailed")).isNotEmpty();
        beginEpoch();
        assertThat(peer.send(
                        validator,
                        "SubtensorModule",
                        "batch_reveal_weights",
                        NETUID,
                        List.of(UIDS, UIDS),
                        List.of(VALUES, VALUES),
                        List.of(SALT, List.of(1)),
                        List.of(0L, 0L)))
                .isEmpty();
        assertThat(peer.event("WeightsBatchRevealed")).isNotEmpty();
        assertThat(weights()).containsExactly(Map.entry(2, 65_535));
        assertThat(peer.sudo(alice, "sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        assertThat(peer.send(
                        validator,
                        "SubtensorModule",
                        "batch_set_weights",
                        List.of(NETUID),
                        List.of(List.of(List.of(1, 65_535))),
                        List.of(0L)))
                .isEmpty();
        assertThat(peer.event("BatchWeightItemFailed")).isEmpty();
        assertThat(weights()).containsExactly(Map.entry(1, 65_535));
    }

    @Test
    void commits_are_refused_by_name() {
        byte[] hash = hash(validator.account(), UIDS, VALUES, SALT, 0);
        assertThat(commit(hash)).isEmpty();
        assertThat(peer.send(owner, "SubtensorModule", "commit_weights", NETUID, hash))
                .isEqualTo("HotKeyNotRegisteredInSubNet");
        assertThat(commitSealed(payload(validator.account()), 1))
                .as("a round of the past")
                .isEqualTo("1010 Custom error: 15");
        assertThat(peer.send(
                        validator,
                        "SubtensorModule",
                        "commit_timelocked_weights",
                        NETUID,
                        new byte[300],
                        roundIn(3),
                        3))
                .isEqualTo("IncorrectCommitRevealVersion");
        assertThat(peer.send(validator, "SubtensorModule", "commit_mechanism_weights", NETUID, 1, hash))
                .isEqualTo("MechanismDoesNotExist");
        assertThat(peer.sudo(alice, "sudo_set_weights_set_rate_limit", NETUID, 50L))
                .isEmpty();
        assertThat(commit(hash)).as("too soon").isEqualTo("1010 Custom error: 6");
        assertThat(peer.sudo(alice, "sudo_set_commit_reveal_weights_enabled", NETUID, false))
                .isEmpty();
        chain.produceBlocks(50);
        assertThat(commit(hash)).isEqualTo("CommitRevealDisabled");
    }

    private String commit(byte[] hash) {
        return peer.send(validator, "SubtensorModule", "commit_weights", NETUID, hash);
    }

    private String reveal(List<Integer> uids, List<Integer> values, List<Integer> salt) {
        return peer.send(validator, "SubtensorModule", "reveal_weights", NETUID, uids, values, salt, 0L);
    }

    private String commitSealed(byte[] payload, long round) {
        return peer.send(
                validator,
                "SubtensorModule",
                "commit_timelocked_mechanism_weights",
                NETUID,
                0,
                Timelock.seal(payload, DevelopmentBeacon.BEACON, round),
                round,
                4);
    }

    /** The round that is newest that many blocks from now. */
    private long roundIn(int blocks) {
        Beacon beacon = DevelopmentBeacon.BEACON;
        long slot = BlockTime.MANUAL.interval().toMillis();
        return beacon.roundAtOrBefore(START.plusMillis((chain.blockNumber() - 1 + blocks) * slot));
    }

    private void beginEpoch() {
        long before = epoch();
        while (epoch() == before) {
            chain.produceBlocks(1);
        }
    }

    private long epoch() {
        StorageMap<Integer, Long> index =
                new StorageMap<>(peer.pallet("SubtensorModule"), "SubnetEpochIndex", Codec.U16, Codec.U64);
        return peer.stored(index.key(NETUID)).map(Codec.U64::decode).orElse(0L);
    }

    /** The validator's row as pairs of uid and weight. */
    private List<Map.Entry<Integer, Integer>> weights() {
        Codec<List<Map.Entry<Integer, Integer>>> row = Codec.vec(Codec.pair(Codec.U16, Codec.U16));
        var all = new StorageDoubleMap<>(peer.pallet("SubtensorModule"), "Weights", Codec.U16, Codec.U16, row);
        return peer.stored(all.key(NETUID, 1)).map(row::decode).orElse(List.of());
    }

    private boolean isPulseStored(long round) {
        var pulses = new StorageMap<>(
                peer.pallet("Drand"),
                "Pulses",
                Codec.U64,
                Codec.plain(peer.pallet("Drand").storage().get("Pulses").value()));
        return peer.stored(pulses.key(round)).isPresent();
    }

    private static byte[] payload(AccountId hotkey) {
        ScaleWriter out = new ScaleWriter().bytes(hotkey.bytes());
        numbers(out, UIDS);
        numbers(out, VALUES);
        return out.u64(0).toByteArray();
    }

    private static byte[] hash(
            AccountId hotkey, List<Integer> uids, List<Integer> values, List<Integer> salt, long versionKey) {
        ScaleWriter out = new ScaleWriter().raw(hotkey.bytes()).u16(NETUID);
        numbers(out, uids);
        numbers(out, values);
        numbers(out, salt);
        return Hashes.blake2b256(out.u64(versionKey).toByteArray());
    }

    private static void numbers(ScaleWriter out, List<Integer> numbers) {
        out.compact(numbers.size());
        numbers.forEach(out::u16);
    }
}
