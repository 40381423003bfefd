package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.DerivedAccounts;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes beyond a plain call, on a chain in this JVM and on the node given: hidden weights, batches, proxies, multisig accounts,
 * signing elsewhere, signing the metadata's digest, fees, many submissions at once.
 */
class ChainFeaturesTest {
    @TempDir
    Path folder;

    @Test
    void all_features_on_the_chain_given() throws Exception {
        try (GivenChain given = GivenChain.node();
                Run run = new Run(given)) {
            run.fees();
            run.manyAtOnce();
            run.batches();
            run.signedElsewhere();
            run.metadataDigest();
            run.proxies();
            run.multisig();
            run.hiddenWeights(folder);
        }
    }

    @Test
    void features_on_a_chain_in_this_jvm() throws Exception {
        try (GivenChain given = GivenChain.local();
                Run run = new Run(given)) {
            run.fees();
            run.manyAtOnce();
            run.batches();
            run.signedElsewhere();
            run.hiddenWeights(folder);
        }
    }

    /** One run on one chain. */
    private static final class Run implements AutoCloseable {
        private final GivenChain given;
        private final Subtensor chain;
        private final Keypair alice = Keypair.development("Alice");
        private final Keypair payer = Keypair.generate(KeyScheme.SR25519);
        private final Keypair other = Keypair.generate(KeyScheme.SR25519);
        private final AccountId nobody = Keypair.generate(KeyScheme.SR25519).account();

        Run(GivenChain given) throws Exception {
            this.given = given;
            this.chain = given.chain();
            done(Calls.transfer(payer.account(), Tao.of("4000")), alice);
            done(Calls.transfer(other.account(), Tao.of("100")), alice);
        }

        private void say(String form, Object... values) {
            System.out.println("features: " + String.format(form, values));
        }

        private ExtrinsicOutcome.Included done(Call call, Signer signer) throws Exception {
            ExtrinsicOutcome outcome = chain.submit(call, signer);
            assertThat(outcome).as("%s: %s", call, outcome).isInstanceOf(ExtrinsicOutcome.Included.class);
            return outcome.orThrow();
        }

        private ExtrinsicOutcome.Refused refused(ExtrinsicOutcome outcome) {
            assertThat(outcome).isInstanceOf(ExtrinsicOutcome.Refused.class);
            ExtrinsicOutcome.Refused refusal = (ExtrinsicOutcome.Refused) outcome;
            say("refused: %s (%s)", refusal.error(), refusal.message());
            return refusal;
        }

        void fees() throws Exception {
            for (Call call : List.of(
                    Calls.transfer(nobody, Tao.of("1")),
                    Call.of("System", "remark", Map.of("remark", new byte[300])))) {
                if (!chain.metadata().hasCall(call.pallet(), call.function())) {
                    continue;
                }
                Tao told = chain.fee(call, payer.account());
                ExtrinsicOutcome.Included paid = done(call, payer);
                say("fee of %s: told %s, paid %s", call, told, paid.fee());
                assertThat(paid.fee()).isEqualTo(told);
            }
            Tao tip = Tao.of("0.25");
            Tao before = chain.balance(payer.account());
            ExtrinsicOutcome.Included tipped = chain.submit(
                            Calls.transfer(nobody, Tao.of("1")),
                            payer,
                            SubmitOptions.defaults().tip(tip))
                    .orThrow();
            assertThat(before.minus(chain.balance(payer.account())))
                    .isEqualTo(Tao.of("1").plus(tipped.fee()));
            assertThat(tipped.fee()).isGreaterThan(tip);
        }

        void manyAtOnce() throws Exception {
            int count = 24;
            Tao before = chain.balance(nobody);
            ExecutorService threads = Executors.newFixedThreadPool(count);
            try {
                List<Future<ExtrinsicOutcome>> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    Call call = Calls.transfer(nobody, Tao.ofRao(1_000_000 + i));
                    all.add(threads.submit(() -> chain.submit(call, payer)));
                }
                Set<String> hashes = new HashSet<>();
                Tao paid = Tao.ZERO;
                for (int i = 0; i < count; i++) {
                    ExtrinsicOutcome outcome = all.get(i).get();
                    if (outcome instanceof ExtrinsicOutcome.Included) {
                        hashes.add(outcome.hash());
                        paid = paid.plus(Tao.ofRao(1_000_000 + i));
                    } else {
                        // a developer's node without a pool, where what comes before its turn is thrown away
                        assertThat(given.isLocal()).isFalse();
                        assertThat(refused(outcome).error()).isEqualTo("Pool.Invalid");
                    }
                }
                say("%d submissions of one key at once: %d included", count, hashes.size());
                assertThat(chain.balance(nobody).minus(before)).as("each once").isEqualTo(paid);
            } finally {
                threads.shutdownNow();
            }
        }

        void batches() throws Exception {
            Tao before = chain.balance(nobody);
            ExtrinsicOutcome.Included both = done(
                    Calls.batchAll(List.of(Calls.transfer(nobody, Tao.of("1")), Calls.transfer(nobody, Tao.of("2")))),
                    payer);
            assertThat(both.event("Utility", "BatchCompleted")).isPresent();
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("3"));
            ExtrinsicOutcome.Refused none = refused(chain.submit(
                    Calls.batchAll(
                            List.of(Calls.transfer(nobody, Tao.of("1")), Calls.transfer(nobody, Tao.of("10000000")))),
                    payer));
            assertThat(none.fee().isZero()).isFalse();
            assertThat(chain.balance(nobody).minus(before)).as("all or none").isEqualTo(Tao.of("3"));
        }

        void signedElsewhere() throws Exception {
            Tao before = chain.balance(nobody);
            String paper = chain.prepare(
                            Calls.transfer(nobody, Tao.of("1")),
                            payer.account(),
                            payer.scheme(),
                            SubmitOptions.defaults())
                    .toText();
            String signed = UnsignedExtrinsic.fromText(paper).sign(payer).toText();
            chain.submit(SignedExtrinsic.fromText(signed), SubmitOptions.defaults())
                    .orThrow();
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("1"));
            refused(chain.submit(SignedExtrinsic.fromText(signed), SubmitOptions.defaults()));
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("1"));
        }

        void metadataDigest() throws Exception {
            ExtrinsicOutcome outcome = chain.submit(
                    Calls.transfer(nobody, Tao.of("1")),
                    payer,
                    SubmitOptions.defaults().metadataHash(true));
            say("with the digest of the metadata: %s", outcome);
        }

        void proxies() throws Exception {
            Map<String, Object> grant = new LinkedHashMap<>();
            grant.put("delegate", other.account());
            grant.put("proxy_type", "Transfer");
            grant.put("delay", 0);
            Call use = Calls.proxy(payer.account(), Calls.transfer(nobody, Tao.of("1")));
            say("before: %s", refused(chain.submit(use, other)).error());
            done(Call.of("Proxy", "add_proxy", grant), payer);
            Tao before = chain.balance(nobody);
            Tao real = chain.balance(payer.account());
            done(use, other);
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("1"));
            assertThat(real.minus(chain.balance(payer.account()))).isEqualTo(Tao.of("1"));
            refused(chain.submit(
                    Calls.proxy(
                            payer.account(),
                            Calls.burnedRegister(
                                    Netuid.of(1),
                                    Keypair.generate(KeyScheme.SR25519).account())),
                    other));
            done(Call.of("Proxy", "remove_proxy", grant), payer);
            assertThat(refused(chain.submit(use, other)).error()).isEqualTo("Proxy.NotProxy");
        }

        void multisig() throws Exception {
            List<AccountId> members = List.of(payer.account(), other.account(), alice.account());
            AccountId one = DerivedAccounts.multisig(1, members);
            AccountId two = DerivedAccounts.multisig(2, members);
            done(Calls.transfer(one, Tao.of("5")), payer);
            done(Calls.transfer(two, Tao.of("5")), payer);
            Tao before = chain.balance(nobody);
            Map<String, Object> single = new LinkedHashMap<>();
            single.put("other_signatories", others(members, other));
            single.put("call", Calls.transfer(nobody, Tao.of("1")));
            done(Call.of("Multisig", "as_multi_threshold_1", single), other);
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("1"));

            Call inner = Calls.transfer(nobody, Tao.of("2"));
            ExtrinsicOutcome.Included opened = done(multi(members, payer, Optional.empty(), inner), payer);
            say("opened: %s", opened.event("Multisig", "NewMultisig").orElseThrow());
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("1"));
            assertThat(refused(chain.submit(multi(members, other, Optional.empty(), inner), other))
                            .error())
                    .isEqualTo("Multisig.NoTimepoint");
            Map<String, Object> when = Map.of("height", opened.block().number(), "index", index(two));
            done(multi(members, other, Optional.of(when), inner), other);
            assertThat(chain.balance(nobody).minus(before)).isEqualTo(Tao.of("3"));

            Call tooMuch = Calls.transfer(nobody, Tao.of("2000"));
            ExtrinsicOutcome.Included again = done(multi(members, payer, Optional.empty(), tooMuch), payer);
            ExtrinsicOutcome.Refused failed = refused(chain.submit(
                    multi(
                            members,
                            other,
                            Optional.of(Map.of("height", again.block().number(), "index", index(two))),
                            tooMuch),
                    other));
            assertThat(failed.error()).as("it fails inside").isNotEmpty();
        }

        /** Where in its block an operation was opened that still waits: the chain keeps it with the operation. */
        private long index(AccountId account) {
            Map<List<Object>, Object> open = chain.queryMap("Multisig", "Multisigs", account);
            assertThat(open).hasSize(1);
            return new Answer("Multisigs", open.values().iterator().next())
                    .get("when")
                    .get("index")
                    .number();
        }

        private static List<AccountId> others(List<AccountId> members, Signer signer) {
            return members.stream()
                    .filter(m -> !m.equals(signer.account()))
                    .sorted(Comparator.comparing(AccountId::bytes, Arrays::compareUnsigned))
                    .toList();
        }

        private static Call multi(List<AccountId> members, Signer signer, Optional<Object> when, Call call) {
            Map<String, Object> arguments = new LinkedHashMap<>();
            arguments.put("threshold", 2);
            arguments.put("other_signatories", others(members, signer));
            arguments.put("maybe_timepoint", when);
            arguments.put("call", call);
            arguments.put("max_weight", Map.of("ref_time", 2_000_000_000L, "proof_size", 100_000L));
            return Call.of("Multisig", "as_multi", arguments);
        }

        private void set(String function, Map<String, ?> arguments) throws Exception {
            if (chain.metadata().hasCall("AdminUtils", function)) {
                done(Calls.sudo(Call.of("AdminUtils", function, arguments)), alice);
            }
        }

        void hiddenWeights(Path folder) throws Exception {
            try (Keypair validator = Keypair.generate(KeyScheme.SR25519);
                    Keypair miner = Keypair.generate(KeyScheme.SR25519)) {
                ExtrinsicOutcome.Included created = done(Calls.registerNetwork(validator.account()), payer);
                Netuid netuid = new Answer(
                                "netuid",
                                created.event("SubtensorModule", "NetworkAdded")
                                        .orElseThrow()
                                        .fields()
                                        .values()
                                        .iterator()
                                        .next())
                        .netuid();
                if (chain.metadata().hasCall("SubtensorModule", "start_call")) {
                    ExtrinsicOutcome started = chain.submit(Calls.startCall(netuid), payer);
                    for (int i = 0; i < 50 && started instanceof ExtrinsicOutcome.Refused; i++) {
                        given.pass(10);
                        started = chain.submit(Calls.startCall(netuid), payer);
                    }
                    started.orThrow();
                }
                set("sudo_set_admin_freeze_window", Map.of("window", 0));
                set("sudo_set_tempo", Map.of("netuid", netuid, "tempo", 10));
                set("sudo_set_weights_set_rate_limit", Map.of("netuid", netuid, "weights_set_rate_limit", 0));
                set("sudo_set_stake_threshold", Map.of("min_stake", 0));
                set("sudo_set_commit_reveal_weights_interval", Map.of("netuid", netuid, "interval", 1));
                set("sudo_set_commit_reveal_weights_enabled", Map.of("netuid", netuid, "enabled", true));
                done(Calls.burnedRegister(netuid, miner.account()), payer);
                done(Calls.addStake(validator.account(), netuid, Tao.of("300")), payer);
                given.pass(24);
                Map<Uid, Double> wanted = Map.of(Uid.of(1), 3.0, Uid.of(0), 1.0);
                List<List<Long>> row = List.of(List.of(0L, 21845L), List.of(1L, 65535L));

                WeightsOutcome sealed = chain.setWeights(netuid, validator, wanted);
                say("sealed: %s", sealed);
                if (chain.metadata().hasCall("SubtensorModule", "commit_timelocked_weights")) {
                    WeightsOutcome.Reveal reveal =
                            ((WeightsOutcome.Sent) sealed).reveal().orElseThrow();
                    given.pass((int) (reveal.fromBlock() + 5 - chain.blockNumber()));
                    assertThat(weights(netuid)).isEqualTo(row);
                } else {
                    assertThat(((WeightsOutcome.Held) sealed).code()).isEqualTo("weights.hidden");
                }

                given.passEpoch(netuid);
                WeightsOptions byHash = WeightsOptions.defaults().reveals(folder);
                WeightsOutcome.Sent committed = (WeightsOutcome.Sent)
                        chain.setWeights(netuid, validator, Map.of(Uid.of(1), 1.0, Uid.of(0), 1.0), byHash);
                committed.outcome().orThrow();
                say("committed: %s", committed.reveal());
                assertThat(chain.revealWeights(netuid, validator, byHash))
                        .as("too early")
                        .isEmpty();
                long from = committed.reveal().orElseThrow().fromBlock();
                given.pass((int) (from - chain.blockNumber()));
                List<ExtrinsicOutcome> revealed = chain.revealWeights(netuid, validator, byHash);
                say("revealed: %s", revealed);
                assertThat(revealed).hasSize(1).hasOnlyElementsOfType(ExtrinsicOutcome.Included.class);
                assertThat(weights(netuid)).isEqualTo(List.of(List.of(0L, 65535L), List.of(1L, 65535L)));
                assertThat(chain.revealWeights(netuid, validator, byHash))
                        .as("nothing is left")
                        .isEmpty();
            }
        }

        private Object weights(Netuid netuid) {
            return chain.query("SubtensorModule", "Weights", netuid, Uid.of(0)).orElseThrow();
        }

        @Override
        public void close() {
            alice.close();
            payer.close();
            other.close();
        }
    }
}
