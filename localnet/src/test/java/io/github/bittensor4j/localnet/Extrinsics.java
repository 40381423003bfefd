package io.github.bittensor4j.localnet;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.HexFormat;

/** Builds signed extrinsics byte by byte from the chain's rules, so that each part of one can be wrong on purpose. */
final class Extrinsics {
    private final Keypair signer;
    private byte[] genesis = new byte[32];
    private byte[] birth = new byte[32];
    private byte[] era = {0};
    private byte[] call = {};
    private long specVersion = 461;
    private long nonce;
    private boolean spoiled;
    private boolean zeroKey;

    Extrinsics(Keypair signer, RpcClient client) {
        this.signer = signer;
        genesis = bytes(client.result("chain_getBlockHash", 0).textValue());
        birth = genesis;
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.substring(2));
    }

    static byte[] transfer(AccountId to, long rao) {
        return new ScaleWriter()
                .raw(new byte[] {5, 3, 0})
                .raw(to.bytes())
                .compact(rao)
                .toByteArray();
    }

    Extrinsics call(byte[] bytes) {
        call = bytes;
        return this;
    }

    Extrinsics nonce(long number) {
        nonce = number;
        return this;
    }

    Extrinsics genesis(byte[] hash) {
        genesis = hash;
        birth = hash;
        return this;
    }

    Extrinsics specVersion(long version) {
        specVersion = version;
        return this;
    }

    Extrinsics mortal(int period, long current, byte[] birthHash) {
        int log = Integer.numberOfTrailingZeros(period);
        int encoded = log - 1 | (int) (current % period) << 4;
        era = new byte[] {(byte) encoded, (byte) (encoded >> 8)};
        birth = birthHash;
        return this;
    }

    Extrinsics spoilSignature() {
        spoiled = true;
        return this;
    }

    /** Forged: for the all-zero key, the curve's neutral element, this signature holds over every message. */
    Extrinsics signedByTheZeroKey() {
        zeroKey = true;
        return this;
    }

    byte[] build() {
        byte[] extra =
                new ScaleWriter().raw(era).compact(nonce).compact(0).u8(0).toByteArray();
        byte[] payload = new ScaleWriter()
                .raw(call)
                .raw(extra)
                .u32(specVersion)
                .u32(1)
                .raw(genesis)
                .raw(birth)
                .u8(0)
                .toByteArray();
        byte[] signature = signer.sign(payload.length > 256 ? Hashes.blake2b256(payload) : payload);
        if (zeroKey) {
            signature = new byte[64];
            signature[63] = (byte) 0x80;
        }
        if (spoiled) {
            signature[7] ^= 1;
        }
        byte[] body = new ScaleWriter()
                .u8(0x84)
                .u8(0)
                .raw(zeroKey ? new byte[32] : signer.publicKey())
                .u8(signer.scheme() == KeyScheme.ED25519 ? 0 : 1)
                .raw(signature)
                .raw(extra)
                .raw(call)
                .toByteArray();
        return new ScaleWriter().bytes(body).toByteArray();
    }

    String hex() {
        return "0x" + HexFormat.of().formatHex(build());
    }
}
