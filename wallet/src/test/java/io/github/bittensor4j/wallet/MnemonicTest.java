package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.BittensorException;
import java.nio.CharBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MnemonicTest {
    private static final String DEVELOPMENT = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

    /** Entropy and phrase of BIP-39's published test vectors. */
    @ParameterizedTest
    @CsvSource({
        "00000000000000000000000000000000,abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f,legal winner thank year wave sausage worth useful legal winner thank yellow",
        "80808080808080808080808080808080,letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
        "ffffffffffffffffffffffffffffffff,zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong",
        "ffffffffffffffffffffffffffffffffffffffffffffffff,zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo when",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote"
    })
    void phrases_stand_for_their_published_entropy(String entropy, String phrase) {
        try (Mnemonic mnemonic = Mnemonic.parse(phrase)) {
            assertThat(HexFormat.of().formatHex(mnemonic.entropy())).isEqualTo(entropy);
            assertThat(String.join(" ", mnemonic.words())).isEqualTo(phrase);
        }
    }

    @Test
    void the_seed_comes_from_the_entropy_as_substrate_has_it() {
        try (Mnemonic mnemonic = Mnemonic.parse(DEVELOPMENT)) {
            assertThat(HexFormat.of().formatHex(mnemonic.miniSecret()))
                    .isEqualTo("fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 15, 18, 21, 24})
    void a_new_phrase_reads_back(int words) {
        try (Mnemonic made = Mnemonic.generate(words);
                Mnemonic read = Mnemonic.parse(String.join("\n  ", made.words()))) {
            assertThat(made.words()).hasSize(words);
            assertThat(read.entropy()).isEqualTo(made.entropy());
        }
    }

    @Test
    void new_phrases_differ() {
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            try (Mnemonic mnemonic = Mnemonic.generate()) {
                assertThat(seen.add(mnemonic.words())).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-3, 0, 3, 11, 13, 27, Integer.MAX_VALUE})
    void other_numbers_of_words_are_refused(int words) {
        assertThatThrownBy(() -> Mnemonic.generate(words)).isInstanceOf(WalletException.class);
    }

    @Test
    void the_error_names_the_place_and_not_the_word() {
        assertThatThrownBy(() -> Mnemonic.parse(DEVELOPMENT.replace("lake", "loch")))
                .isInstanceOf(WalletException.class)
                .hasMessageContaining("word 4")
                .hasMessageNotContaining("loch")
                .satisfies(e -> assertThat(((BittensorException) e).code()).isEqualTo(WalletException.MNEMONIC));
    }

    @Test
    void swapped_words_fail_the_checksum() {
        assertThatThrownBy(() -> Mnemonic.parse(DEVELOPMENT.replace("bottom drive", "drive bottom")))
                .hasMessageContaining("checksum");
    }

    @Test
    void a_phrase_of_any_length_is_refused_without_reading_it_all() {
        assertThatThrownBy(() -> Mnemonic.parse("zoo ".repeat(1_000_000))).hasMessageContaining("more than 24");
    }

    @Test
    void reads_from_characters_that_the_caller_wipes_and_shows_nothing() {
        char[] typed = DEVELOPMENT.toCharArray();
        try (Mnemonic mnemonic = Mnemonic.parse(CharBuffer.wrap(typed))) {
            assertThat(mnemonic).hasToString("Mnemonic[12 words]");
        }
    }

    @Test
    void closing_wipes_the_entropy() {
        Mnemonic mnemonic = Mnemonic.parse(DEVELOPMENT);
        mnemonic.close();
        assertThat(mnemonic.entropy()).containsOnly(0);
    }
}
