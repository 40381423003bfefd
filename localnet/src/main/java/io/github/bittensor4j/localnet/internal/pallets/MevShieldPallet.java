package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.Invalidity;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.modes.XChaCha20Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * MevShield: extrinsics sealed for the author of a block. This chain has one author with one key, which everybody can compute, so it
 * hides nothing; clients that submit sealed only can be tried with it. What comes out of a seal goes into the next block.
 */
public final class MevShieldPallet extends Pallet {
    private static final String NAME = "MevShield";
    private static final MLKEMPrivateKeyParameters KEY = new MLKEMPrivateKeyParameters(
            MLKEMParameters.ml_kem_768,
            Hashes.sha512("bittensor4j development shield".getBytes(StandardCharsets.US_ASCII)));
    private static final byte[] KEY_HASH = Hashes.twox128(KEY.getPublicKey());

    private static final int ENCAPSULATION_BYTES = 1088;
    private static final int NONCE_BYTES = 24;
    private static final int TAG_BYTES = 16;
    private static final int LONGEST = 8192;
    private static final Invalidity MALFORMED = Invalidity.custom(23);
    private static final Invalidity UNKNOWN_KEY = Invalidity.custom(24);

    private final StorageValue<byte[]> currentKey;
    private final StorageValue<byte[]> nextKey;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     */
    public MevShieldPallet(Declarations declarations) {
        super(NAME, declarations);
        currentKey = value("CurrentKey", Codec.BYTES);
        nextKey = value("NextKey", Codec.BYTES);
        call("submit_encrypted", this::submitEncrypted);
    }

    @Override
    protected void genesis(Context context) {
        currentKey.put(context.state(), KEY.getPublicKey());
        nextKey.put(context.state(), KEY.getPublicKey());
    }

    private void submitEncrypted(Context context, Origin origin, Arguments arguments) {
        AccountId who = origin.signed();
        emit(context, "EncryptedSubmitted", Hashes.blake2b256(arguments.bytes("ciphertext")), who);
    }

    @Override
    protected Optional<Invalidity> validate(Context context, AccountId signer, Call call) {
        if (!call.pallet().equals(NAME) || !call.name().equals("submit_encrypted")) {
            return Optional.empty();
        }
        byte[] blob = new Arguments(call.arguments()).bytes("ciphertext");
        if (blob.length > LONGEST || parts(blob).isEmpty()) {
            return Optional.of(MALFORMED);
        }
        return Arrays.equals(Arrays.copyOf(blob, KEY_HASH.length), KEY_HASH)
                ? Optional.empty()
                : Optional.of(UNKNOWN_KEY);
    }

    /** A blob taken apart: the key's hash, then these, each length checked. */
    private record Parts(byte[] encapsulation, byte[] nonce, byte[] sealed) {}

    private static Optional<Parts> parts(byte[] blob) {
        int fixed = KEY_HASH.length + Short.BYTES + ENCAPSULATION_BYTES + NONCE_BYTES + TAG_BYTES;
        if (blob.length < fixed) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).position(KEY_HASH.length);
        if (in.getShort() != ENCAPSULATION_BYTES) {
            return Optional.empty();
        }
        byte[] encapsulation = new byte[ENCAPSULATION_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        in.get(encapsulation).get(nonce);
        byte[] sealed = new byte[in.remaining()];
        in.get(sealed);
        return Optional.of(new Parts(encapsulation, nonce, sealed));
    }

    /**
     * What a call of this pallet holds sealed.
     *
     * @param call any call
     * @return the extrinsic, with its length in front; empty where the call seals none or it does not open
     */
    public static Optional<byte[]> open(Call call) {
        if (!call.pallet().equals(NAME) || !call.name().equals("submit_encrypted")) {
            return Optional.empty();
        }
        return parts(new Arguments(call.arguments()).bytes("ciphertext")).flatMap(MevShieldPallet::decrypt);
    }

    private static Optional<byte[]> decrypt(Parts parts) {
        byte[] secret = new MLKEMExtractor(KEY).extractSecret(parts.encapsulation());
        XChaCha20Poly1305 cipher = new XChaCha20Poly1305();
        cipher.init(false, new ParametersWithIV(new KeyParameter(secret), parts.nonce()));
        byte[] out = new byte[parts.sealed().length - TAG_BYTES];
        try {
            int written = cipher.processBytes(parts.sealed(), 0, parts.sealed().length, out, 0);
            cipher.doFinal(out, written);
            return Optional.of(out);
        } catch (InvalidCipherTextException e) {
            return Optional.empty();
        }
    }
}
