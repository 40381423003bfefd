package io.github.bittensor4j.examples.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.dendrite.Dendrite;
import io.github.bittensor4j.dendrite.QueryOutcome;
import io.github.bittensor4j.dendrite.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The subnet's question and answer over real sockets. */
@Timeout(90)
class LanguageSubnetTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A question of the same name without its rules, as a stranger might send it. */
    record Loose(List<String> contexts) {}

    private static Axon serve(Keypair hotkey, LanguageModel model) throws InterruptedException {
        return Axon.builder(hotkey)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .serve(NextCharacters.SYNAPSE, model.handler())
                .access(AccessPolicy.open())
                .start();
    }

    private static Target target(Keypair hotkey, Axon axon) {
        return Target.of(hotkey.account(), new Endpoint("127.0.0.1", axon.port()));
    }

    @Test
    void each_model_has_the_same_loss_over_the_wire_as_at_home() throws Exception {
        Keypair one = Keypair.development("Alice");
        Keypair two = Keypair.development("Bob");
        Challenge challenge = Challenge.of(42, 0);
        try (LanguageModel recurrent = LanguageModel.recurrent(new Training(1, 5), progress -> {});
                LanguageModel bigram = LanguageModel.bigram(Tale.text(2, 20_000));
                Axon first = serve(one, recurrent);
                Axon second = serve(two, bigram);
                Dendrite dendrite = Dendrite.open(Keypair.development("Charlie"))) {
            List<Double> losses = new ArrayList<>();
            for (QueryOutcome<Predictions> outcome : dendrite.queryAll(
                    List.of(target(one, first), target(two, second)),
                    NextCharacters.SYNAPSE,
                    challenge.question(),
                    LIMIT)) {
                losses.add(challenge.loss(outcome.answerOrEmpty().orElseThrow(() -> new AssertionError(outcome))));
            }

            assertThat(losses)
                    .containsExactly(
                            challenge.loss(recurrent.answer(challenge.question(), LIMIT)),
                            challenge.loss(bigram.answer(challenge.question(), LIMIT)));
        }
    }

    @Test
    void a_question_that_breaks_the_rules_is_refused_and_the_next_one_answered() throws Exception {
        Keypair hotkey = Keypair.development("Alice");
        try (LanguageModel model = LanguageModel.noise(1);
                Axon axon = serve(hotkey, model);
                Dendrite dendrite = Dendrite.open(Keypair.development("Charlie"))) {
            SynapseType<Loose, Predictions> loose =
                    SynapseType.json(NextCharacters.SYNAPSE.name(), Loose.class, Predictions.class);

            assertThat(dendrite.query(target(hotkey, axon), loose, new Loose(List.of("UPPER CASE")), LIMIT))
                    .isInstanceOfSatisfying(
                            QueryOutcome.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo("call.invalid"));
            assertThat(dendrite.query(target(hotkey, axon), loose, new Loose(List.of("lower case")), LIMIT))
                    .isInstanceOf(QueryOutcome.Answered.class);
        }
    }
}
