package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.timelock.DevelopmentBeacon;
import io.github.bittensor4j.timelock.Timelock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What neurons publish about themselves, over the chain's port. */
class CommitmentsTest {
    private static final int NETUID = 1;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] TEXT = "hello".getBytes(StandardCharsets.UTF_8);

    private final Keypair alice = Keypair.development("Alice");
    private final Keypair miner = Keypair.development("miner");
    private final Localnet chain = Localnet.builder()
            .blockTime(BlockTime.MANUAL)
            .clock(InstantSource.fixed(START))
            .start();
    private final Peer peer = new Peer(chain);

    @BeforeEach
    void register() {
        chain.produceBlocks(1);
        assertThat(peer.send(alice, "SubtensorModule", "burned_register", NETUID, miner.account()))
                .isEmpty();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String commit(Variant... fields) {
        return peer.send(miner, "Commitments", "set_commitment", NETUID, List.of(fields));
    }

    private static Variant raw(byte[] bytes) {
        return Variant.of("Raw" + bytes.length, bytes);
    }

    private static Variant sealed(byte[] bytes, long round) {
        return Variant.of("TimelockEncrypted", Map.of("encrypted", bytes, "reveal_round", round));
    }

    private Optional<Object> stored(String item) {
        return peer.storage("Commitments", item, NETUID, miner.account());
    }

    @Test
    void a_neuron_publishes_text_without_a_fee_and_replaces_it() {
        assertThat(commit(raw(TEXT))).isEmpty();
        assertThat(peer.event("Commitment")).containsEntry("who", miner.account());
        assertThat(peer.balance(miner.account())).containsEntry("free", 0L);
        Map<?, ?> registration = (Map<?, ?>) stored("CommitmentOf").orElseThrow();
        assertThat(registration.get("block")).isEqualTo(chain.blockNumber());
        assertThat(fieldBytes(registration)).isEqualTo(TEXT);
        assertThat(stored("LastCommitment")).contains(chain.blockNumber());
        assertThat(commit(Variant.of("Sha256", new byte[32]))).isEmpty();
        assertThat(fieldBytes((Map<?, ?>) stored("CommitmentOf").orElseThrow())).isEqualTo(new byte[32]);
    }

    private static byte[] fieldBytes(Map<?, ?> registration) {
        return (byte[]) ((Variant) ((List<?>) registration.get("info")).get(0)).value(0);
    }

    @Test
    void commitments_have_the_refusals_of_the_chain() {
        assertThat(peer.send(alice, "Commitments", "set_commitment", NETUID, List.of(raw(TEXT))))
                .isEqualTo("AccountNotAllowedCommit");
        assertThat(commit(raw(TEXT), raw(TEXT), raw(TEXT), raw(TEXT))).isEqualTo("TooManyFieldsInCommitmentInfo");
        assertThat(peer.send(miner, "Commitments", "set_max_space", 5L)).contains("1010");
        assertThat(peer.send(alice, "Sudo", "sudo", peer.call("Commitments", "set_max_space", 150L)))
                .isEmpty();
        assertThat(commit(raw(TEXT))).as("the smallest counts for 100").isEmpty();
        assertThat(commit(raw(TEXT))).isEqualTo("SpaceLimitExceeded");
    }

    @Test
    void what_is_sealed_opens_when_its_round_comes_and_the_rest_stays() {
        long round = roundIn(4);
        byte[] sealed = Timelock.seal(TEXT, DevelopmentBeacon.BEACON, round);
        assertThat(commit(raw(new byte[] {1}), sealed(sealed, round))).isEmpty();
        assertThat(peer.event("TimelockCommitment")).containsEntry("reveal_round", round);
        assertThat(index()).hasSize(1);
        assertThat(stored("RevealedCommitments")).isEmpty();
        chain.produceBlocks(4);
        Map<?, ?> registration = (Map<?, ?>) stored("CommitmentOf").orElseThrow();
        assertThat((List<?>) registration.get("info")).hasSize(1);
        assertThat(fieldBytes(registration)).isEqualTo(new byte[] {1});
        List<?> reveal = (List<?>) ((List<?>) stored("RevealedCommitments").orElseThrow()).get(0);
        assertThat((byte[]) reveal.get(0)).isEqualTo(TEXT);
        assertThat(index()).isEmpty();
    }

    @Test
    void what_does_not_open_says_why_and_is_gone() {
        long round = roundIn(4);
        assertThat(commit(sealed(new byte[] {1, 2, 3}, round))).isEmpty();
        while (peer.event("CommitmentRevealFailed").isEmpty() && chain.blockNumber() < 20) {
            chain.produceBlocks(1);
        }
        assertThat(peer.event("CommitmentRevealFailed"))
                .containsEntry("error", Variant.of("CiphertextDeserialize"))
                .containsEntry("reveal_round", round);
        assertThat(stored("CommitmentOf")).isEmpty();
        assertThat(stored("RevealedCommitments")).isEmpty();
    }

    @Test
    void the_metagraph_shows_commitments() {
        assertThat(commit(raw(TEXT))).isEmpty();
        Object answer = peer.read(
                "SubnetInfoRuntimeApi",
                "get_selective_metagraph",
                NETUID,
                IntStream.of(73).boxed().toList());
        Map<?, ?> metagraph = (Map<?, ?>) ((Optional<?>) answer).orElseThrow();
        List<?> all = (List<?>) ((Optional<?>) metagraph.get("commitments")).orElseThrow();
        List<?> entry = (List<?>) all.get(0);
        assertThat(entry.get(0)).isEqualTo(miner.account());
        // eight bytes of deposit, four of the block, how many fields, which form; then the text
        List<?> bytes = (List<?>) entry.get(1);
        assertThat(bytes).hasSize(14 + TEXT.length);
        assertThat(bytes.get(14)).isEqualTo((int) TEXT[0]);
    }

    private List<?> index() {
        return (List<?>) peer.storage("Commitments", "TimelockedIndex").orElse(List.of());
    }

    /** The round that is newest that many blocks from now. */
    private long roundIn(int blocks) {
        long slot = BlockTime.MANUAL.interval().toMillis();
        return DevelopmentBeacon.BEACON.roundAtOrBefore(START.plusMillis((chain.blockNumber() - 1 + blocks) * slot));
    }
}
