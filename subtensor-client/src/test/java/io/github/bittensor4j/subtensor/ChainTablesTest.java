package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.crypto.DerivedAccounts;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.subtensor.intents.Execution;
import io.github.bittensor4j.subtensor.intents.Hyperparameters;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.Intents;
import io.github.bittensor4j.subtensor.intents.Plan;
import io.github.bittensor4j.subtensor.intents.Policy;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.subtensor.reads.ReadInfo;
import io.github.bittensor4j.subtensor.reads.Reads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every intent and every read of the catalogues on a chain in this JVM, and on the node given: what the chain answered, as the tables of
 * docs/chain-tables.md. The system property {@code chain.tables} names a folder into which a run writes its table; the page holds what was
 * written so.
 */
class ChainTablesTest {
    private static final String NOT_MODELLED = "is not modelled by this local chain";

    @Test
    @Timeout(300)
    void every_intent_and_read_is_answered_by_a_chain_in_this_jvm() throws Exception {
        try (GivenChain given = GivenChain.local()) {
            Tables tables = new Tables(given);
            tables.run();
            assertThat(tables.answer("transfer", "to a new account")).startsWith("done");
            assertThat(tables.answer("add_stake", "within the limit")).startsWith("done");
            assertThat(tables.answer("burned_register", "a new hotkey")).startsWith("done");
            assertThat(tables.answer("burned_register", "once more"))
                    .isEqualTo("refused: SubtensorModule.HotKeyAlreadyRegisteredInSubNet");
            assertThat(tables.answer("set_weights", "by a validator")).startsWith("done");
        }
    }

    @Test
    @Timeout(1800)
    void every_intent_and_read_is_answered_by_the_chain_given() throws Exception {
        try (GivenChain given = GivenChain.node()) {
            Tables tables = new Tables(given);
            tables.run();
            assertThat(tables.answer("transfer", "to a new account")).startsWith("done");
        }
    }

    @Test
    void the_page_has_every_intent_and_read_for_each_chain() throws Exception {
        String page = Files.readString(
                Path.of(System.getProperty("project.root", "..")).resolve("docs/chain-tables.md"));
        String[] chains = page.split("\n## ");
        assertThat(chains).hasSizeGreaterThan(1);
        for (int i = 1; i < chains.length; i++) {
            for (Intents.Entry entry : Intents.catalogue()) {
                assertThat(chains[i]).contains("\n| `" + entry.op() + "` |");
            }
            for (ReadInfo read : Reads.catalogue()) {
                assertThat(chains[i]).contains("\n| `" + read.name() + "` |");
            }
        }
    }

    /** One run on one chain. */
    private static final class Tables {
        private final GivenChain given;
        private final Subtensor chain;
        private final Map<String, List<String[]>> intents = new LinkedHashMap<>();
        private final List<String[]> reads = new ArrayList<>();
        private final Keypair alice = Keypair.development("Alice");
        private final Keypair cold = Keypair.generate(KeyScheme.SR25519);
        private final Keypair validator = Keypair.generate(KeyScheme.SR25519);
        private final Keypair miner = Keypair.generate(KeyScheme.SR25519);
        private final Keypair stranger = Keypair.generate(KeyScheme.SR25519);
        private final Keypair poor = Keypair.generate(KeyScheme.SR25519);
        private final Keypair swapper = Keypair.generate(KeyScheme.SR25519);
        private final Keypair newHotkey = Keypair.generate(KeyScheme.SR25519);
        private final AccountId nobody = Keypair.generate(KeyScheme.SR25519).account();
        private Optional<ExtrinsicOutcome.Included> last = Optional.empty();
        private int subnet;
        private int second;

        Tables(GivenChain given) {
            this.given = given;
            this.chain = given.chain();
        }

        String answer(String op, String what) {
            return intents.get(op).stream()
                    .filter(row -> row[0].equals(what))
                    .map(row -> row[1])
                    .findFirst()
                    .orElseThrow();
        }

        void run() throws Exception {
            for (Keypair key : List.of(cold, stranger, swapper)) {
                chain.submit(Calls.transfer(key.account(), Tao.of(key == cold ? "4000" : "100")), alice)
                        .orThrow();
            }
            for (Keypair key : List.of(validator, miner)) {
                chain.submit(Calls.transfer(key.account(), Tao.of("1")), alice).orThrow();
            }
            money();
            subnets();
            seats();
            stakes();
            neurons();
            weights();
            keys();
            owners();
            groups();
            loans();
            swaps();
            for (Intents.Entry entry : Intents.catalogue()) {
                assertThat(intents).as("a row for each").containsKey(entry.op());
            }
            for (ReadInfo read : Reads.catalogue()) {
                read(read);
            }
            String folder = System.getProperty("chain.tables", "");
            if (!folder.isEmpty()) {
                Files.writeString(Path.of(folder).resolve(given.isLocal() ? "local.md" : "node.md"), page());
            }
        }

        private static String json(String op, String fields) {
            return "{\"op\":\"" + op + "\"" + (fields.isEmpty() ? "" : "," + fields.replace('\'', '"')) + "}";
        }

        private void row(String op, String what, Keypair signer, String fields) throws Exception {
            last = Optional.empty();
            String answer = done(json(op, fields), signer);
            intents.computeIfAbsent(op, key -> new ArrayList<>()).add(new String[] {what, answer});
        }

        private String done(String json, Keypair signer) throws Exception {
            try {
                Intent intent = Intents.fromJson(json, validator.account());
                Execution execution = chain.execute(intent, signer, Policy.NONE, SubmitOptions.defaults());
                if (execution instanceof Execution.Declined declined) {
                    Plan plan = declined.plan();
                    return "not sent: "
                            + (plan.obstacles().isEmpty()
                                    ? "too early, from block "
                                            + plan.earliestBlock().orElse(0)
                                    : oneLine(String.join("; ", plan.obstacles())));
                }
                return outcome(((Execution.Submitted) execution).outcome());
            } catch (BittensorException e) {
                return e.code().equals("metadata.unknown")
                        ? "not in this runtime: "
                                + oneLine(String.valueOf(e.getMessage())
                                        .replaceFirst(".*this runtime has no ", "")
                                        .replaceFirst(", which it needs$", ""))
                        : "not composed: " + oneLine(e.code() + ": " + e.getMessage());
            }
        }

        private String outcome(ExtrinsicOutcome outcome) {
            if (outcome instanceof ExtrinsicOutcome.Included included) {
                last = Optional.of(included);
                Set<String> events = new TreeSet<>();
                for (ChainEvent event : included.events()) {
                    if (!Set.of("System", "TransactionPayment").contains(event.pallet())
                            && !Set.of("Withdraw", "Deposit", "Endowed", "Reserved", "Unreserved", "Issued")
                                    .contains(event.name())) {
                        events.add(event.pallet() + "." + event.name());
                    }
                }
                return events.isEmpty() ? "done" : "done: " + String.join(", ", events);
            }
            if (outcome instanceof ExtrinsicOutcome.Refused refused) {
                return refused.message().contains(NOT_MODELLED) ? "not modelled" : "refused: " + refused.error();
            }
            return "unknown: " + ((ExtrinsicOutcome.Unknown) outcome).reason();
        }

        /** One line without addresses, which differ from run to run. */
        private static String oneLine(String text) {
            String line = text.replaceAll("\\b5[1-9A-HJ-NP-Za-km-z]{47}\\b", "5…")
                    .replaceAll("0x[0-9a-f]{64,}", "0x…")
                    .replaceAll("\\s+", " ")
                    .replace("|", "\\|");
            return line.length() > 160 ? line.substring(0, 160) + "…" : line;
        }

        private static String ss58(Keypair key) {
            return "'" + key.account().ss58() + "'";
        }

        /** A row of what is done in time: it is tried again and again, so many blocks apart. */
        private void laterRow(String op, String what, Keypair signer, String fields, int apart) throws Exception {
            for (int i = 0; i < 60; i++) {
                row(op, what, signer, fields);
                if (last.isPresent()) {
                    return;
                }
                if (i < 59) {
                    intents.get(op).remove(intents.get(op).size() - 1);
                    given.pass(apart);
                }
            }
        }

        private boolean hasCall(String function) {
            return chain.metadata().hasCall("SubtensorModule", function);
        }

        private void root(String function, Map<String, ?> arguments) throws Exception {
            if (chain.metadata().hasCall("AdminUtils", function)) {
                chain.submit(Calls.sudo(Call.of("AdminUtils", function, arguments)), alice);
            }
        }

        private void money() throws Exception {
            String to = "'dest_ss58':'" + nobody + "','amount_tao':";
            row("transfer", "to a new account", cold, to + "'1'");
            row("transfer", "more than there is", stranger, to + "'1000'");
            row("transfer", "by an account without TAO", poor, to + "'1'");
            row(
                    "transfer",
                    "less than an account needs",
                    stranger,
                    "'dest_ss58':" + ss58(poor) + ",'amount_tao':'0.0000001'");
            chain.submit(Calls.transfer(poor.account(), Tao.of("0.5")), cold).orThrow();
            row("transfer_all", "and live", poor, "'dest_ss58':'" + nobody + "'");
            row("batch", "two transfers", cold, "'intents':[" + both("1", "2") + "]");
            row("batch", "the second of them too much", cold, "'intents':[" + both("1", "9000000") + "]");
            row(
                    "fund_evm_key",
                    "the coldkey's own",
                    cold,
                    "'evm_address':'0x"
                            + HexFormat.of().formatHex(cold.account().bytes(), 0, 20) + "','amount_tao':'2'");
            row("evm_withdraw", "what was sent there", cold, "'amount_tao':'1'");
            row("evm_withdraw", "more than was sent", cold, "'amount_tao':'100'");
        }

        private String both(String first, String then) {
            String one = "{'op':'transfer','dest_ss58':'" + nobody + "','amount_tao':'";
            return one + first + "'}," + one + then + "'}";
        }

        private int created() {
            return last.flatMap(included -> included.event("SubtensorModule", "NetworkAdded"))
                    .map(event -> new Answer(
                                    "netuid", event.fields().values().iterator().next())
                            .count())
                    .orElseThrow();
        }

        private void subnets() throws Exception {
            row("register_subnet", "with enough TAO", cold, "'hotkey_ss58':" + ss58(validator));
            subnet = created();
            root("sudo_set_admin_freeze_window", Map.of("window", 0));
            root("sudo_set_network_rate_limit", Map.of("rate_limit", 0));
            row("register_subnet", "with too little TAO", miner, "'hotkey_ss58':" + ss58(poor));
            row("start_call", "by another than the owner", stranger, "'netuid':" + subnet);
            row("start_call", "by the owner", cold, "'netuid':" + subnet);
            if (last.isEmpty() && chain.metadata().hasCall("SubtensorModule", "start_call")) {
                laterRow("start_call", "by the owner, later", cold, "'netuid':" + subnet, 10);
            }
            row("start_call", "once more", cold, "'netuid':" + subnet);
            root("sudo_set_tempo", Map.of("netuid", subnet, "tempo", 10));
            root("sudo_set_weights_set_rate_limit", Map.of("netuid", subnet, "weights_set_rate_limit", 0));
            root("sudo_set_serving_rate_limit", Map.of("netuid", subnet, "serving_rate_limit", 0));
            root("sudo_set_commit_reveal_weights_enabled", Map.of("netuid", subnet, "enabled", false));
            root("sudo_set_stake_threshold", Map.of("min_stake", 0));
            chain.submit(
                            Calls.registerNetwork(
                                    Keypair.generate(KeyScheme.SR25519).account()),
                            cold)
                    .orThrow();
            second = chain.subnets().stream().mapToInt(Netuid::value).max().orElseThrow();
            for (int i = 0; i < 60 && chain.metadata().hasCall("SubtensorModule", "start_call"); i++) {
                if (chain.submit(Calls.startCall(Netuid.of(second)), cold) instanceof ExtrinsicOutcome.Included) {
                    break;
                }
                given.pass(10);
            }
        }

        private void seats() throws Exception {
            String on = "'netuid':" + subnet + ",'hotkey_ss58':";
            row("burned_register", "a new hotkey", cold, on + ss58(miner));
            row("burned_register", "once more", cold, on + ss58(miner));
            row(
                    "burned_register",
                    "for at most 0.000000001 TAO",
                    cold,
                    on + ss58(newHotkey) + ",'max_cost_tao':'0.000000001'");
            row("burned_register", "on a subnet that is not there", cold, "'netuid':4000,'hotkey_ss58':" + ss58(miner));
            row("burned_register", "by a coldkey without TAO", poor, on + ss58(poor));
            row(
                    "pow_register",
                    "with work that is none",
                    cold,
                    on + ss58(newHotkey) + ",'work_block':1,'nonce':1,'work_hex':'0x" + "11".repeat(32) + "'");
            row("root_register", "a validator", cold, "'hotkey_ss58':" + ss58(validator));
            row("root_register", "once more", cold, "'hotkey_ss58':" + ss58(validator));
        }

        private void stakes() throws Exception {
            String on = "'hotkey_ss58':" + ss58(validator) + ",'netuid':" + subnet;
            row("add_stake", "within the limit", cold, on + ",'amount_tao':'1','rate_tolerance':0.5");
            row("add_stake", "without a limit", cold, on + ",'amount_tao':'300','slippage_protection':false");
            row("add_stake", "more than there is", stranger, on + ",'amount_tao':'5000','slippage_protection':false");
            row(
                    "add_stake",
                    "on a hotkey that is not there",
                    cold,
                    "'hotkey_ss58':'" + nobody + "','netuid':" + subnet
                            + ",'amount_tao':'1','slippage_protection':false");
            row(
                    "add_stake",
                    "on root",
                    cold,
                    "'hotkey_ss58':" + ss58(validator) + ",'netuid':0,'amount_tao':'10','slippage_protection':false");
            if (last.isEmpty()) {
                root("sudo_set_subtoken_enabled", Map.of("netuid", 0, "subtoken_enabled", true));
                row(
                        "add_stake",
                        "on root, once it is open",
                        cold,
                        "'hotkey_ss58':" + ss58(validator)
                                + ",'netuid':0,'amount_tao':'10','slippage_protection':false");
            }
            row(
                    "add_stake_limit",
                    "at most 1000 TAO for one",
                    cold,
                    on + ",'amount_tao':'1','limit_price_rao':1000000000000");
            row("add_stake_limit", "at most one rao for one", cold, on + ",'amount_tao':'1','limit_price_rao':1");
            given.pass(1);
            row("remove_stake", "a part, within the limit", cold, on + ",'amount_alpha':'1','rate_tolerance':0.5");
            row(
                    "remove_stake",
                    "a part, without a limit",
                    cold,
                    on + ",'amount_alpha':'0.1','slippage_protection':false");
            row(
                    "remove_stake",
                    "more than there is",
                    cold,
                    on + ",'amount_alpha':'100000','slippage_protection':false");
            row("remove_stake", "by who has none", stranger, on + ",'amount_alpha':'all','slippage_protection':false");
            row("remove_stake_limit", "at least one rao", cold, on + ",'amount_alpha':'0.1','limit_price_rao':1");
            row(
                    "remove_stake_limit",
                    "at least 1000 TAO for one",
                    cold,
                    on + ",'amount_alpha':'0.1','limit_price_rao':1000000000000");
            String move = "'origin_hotkey_ss58':" + ss58(validator) + ",'origin_netuid':" + subnet
                    + ",'dest_hotkey_ss58':" + ss58(miner) + ",'dest_netuid':";
            row("move_stake", "to another hotkey", cold, move + subnet + ",'amount_alpha':'0.1'");
            row("move_stake", "more than there is", cold, move + subnet + ",'amount_alpha':'100000'");
            row(
                    "move_stake",
                    "to a hotkey that is not there",
                    cold,
                    move.replace(ss58(miner), "'" + nobody + "'") + subnet + ",'amount_alpha':'0.1'");
            row(
                    "move_stake",
                    "to where it is",
                    cold,
                    move.replace(ss58(miner), ss58(validator)) + subnet + ",'amount_alpha':'0.1'");
            row(
                    "move_swap_stake",
                    "to another hotkey and subnet",
                    cold,
                    move + second + ",'amount_alpha':'0.1','rate_tolerance':0.5");
            String swap = "'hotkey_ss58':" + ss58(validator) + ",'origin_netuid':" + subnet + ",'dest_netuid':";
            row("swap_stake", "to another subnet", cold, swap + second + ",'amount_alpha':'0.1','rate_tolerance':0.5");
            row(
                    "swap_stake",
                    "to one that is not there",
                    cold,
                    swap + "4000,'amount_alpha':'0.1','slippage_protection':false");
            row(
                    "transfer_stake",
                    "to another coldkey",
                    cold,
                    "'dest_coldkey_ss58':" + ss58(stranger) + ",'hotkey_ss58':" + ss58(validator) + ",'origin_netuid':"
                            + subnet + ",'dest_netuid':" + subnet + ",'amount_alpha':'0.1'");
            row(
                    "transfer_stake",
                    "more than there is",
                    cold,
                    "'dest_coldkey_ss58':" + ss58(stranger) + ",'hotkey_ss58':" + ss58(validator) + ",'origin_netuid':"
                            + subnet + ",'dest_netuid':" + subnet + ",'amount_alpha':'100000'");
            String burn = ",'amount_tao':'1','hotkey_ss58':" + ss58(validator);
            row("stake_burn", "one TAO", cold, "'netuid':" + subnet + burn + ",'rate_tolerance':0.5");
            row("stake_burn", "at most one rao for one", cold, "'netuid':" + subnet + burn + ",'limit_price':1");
            row("stake_burn", "on root", cold, "'netuid':0" + burn + ",'limit_price':1000000000000");
            String to = "'netuid':" + subnet + ",'hotkey_ss58':";
            row("set_auto_stake", "to the validator", cold, to + ss58(validator));
            row("set_auto_stake", "once more", cold, to + ss58(validator));
            row("set_auto_stake", "to a hotkey without a seat", cold, to + "'" + nobody + "'");
            row("set_auto_stake", "on a subnet that is not there", cold, "'netuid':4000,'hotkey_ss58':" + ss58(miner));
            row(
                    "unstake_all_alpha",
                    "from a hotkey",
                    stranger,
                    "'hotkey_ss58':" + ss58(validator) + ",'any_price':true");
            row("unstake_all", "from a hotkey", stranger, "'hotkey_ss58':" + ss58(validator) + ",'any_price':true");
            row(
                    "stake_into_basket",
                    "one TAO",
                    cold,
                    "'hotkey_ss58':" + ss58(validator) + ",'amount_tao':'1','any_price':true");
            row(
                    "swap_basket",
                    "from subnet to subnet",
                    cold,
                    "'hotkey_ss58':" + ss58(validator) + ",'origin_netuid':" + subnet + ",'dest_netuid':" + second
                            + ",'amount':1");
            row(
                    "swap_basket_many",
                    "from subnet to subnet",
                    cold,
                    "'hotkey_ss58':" + ss58(validator) + ",'legs':[{'origin_netuid':" + subnet + ",'dest_netuid':"
                            + second + ",'amount':1}]");
            row("claim_root", "of all", cold, "");
            row("claim_root_with_hotkey", "of one", cold, "'hotkey_ss58':" + ss58(validator));
            row("lock_stake", "a part", cold, on.replaceFirst("^(.*),('netuid.*)$", "$2,$1") + ",'amount_alpha':'0.1'");
            row("move_lock", "to the miner", cold, "'netuid':" + subnet + ",'destination_hotkey_ss58':" + ss58(miner));
            row("set_perpetual_lock", "on", cold, "'netuid':" + subnet + ",'enabled':true");
            row("set_reject_locked_alpha", "on", cold, "'enabled':true");
            String bond = "'netuid':" + subnet + ",'hotkey_ss58':" + ss58(validator);
            row("add_collateral", "a part", cold, bond + ",'amount_alpha':'0.1'");
            row("add_collateral", "by another than the owner", stranger, bond + ",'amount_alpha':'0.1'");
            row("set_min_collateral", "a part", cold, bond + ",'min_alpha':'0.1'");
            row("set_min_collateral", "by another than the owner", stranger, bond + ",'min_alpha':'0.1'");
            if (hasCall("add_collateral")) {
                row(
                        "remove_stake",
                        "what is collateral",
                        cold,
                        on + ",'amount_alpha':'all','slippage_protection':false");
            }
        }

        private void neurons() throws Exception {
            String at = "'netuid':" + subnet + ",'port':8091,'ip':";
            row("serve_axon", "a public address", miner, at + "'198.51.100.7'");
            row("serve_axon", "127.0.0.1", miner, at + "'127.0.0.1'");
            row("serve_axon", "by a hotkey without a seat", stranger, at + "'198.51.100.7'");
            row(
                    "serve_axon_tls",
                    "a public address",
                    miner,
                    at + "'198.51.100.7','certificate':'" + "01".repeat(33) + "'");
            row("serve_axon_tls", "127.0.0.1", miner, at + "'127.0.0.1','certificate':'" + "01".repeat(33) + "'");
            row("serve_prometheus", "a public address", miner, at + "'198.51.100.7'");
            row("serve_prometheus", "127.0.0.1", miner, at + "'127.0.0.1'");
            row("reset_axon", "of the miner", miner, "'netuid':" + subnet);
        }

        private void weights() throws Exception {
            given.pass(24);
            String scores = "'netuid':" + subnet + ",'uids':[0,1],'weights':[0.25,0.75]";
            row("set_weights", "by a validator", validator, scores);
            row("set_weights", "by the miner", miner, scores);
            row("set_weights", "by a hotkey without a seat", stranger, scores);
            row("commit_weights", "where they are set in the open", validator, scores);
            root("sudo_set_commit_reveal_weights_enabled", Map.of("netuid", subnet, "enabled", true));
            row("commit_weights", "where they are hidden", validator, scores);
            String salted = scores + ",'salt':[1,2,3,4,5,6,7,8]";
            row("reveal_weights", "what was not committed", validator, salted);
            given.passEpoch(Netuid.of(subnet));
            byte[] hash = WeightCommit.hash(
                    validator.account(),
                    Netuid.of(subnet),
                    0,
                    WeightVector.quantise(List.of(Uid.of(0), Uid.of(1)), new double[] {0.25, 0.75}),
                    new int[] {1, 2, 3, 4, 5, 6, 7, 8},
                    0);
            chain.submit(
                            Call.of("SubtensorModule", "commit_weights", Map.of("netuid", subnet, "commit_hash", hash)),
                            validator)
                    .orThrow();
            row("reveal_weights", "before its time", validator, salted);
            laterRow("reveal_weights", "in its time", validator, salted, 1);
            row("reveal_weights", "once more", validator, salted);
        }

        private void keys() throws Exception {
            String own = ",'hotkey_ss58':" + ss58(validator);
            row("decrease_take", "to 10 %", cold, "'take':0.1" + own);
            row("decrease_take", "by another than the owner", stranger, "'take':0.05" + own);
            root("sudo_set_tx_delegate_take_rate_limit", Map.of("tx_rate_limit", 0));
            row("increase_take", "by another than the owner", stranger, "'take':0.12" + own);
            row("increase_take", "to 12 %", cold, "'take':0.12" + own);
            row("increase_take", "to 50 %", cold, "'take':0.5" + own);
            row("set_take", "to 11 %", cold, "'take':0.11" + own);
            row("set_take", "by another than the owner", stranger, "'take':0.12" + own);
            String childTake = "'netuid':" + subnet + ",'take':";
            row("set_childkey_take", "to 50 %", cold, childTake + "0.5" + own);
            row("set_childkey_take", "by another than the owner", stranger, childTake + "0.05" + own);
            row("set_childkey_take", "to 10 %", cold, childTake + "0.1" + own);
            row(
                    "set_children",
                    "itself",
                    cold,
                    "'netuid':" + subnet + ",'children':[[0.5," + ss58(validator) + "]]" + own);
            row(
                    "set_children",
                    "by another than the owner",
                    stranger,
                    "'netuid':" + subnet + ",'children':[[0.5," + ss58(miner) + "]]" + own);
            row(
                    "set_children",
                    "half to the miner",
                    cold,
                    "'netuid':" + subnet + ",'children':[[0.5," + ss58(miner) + "]]" + own);
            row("associate_hotkey", "a new one", cold, "'hotkey_ss58':" + ss58(newHotkey));
            String evm = "'netuid':" + subnet + ",'evm_key':'0x%s','block_number':1,'signature':'0x%s'";
            row(
                    "associate_evm_key",
                    "with a signature that is none",
                    miner,
                    evm.formatted("ab".repeat(20), "00".repeat(65)));
            EvmSigner key = new EvmSigner(miner.account(), 1);
            row("associate_evm_key", "signed by its key", miner, evm.formatted(key.address(), key.signature()));
            given.pass(1);
            row("associate_evm_key", "of another address", miner, evm.formatted("ab".repeat(20), key.signature()));
            row(
                    "associate_evm_key",
                    "by a hotkey without a seat",
                    newHotkey,
                    evm.formatted(key.address(), key.signature()));
            row("set_identity", "a name", cold, "'name':'tables'");
            row("set_identity", "with a repository", cold, "'name':'tables','github_repo':'https://example.org'");
            row("set_identity", "by who owns no neuron", stranger, "'name':'tables'");
        }

        private void owners() throws Exception {
            String on = "'netuid':" + subnet;
            row("set_subnet_identity", "by the owner", cold, on + ",'subnet_name':'tables'");
            row("set_subnet_identity", "by another", stranger, on + ",'subnet_name':'tables'");
            row("update_symbol", "one that is free", cold, on + ",'symbol':'ξ'");
            row("update_symbol", "one that another subnet has", cold, on + ",'symbol':'α'");
            row("update_symbol", "by another than the owner", stranger, on + ",'symbol':'ψ'");
            row("update_symbol", "one that the chain does not know", cold, on + ",'symbol':'tables'");
            row("set_mechanism_count", "one", cold, on + ",'mechanism_count':1");
            row("trim_subnet", "to 64 seats", cold, on + ",'max_n':64");
            row("trim_subnet", "to more than there are", cold, on + ",'max_n':300");
            row("trim_subnet", "by another than the owner", stranger, on + ",'max_n':64");
            row("trim_null_subnet_batch", "towards 64 seats", cold, on + ",'target':64");
            row("set_subnet_emission_enabled", "by the sudo key", alice, "'netuids':[" + subnet + "],'enabled':true");
            row("set_subnet_emission_enabled", "by another", stranger, "'netuids':[" + subnet + "],'enabled':true");
            row("set_root_claim_threshold", "by the sudo key", alice, "'threshold':'0.0005'");
            row("set_root_claim_threshold", "by another", stranger, "'threshold':'0.0005'");
            row("set_root_claim_threshold", "to one TAO", alice, "'threshold':'1'");
            Map<String, String> values = Map.of(
                    "epoch_consensus", "'Yuma'",
                    "tempo", "360",
                    "activity_cutoff_factor", "2000",
                    "burn_increase_mult", "1.5",
                    "collateral_drain_ratio", "1.5",
                    "min_burn", "0.1",
                    "max_burn", "50.0",
                    "max_allowed_uids", "256",
                    "weights_version", "0",
                    "alpha_high", "0.9");
            Set<String> shares = Set.of(
                    "adjustment_alpha",
                    "alpha_low",
                    "bonds_moving_avg",
                    "bonds_penalty",
                    "collateral_lock_share",
                    "min_childkey_take");
            // What an owner may set of liquid alpha he may only where it is on.
            List<String> names = new ArrayList<>(Hyperparameters.names());
            names.sort(Comparator.comparing(name -> !name.equals("liquid_alpha_enabled")));
            for (String name : names) {
                String value = values.getOrDefault(
                        name,
                        name.endsWith("_enabled") || name.endsWith("_allowed")
                                ? "true"
                                : shares.contains(name) ? name.equals("alpha_low") ? "0.7" : "0.1" : "10");
                row("set_hyperparameter", name + " by the owner", cold, on + ",'name':'" + name + "','value':" + value);
            }
            row(
                    "set_hyperparameter",
                    "burn_half_life by another",
                    stranger,
                    on + ",'name':'burn_half_life','value':10");
        }

        private void groups() throws Exception {
            String transfer = "{'op':'transfer','dest_ss58':'" + nobody + "','amount_tao':'1'}";
            String use = "'real_ss58':" + ss58(cold) + ",'call':" + transfer;
            String grant = "'delegate_ss58':" + ss58(stranger) + ",'proxy_type':'Transfer'";
            row("use_proxy", "before it is one", stranger, use);
            row("add_proxy", "for transfers", cold, grant);
            row("add_proxy", "once more", cold, grant);
            row("use_proxy", "for a transfer", stranger, use);
            row(
                    "use_proxy",
                    "for what it may not do",
                    stranger,
                    "'real_ss58':" + ss58(cold) + ",'call':{'op':'remove_proxies'}");
            row("remove_proxy", "as it was given", cold, grant);
            row("remove_proxy", "one that is none", cold, grant);
            row("add_proxy", "with a delay of 2 blocks", cold, grant + ",'delay':2");
            row("announce_proxy", "a transfer", stranger, use);
            String announced = "'delegate_ss58':" + ss58(stranger) + ",'real_ss58':" + ss58(cold)
                    + ",'inner_op':'transfer','inner_args':{'dest_ss58':'" + nobody + "','amount_tao':'1'}";
            row("execute_proxy_announced", "too early", stranger, announced);
            given.pass(3);
            row("execute_proxy_announced", "when its delay is over", stranger, announced);
            row("remove_proxies", "all", cold, "");
            row("create_pure_proxy", "of type Any", cold, "'proxy_type':'Any'");
            kill();
            multisig(transfer);
        }

        private void kill() throws Exception {
            Optional<ChainEvent> pure = last.flatMap(included -> included.event("Proxy", "PureCreated"));
            String made = "'spawner_ss58':" + ss58(cold) + ",'proxy_type':'Any'";
            if (pure.isPresent()) {
                AccountId account = (AccountId) pure.get().fields().get("pure");
                BlockRef at = last.orElseThrow().block();
                int index = 0;
                List<String> raw = extrinsics(at.hash());
                for (int i = 0; i < raw.size(); i++) {
                    if (chain.metadata()
                            .decodeExtrinsic(Hex.decode(raw.get(i)))
                            .hash()
                            .equals(last.orElseThrow().hash())) {
                        index = i;
                    }
                }
                row("kill_pure_proxy", "not through itself", cold, made);
                String inner = json("kill_pure_proxy", made + ",'height':" + at.number() + ",'ext_index':" + index);
                last = Optional.empty();
                String answer =
                        done("{\"op\":\"use_proxy\",\"real_ss58\":\"" + account + "\",\"call\":" + inner + "}", cold);
                intents.get("kill_pure_proxy").add(new String[] {"through itself", answer});
            } else {
                row("kill_pure_proxy", "not through itself", cold, made);
            }
        }

        private List<String> extrinsics(String hash) {
            List<String> all = new ArrayList<>();
            given.developer()
                    .call("chain_getBlock", hash)
                    .path("block")
                    .path("extrinsics")
                    .forEach(one -> all.add(one.asText()));
            return all;
        }

        private void multisig(String transfer) throws Exception {
            List<AccountId> members = List.of(cold.account(), stranger.account(), alice.account());
            for (int threshold = 1; threshold <= 2; threshold++) {
                chain.submit(Calls.transfer(DerivedAccounts.multisig(threshold, members), Tao.of("5")), cold)
                        .orThrow();
            }
            String byCold = "'other_signatories':[" + ss58(stranger) + "," + ss58(alice) + "],'call':" + transfer;
            String byStranger = byCold.replace(ss58(stranger), ss58(cold));
            row("multisig_threshold_1", "a transfer", cold, byCold);
            row("multisig_approve", "the first", cold, "'threshold':2," + byCold);
            row("multisig_execute", "without saying where it was opened", stranger, "'threshold':2," + byStranger);
            row("multisig_execute", "the second", stranger, "'threshold':2," + byStranger + point(members));
            row("multisig_execute", "the first", cold, "'threshold':2," + byCold);
            row("multisig_approve", "by the same once more", cold, "'threshold':2," + byCold + point(members));
            String by = point(members);
            row("multisig_cancel", "by another than who opened it", stranger, "'threshold':2," + byStranger + by);
            row("multisig_cancel", "by who opened it", cold, "'threshold':2," + byCold + by);
        }

        /** Where what waits for approvals was opened; somewhere, where nothing does. */
        private String point(List<AccountId> members) {
            Map<List<Object>, Object> open =
                    chain.queryMap("Multisig", "Multisigs", DerivedAccounts.multisig(2, members));
            if (open.isEmpty()) {
                return ",'timepoint':{'height':1,'index':1}";
            }
            Answer when = new Answer("Multisigs", open.values().iterator().next()).get("when");
            return ",'timepoint':{'height':" + when.get("height").number() + ",'index':"
                    + when.get("index").number() + "}";
        }

        private void loans() throws Exception {
            String target = ",'target_ss58':'" + nobody + "'";
            String open = "'min_contribution_tao':'1','cap_tao':'20','end':" + (chain.blockNumber() + 1000) + target;
            String id = "'crowdloan_id':" + nextLoan();
            row("create_crowdloan", "for 20 TAO", cold, "'deposit_tao':'10'," + open);
            row("create_crowdloan", "with too little of one's own", cold, "'deposit_tao':'1'," + open);
            row(
                    "create_crowdloan",
                    "that ends at once",
                    cold,
                    "'deposit_tao':'10','min_contribution_tao':'1','cap_tao':'20','end':" + (chain.blockNumber() + 5)
                            + target);
            row("contribute_crowdloan", "five TAO", stranger, id + ",'amount_tao':'5'");
            row("contribute_crowdloan", "less than is asked for", stranger, id + ",'amount_tao':'0.5'");
            row("contribute_crowdloan", "to none", stranger, "'crowdloan_id':4000,'amount_tao':'5'");
            row("withdraw_crowdloan", "one's own", stranger, id);
            row("withdraw_crowdloan", "once more", stranger, id);
            row("withdraw_crowdloan", "the deposit", cold, id);
            row("update_crowdloan_cap", "to 30 TAO", cold, id + ",'new_cap_tao':'30'");
            row("update_crowdloan_cap", "below what is raised", cold, id + ",'new_cap_tao':'5'");
            row("update_crowdloan_end", "later", cold, id + ",'new_end':" + (chain.blockNumber() + 2000));
            row("update_crowdloan_end", "before now", cold, id + ",'new_end':1");
            row("update_crowdloan_min_contribution", "to 2 TAO", cold, id + ",'new_min_contribution_tao':'2'");
            row("update_crowdloan_min_contribution", "by another", stranger, id + ",'new_min_contribution_tao':'3'");
            row("set_crowdloan_max_contribution", "to 15 TAO", cold, id + ",'new_max_contribution_tao':'15'");
            row("set_crowdloan_max_contribution", "below what one gave", cold, id + ",'new_max_contribution_tao':'9'");
            row("finalize_crowdloan", "before it is raised", cold, id);
            row("contribute_crowdloan", "six TAO", stranger, id + ",'amount_tao':'6'");
            row("dissolve_crowdloan", "before all went back", cold, id);
            row("refund_crowdloan", "by another", stranger, id);
            row("refund_crowdloan", "all", cold, id);
            row("dissolve_crowdloan", "when all went back", cold, id);
            String full = "'crowdloan_id':" + nextLoan();
            if (chain.metadata().hasCall("Crowdloan", "create")) {
                done(json("create_crowdloan", "'deposit_tao':'10'," + open), cold);
                done(json("contribute_crowdloan", full + ",'amount_tao':'10'"), stranger);
                row("contribute_crowdloan", "when it is full", stranger, full + ",'amount_tao':'1'");
            }
            row("finalize_crowdloan", "when it is raised", cold, full);
            row("finalize_crowdloan", "once more", cold, full);
            row("register_leased_network", "by an account", cold, "'emissions_share':30");
            row("terminate_lease", "that is not there", cold, "'lease_id':0,'hotkey_ss58':" + ss58(validator));
        }

        private long nextLoan() {
            return chain.metadata().hasStorage("Crowdloan", "NextCrowdloanId")
                    ? new Answer(
                                    "NextCrowdloanId",
                                    chain.query("Crowdloan", "NextCrowdloanId").orElseThrow())
                            .number()
                    : 0;
        }

        private void swaps() throws Exception {
            row(
                    "swap_hotkey",
                    "for one that has a seat",
                    cold,
                    "'new_hotkey_ss58':" + ss58(validator) + ",'hotkey_ss58':" + ss58(miner));
            row(
                    "swap_hotkey",
                    "of the miner",
                    cold,
                    "'new_hotkey_ss58':'" + Keypair.generate(KeyScheme.SR25519).account() + "','hotkey_ss58':"
                            + ss58(miner));
            row(
                    "swap_hotkey",
                    "by another than the owner",
                    stranger,
                    "'new_hotkey_ss58':'" + nobody + "','hotkey_ss58':" + ss58(validator));
            row("swap_coldkey_announced", "that was not announced", swapper, "'new_coldkey_ss58':'" + nobody + "'");
            row("announce_coldkey_swap", "to a new coldkey", swapper, "'new_coldkey_ss58':'" + nobody + "'");
            row("swap_coldkey_announced", "before its time", swapper, "'new_coldkey_ss58':'" + nobody + "'");
            row("clear_coldkey_swap_announcement", "before its time", swapper, "");
            if (hasCall("swap_coldkey_announced")) {
                row(
                        "transfer",
                        "while one's swap is announced",
                        swapper,
                        "'dest_ss58':'" + nobody + "','amount_tao':'1'");
                laterRow("swap_coldkey_announced", "in its time", swapper, "'new_coldkey_ss58':'" + nobody + "'", 10);
                chain.submit(Calls.transfer(poor.account(), Tao.of("1")), cold).orThrow();
                done(json("announce_coldkey_swap", "'new_coldkey_ss58':'" + nobody + "'"), poor);
                laterRow("clear_coldkey_swap_announcement", "in its time", poor, "", 10);
                done(json("announce_coldkey_swap", "'new_coldkey_ss58':" + ss58(newHotkey)), stranger);
            }
            row("dispute_coldkey_swap", "of one's own", stranger, "");
            row("dispute_coldkey_swap", "where none is announced", cold, "");
        }

        private void read(ReadInfo info) {
            Map<String, String> all = Map.ofEntries(
                    Map.entry("netuid", "" + subnet),
                    Map.entry("netuids", subnet + "," + second),
                    Map.entry("hotkey_ss58", validator.account().ss58()),
                    Map.entry(
                            "hotkey_ss58s",
                            validator.account().ss58() + "," + miner.account().ss58()),
                    Map.entry("coldkey_ss58", cold.account().ss58()),
                    Map.entry(
                            "coldkey_ss58s",
                            cold.account().ss58() + "," + stranger.account().ss58()),
                    Map.entry("account_ss58", cold.account().ss58()),
                    Map.entry("uid", "1"),
                    Map.entry("crowdloan_id", "" + Math.max(0, nextLoan() - 1)),
                    Map.entry("lease_id", "0"),
                    Map.entry("hyperparameter", "rho"),
                    Map.entry("call_hash", "0x" + "11".repeat(32)),
                    Map.entry("block", "" + (chain.blockNumber() - 1)),
                    Map.entry("amount_tao", "1"),
                    Map.entry("amount_alpha", "1"));
            Map<String, String> arguments = new LinkedHashMap<>();
            info.parameters().forEach(parameter -> {
                if (parameter.required() || all.containsKey(parameter.name())) {
                    arguments.put(parameter.name(), all.get(parameter.name()));
                }
            });
            String answer;
            try {
                answer = "`"
                        + oneLine(chain.reads().read(info.name(), arguments).json())
                                .replace("`", "'") + "`";
            } catch (BittensorException e) {
                answer = e.code().equals("metadata.unknown")
                        ? "not in this runtime"
                        : String.valueOf(e.getMessage()).contains(NOT_MODELLED)
                                ? "not modelled"
                                : "error " + oneLine(e.code() + ": " + e.getMessage());
            }
            reads.add(new String[] {info.name(), String.join(", ", arguments.keySet()), answer});
        }

        private String page() {
            StringBuilder page = new StringBuilder("## "
                    + (given.isLocal() ? "localnet" : "A real node")
                    + ", runtime " + chain.runtimeVersion().specVersion() + ", metadata V"
                    + chain.metadata().version()
                    + "\n\n| intent | tried | answer |\n| --- | --- | --- |\n");
            new TreeMap<>(intents)
                    .forEach((op, rows) -> rows.forEach(row -> page.append("| `")
                            .append(op)
                            .append("` | ")
                            .append(row[0])
                            .append(" | ")
                            .append(row[1])
                            .append(" |\n")));
            page.append("\n| read | of | answer |\n| --- | --- | --- |\n");
            reads.forEach(row -> page.append("| `")
                    .append(row[0])
                    .append("` | ")
                    .append(row[1])
                    .append(" | ")
                    .append(row[2])
                    .append(" |\n"));
            return page.toString();
        }
    }
}
