package io.github.bittensor4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.subtensor.ExtrinsicOutcome;
import io.github.bittensor4j.subtensor.SubmitOptions;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.intents.DryRun;
import io.github.bittensor4j.subtensor.intents.Execution;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.Intents;
import io.github.bittensor4j.subtensor.intents.Operation;
import io.github.bittensor4j.subtensor.intents.Plan;
import io.github.bittensor4j.subtensor.intents.Policy;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbt plan} and {@code jbt execute}: what somebody wants done, as JSON. */
final class IntentCommands {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The most bytes of an intent or a policy. */
    private static final int LONGEST = 1 << 20;

    private IntentCommands() {}

    /** What both take. */
    private static final class Wish {
        @Mixin
        NetworkOption network = new NetworkOption();

        @Mixin
        WalletOptions wallet = new WalletOptions();

        @Mixin
        Output output = new Output();

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "FILE|-",
                description = "The intent as JSON, such as {\"op\": \"transfer\", ...}; - for standard input.")
        @Nullable
        String file;

        @Option(names = "--policy", paramLabel = "FILE", description = "What is allowed, as JSON. Default: everything.")
        @Nullable
        Path policy;

        Policy policy() {
            return policy == null ? Policy.NONE : Policy.fromJson(text(policy.toString()));
        }

        String json() {
            if (file == null) {
                throw Failures.wrongUse(
                        "cli.intent", "no intent (expected: a file of JSON, or -)", "jbt plan lists what there is");
            }
            return text(file);
        }

        static Intent intent(String json, Wallet opened) {
            try {
                return Intents.fromJson(json, opened.hotkeyAccount());
            } catch (WalletException noHotkey) {
                return Intents.fromJson(json);
            }
        }

        private static String text(String file) {
            try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
                byte[] bytes = in.readNBytes(LONGEST + 1);
                if (bytes.length > LONGEST) {
                    throw Failures.wrongUse(
                            "cli.file", file + ": more than " + LONGEST + " bytes", "is it the right file?");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw Failures.wrongUse("cli.file", file + ": cannot be read", "check path and permissions");
            }
        }

        static AccountId account(Intent intent, Wallet opened) {
            return intent.signer() == Operation.Key.HOTKEY ? opened.hotkeyAccount() : opened.coldkeyAccount();
        }

        Signer signer(Intent intent, Wallet opened) {
            return intent.signer() == Operation.Key.HOTKEY ? opened.hotkey() : wallet.unlock(opened);
        }
    }

    private static ObjectNode tree(Plan plan) {
        try {
            return (ObjectNode) JSON.readTree(plan.toJson());
        } catch (JsonProcessingException e) {
            throw new AssertionError("a plan is JSON", e);
        }
    }

    static String told(Plan plan) {
        StringBuilder text = new StringBuilder();
        text.append(plan.intent().op()).append(" by ").append(plan.account());
        text.append(" at block ").append(plan.block().number());
        plan.effects().forEach(line -> text.append("\n  ").append(line));
        text.append("\n  fee ").append(plan.fee());
        plan.earliestBlock().ifPresent(block -> text.append("\n  from block ").append(block));
        plan.warnings().forEach(line -> text.append("\n  mind: ").append(line));
        plan.obstacles().forEach(line -> text.append("\n  refused: ").append(line));
        plan.violations().forEach(line -> text.append("\n  not allowed: ").append(line));
        return text.toString();
    }

    /** The exit status that a plan deserves: 0, 1 when it is not allowed, 5 when the chain would refuse it. */
    private static int status(Plan plan) {
        if (plan.ok()) {
            return 0;
        }
        return plan.violations().isEmpty() ? Failures.REFUSED : Failures.FAILED;
    }

    /** {@code jbt plan}. */
    @Command(
            name = "plan",
            header =
                    "Show what an intent would do and cost, and what stands against it; without one, list the intents.",
            description = "Nothing is signed. Exit status 1: the policy forbids it; 5: the chain would refuse it.")
    static final class PlanIntent implements Callable<Integer> {
        @Mixin
        Wish wish = new Wish();

        @Option(
                names = "--dry-run",
                description = "Ask the chain's own check too. Signs, in a way that nobody can submit.")
        boolean dryRun;

        @Override
        public Integer call() {
            if (wish.file == null) {
                list();
                return 0;
            }
            Policy policy = wish.policy();
            String json = wish.json();
            try (Wallet opened = wish.wallet.open();
                    Subtensor chain = wish.network.connect(wish.output)) {
                Intent intent = Wish.intent(json, opened);
                if (!dryRun) {
                    Plan plan = chain.plan(intent, Wish.account(intent, opened), policy);
                    wish.output.result(tree(plan), told(plan));
                    return status(plan);
                }
                DryRun run = chain.dryRun(intent, wish.signer(intent, opened), policy);
                ObjectNode node = tree(run.plan());
                node.put("refusal", run.refusal().orElse(null));
                wish.output.result(
                        node,
                        told(run.plan())
                                + run.refusal()
                                        .map(error -> "\n  the chain refuses: " + error + " " + run.hint())
                                        .orElse(run.plan().ok() ? "\n  the chain would take it" : ""));
                return run.refusal().isPresent() ? Failures.REFUSED : status(run.plan());
            }
        }

        private void list() {
            ObjectNode node = Output.object();
            ArrayNode intents = node.putArray("intents");
            Table table = new Table("intent", "signed by", "fields");
            for (Intents.Entry entry : Intents.catalogue()) {
                ObjectNode one = intents.addObject();
                one.put("op", entry.op());
                one.put("family", entry.family());
                one.put("summary", entry.summary());
                one.put("signer", entry.signer().name().toLowerCase(Locale.ROOT));
                ArrayNode fields = one.putArray("fields");
                entry.fields().forEach(fields::add);
                table.row(entry.op(), entry.signer().name().toLowerCase(Locale.ROOT), String.join(" ", entry.fields()));
            }
            wish.output.result(node, table.toString());
        }
    }

    /** {@code jbt execute}. */
    @Command(
            name = "execute",
            header = "Do what an intent says, when nothing stands against it.",
            description = "Shows the plan and asks first. What is signed is the plan's own call.")
    static final class ExecuteIntent implements Callable<Integer> {
        @Mixin
        Wish wish = new Wish();

        @Mixin
        Consent consent = new Consent();

        @Option(
                names = "--shield",
                description =
                        "Seal it for the next block's author, so that nobody can trade ahead of it. Costs a second fee.")
        boolean shield;

        @Override
        public Integer call() throws InterruptedException {
            Policy policy = wish.policy();
            String json = wish.json();
            try (Wallet opened = wish.wallet.open();
                    Subtensor chain = wish.network.connect(wish.output)) {
                Intent intent = Wish.intent(json, opened);
                Plan plan = chain.plan(intent, Wish.account(intent, opened), policy);
                if (!plan.ok() || consent.dryRun) {
                    return unsigned(plan);
                }
                wish.output.remark(told(plan));
                consent.require("Do it?", wish.output);
                Signer signer = wish.signer(intent, opened);
                Execution execution = shield
                        ? chain.executeShielded(plan, signer, policy, SubmitOptions.defaults())
                        : chain.execute(plan, signer, policy, SubmitOptions.defaults());
                if (!(execution instanceof Execution.Submitted submitted)) {
                    return unsigned(execution.plan());
                }
                if (!(submitted.outcome() instanceof ExtrinsicOutcome.Included included)) {
                    throw Submission.notIncluded(submitted.outcome());
                }
                ObjectNode node = tree(submitted.plan());
                node.put("submitted", true);
                node.put("extrinsic", included.hash());
                node.put("block", Long.toString(included.block().number()));
                node.put("paid_fee_tao", included.fee().decimal().toPlainString());
                submitted.events().forEach(event -> node.withArray("events").add(event.toString()));
                wish.output.result(
                        node,
                        "done in block " + included.block().number() + ", fee " + included.fee()
                                + submitted.events().stream()
                                        .map(event -> "\n  " + event)
                                        .reduce("", String::concat));
            }
            return 0;
        }

        private int unsigned(Plan plan) {
            wish.output.result(tree(plan).put("submitted", false), told(plan) + "\nnothing was signed");
            return status(plan);
        }
    }
}
