package io.github.bittensor4j.axon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.synapse.Message;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.protocol.internal.synapse.Terminal;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** When a nonce is good: the rules of both signatures, and where ours is narrower than Python's. */
class NonceRulesVectorTest {
    private static final Keypair ALICE = Keypair.development("Alice");
    private static final AccountId BOB = Keypair.development("Bob").account();

    /** What Python accepts and should not: each hole with the code by which it is closed here. */
    private static final Map<String, String> HOLES = Map.of(
            "future_1h", "auth.future",
            "old_but_greater_than_stored", "auth.stale",
            "zero_stored", "auth.stale",
            "legacy_version_old_first", "auth.version",
            "legacy_version_monotonic_clock", "auth.version",
            "no_version_old_first", "auth.version",
            "below_threshold_version", "auth.version");

    @TestFactory
    Stream<DynamicTest> whatPythonRefusesIsRefusedInItsWordsAndItsHolesAreClosed() {
        return NeuronVectors.FILE.cases("nonce_rules_v7_4_to_v10", one -> {
            SynapseAuthenticator rule =
                    new SynapseAuthenticator(authenticator(one.path("now_ns").asLong(), Duration.ofMinutes(1)), 100);
            if (!one.path("stored_nonce").isNull()) {
                assertThat(accepted(rule, message(one, one.path("stored_nonce"))))
                        .isEmpty();
            }
            Optional<Refused> refused = decide(rule, message(one, one.path("nonce")));
            String hole = HOLES.get(one.path("id").asText());
            if (hole != null) {
                assertThat(one.path("accept").asBoolean()).isTrue();
                assertThat(refused.map(Refused::code)).contains(hole);
            } else if (one.path("accept").asBoolean()) {
                assertThat(refused.map(Refused::message)).isEmpty();
            } else if (refused.orElseThrow().code().equals("auth.version")) {
                assertThat(one.path("dendrite_version").asLong()).isLessThan(7_002_000);
            } else {
                assertThat(refused.get().message()).isEqualTo(one.path("error").asText());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> freshnessOfBtauth() {
        return NeuronVectors.FILE.cases("btauth1_freshness", one -> {
            assertThat(Freshness.DEFAULT.past())
                    .isEqualTo(Duration.ofSeconds(one.path("max_age_s").asLong()));
            assertThat(Freshness.DEFAULT.future())
                    .isEqualTo(Duration.ofSeconds(one.path("allowed_skew_s").asLong()));
            long now = 1752076800000000000L;
            AuthHeaders claims = new AuthHeaders(
                    KeyScheme.SR25519,
                    ALICE.account(),
                    Optional.of(BOB),
                    now - one.path("now_minus_nonce_ns").asLong(),
                    new byte[64]);
            String result = "ok";
            try {
                authenticator(now, Freshness.DEFAULT.past()).checkClaims(claims);
            } catch (Refused e) {
                assertThat(e.code()).isIn("auth.stale", "auth.future");
                result = "StaleRequest";
            }
            assertThat(result).isEqualTo(one.path("result").asText());
        });
    }

    @Test
    void lanesAreForgottenOnceTheirNoncesAreStaleAndNeverBeyondTheLimit() {
        AtomicReference<Long> now = new AtomicReference<>(1752076800000000000L);
        SynapseAuthenticator rule = new SynapseAuthenticator(
                new Authenticator(
                        BOB,
                        sender -> KeyScheme.SR25519,
                        Freshness.DEFAULT,
                        () -> Instant.ofEpochSecond(0, now.get()),
                        new RememberedNonces(0).upTo(1000)),
                3);
        for (int lane = 0; lane < 3; lane++) {
            assertThat(accepted(rule, message(now.get() + lane, "lane " + lane)))
                    .isEmpty();
        }
        assertThat(accepted(rule, message(now.get() + 4, "one more")).map(Refused::code))
                .contains("auth.full");
        assertThat(rule.lanes()).isEqualTo(3);

        now.set(now.get() + Duration.ofSeconds(11).toNanos());
        assertThat(accepted(rule, message(now.get(), "one more"))).isEmpty();
        assertThat(rule.lanes()).isEqualTo(1);
    }

    private static Authenticator authenticator(long now, Duration past) {
        return new Authenticator(
                BOB,
                sender -> KeyScheme.SR25519,
                new Freshness(past, Freshness.DEFAULT.future()),
                () -> Instant.ofEpochSecond(0, now),
                new RememberedNonces(0).upTo(1000));
    }

    private static Optional<Refused> decide(SynapseAuthenticator rule, Message head) {
        try {
            assertThat(rule.claimed(head)).isEqualTo(ALICE.account());
            rule.checkSignature(ALICE.account(), head);
            return accepted(rule, head);
        } catch (Refused e) {
            return Optional.of(e);
        }
    }

    private static Optional<Refused> accepted(SynapseAuthenticator rule, Message head) {
        AtomicReference<Optional<Refused>> told = new AtomicReference<>();
        rule.accept(ALICE.account(), head, told::set);
        return told.get();
    }

    private static Message message(long nonce, String uuid) {
        return new Message(
                "Echo",
                12.0,
                Terminal.EMPTY.with(Field.NONCE, nonce).with(Field.UUID, uuid),
                Terminal.EMPTY,
                "",
                Map.of());
    }

    private static Message message(JsonNode one, JsonNode nonce) {
        Terminal dendrite = Terminal.EMPTY
                .with(Field.HOTKEY, ALICE.account().ss58())
                .with(Field.UUID, "a")
                .with(Field.NONCE, nonce.isNull() ? null : new BigInteger(nonce.asText()))
                .with(
                        Field.VERSION,
                        one.path("dendrite_version").isNull()
                                ? null
                                : one.path("dendrite_version").asLong());
        String text = SynapseSignature.request(dendrite, Optional.of(BOB.ss58()), "");
        return new Message(
                "Echo",
                one.path("timeout_s").isNull() ? null : one.path("timeout_s").asDouble(),
                dendrite.with(Field.SIGNATURE, SynapseSignature.sign(ALICE, text)),
                Terminal.EMPTY,
                "",
                Map.of());
    }
}
