package io.github.bittensor4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.BlockTime;
import io.github.bittensor4j.localnet.Localnet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntentCommandsTest {
    private static final String BOB = Keypair.development("Bob").account().ss58();

    private final Localnet chain = Localnet.builder().blockTime(BlockTime.FAST).start();

    @TempDir
    Path folder;

    @BeforeEach
    void fund() {
        jbt("wallet", "create", "-w", "me", "--no-password");
        assertThat(jbt("localnet", "fund", "me", "-n", network()).status()).isZero();
    }

    @AfterEach
    void stop() {
        chain.close();
    }

    private String network() {
        return chain.endpoint().toString();
    }

    private Jbt jbt(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--wallet-path", folder.toString()));
        return Jbt.run(all.toArray(String[]::new));
    }

    private Jbt run(String command, String intent, String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("intent.json"), intent);
        List<String> all = new ArrayList<>(List.of(command, file.toString(), "-w", "me", "-n", network()));
        all.addAll(List.of(more));
        return jbt(all.toArray(String[]::new));
    }

    private static String transfer(String amount) {
        return "{\"op\":\"transfer\",\"dest_ss58\":\"" + BOB + "\",\"amount_tao\":\"" + amount + "\"}";
    }

    @Test
    void an_intent_is_planned_judged_tried_and_done() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.json"), "{\"max_spend_tao\":\"2\"}");

        Jbt plan = run("plan", transfer("1.5"), "--json", "--policy", policy.toString());
        assertThat(plan.status()).as(plan.err()).isZero();
        JsonNode planned = plan.json();
        assertThat(planned.get("ok").asBoolean()).isTrue();
        assertThat(planned.get("op").asText()).isEqualTo("transfer");
        assertThat(planned.get("spend_tao").asText()).isEqualTo("1.5");
        assertThat(planned.get("call").asText()).isEqualTo("Balances.transfer_keep_alive");
        assertThat(planned.get("call_data").asText()).startsWith("0x05");
        assertThat(planned.at("/args/amount_tao").asText()).isEqualTo("1.5");

        Jbt tried = run("plan", transfer("1.5"), "--json", "--dry-run");
        assertThat(tried.status()).as(tried.err()).isZero();
        assertThat(tried.json().get("refusal").isNull()).isTrue();

        Jbt unasked = run("execute", transfer("1.5"), "--json");
        assertThat(unasked.status()).isEqualTo(2);

        Jbt done = run("execute", transfer("1.5"), "--yes", "--json", "--policy", policy.toString());
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.json().get("submitted").asBoolean()).isTrue();
        assertThat(done.json().get("events").get(0).asText()).contains("1.500000000 TAO", BOB);

        Jbt forbidden = run("execute", transfer("2.1"), "--yes", "--json", "--policy", policy.toString());
        assertThat(forbidden.status()).isEqualTo(1);
        assertThat(forbidden.json().get("submitted").asBoolean()).isFalse();
        assertThat(forbidden.json().get("violations")).hasSize(1);
    }

    @Test
    void without_an_intent_the_catalogue_is_listed() {
        Jbt listed = jbt("plan", "--json");

        assertThat(listed.status()).as(listed.err()).isZero();
        assertThat(listed.json().get("intents")).hasSizeGreaterThan(80);
        assertThat(jbt("plan").out()).contains("transfer_all").contains("amount_tao");
        assertThat(jbt("execute").status()).isEqualTo(2);
    }

    @Test
    void what_can_not_be_done_ends_with_a_status_of_its_own() throws Exception {
        Jbt unknown = run("plan", "{\"op\":\"transfre\"}");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).hasLineCount(1).contains("transfre");

        Path policy = Files.writeString(folder.resolve("policy.json"), "{\"max_spent_tao\":\"2\"}");
        Jbt misspelt = run("execute", transfer("1"), "--yes", "--policy", policy.toString());
        assertThat(misspelt.status()).isEqualTo(2);
        assertThat(misspelt.err()).contains("max_spent_tao");

        Jbt seatless = run("plan", "{\"op\":\"serve_axon\",\"netuid\":1,\"ip\":\"192.0.2.7\",\"port\":8091}", "--json");
        assertThat(seatless.status()).isEqualTo(5);
        assertThat(seatless.json().get("obstacles").get(0).asText()).contains("no seat");

        assertThat(run("execute", transfer("100000"), "--yes").status()).isEqualTo(5);
        assertThat(jbt("plan", "no such file", "-w", "me", "-n", network()).status())
                .isEqualTo(2);
    }
}
