package io.github.bittensor4j.wallet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * Argon2i (RFC 9106, version 0x13) with one lane and 32 bytes of output, as the {@code $NACL} format uses it. Written here because the
 * memory can then be asked for before it is needed, given in pieces that every collector can place, and wiped; it also takes about
 * two thirds of the time of the general implementation.
 */
final class Argon2i {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int VERSION = 0x13;
    private static final int TYPE = 1;
    private static final int OUTPUT = 32;
    private static final int SLICES = 4;
    private static final long LOW = 0xffffffffL;

    /** A block is 1 KiB: so many longs. */
    private static final int BLOCK = 128;

    // 32 KiB: larger arrays fill the regions of G1 badly, from 512 KiB on they may cost twice their size.
    private static final int BLOCKS_PER_PIECE = 32;
    private static final long SPARE = 24 << 20;

    /** One derivation at a time: two would need twice the memory. */
    private static final ReentrantLock TURN = new ReentrantLock();

    private final int passes;
    private final int blocks;
    private final int segment;
    private final long[][] memory;
    private final long[] before = new long[BLOCK];
    private final long[] mixed = new long[BLOCK];

    private Argon2i(int passes, int kibibytes) {
        this.passes = passes;
        this.segment = kibibytes / SLICES;
        this.blocks = segment * SLICES;
        this.memory = new long[(blocks + BLOCKS_PER_PIECE - 1) / BLOCKS_PER_PIECE][];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = new long[Math.min(BLOCKS_PER_PIECE, blocks - i * BLOCKS_PER_PIECE) * BLOCK];
        }
    }

    /** @param kibibytes at least 8 */
    static byte[] hash(byte[] password, byte[] salt, int passes, int kibibytes) {
        TURN.lock();
        try {
            Heap.require(kibibytes * 1024L + SPARE, "this key file");
            Argon2i state;
            try {
                state = new Argon2i(passes, kibibytes);
            } catch (OutOfMemoryError e) {
                // Others may have taken what was free a moment ago; what this derivation had is garbage by now.
                throw Heap.shortage(kibibytes * 1024L + SPARE, Heap.available(), "this key file");
            }
            return state.run(password, salt, kibibytes);
        } finally {
            TURN.unlock();
        }
    }

    private byte[] run(byte[] password, byte[] salt, int kibibytes) {
        byte[] seed = start(password, salt, kibibytes);
        for (int i = 0; i < 2; i++) {
            INT.set(seed, 64, i);
            byte[] first = expand(seed, 1024);
            for (int j = 0; j < BLOCK; j++) {
                memory[0][i * BLOCK + j] = (long) LONG.get(first, j * 8);
            }
            Arrays.fill(first, (byte) 0);
        }
        Arrays.fill(seed, (byte) 0);
        for (int pass = 0; pass < passes; pass++) {
            for (int slice = 0; slice < SLICES; slice++) {
                fill(pass, slice);
            }
        }
        byte[] last = new byte[1024];
        for (int j = 0; j < BLOCK; j++) {
            LONG.set(last, j * 8, memory[(blocks - 1) / BLOCKS_PER_PIECE][(blocks - 1) % BLOCKS_PER_PIECE * BLOCK + j]);
        }
        byte[] out = expand(last, OUTPUT);
        Arrays.fill(last, (byte) 0);
        Arrays.fill(before, 0);
        Arrays.fill(mixed, 0);
        for (long[] piece : memory) {
            Arrays.fill(piece, 0);
        }
        return out;
    }

    /** H0, followed by room for the two numbers that the first blocks append. */
    private byte[] start(byte[] password, byte[] salt, int kibibytes) {
        Blake2bDigest digest = new Blake2bDigest(512);
        for (int number : new int[] {1, OUTPUT, kibibytes, passes, VERSION, TYPE, password.length}) {
            update(digest, number);
        }
        digest.update(password, 0, password.length);
        update(digest, salt.length);
        digest.update(salt, 0, salt.length);
        update(digest, 0);
        update(digest, 0);
        byte[] out = new byte[64 + 8];
        digest.doFinal(out, 0);
        return out;
    }

    private static void update(Blake2bDigest digest, int number) {
        byte[] bytes = new byte[4];
        INT.set(bytes, 0, number);
        digest.update(bytes, 0, 4);
    }

    /** The variable-length hash H'. */
    private static byte[] expand(byte[] input, int length) {
        byte[] out = new byte[length];
        byte[] last = new byte[64];
        int at = 0;
        Blake2bDigest digest = new Blake2bDigest(Math.min(length, 64) * 8);
        update(digest, length);
        digest.update(input, 0, input.length);
        digest.doFinal(last, 0);
        while (length - at > 64) {
            System.arraycopy(last, 0, out, at, 32);
            at += 32;
            digest = new Blake2bDigest(Math.min(length - at, 64) * 8);
            digest.update(last, 0, 64);
            digest.doFinal(last, 0);
        }
        System.arraycopy(last, 0, out, at, length - at);
        Arrays.fill(last, (byte) 0);
        return out;
    }

    private void fill(int pass, int slice) {
        long[] counter = new long[BLOCK];
        long[] addresses = new long[BLOCK];
        counter[0] = pass;
        counter[2] = slice;
        counter[3] = blocks;
        counter[4] = passes;
        counter[5] = TYPE;
        int first = pass == 0 && slice == 0 ? 2 : 0;
        for (int index = first; index < segment; index++) {
            if (index % BLOCK == 0 || index == first) {
                counter[6]++;
                mix(counter, 0, new long[BLOCK], 0, addresses, 0, false);
                mix(addresses, 0, new long[BLOCK], 0, addresses, 0, false);
            }
            long random = addresses[index % BLOCK] & LOW;
            int area = (pass == 0 ? slice * segment : blocks - segment) + index - 1;
            long square = random * random >>> 32;
            int back = (int) (area * square >>> 32);
            int from = pass == 0 ? 0 : (slice + 1) % SLICES * segment;
            int other = (from + area - 1 - back) % blocks;
            int current = slice * segment + index;
            int previous = current == 0 ? blocks - 1 : current - 1;
            mix(
                    memory[previous / BLOCKS_PER_PIECE],
                    previous % BLOCKS_PER_PIECE * BLOCK,
                    memory[other / BLOCKS_PER_PIECE],
                    other % BLOCKS_PER_PIECE * BLOCK,
                    memory[current / BLOCKS_PER_PIECE],
                    current % BLOCKS_PER_PIECE * BLOCK,
                    pass > 0);
        }
    }

    /** The compression function G of two blocks into a third, which later passes add to instead of replacing. */
    private void mix(long[] x, int xAt, long[] y, int yAt, long[] out, int outAt, boolean add) {
        long[] r = before;
        long[] z = mixed;
        for (int i = 0; i < BLOCK; i++) {
            long both = x[xAt + i] ^ y[yAt + i];
            r[i] = both;
            z[i] = both;
        }
        for (int i = 0; i < 8; i++) {
            permute(z, 16 * i, 2);
        }
        for (int i = 0; i < 8; i++) {
            permute(z, 2 * i, 16);
        }
        if (add) {
            for (int i = 0; i < BLOCK; i++) {
                out[outAt + i] ^= r[i] ^ z[i];
            }
        } else {
            for (int i = 0; i < BLOCK; i++) {
                out[outAt + i] = r[i] ^ z[i];
            }
        }
    }

    /** Blake2b's round without its message on sixteen numbers, taken two by two every {@code step}. */
    private static void permute(long[] z, int at, int step) {
        int b = at + step;
        int c = b + step;
        int d = c + step;
        int e = d + step;
        int f = e + step;
        int g = f + step;
        int h = g + step;
        quarter(z, at, c, e, g);
        quarter(z, at + 1, c + 1, e + 1, g + 1);
        quarter(z, b, d, f, h);
        quarter(z, b + 1, d + 1, f + 1, h + 1);
        quarter(z, at, c + 1, f, h + 1);
        quarter(z, at + 1, d, f + 1, g);
        quarter(z, b, d + 1, e, g + 1);
        quarter(z, b + 1, c, e + 1, h);
    }

    private static void quarter(long[] z, int ia, int ib, int ic, int id) {
        long a = z[ia];
        long b = z[ib];
        long c = z[ic];
        long d = z[id];
        a = add(a, b);
        d = Long.rotateRight(d ^ a, 32);
        c = add(c, d);
        b = Long.rotateRight(b ^ c, 24);
        a = add(a, b);
        d = Long.rotateRight(d ^ a, 16);
        c = add(c, d);
        b = Long.rotateRight(b ^ c, 63);
        z[ia] = a;
        z[ib] = b;
        z[ic] = c;
        z[id] = d;
    }

    private static long add(long x, long y) {
        return x + y + 2 * (x & LOW) * (y & LOW);
    }
}
