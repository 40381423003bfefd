package io.github.bittensor4j.core.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * sr25519 verification written a second time from its documents, in the plainest way: whole numbers, STROBE on bytes, keccak by its
 * loops. Slow, and shares no line with what it judges.
 */
final class PlainSr25519 {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger ORDER =
            new BigInteger("7237005577332262213973186563042994240857116359379907606001950938285454250989");
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    private static final BigInteger I =
            BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

    private record Affine(BigInteger x, BigInteger y) {}

    private PlainSr25519() {}

    static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (signature.length != 64 || signature[63] >= 0) {
            return false;
        }
        byte[] sBytes = Arrays.copyOfRange(signature, 32, 64);
        sBytes[31] &= 0x7f;
        BigInteger s = number(sBytes);
        Optional<Affine> key = decode(publicKey);
        Optional<Affine> commitment = decode(Arrays.copyOf(signature, 32));
        if (s.compareTo(ORDER) >= 0 || key.isEmpty() || commitment.isEmpty()) {
            return false;
        }
        Strobe strobe = new Strobe("SigningContext");
        strobe.append("", "substrate".getBytes(US_ASCII));
        strobe.append("sign-bytes", message);
        strobe.append("proto-name", "Schnorr-sig".getBytes(US_ASCII));
        strobe.append("sign:pk", publicKey);
        strobe.append("sign:R", Arrays.copyOf(signature, 32));
        BigInteger k = number(strobe.challenge("sign:c", 64)).mod(ORDER);
        Affine left = times(s, base());
        Affine right = add(times(k, key.get()), commitment.get());
        // Two points are the same element when x1 y2 = y1 x2, or y1 y2 = x1 x2 as a = -1.
        return mod(left.x.multiply(right.y)).equals(mod(left.y.multiply(right.x)))
                || mod(left.y.multiply(right.y)).equals(mod(left.x.multiply(right.x)));
    }

    private static BigInteger mod(BigInteger value) {
        return value.mod(P);
    }

    private static BigInteger number(byte[] little) {
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[big.length - 1 - i];
        }
        return new BigInteger(1, big);
    }

    private static Affine base() {
        BigInteger y = BigInteger.valueOf(4)
                .multiply(BigInteger.valueOf(5).modInverse(P))
                .mod(P);
        BigInteger yy = mod(y.multiply(y));
        BigInteger xx = mod(yy.subtract(BigInteger.ONE)
                .multiply(D.multiply(yy).add(BigInteger.ONE).modInverse(P)));
        BigInteger x = root(xx).orElseThrow();
        return new Affine(x.testBit(0) ? P.subtract(x) : x, y);
    }

    private static Optional<BigInteger> root(BigInteger square) {
        BigInteger candidate = square.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        for (BigInteger r : new BigInteger[] {candidate, mod(candidate.multiply(I))}) {
            if (mod(r.multiply(r)).equals(square)) {
                return Optional.of(r);
            }
        }
        return Optional.empty();
    }

    // RFC 9496 by its mathematics: x^2 = 4 s^2 / (-d u1^2 - u2^2), y = u1 / u2, with u1 = 1 - s^2 and u2 = 1 + s^2.
    static Optional<Affine> decode(byte[] bytes) {
        BigInteger s = number(bytes);
        if (s.compareTo(P) >= 0 || s.testBit(0)) {
            return Optional.empty();
        }
        BigInteger ss = mod(s.multiply(s));
        BigInteger u1 = mod(BigInteger.ONE.subtract(ss));
        BigInteger u2 = mod(BigInteger.ONE.add(ss));
        BigInteger v = mod(D.multiply(u1).multiply(u1).negate().subtract(u2.multiply(u2)));
        if (v.signum() == 0 || u2.signum() == 0 || u1.signum() == 0) {
            return Optional.empty();
        }
        Optional<BigInteger> found = root(mod(ss.shiftLeft(2).multiply(v.modInverse(P))));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        BigInteger x = found.get().testBit(0) ? P.subtract(found.get()) : found.get();
        BigInteger y = mod(u1.multiply(u2.modInverse(P)));
        return mod(x.multiply(y)).testBit(0) ? Optional.empty() : Optional.of(new Affine(x, y));
    }

    private static Affine add(Affine p, Affine q) {
        BigInteger dxy = mod(D.multiply(p.x).multiply(q.x).multiply(p.y).multiply(q.y));
        BigInteger x = p.x.multiply(q.y).add(p.y.multiply(q.x));
        BigInteger y = p.y.multiply(q.y).add(p.x.multiply(q.x));
        return new Affine(
                mod(x.multiply(BigInteger.ONE.add(dxy).modInverse(P))),
                mod(y.multiply(BigInteger.ONE.subtract(dxy).modInverse(P))));
    }

    private static Affine times(BigInteger scalar, Affine point) {
        Affine sum = new Affine(BigInteger.ZERO, BigInteger.ONE);
        for (int i = scalar.bitLength() - 1; i >= 0; i--) {
            sum = add(sum, sum);
            if (scalar.testBit(i)) {
                sum = add(sum, point);
            }
        }
        return sum;
    }

    private static final class Strobe {
        private final byte[] state = new byte[200];
        private int at;
        private int begun;

        Strobe(String label) {
            byte[] head = {1, (byte) 168, 1, 0, 1, 96};
            System.arraycopy(head, 0, state, 0, 6);
            System.arraycopy("STROBEv1.0.2".getBytes(US_ASCII), 0, state, 6, 12);
            keccak();
            operate(0x12, "Merlin v1.0".getBytes(US_ASCII));
            append("dom-sep", label.getBytes(US_ASCII));
        }

        void append(String label, byte[] message) {
            operate(0x12, label.getBytes(US_ASCII));
            absorb(length(message.length));
            operate(0x02, message);
        }

        byte[] challenge(String label, int length) {
            operate(0x12, label.getBytes(US_ASCII));
            absorb(length(length));
            operate(0x07, new byte[0]);
            byte[] out = new byte[length];
            for (int i = 0; i < length; i++) {
                out[i] = state[at];
                state[at] = 0;
                next();
            }
            return out;
        }

        private static byte[] length(int length) {
            return new byte[] {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)};
        }

        private void operate(int flags, byte[] data) {
            byte[] head = {(byte) begun, (byte) flags};
            begun = at + 1;
            absorb(head);
            if ((flags & 0x24) != 0 && at != 0) {
                run();
            }
            absorb(data);
        }

        private void absorb(byte[] data) {
            for (byte b : data) {
                state[at] ^= b;
                next();
            }
        }

        private void next() {
            if (++at == 166) {
                run();
            }
        }

        private void run() {
            state[at] ^= (byte) begun;
            state[at + 1] ^= 4;
            state[167] ^= (byte) 0x80;
            keccak();
            at = 0;
            begun = 0;
        }

        // FIPS 202, step by step; round constants from its shift register, rotations by its walk.
        private void keccak() {
            long[][] a = new long[5][5];
            for (int i = 0; i < 200; i++) {
                a[i / 8 % 5][i / 40] |= (state[i] & 0xffL) << (8 * (i % 8));
            }
            int register = 1;
            for (int round = 0; round < 24; round++) {
                long[] c = new long[5];
                for (int x = 0; x < 5; x++) {
                    c[x] = a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4];
                }
                for (int x = 0; x < 5; x++) {
                    for (int y = 0; y < 5; y++) {
                        a[x][y] ^= c[(x + 4) % 5] ^ Long.rotateLeft(c[(x + 1) % 5], 1);
                    }
                }
                long[][] b = new long[5][5];
                b[0][0] = a[0][0];
                int x = 1;
                int y = 0;
                for (int t = 0; t < 24; t++) {
                    b[y][(2 * x + 3 * y) % 5] = Long.rotateLeft(a[x][y], (t + 1) * (t + 2) / 2);
                    int turned = (2 * x + 3 * y) % 5;
                    x = y;
                    y = turned;
                }
                for (int i = 0; i < 5; i++) {
                    for (int j = 0; j < 5; j++) {
                        a[i][j] = b[i][j] ^ ~b[(i + 1) % 5][j] & b[(i + 2) % 5][j];
                    }
                }
                for (int j = 0; j <= 6; j++) {
                    a[0][0] ^= (long) (register & 1) << ((1 << j) - 1);
                    register = register << 1 ^ (register >> 7) * 0x171;
                }
            }
            for (int i = 0; i < 200; i++) {
                state[i] = (byte) (a[i / 8 % 5][i / 40] >>> (8 * (i % 8)));
            }
        }
    }
}
