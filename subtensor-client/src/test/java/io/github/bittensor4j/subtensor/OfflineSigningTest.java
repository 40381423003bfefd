package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An extrinsic made on one machine, signed on a second, submitted by a third. */
class OfflineSigningTest {
    private final Localnet localnet =
            Localnet.builder().blockTime(BlockTime.MANUAL).start();
    private final Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()));
    private final Keypair alice = Keypair.development("Alice");
    private final AccountId friend = Keypair.development("friend").account();

    @AfterEach
    void stop() {
        chain.close();
        localnet.close();
    }

    private UnsignedExtrinsic prepared(Tao amount) {
        return chain.prepare(Calls.transfer(friend, amount), alice.account(), alice.scheme(), SubmitOptions.defaults());
    }

    @Test
    void it_travels_as_text_to_where_the_key_is_and_as_text_to_where_the_chain_is() throws Exception {
        localnet.produceBlocks(1);
        String paper = prepared(Tao.of("7")).toText();
        assertThat(paper).matches("unsigned-extrinsic/1:[A-Za-z0-9_-]+").hasSizeLessThan(600);

        UnsignedExtrinsic seen = UnsignedExtrinsic.fromText(paper + "\n");
        Call call = seen.call(chain.metadata());
        assertThat(call.toString()).isEqualTo("Balances.transfer_keep_alive");
        assertThat(call.arguments().get("dest")).isEqualTo(Map.of("Id", friend));
        assertThat(seen.genesisHash()).isEqualTo(chain.genesisHash());
        assertThat(seen.specVersion()).isEqualTo(461);
        assertThat(seen.validUntil()).isPresent();
        assertThat(seen.toSign().length).isLessThanOrEqualTo(256);
        String signed = seen.sign(alice).toText();

        SignedExtrinsic back = SignedExtrinsic.fromText(signed);
        assertThat(back.hash()).isEqualTo(SignedExtrinsic.fromText(signed).hash());
        ExtrinsicOutcome outcome = submit(back);
        assertThat(outcome).isInstanceOf(ExtrinsicOutcome.Included.class);
        assertThat(outcome.hash()).isEqualTo(back.hash());
        assertThat(chain.balance(friend)).isEqualTo(Tao.of("7"));
        assertThat(submit(back)).as("again").isInstanceOf(ExtrinsicOutcome.Refused.class);
        assertThat(chain.balance(friend)).isEqualTo(Tao.of("7"));
    }

    @Test
    void a_signature_made_elsewhere_is_checked_before_it_is_taken() {
        UnsignedExtrinsic unsigned = prepared(Tao.of("1"));
        byte[] signature = alice.sign(unsigned.toSign());
        assertThat(unsigned.withSignature(signature).bytes()).isNotEmpty();
        signature[3] ^= 1;
        assertThatThrownBy(() -> unsigned.withSignature(signature))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("not that of");
        assertThatThrownBy(() ->
                        unsigned.withSignature(alice.sign(prepared(Tao.of("2")).toSign())))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> unsigned.sign(Keypair.development("Bob"))).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> chain.prepare(
                                Calls.transfer(friend, Tao.of("1")),
                                alice.account(),
                                KeyScheme.ED25519,
                                SubmitOptions.defaults())
                        .sign(alice))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    void text_that_was_cut_or_is_of_another_kind_is_refused() {
        String text = prepared(Tao.of("1")).toText();
        String signed = prepared(Tao.of("1")).sign(alice).toText();
        for (String wrong : new String[] {
            "", "hello", text.substring(0, text.length() - 3), text + "AAAA", text.replace('/', '!'), signed
        }) {
            assertThatThrownBy(() -> UnsignedExtrinsic.fromText(wrong))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("unsigned-extrinsic/1");
        }
        assertThatThrownBy(() -> SignedExtrinsic.fromText(text)).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void one_that_expired_on_its_way_or_is_for_another_chain_is_refused() throws Exception {
        localnet.produceBlocks(1);
        SignedExtrinsic late = chain.prepare(
                        Calls.transfer(friend, Tao.of("1")),
                        alice.account(),
                        alice.scheme(),
                        SubmitOptions.defaults().mortality(4))
                .sign(alice);
        localnet.produceBlocks(10);
        assertThat(submit(late)).isInstanceOf(ExtrinsicOutcome.Refused.class);
        try (Localnet other = Localnet.builder()
                        .blockTime(BlockTime.MANUAL)
                        .clock(InstantSource.fixed(Instant.parse("2025-01-01T00:00:00Z")))
                        .start();
                Subtensor elsewhere = Subtensor.connect(Network.of(other.endpoint()))) {
            if (elsewhere.genesisHash().equals(chain.genesisHash())) {
                // local chains of one version share their genesis: then it is the same chain to an extrinsic
                return;
            }
            assertThatThrownBy(() -> elsewhere.submit(late, SubmitOptions.defaults()))
                    .isInstanceOf(InvalidValueException.class);
        }
    }

    private ExtrinsicOutcome submit(SignedExtrinsic extrinsic) throws Exception {
        CompletableFuture<ExtrinsicOutcome> result = CompletableFuture.supplyAsync(() -> {
            try {
                return chain.submit(extrinsic, SubmitOptions.defaults());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (true) {
            try {
                return result.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                localnet.produceBlocks(1);
            }
        }
    }
}
