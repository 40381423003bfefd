package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/** An EVM key that proves it belongs to a hotkey, as a wallet of that chain does: by an EIP-191 signature. Its secret is always the same. */
final class EvmSigner {
    private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
    private static final BigInteger SECRET = BigInteger.valueOf(0x5eed);

    private final byte[] hash;
    private final ECPoint key = CURVE.getG().multiply(SECRET).normalize();

    EvmSigner(AccountId hotkey, long block) {
        hash = Hashes.keccak256(new ScaleWriter()
                .raw("\u0019Ethereum Signed Message:\n64".getBytes(StandardCharsets.US_ASCII))
                .raw(hotkey.bytes())
                .raw(Hashes.keccak256(new ScaleWriter().u64(block).toByteArray()))
                .toByteArray());
    }

    /** 40 hex digits. */
    String address() {
        byte[] digest = Hashes.keccak256(Arrays.copyOfRange(key.getEncoded(false), 1, 65));
        return HexFormat.of().formatHex(digest, 12, 32);
    }

    /** 130 hex digits: r, s, and whether the point of the one-time secret has an odd y, plus 27. */
    String signature() {
        HMacDSAKCalculator once = new HMacDSAKCalculator(new SHA256Digest());
        once.init(CURVE.getN(), SECRET, hash);
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(
                true,
                new ECPrivateKeyParameters(
                        SECRET, new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH())));
        BigInteger[] signature = signer.generateSignature(hash);
        ECPoint point = CURVE.getG().multiply(once.nextK()).normalize();
        int odd = point.getAffineYCoord().toBigInteger().testBit(0) ? 1 : 0;
        return HexFormat.of().formatHex(BigIntegers.asUnsignedByteArray(32, signature[0]))
                + HexFormat.of().formatHex(BigIntegers.asUnsignedByteArray(32, signature[1]))
                + HexFormat.of().toHexDigits((byte) (27 + odd));
    }
}
