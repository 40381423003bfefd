package io.github.bittensor4j.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many signatures at once get the verdicts that each gets alone. */
class BatchVerificationTest {
    private final Random random = new Random(64);

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void sameAsAlone(List<Signed> batch) {
        boolean[] together = Signatures.verifyAll(batch);
        assertThat(together).hasSize(batch.size());
        for (int i = 0; i < together.length; i++) {
            Signed one = batch.get(i);
            assertThat(together[i])
                    .as("signature " + i)
                    .isEqualTo(Signatures.verify(one.scheme(), one.who(), one.message(), one.signature()));
        }
    }

    private Signed good(KeyScheme scheme) {
        try (Keypair key = Keypair.fromSeed(scheme, bytes(32))) {
            byte[] message = bytes(random.nextInt(300));
            return new Signed(scheme, key.account(), message, key.sign(message));
        }
    }

    private Signed forged(Signed good) {
        byte[] signature = good.signature().clone();
        byte[] message = good.message();
        AccountId who = good.who();
        switch (random.nextInt(8)) {
            case 0 -> message = bytes(message.length + 1);
            case 1 -> who = AccountId.of(bytes(32));
            case 2 -> who = AccountId.ZERO;
            case 3 -> signature = Arrays.copyOf(signature, random.nextInt(64));
            case 4 -> signature[63] ^= (byte) 0x80;
            case 5 -> System.arraycopy(bytes(32), 0, signature, 0, 32);
            case 6 -> signature[31] ^= (byte) 0x80;
            default -> signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
        }
        return new Signed(good.scheme(), who, message, signature);
    }

    @Test
    void any_mix_of_good_and_forged_has_the_verdicts_of_one_by_one() {
        for (int round = 0; round < 40; round++) {
            List<Signed> batch = new ArrayList<>();
            int size = random.nextInt(12);
            for (int i = 0; i < size; i++) {
                Signed good = good(random.nextInt(3) == 0 ? KeyScheme.ED25519 : KeyScheme.SR25519);
                batch.add(round % 2 == 0 || random.nextInt(4) > 0 ? good : forged(good));
            }
            boolean[] together = Signatures.verifyAll(batch);
            if (round % 2 == 0) {
                assertThat(together).doesNotContain(false);
            }
            sameAsAlone(batch);
        }
    }

    @Test
    void one_forged_among_many_fails_alone_wherever_it_stands() {
        for (KeyScheme scheme : KeyScheme.values()) {
            List<Signed> batch = new ArrayList<>();
            for (int i = 0; i < 2 * Verifier.BATCH + 3; i++) {
                batch.add(good(scheme));
            }
            assertThat(Signatures.verifyAll(batch)).doesNotContain(false);
            int at = random.nextInt(batch.size());
            Signed honest = batch.get(at);
            byte[] signature = honest.signature().clone();
            signature[33] ^= 1;
            batch.set(at, new Signed(scheme, honest.who(), honest.message(), signature));
            boolean[] expected = new boolean[batch.size()];
            Arrays.fill(expected, true);
            expected[at] = false;
            assertThat(Signatures.verifyAll(batch)).isEqualTo(expected);
        }
    }

    @Test
    void one_account_many_times_is_the_same_before_and_after_its_key_is_prepared() {
        for (KeyScheme scheme : KeyScheme.values()) {
            try (Keypair key = Keypair.fromSeed(scheme, bytes(32))) {
                for (int round = 0; round < 3; round++) {
                    List<Signed> batch = new ArrayList<>();
                    for (int i = 0; i < KnownKeys.WORTH_PREPARING; i++) {
                        byte[] message = bytes(30);
                        batch.add(new Signed(scheme, key.account(), message, key.sign(message)));
                        batch.add(new Signed(scheme, key.account(), bytes(30), key.sign(message)));
                        batch.add(good(scheme));
                    }
                    boolean[] verdicts = Signatures.verifyAll(batch);
                    for (int i = 0; i < verdicts.length; i++) {
                        assertThat(verdicts[i]).isEqualTo(i % 3 != 1);
                    }
                }
            }
        }
    }

    /** Two errors that would cancel if the equations were only added up. */
    @Test
    void errors_that_cancel_each_other_are_both_found() {
        for (KeyScheme scheme : KeyScheme.values()) {
            Signed one = good(scheme);
            Signed other = good(scheme);
            byte[] up = one.signature().clone();
            byte[] down = other.signature().clone();
            byte[] delta = Scalar.reduce(bytes(64));
            byte[] opposite = RistrettoTest.little(Scalar.ORDER.subtract(new BigInteger(1, reversed(delta))), 32);
            shift(up, delta, scheme);
            shift(down, opposite, scheme);
            assertThat(Signatures.verifyAll(List.of(
                            new Signed(scheme, one.who(), one.message(), up),
                            new Signed(scheme, other.who(), other.message(), down))))
                    .containsExactly(false, false);
        }
    }

    private static void shift(byte[] signature, byte[] by, KeyScheme scheme) {
        byte[] s = Arrays.copyOfRange(signature, 32, 64);
        s[31] &= 0x7f;
        System.arraycopy(Scalar.add(s, by), 0, signature, 32, 32);
        if (scheme == KeyScheme.SR25519) {
            signature[63] |= (byte) 0x80;
        }
    }

    private static byte[] reversed(byte[] little) {
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        return big;
    }

    /** Keys and commitments of small order in all encodings, beside honest ones: ZIP 215 takes them alone, so also together. */
    @Test
    void small_orders_and_second_encodings_are_judged_as_alone() {
        List<String> encodings = List.of(
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");
        for (KeyScheme scheme : KeyScheme.values()) {
            List<Signed> batch = new ArrayList<>();
            for (String key : encodings) {
                for (String commitment : encodings) {
                    byte[] signature = Arrays.copyOf(HexFormat.of().parseHex(commitment), 64);
                    if (scheme == KeyScheme.SR25519) {
                        signature[63] = (byte) 0x80;
                    }
                    if (random.nextInt(4) == 0) {
                        signature[32] = 1;
                    }
                    batch.add(new Signed(scheme, AccountId.of(HexFormat.of().parseHex(key)), bytes(5), signature));
                    batch.add(good(scheme));
                }
            }
            sameAsAlone(batch);
        }
    }

    @Test
    void nothing_gets_no_verdicts() {
        assertThat(Signatures.verifyAll(List.of())).isEmpty();
    }
}
