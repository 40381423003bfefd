package io.github.bittensor4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.crypto.DerivedAccounts;
import io.github.bittensor4j.core.crypto.Ss58;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private static final AccountId ALICE = AccountId.fromSs58("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
    private static final AccountId BOB = AccountId.fromSs58("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");
    private final Random random = new Random(42);

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(InvalidValueException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.retryable()).isFalse();
            assertThat(e.getMessage()).hasSizeLessThan(400);
        });
    }

    @Test
    void tao_is_exact_to_the_last_of_64_bits() {
        assertThat(Tao.of("1.5").rao()).isEqualTo(1_500_000_000L);
        assertThat(Tao.of("0.000000001").rao()).isEqualTo(1);
        assertThat(Tao.of("18446744073.709551615").rao()).isEqualTo(-1L);
        assertThat(Tao.ofRao(-1)).hasToString("18446744073.709551615 TAO");
        assertThat(Tao.ofRao(-1)).isGreaterThan(Tao.ofRao(Long.MAX_VALUE));
        assertThat(Tao.ofRao(BigInteger.TWO.pow(64).subtract(BigInteger.ONE))).isEqualTo(Tao.ofRao(-1));
        assertThat(Tao.of("21000000").plus(Tao.of("0.1")).decimal()).isEqualByComparingTo("21000000.1");
        assertThat(Tao.of("1").minus(Tao.of("1")).isZero()).isTrue();
    }

    @Test
    void amounts_that_are_none_are_refused() {
        for (String text : List.of("", " ", "x", "1,5", "1.5.5", "0x10", "NaN", "1".repeat(100_000))) {
            refused("amount.text", () -> Tao.of(text));
        }
        refused("amount.decimals", () -> Tao.of("0.0000000001"));
        for (String text : List.of("-1", "18446744073.709551616", "1e30", "1e2147483647", "1e-2147483647")) {
            refused("amount.range", () -> Tao.of(text));
        }
        refused("amount.range", () -> Tao.ofRao(-1).plus(Tao.ofRao(1)));
        refused("amount.range", () -> Tao.ZERO.minus(Tao.ofRao(1)));
        refused("amount.range", () -> Tao.ofRao(BigInteger.TWO.pow(64)));
        refused("amount.range", () -> Tao.ofRao(BigInteger.ONE.negate()));
    }

    @Test
    void amounts_survive_text() {
        for (int i = 0; i < 1000; i++) {
            Tao tao = Tao.ofRao(random.nextLong() >>> random.nextInt(64));
            assertThat(Tao.of(tao.decimal().toPlainString())).isEqualTo(tao);
            BigDecimal sum = tao.decimal().add(new BigDecimal("0.000000001"));
            if (tao.rao() != -1) {
                assertThat(tao.plus(Tao.ofRao(1)).decimal()).isEqualByComparingTo(sum);
            }
        }
    }

    @Test
    void alpha_of_two_subnets_never_mixes() {
        Alpha one = Alpha.of(Netuid.of(1), "2");
        Alpha two = Alpha.of(Netuid.of(2), "2");
        assertThat(one.plus(Alpha.ofRao(Netuid.of(1), 1)).rao()).isEqualTo(2_000_000_001L);
        refused("alpha.netuid", () -> one.plus(two));
        refused("alpha.netuid", () -> one.minus(two));
        refused("alpha.netuid", () -> one.compareTo(two));
        refused("amount.range", () -> one.minus(Alpha.of(Netuid.of(1), "2.1")));
    }

    @Test
    void numbers_of_subnets_and_neurons_have_sixteen_bits() {
        assertThat(Netuid.of(65535).value()).isEqualTo(65535);
        assertThat(Netuid.ROOT.isRoot()).isTrue();
        assertThat(Uid.of(65535)).isGreaterThan(Uid.of(0));
        for (int bad : new int[] {-1, 65536, Integer.MIN_VALUE}) {
            refused("netuid.range", () -> Netuid.of(bad));
            refused("uid.range", () -> Uid.of(bad));
        }
    }

    @Test
    void endpoints_are_read_and_shown() {
        for (String text :
                List.of("127.0.0.2:8091", "[::1]:1", "[fe80::1%eth0]:9", "miner.example.org:65535", "my_box:80")) {
            assertThat(Endpoint.parse(text)).hasToString(text);
        }
        assertThat(Endpoint.parse("[::1]:80").host()).isEqualTo("::1");
    }

    @Test
    void endpoints_that_are_none_are_refused() {
        for (String text : List.of(
                "",
                ":",
                ":80",
                "host",
                "host:",
                "host:x",
                "::1:80",
                "host:+80",
                "host:-1",
                "host:\uff18\uff10",
                "host:999999")) {
            refused("endpoint.text", () -> Endpoint.parse(text));
        }
        for (String host : List.of(
                "",
                " ",
                "a b",
                "a/b",
                "a@b",
                "a:b",
                "1.2.3.4:80",
                "[::1]",
                "a\nb",
                "a?b",
                "a#b",
                "x".repeat(254),
                "\u0131")) {
            refused("endpoint.host", () -> new Endpoint(host, 80));
        }
        for (int port : new int[] {0, -1, 65536}) {
            refused("endpoint.port", () -> new Endpoint("host", port));
        }
        assertThatThrownBy(() -> Endpoint.parse("a\nb".repeat(1000) + ":80")).hasMessageNotContaining("\n");
    }

    @Test
    void blocks_have_a_number_and_a_hash() {
        String hash = "0x" + "0a".repeat(32);
        assertThat(new BlockRef(0, hash).hash()).isEqualTo(hash);
        refused("block.number", () -> new BlockRef(-1, hash));
        for (String bad :
                List.of("", hash.substring(2), hash + "0", hash.toUpperCase(java.util.Locale.ROOT), hash + "\n")) {
            refused("block.hash", () -> new BlockRef(1, bad));
        }
    }

    @Test
    void addresses_of_every_format_go_both_ways() {
        for (int format : new int[] {0, 1, 42, 45, 48, 63, 64, 255, 256, 13116, 16383}) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            Ss58.Address address = Ss58.decode(Ss58.encode(key, format));
            assertThat(address.publicKey()).isEqualTo(key);
            assertThat(address.format()).isEqualTo(format);
        }
        for (int format : new int[] {-1, 46, 47, 16384}) {
            refused("ss58.format", () -> Ss58.encode(new byte[32], format));
        }
        refused("ss58.length", () -> Ss58.encode(new byte[33], 42));
    }

    @Test
    void a_mistyped_character_is_always_noticed() {
        String address = ALICE.ss58();
        for (int i = 0; i < address.length(); i++) {
            for (char c : new char[] {'1', '2', 'z', 'l', '0', ' ', '\u00e9'}) {
                String typo = address.substring(0, i) + c + address.substring(i + 1);
                if (!typo.equals(address)) {
                    assertThatThrownBy(() -> AccountId.fromSs58(typo)).isInstanceOf(InvalidValueException.class);
                }
            }
        }
        for (String text : List.of("", "5", "1".repeat(35), "z".repeat(50), "z".repeat(1_000_000), address + "1")) {
            assertThatThrownBy(() -> AccountId.fromSs58(text))
                    .isInstanceOf(InvalidValueException.class)
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        }
    }

    @Test
    void an_address_that_people_paste_is_refused_when_it_is_of_another_network() {
        String polkadot = Ss58.encode(ALICE.bytes(), 0);
        assertThat(AccountId.fromSs58(polkadot)).isEqualTo(ALICE);
        assertThat(AccountId.fromBittensorAddress(ALICE.ss58())).isEqualTo(ALICE);
        assertThatThrownBy(() -> AccountId.fromBittensorAddress(polkadot))
                .isInstanceOfSatisfying(InvalidValueException.class, e -> {
                    assertThat(e.code()).isEqualTo("ss58.network");
                    assertThat(e.getMessage()).contains(polkadot, "format 42", "format 0");
                    assertThat(e.hint()).contains(ALICE.ss58());
                });
    }

    @Test
    void a_secret_pasted_where_an_address_belongs_is_not_repeated() {
        String phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
        String seed = "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";
        for (String secret : List.of(phrase, phrase.substring(0, 45), seed, "0x" + seed)) {
            assertThatThrownBy(() -> AccountId.fromSs58(secret))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageNotContaining(secret.substring(2, 12));
        }
    }

    @Test
    void accounts_are_values() {
        byte[] bytes = ALICE.bytes();
        AccountId copy = AccountId.of(bytes);
        bytes[0] ^= 1;
        copy.bytes()[1] ^= 1;
        assertThat(copy).isEqualTo(ALICE).hasSameHashCodeAs(ALICE).hasToString(ALICE.ss58());
        assertThat(copy).isNotEqualTo(BOB);
        assertThat(ALICE).isGreaterThan(BOB);
        assertThat(AccountId.ZERO.isZero()).isTrue();
        assertThat(ALICE.isZero()).isFalse();
        for (int length : new int[] {0, 31, 33}) {
            refused("account.length", () -> AccountId.of(new byte[length]));
        }
    }

    @Test
    void a_multisig_is_the_same_in_any_order_and_of_different_signatories() {
        assertThat(DerivedAccounts.multisig(2, List.of(ALICE, BOB)))
                .isEqualTo(DerivedAccounts.multisig(2, List.of(BOB, ALICE)))
                .hasToString("5F3QVbS78a4aTYLiRAD8N3czjqVoNyV42L19CXyhqUMCh4Ch");
        refused("multisig.signatories", () -> DerivedAccounts.multisig(1, List.of(ALICE, ALICE)));
        for (int threshold : new int[] {0, -1, 3}) {
            refused("multisig.threshold", () -> DerivedAccounts.multisig(threshold, List.of(ALICE, BOB)));
        }
        refused("account.pallet", () -> DerivedAccounts.pallet("subtens"));
        refused("account.pallet", () -> DerivedAccounts.pallet("subtens\u00e9"));
        refused("account.evm", () -> DerivedAccounts.evm(new byte[19]));
        assertThat(DerivedAccounts.subnet(Netuid.of(1))).isNotEqualTo(DerivedAccounts.pallet("subtensr"));
    }

    @Test
    void tensors_match_their_shape_in_whole_numbers() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        assertThat(tensor.floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tensor).hasToString("float32[2, 3]").isEqualTo(Tensor.ofFloats(tensor.floats(), tensor.shape()));
        assertThat(Tensor.ofLongs(new long[] {7}).longs()).containsExactly(7);
        refused("tensor.dtype", tensor::longs);
        refused("tensor.length", () -> Tensor.ofFloats(new float[5], 2, 3));
        refused("tensor.shape", () -> Tensor.of(Tensor.DType.INT8, new long[] {-1}, new byte[0]));
        refused("tensor.rank", () -> Tensor.of(Tensor.DType.INT8, new long[17], new byte[0]));
        // Its 2^61 + 7648 elements times eight would wrap around to 61184 bytes.
        refused(
                "tensor.shape",
                () -> Tensor.of(Tensor.DType.INT64, new long[] {1518506280, 1518494220}, new byte[61184]));
        assertThatThrownBy(() -> tensor.data().put((byte) 1)).isInstanceOf(java.nio.ReadOnlyBufferException.class);
    }

    @Test
    void tensors_go_by_name() {
        Tensors tensors = Tensors.of("x", Tensor.ofLongs(new long[] {1}));
        assertThat(tensors.get("x").longs()).containsExactly(1);
        refused("tensors.name", () -> tensors.get("y"));
        assertThatThrownBy(() -> tensors.byName().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(new Tensors(Map.of())).isEqualTo(new Tensors(Map.of()));
    }

    @Test
    void synapse_names_are_safe_in_a_path() {
        for (String name : List.of("", "a/b", "a b", "\u00e9", "x".repeat(129), "a\n")) {
            refused("synapse.name", () -> SynapseType.bytes(name));
        }
        assertThat(SynapseType.bytes("Echo-1.0_x").name()).isEqualTo("Echo-1.0_x");
    }

    private record Tree(String name, List<Tree> branches) {}

    private record Timed(Instant at) {}

    private record Nested(Map<String, List<Timed>> all) {}

    private record Spans(Duration[] each) {}

    @Test
    void what_json_can_not_carry_is_refused_where_the_synapse_is_declared() {
        assertThat(SynapseType.json("tree", Tree.class, Tree.class).request()).isEqualTo(Tree.class);
        refused("synapse.component", () -> SynapseType.json("timed", Timed.class, Tree.class));
        refused("synapse.component", () -> SynapseType.json("nested", Tree.class, Nested.class));
        refused("synapse.component", () -> SynapseType.json("spans", Tree.class, Spans.class));
    }

    @Test
    void a_synapse_may_have_a_route_of_its_own_as_it_stands_on_the_wire() {
        SynapseType<byte[], byte[]> type = SynapseType.bytes("echo");
        assertThat(type.route()).isEqualTo("/echo");
        for (String route : List.of("/", "/v1/generate", "/a%20b?x=%2F/&y", "/a//b", "/...", "/a?", "/?../..")) {
            assertThat(type.route(route).route()).isEqualTo(route);
            assertThat(type.route(route).name()).isEqualTo("echo");
        }
        for (String route : List.of(
                "",
                "generate",
                "/a b",
                "/\u00e9",
                "/a#b",
                "/.",
                "/..",
                "/a/../b",
                "/./a",
                "/..?x",
                "/a\n",
                "/" + "x".repeat(1024))) {
            refused("synapse.route", () -> type.route(route));
        }
    }

    @Test
    void a_metagraph_finds_neurons_by_hotkey_and_by_uid() {
        Netuid netuid = Netuid.of(2);
        NeuronInfo alice = neuron(netuid, 0, ALICE);
        NeuronInfo bob = neuron(netuid, 7, BOB);
        Metagraph graph =
                new Metagraph(netuid, new BlockRef(1, "0x" + "00".repeat(32)), 360, Arrays.asList(alice, bob));
        assertThat(graph.neuron(BOB)).contains(bob);
        assertThat(graph.neuron(AccountId.ZERO)).isEmpty();
        assertThat(graph.neuron(Uid.of(0))).contains(alice);
        assertThat(graph.neuron(Uid.of(7))).contains(bob);
        assertThat(graph.neuron(Uid.of(1))).isEmpty();
    }

    private static NeuronInfo neuron(Netuid netuid, int uid, AccountId hotkey) {
        Alpha none = Alpha.ofRao(netuid, 0);
        return new NeuronInfo(
                Uid.of(uid), hotkey, hotkey, true, Optional.empty(), false, 0, none, 0, 0, 0, 0, none, 0, 0);
    }

    @Test
    void an_error_in_a_log_shows_its_code_and_its_remedy() {
        assertThat(new InvalidValueException("port.range", "port: 70000 (expected: 1-65535)", "Choose another."))
                .hasToString(InvalidValueException.class.getName()
                        + ": port: 70000 (expected: 1-65535) [port.range] Choose another.");
    }
}
