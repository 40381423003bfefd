package io.github.bittensor4j.core.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeypairTest {
    private static final byte[] MESSAGE = "weights".getBytes(UTF_8);

    @Test
    void development_accounts_have_their_well_known_addresses() {
        Map<String, String> known = Map.of(
                "", "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV",
                "Alice", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
                "Alice//stash", "5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY",
                "Bob", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
                "Charlie", "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y",
                "Dave", "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy",
                "Eve", "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw",
                "Ferdie", "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL");
        known.forEach((name, address) -> {
            try (Keypair key = Keypair.development(name)) {
                assertThat(key.account().ss58()).isEqualTo(address);
                assertThat(key.scheme()).isEqualTo(KeyScheme.SR25519);
            }
        });
    }

    @Test
    void hard_and_soft_junctions_lead_where_substrates_own_tests_say() {
        try (Keypair root = Keypair.development("");
                Keypair soft = root.derive("//Bob/test");
                Keypair hard = root.derive("/Bob//test");
                Keypair hashed = root.derive("//PathNameLongerThan32BytesWhichShouldBeHashed")) {
            assertThat(soft.account().ss58()).isEqualTo("5CJGwWiKXSE16WJaxBdPZhWqUYkotgenLUALv7ZvqQ4TXeqf");
            assertThat(hard.account().ss58()).isEqualTo("5Cwc8tShrshDJUp1P1M21dKUTcYQpV9GcfSa4hUBNmMdV3Cx");
            assertThat(hashed.account().ss58()).isEqualTo("5GR5pfZeNs1uQiSWVxZaQiZou3wdZiX894eqgvfNfHbEh7W2");
            assertThat(Signatures.verify(KeyScheme.SR25519, soft.account(), MESSAGE, soft.sign(MESSAGE)))
                    .isTrue();
        }
    }

    @Test
    void the_nonce_half_behind_a_soft_junction_is_fresh_each_time() {
        try (Keypair root = Keypair.development("");
                Keypair one = root.derive("/a");
                Keypair two = root.derive("/a")) {
            assertThat(one.account()).isEqualTo(two.account());
            assertThat(one.secretBytes()).isNotEqualTo(two.secretBytes());
        }
    }

    @Test
    void a_path_is_junctions_and_nothing_else() {
        try (Keypair root = Keypair.development("")) {
            for (String path : List.of("/", "//", "Alice", "//Alice/", "//Alice//", "///password", "//a///password")) {
                assertThatThrownBy(() -> root.derive(path))
                        .as(path)
                        .isInstanceOf(InvalidValueException.class)
                        .hasMessageNotContaining("password");
            }
        }
    }

    @Test
    void ed25519_has_no_soft_junctions() {
        try (Keypair key = Keypair.generate(KeyScheme.ED25519)) {
            assertThatThrownBy(() -> key.derive("//a/b"))
                    .isInstanceOfSatisfying(
                            InvalidValueException.class,
                            e -> assertThat(e.code()).isEqualTo("key.soft"));
        }
    }

    @Test
    void secrets_of_a_wrong_length_or_range_are_refused() {
        for (KeyScheme scheme : KeyScheme.values()) {
            assertThatThrownBy(() -> Keypair.fromSeed(scheme, new byte[31])).isInstanceOf(InvalidValueException.class);
            assertThatThrownBy(() -> Keypair.fromSeed(scheme, new byte[64])).isInstanceOf(InvalidValueException.class);
        }
        assertThatThrownBy(() -> Keypair.fromSr25519Secret(new byte[32])).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> Keypair.fromSr25519Secret(new byte[64])).isInstanceOf(InvalidValueException.class);
        byte[] order = new byte[64];
        System.arraycopy(RistrettoTest.little(Scalar.ORDER, 32), 0, order, 0, 32);
        assertThatThrownBy(() -> Keypair.fromSr25519Secret(order))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageNotContaining(HexFormat.of().formatHex(order).substring(0, 16));
        order[0]--;
        Keypair.fromSr25519Secret(order).close();
    }

    @Test
    void a_secret_read_back_is_the_same_key() {
        try (Keypair key = Keypair.generate(KeyScheme.SR25519);
                Keypair again = Keypair.fromSr25519Secret(key.secretBytes());
                Keypair ed = Keypair.generate(KeyScheme.ED25519);
                Keypair edAgain = Keypair.fromSeed(KeyScheme.ED25519, ed.secretBytes())) {
            assertThat(again.account()).isEqualTo(key.account());
            assertThat(edAgain.account()).isEqualTo(ed.account());
        }
    }

    @Test
    void a_closed_key_signs_no_more_and_says_why() {
        Keypair key = Keypair.development("Alice");
        key.close();
        key.close();
        assertThatThrownBy(() -> key.sign(MESSAGE))
                .isInstanceOfSatisfying(
                        BittensorException.class, e -> assertThat(e.code()).isEqualTo("key.closed"));
        assertThatThrownBy(key::secretBytes).isInstanceOf(BittensorException.class);
        assertThat(key.account().ss58()).isEqualTo("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
    }

    @Test
    void a_key_never_shows_its_secret() {
        try (Keypair key = Keypair.generate(KeyScheme.ED25519)) {
            assertThat(key.toString())
                    .contains(key.account().ss58())
                    .doesNotContain(HexFormat.of().formatHex(key.secretBytes()));
        }
    }

    @Test
    void sr25519_signatures_of_one_message_differ_and_all_hold() {
        try (Keypair key = Keypair.development("Bob")) {
            byte[] one = key.sign(MESSAGE);
            byte[] two = key.sign(MESSAGE);
            assertThat(one).isNotEqualTo(two);
            assertThat(Signatures.verify(KeyScheme.SR25519, key.account(), MESSAGE, one))
                    .isTrue();
            assertThat(Signatures.verify(KeyScheme.SR25519, key.account(), MESSAGE, two))
                    .isTrue();
        }
    }

    @Test
    void many_threads_sign_with_one_key_and_closing_it_meanwhile_breaks_no_signature() throws Exception {
        for (KeyScheme scheme : KeyScheme.values()) {
            Keypair key = Keypair.generate(scheme);
            ExecutorService pool = Executors.newFixedThreadPool(8);
            try {
                CountDownLatch some = new CountDownLatch(200);
                List<Future<Boolean>> running = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    byte[] message = {(byte) i};
                    Callable<Boolean> signing = () -> {
                        boolean good = true;
                        try {
                            for (int j = 0; j < 2000; j++) {
                                byte[] signature = key.sign(message);
                                good &= j % 20 != 0 || Signatures.verify(scheme, key.account(), message, signature);
                                some.countDown();
                            }
                        } catch (BittensorException e) {
                            good &= e.code().equals("key.closed");
                        }
                        return good;
                    };
                    running.add(pool.submit(signing));
                }
                some.await();
                key.close();
                for (Future<Boolean> one : running) {
                    assertThat(one.get()).isTrue();
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }
}
