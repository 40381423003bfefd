package io.github.bittensor4j.core.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private final Random random = new Random(25519);

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void ed25519_gives_the_answers_of_rfc_8032() {
        record Known(String seed, String key, byte[] message, String signature) {}
        List<Known> known = List.of(
                new Known(
                        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                        new byte[0],
                        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                                + "d25bf5f0595bbe24655141438e7a100b"),
                new Known(
                        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                        hex("72"),
                        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                                + "387b2eaeb4302aeeb00d291612bb0c00"),
                new Known(
                        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                        hex("af82"),
                        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                                + "4a7c15e9716ed28dc027beceea1ec40a"),
                new Known(
                        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                        Hashes.sha512("abc".getBytes(US_ASCII)),
                        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                                + "3dca179c138ac17ad9bef1177331a704"));
        for (Known one : known) {
            try (Keypair key = Keypair.fromSeed(KeyScheme.ED25519, hex(one.seed))) {
                assertThat(key.publicKey()).isEqualTo(hex(one.key));
                assertThat(HexFormat.of().formatHex(key.sign(one.message))).isEqualTo(one.signature);
                assertThat(Signatures.verify(KeyScheme.ED25519, key.account(), one.message, hex(one.signature)))
                        .isTrue();
            }
        }
    }

    /** ZIP 215 by its own extreme cases: keys and commitments of small order, in every encoding, all hold with s = 0. */
    @Test
    void ed25519_accepts_what_the_chain_accepts() {
        List<String> smallOrder = List.of(
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");
        for (String key : smallOrder) {
            for (String commitment : smallOrder) {
                byte[] signature = Arrays.copyOf(hex(commitment), 64);
                assertThat(Signatures.verify(
                                KeyScheme.ED25519, AccountId.of(hex(key)), "Zcash".getBytes(US_ASCII), signature))
                        .as(key + " " + commitment)
                        .isTrue();
                // By now most of these keys are prepared ones: the verdict stays.
                signature[32] = 1;
                assertThat(Signatures.verify(
                                KeyScheme.ED25519, AccountId.of(hex(key)), "Zcash".getBytes(US_ASCII), signature))
                        .isFalse();
            }
        }
    }

    @Test
    void a_second_form_of_the_same_scalar_is_refused() {
        for (KeyScheme scheme : KeyScheme.values()) {
            try (Keypair key = Keypair.generate(scheme)) {
                byte[] message = bytes(20);
                byte[] signature = key.sign(message);
                byte[] s = Arrays.copyOfRange(signature, 32, 64);
                s[31] &= 0x7f;
                byte[] big = new byte[32];
                for (int i = 0; i < 32; i++) {
                    big[i] = s[31 - i];
                }
                byte[] larger = RistrettoTest.little(new BigInteger(1, big).add(Scalar.ORDER), 32);
                System.arraycopy(larger, 0, signature, 32, 32);
                if (scheme == KeyScheme.SR25519) {
                    signature[63] |= (byte) 0x80;
                }
                assertThat(Signatures.verify(scheme, key.account(), message, signature))
                        .isFalse();
            }
        }
    }

    @Test
    void every_flipped_bit_breaks_a_signature() {
        for (KeyScheme scheme : KeyScheme.values()) {
            try (Keypair key = Keypair.generate(scheme)) {
                byte[] message = bytes(9);
                byte[] signature = key.sign(message);
                for (int bit = 0; bit < 512; bit++) {
                    byte[] bent = signature.clone();
                    bent[bit >> 3] ^= (byte) (1 << (bit & 7));
                    assertThat(Signatures.verify(scheme, key.account(), message, bent))
                            .as(scheme + " bit " + bit)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void signatures_of_any_length_and_content_are_judged_without_an_error() {
        for (KeyScheme scheme : KeyScheme.values()) {
            for (int length = 0; length < 130; length++) {
                AccountId who = AccountId.of(bytes(32));
                assertThat(Signatures.verify(scheme, who, bytes(length), bytes(length)))
                        .isFalse();
            }
        }
    }

    @Test
    void sr25519_judges_as_its_plain_twin_does() {
        for (int round = 0; round < 12; round++) {
            try (Keypair key = Keypair.fromSeed(KeyScheme.SR25519, bytes(32))) {
                byte[] message = bytes(random.nextInt(400));
                byte[] signature = key.sign(message);
                assertThat(PlainSr25519.verify(key.publicKey(), message, signature))
                        .isTrue();
                byte[] bent = signature.clone();
                bent[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
                assertThat(PlainSr25519.verify(key.publicKey(), message, bent)).isFalse();
                // As a stranger, as one seen before, and with its key prepared.
                for (int time = 0; time < KnownKeys.WORTH_PREPARING + 2; time++) {
                    assertThat(Signatures.verify(KeyScheme.SR25519, key.account(), message, signature))
                            .isTrue();
                    assertThat(Signatures.verify(KeyScheme.SR25519, key.account(), message, bent))
                            .isFalse();
                }
            }
        }
        for (int round = 0; round < 300; round++) {
            byte[] encoding = bytes(32);
            encoding[0] &= (byte) 0xfe;
            encoding[31] &= 0x7f;
            assertThat(Point.fromRistretto(List.of(encoding)).get(0).isPresent())
                    .isEqualTo(PlainSr25519.decode(encoding).isPresent());
        }
    }

    @Test
    void a_prepared_key_gives_the_same_sums_as_a_fresh_one() {
        for (int round = 0; round < 200; round++) {
            byte[] a = Scalar.reduce(bytes(64));
            byte[] b = Scalar.reduce(bytes(64));
            Point key = Multiples.ofBase(Scalar.reduce(bytes(64)));
            for (int width = 2; width <= 8; width++) {
                assertThat(Multiples.difference(a, b, new Comb(key, width)).toRistretto())
                        .isEqualTo(Multiples.difference(a, b, key).toRistretto());
            }
            if (round > 3) {
                assertThat(Multiples.difference(a, new byte[32], key).toRistretto())
                        .isEqualTo(Multiples.ofBase(a).toRistretto());
            }
        }
    }

    @Test
    void more_known_accounts_than_are_remembered_change_no_verdict() {
        byte[] message = bytes(3);
        for (KeyScheme scheme : KeyScheme.values()) {
            for (int i = 0; i < KnownKeys.CAPACITY + 40; i++) {
                try (Keypair key = Keypair.fromSeed(scheme, bytes(32))) {
                    byte[] signature = key.sign(message);
                    for (int time = 0; time < KnownKeys.WORTH_PREPARING + 1; time++) {
                        assertThat(Signatures.verify(scheme, key.account(), message, signature))
                                .isTrue();
                    }
                    signature[40] ^= 1;
                    assertThat(Signatures.verify(scheme, key.account(), message, signature))
                            .isFalse();
                }
            }
        }
    }
}
