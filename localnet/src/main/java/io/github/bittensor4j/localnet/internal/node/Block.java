package io.github.bittensor4j.localnet.internal.node;

import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A block.
 *
 * @param number its height
 * @param hash the hash of its header
 * @param parent the hash of the block before
 * @param stateRoot a digest of all state changes up to here: it tells two states apart, it proves nothing
 * @param extrinsicsRoot a digest of its extrinsics, of the same kind
 * @param digest the SCALE bytes of each item of its digest
 * @param extrinsics the bytes of each, its length in front
 */
public record Block(
        long number,
        Hash hash,
        Hash parent,
        Hash stateRoot,
        Hash extrinsicsRoot,
        List<byte[]> digest,
        List<byte[]> extrinsics) {

    /**
     * Makes a block of its parts.
     *
     * @param number its height
     * @param parent the hash of the block before
     * @param stateRoot a digest of all state changes
     * @param digest the SCALE bytes of each item of its digest
     * @param extrinsics the bytes of each
     * @return the block with its hash
     */
    public static Block of(long number, Hash parent, Hash stateRoot, List<byte[]> digest, List<byte[]> extrinsics) {
        ScaleWriter all = new ScaleWriter();
        extrinsics.forEach(all::raw);
        Hash extrinsicsRoot = new Hash(Hashes.blake2b256(all.toByteArray()));
        ScaleWriter header = new ScaleWriter();
        header.raw(parent.bytes()).compact(number).raw(stateRoot.bytes()).raw(extrinsicsRoot.bytes());
        header.compact(digest.size());
        digest.forEach(header::raw);
        Hash hash = new Hash(Hashes.blake2b256(header.toByteArray()));
        return new Block(number, hash, parent, stateRoot, extrinsicsRoot, List.copyOf(digest), List.copyOf(extrinsics));
    }

    void write(ScaleWriter out) {
        out.compact(number).raw(parent.bytes()).raw(stateRoot.bytes());
        out.compact(digest.size());
        digest.forEach(out::bytes);
        out.compact(extrinsics.size());
        extrinsics.forEach(out::bytes);
    }

    static Block read(ScaleReader in) {
        long number = in.compact();
        Hash parent = new Hash(in.raw(32));
        Hash stateRoot = new Hash(in.raw(32));
        List<byte[]> digest = byteVectors(in);
        return of(number, parent, stateRoot, digest, byteVectors(in));
    }

    private static List<byte[]> byteVectors(ScaleReader in) {
        int count = in.length(1);
        List<byte[]> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(in.bytes());
        }
        return items;
    }
}
