package io.github.bittensor4j.core.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Blake2b without a key, of data that is all there. Source: RFC 7693. Every storage key and every address needs it, so that a new JVM reads
 * nothing before its first hash: BouncyCastle's would be that JVM's first class out of a signed jar, and verifying that takes longer than
 * everything else up to a balance.
 */
final class Blake2b {
    private static final int BLOCK = 128;
    private static final int ROUNDS = 12;

    private static final long[] START = {
        0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
        0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
    };

    /** Which words of a block each round mixes in, in hex. The last two rounds are as the first two. */
    private static final String[] ORDER = {
        "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
        "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0"
    };

    private static final int[][] WORDS = words();

    private Blake2b() {}

    private static int[][] words() {
        int[][] all = new int[ROUNDS][];
        for (int round = 0; round < ROUNDS; round++) {
            String order = ORDER[round % ORDER.length];
            all[round] = new int[16];
            for (int i = 0; i < 16; i++) {
                all[round][i] = Character.digit(order.charAt(i), 16);
            }
        }
        return all;
    }

    /** @param length of the hash, 1 to 64 bytes */
    static byte[] hash(byte[] data, int length) {
        long[] state = START.clone();
        state[0] ^= 0x01010000L ^ length;
        int last = Math.max(0, (data.length - 1) / BLOCK * BLOCK);
        long[] words = new long[16];
        long[] mixed = new long[16];
        for (int at = 0; at < last; at += BLOCK) {
            little(data)
                    .position(at)
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .get(words);
            compress(state, words, mixed, at + BLOCK, 0);
        }
        little(Arrays.copyOfRange(data, last, last + BLOCK)).asLongBuffer().get(words);
        compress(state, words, mixed, data.length, -1);
        byte[] hash = new byte[64];
        little(hash).asLongBuffer().put(state);
        return Arrays.copyOf(hash, length);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * One block.
     *
     * @param m its words
     * @param v room to work in
     * @param until how many bytes there are up to its end
     * @param last all ones for the last block
     */
    private static void compress(long[] state, long[] m, long[] v, long until, long last) {
        System.arraycopy(state, 0, v, 0, 8);
        System.arraycopy(START, 0, v, 8, 8);
        v[12] ^= until;
        v[14] ^= last;
        for (int[] w : WORDS) {
            mix(v, 0, 4, 8, 12, m[w[0]], m[w[1]]);
            mix(v, 1, 5, 9, 13, m[w[2]], m[w[3]]);
            mix(v, 2, 6, 10, 14, m[w[4]], m[w[5]]);
            mix(v, 3, 7, 11, 15, m[w[6]], m[w[7]]);
            mix(v, 0, 5, 10, 15, m[w[8]], m[w[9]]);
            mix(v, 1, 6, 11, 12, m[w[10]], m[w[11]]);
            mix(v, 2, 7, 8, 13, m[w[12]], m[w[13]]);
            mix(v, 3, 4, 9, 14, m[w[14]], m[w[15]]);
        }
        for (int i = 0; i < 8; i++) {
            state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void mix(long[] v, int a, int b, int c, int d, long x, long y) {
        long va = v[a] + v[b] + x;
        long vd = Long.rotateRight(v[d] ^ va, 32);
        long vc = v[c] + vd;
        long vb = Long.rotateRight(v[b] ^ vc, 24);
        va += vb + y;
        vd = Long.rotateRight(vd ^ va, 16);
        vc += vd;
        v[a] = va;
        v[b] = Long.rotateRight(vb ^ vc, 63);
        v[c] = vc;
        v[d] = vd;
    }
}
