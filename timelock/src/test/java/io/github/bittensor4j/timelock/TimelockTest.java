package io.github.bittensor4j.timelock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TimelockTest {
    /** Quicknet's own signatures of its rounds 1000 and 2000. */
    private static final byte[] SIGNATURE_1000 = HexFormat.of()
            .parseHex(
                    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39");

    private static final byte[] SIGNATURE_2000 = HexFormat.of()
            .parseHex(
                    "b6cb8f482a0b15d45936a4c4ea08e98a087e71787caee3f4d07a8a9843b1bc5423c6b3c22f446488b3137eaca799c77e");

    private static final byte[] MESSAGE = "the answer is 42".getBytes(StandardCharsets.UTF_8);

    @Test
    void whatWasSealedForARoundOpensWithItsSignature() {
        byte[] sealed = Timelock.seal(MESSAGE, 1000);
        assertThat(Timelock.open(sealed, RoundSignature.verified(Beacon.QUICKNET, 1000, SIGNATURE_1000)))
                .isEqualTo(MESSAGE);
        assertThat(Timelock.open(
                        Timelock.seal(new byte[0], 2000),
                        RoundSignature.verified(Beacon.QUICKNET, 2000, SIGNATURE_2000)))
                .isEmpty();
    }

    @Test
    void twoSealingsOfOneMessageDiffer() {
        assertThat(Timelock.seal(MESSAGE, 1000)).isNotEqualTo(Timelock.seal(MESSAGE, 1000));
    }

    @Test
    void anotherRoundsSignatureDoesNotOpenIt() {
        byte[] sealed = Timelock.seal(MESSAGE, 1000);
        refused(
                TimelockException.WRONG_ROUND,
                () -> Timelock.open(sealed, RoundSignature.verified(Beacon.QUICKNET, 2000, SIGNATURE_2000)));
    }

    @Test
    void aSignatureIsAcceptedForItsOwnRoundOnlyAndOnlyUnchanged() {
        refused(TimelockException.SIGNATURE, () -> RoundSignature.verified(Beacon.QUICKNET, 1001, SIGNATURE_1000));
        refused(TimelockException.SIGNATURE, () -> RoundSignature.verified(Beacon.QUICKNET, 1000, new byte[48]));
        refused(TimelockException.SIGNATURE, () -> RoundSignature.verified(Beacon.QUICKNET, 1000, new byte[0]));
        refused(
                TimelockException.SIGNATURE,
                () -> RoundSignature.verified(Beacon.QUICKNET, 1000, Arrays.copyOf(SIGNATURE_1000, 96)));
        byte[] neutral = new byte[48];
        neutral[0] = (byte) 0xc0;
        refused(TimelockException.SIGNATURE, () -> RoundSignature.verified(Beacon.QUICKNET, 1000, neutral));
        refused(TimelockException.ROUND, () -> RoundSignature.verified(Beacon.QUICKNET, 0, SIGNATURE_1000));
        Random random = new Random(7);
        for (int i = 0; i < 8; i++) {
            byte[] changed = SIGNATURE_1000.clone();
            changed[random.nextInt(48)] ^= (byte) (1 << random.nextInt(8));
            refused(TimelockException.SIGNATURE, () -> RoundSignature.verified(Beacon.QUICKNET, 1000, changed));
        }
    }

    @Test
    void aChangedOrTruncatedMessageDoesNotOpen() {
        byte[] sealed = Timelock.seal(MESSAGE, 1000);
        RoundSignature signature = RoundSignature.verified(Beacon.QUICKNET, 1000, SIGNATURE_1000);
        Random random = new Random(11);
        for (int i = 0; i < 24; i++) {
            byte[] changed = sealed.clone();
            changed[random.nextInt(sealed.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> Timelock.open(changed, signature)).isInstanceOf(TimelockException.class);
        }
        for (int length : new int[] {0, 1, 96, 243, sealed.length - 1, sealed.length + 1}) {
            refused(TimelockException.FORM, () -> Timelock.open(Arrays.copyOf(sealed, length), signature));
        }
    }

    @Test
    void lengthsInsideThatDoNotFitTheWholeAreNamed() {
        byte[] sealed = Timelock.seal(MESSAGE, 1000);
        sealed[96 + 7] = 0x7f;
        assertThatThrownBy(() -> Timelock.open(sealed, RoundSignature.verified(Beacon.QUICKNET, 1000, SIGNATURE_1000)))
                .isInstanceOf(TimelockException.class)
                .hasMessageContaining("length of V")
                .hasMessageContaining("expected: 32");
    }

    @Test
    void anEnvelopeIsReadAsItWasWritten() {
        TimelockEnvelope envelope = TimelockEnvelope.seal(MESSAGE, 1000);
        assertThat(TimelockEnvelope.fromScale(envelope.toScale())).isEqualTo(envelope);
        byte[] scale = envelope.toScale();
        refused(TimelockException.FORM, () -> TimelockEnvelope.fromScale(Arrays.copyOf(scale, scale.length - 1)));
        refused(TimelockException.FORM, () -> TimelockEnvelope.fromScale(Arrays.copyOf(scale, scale.length + 1)));
        refused(TimelockException.FORM, () -> TimelockEnvelope.fromScale(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0}));
    }

    @Test
    void aRoundIsFoundByItsTimeAndATimeByItsRound() {
        assertThat(Beacon.QUICKNET.publishedAt(1)).isEqualTo(Beacon.QUICKNET.genesis());
        assertThat(Beacon.QUICKNET.publishedAt(1000).getEpochSecond()).isEqualTo(1_692_806_364L);
        for (long round : new long[] {1, 2, 1000, 20_000_000}) {
            assertThat(Beacon.QUICKNET.roundAtOrAfter(Beacon.QUICKNET.publishedAt(round)))
                    .isEqualTo(round);
            assertThat(Beacon.QUICKNET.roundAtOrAfter(
                            Beacon.QUICKNET.publishedAt(round).plusNanos(1)))
                    .isEqualTo(round + 1);
        }
        refused(TimelockException.ROUND, () -> Beacon.QUICKNET.publishedAt(0));
        refused(TimelockException.ROUND, () -> Beacon.QUICKNET.publishedAt(Long.MAX_VALUE));
        refused(
                TimelockException.ROUND,
                () -> Beacon.QUICKNET.roundAtOrAfter(Beacon.QUICKNET.genesis().minusSeconds(1)));
        refused(TimelockException.ROUND, () -> Timelock.seal(MESSAGE, 0));
    }

    @Test
    void theDevelopmentBeaconOpensWhatWasSealedForItAndNothingElse() {
        byte[] sealed = Timelock.seal(MESSAGE, DevelopmentBeacon.BEACON, 12345);
        RoundSignature signature = DevelopmentBeacon.sign(12345);
        assertThat(Timelock.open(sealed, signature)).isEqualTo(MESSAGE);
        assertThat(RoundSignature.verified(DevelopmentBeacon.BEACON, 12345, signature.bytes()))
                .isEqualTo(signature);
        refused(TimelockException.SIGNATURE, () -> RoundSignature.verified(Beacon.QUICKNET, 12345, signature.bytes()));
        refused(TimelockException.WRONG_ROUND, () -> Timelock.open(sealed, DevelopmentBeacon.sign(12346)));
        refused(TimelockException.WRONG_ROUND, () -> Timelock.open(Timelock.seal(MESSAGE, 12345), signature));
    }

    @Test
    void aBeaconWithoutAKeyOrAClockIsRefused() {
        refused(
                TimelockException.FORM,
                () -> new Beacon(new byte[96], Beacon.QUICKNET.genesis(), Beacon.QUICKNET.period()));
        refused(
                TimelockException.FORM,
                () -> new Beacon(Beacon.QUICKNET.publicKey(), Beacon.QUICKNET.genesis(), Duration.ZERO));
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TimelockException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
