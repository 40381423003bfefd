package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Keypair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretUriTest {
    private static final String PHRASE =
            "old leopard transfer rib spatial phone calm indicate online fire caution review";

    /** Addresses that the chain's own tools and wallets publish. */
    @ParameterizedTest
    @CsvSource({
        "'',5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV",
        "//Alice,5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "//Alice//stash,5GNJqTPyNqANBkUVMN1LPPrxXnFouWXoe2wNSmmEoLctxiZY",
        PHRASE + "//Alice,5FEiH8iuDUw271xbqWTWuB6WrDjv5dnCeDX1CyHubAniXDNN",
        PHRASE + "/Alice,5GNXbA46ma5dg19GXdiKi5JH3mnkZ8Yea3bBtZAvj7t99P9i",
        "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a,5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    })
    void known_uris_have_their_known_addresses(String text, String address) {
        try (SecretUri uri = SecretUri.parse(text);
                Keypair key = uri.keypair(KeyScheme.SR25519)) {
            assertThat(key.account().ss58()).isEqualTo(address);
        }
    }

    @Test
    void a_passphrase_makes_another_key_and_may_contain_slashes() {
        try (SecretUri plain = SecretUri.parse(PHRASE + "//a");
                SecretUri secret = SecretUri.parse(PHRASE + "//a///p//w/");
                SecretUri other = SecretUri.parse(PHRASE + "//a///p//w");
                Keypair first = plain.keypair(KeyScheme.SR25519);
                Keypair second = secret.keypair(KeyScheme.SR25519);
                Keypair third = other.keypair(KeyScheme.SR25519)) {
            assertThat(first.account()).isNotEqualTo(second.account()).isNotEqualTo(third.account());
            assertThat(second.account()).isNotEqualTo(third.account());
        }
    }

    @Test
    void keys_that_everybody_has_are_known_as_such() {
        assertThat(SecretUri.parse("//Alice").isDevelopment()).isTrue();
        assertThat(SecretUri.parse("").isDevelopment()).isTrue();
        assertThat(SecretUri.parse("bottom drive obey lake curtain smoke basket hold race lonely fit walk//Bob")
                        .isDevelopment())
                .isTrue();
        assertThat(SecretUri.parse(PHRASE).isDevelopment()).isFalse();
        assertThat(SecretUri.parse("///mine").isDevelopment()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"//", "/", "//a/", "//a//", "alice", "0x", "0x12", "//a///b\nc", "a-b", " //a"})
    void what_is_no_uri_is_refused_without_showing_it(String text) {
        assertThatThrownBy(() -> SecretUri.parse(text))
                .isInstanceOf(WalletException.class)
                .satisfies(e -> assertThat(((BittensorException) e).hint()).isNotEmpty());
    }

    @Test
    void ed25519_has_no_soft_junctions() {
        try (SecretUri uri = SecretUri.parse("//a/b")) {
            assertThatThrownBy(() -> uri.keypair(KeyScheme.ED25519))
                    .isInstanceOf(WalletException.class)
                    .hasMessageContaining("soft");
        }
    }

    @Test
    void shows_nothing_of_the_secret() {
        assertThat(SecretUri.parse("//Alice")).hasToString("SecretUri[...]");
    }
}
