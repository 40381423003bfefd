package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Extrinsics sealed for the next author, on a chain in this JVM whose author opens them. */
class ShieldTest {
    private final Localnet localnet =
            Localnet.builder().blockTime(BlockTime.FAST).start();
    private final Subtensor chain = Subtensor.connect(Network.of(localnet.endpoint()));
    private final Keypair alice = Keypair.development("Alice");
    private final AccountId friend = Keypair.development("friend").account();

    @AfterEach
    void stop() {
        chain.close();
        localnet.close();
    }

    @Test
    void a_sealed_call_comes_out_in_a_later_block_and_its_fate_is_its_own() throws Exception {
        ExtrinsicOutcome outcome =
                chain.submitShielded(Calls.transfer(friend, Tao.of("3")), alice, SubmitOptions.defaults());
        assertThat(outcome).isInstanceOf(ExtrinsicOutcome.Included.class);
        assertThat(outcome.orThrow().event("Balances", "Transfer")).isPresent();
        assertThat(chain.balance(friend)).isEqualTo(Tao.of("3"));

        ExtrinsicOutcome tooMuch =
                chain.submitShielded(Calls.transfer(friend, Tao.of("5000000")), alice, SubmitOptions.defaults());
        assertThat(tooMuch).isInstanceOf(ExtrinsicOutcome.Refused.class);
        assertThat(((ExtrinsicOutcome.Refused) tooMuch).block()).isPresent();
        assertThat(chain.balance(friend)).isEqualTo(Tao.of("3"));
        assertThat(chain.submit(Calls.transfer(friend, Tao.of("1")), alice))
                .as("the transaction numbers are in order after it")
                .isInstanceOf(ExtrinsicOutcome.Included.class);
    }

    @Test
    void a_blob_that_is_none_or_for_another_key_does_not_get_into_the_pool() throws Exception {
        Call malformed = Call.of("MevShield", "submit_encrypted", Map.of("ciphertext", new byte[100]));
        assertThat(((ExtrinsicOutcome.Refused) chain.submit(malformed, alice)).error())
                .isEqualTo("Custom.FailedShieldedTxParsing");
        byte[] key = (byte[]) chain.query("MevShield", "NextKey").orElseThrow();
        byte[] blob = MevShield.seal(key, new byte[] {1, 2, 3});
        blob[0] ^= 1;
        Call foreign = Call.of("MevShield", "submit_encrypted", Map.of("ciphertext", blob));
        assertThat(((ExtrinsicOutcome.Refused) chain.submit(foreign, alice)).error())
                .isEqualTo("Custom.InvalidShieldedTxPubKeyHash");
        blob[0] ^= 1;
        Call nonsense = Call.of("MevShield", "submit_encrypted", Map.of("ciphertext", blob));
        assertThat(chain.submit(nonsense, alice))
                .as("what is in it is nobody's matter until it is opened")
                .isInstanceOf(ExtrinsicOutcome.Included.class);
    }
}
