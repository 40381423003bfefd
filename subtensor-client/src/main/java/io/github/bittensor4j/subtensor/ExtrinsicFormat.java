package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signed extrinsics of version 4, made of what a runtime declares: its address, signature and extensions by their types. */
final class ExtrinsicFormat {
    /** The version of extrinsics that are made here. */
    static final int VERSION = 4;

    private static final int SIGNATURE_BYTES = 64;
    private static final int SIGNED_V4 = 0x80 | VERSION;

    private final TypeCodec codec;
    private final int address;
    private final int call;
    private final int signature;
    private final List<MetadataTree.Extension> extensions;

    /**
     * What a signature binds beside the call.
     *
     * @param birthHash the hash of the era's birth block; the genesis hash for an immortal one
     * @param metadataDigest by which metadata the call was read; nothing to leave that open
     */
    record Terms(
            Era era,
            byte[] birthHash,
            long nonce,
            Tao tip,
            RuntimeVersion version,
            byte[] genesisHash,
            Optional<byte[]> metadataDigest) {
        Terms(Era era, byte[] birthHash, long nonce, Tao tip, RuntimeVersion version, byte[] genesisHash) {
            this(era, birthHash, nonce, tip, version, genesisHash, Optional.empty());
        }
    }

    ExtrinsicFormat(MetadataTree tree, TypeCodec codec, int call) {
        this.codec = codec;
        this.call = call;
        MetadataTree.Extrinsic extrinsic = tree.extrinsic();
        this.address = extrinsic.address() >= 0 ? extrinsic.address() : parameter(tree, "Address");
        this.signature = extrinsic.signature() >= 0 ? extrinsic.signature() : parameter(tree, "Signature");
        List<MetadataTree.Extension> used = new ArrayList<>();
        if (extrinsic.sets().isEmpty()) {
            used.addAll(extrinsic.extensions());
        } else {
            // Extrinsics of version 4 carry the first set of extensions; later sets are for general transactions.
            for (int index : extrinsic.sets().get(0).extensions()) {
                if (index >= extrinsic.extensions().size()) {
                    throw new CodecException("metadata.extension", "extension " + index + " is not there");
                }
                used.add(extrinsic.extensions().get(index));
            }
        }
        this.extensions = List.copyOf(used);
    }

    /** What an extrinsic is made of: address, call, signature, then what the extensions add and sign. */
    List<Integer> types() {
        List<Integer> types = new ArrayList<>(List.of(address, call, signature));
        for (MetadataTree.Extension extension : extensions) {
            types.add(extension.extra());
            types.add(extension.additional());
        }
        return types;
    }

    List<MetadataTree.Extension> extensions() {
        return extensions;
    }

    /** A type that metadata 14 names only as a parameter of the extrinsic's type. */
    static int parameter(MetadataTree tree, String name) {
        int type = tree.extrinsic().type();
        if (type >= 0 && type < tree.types().size()) {
            for (MetadataTree.Param param : tree.types().get(type).params()) {
                Integer id = param.type();
                if (param.name().equals(name) && id != null) {
                    return id;
                }
            }
        }
        throw new CodecException("metadata.extrinsic", "the extrinsic's type has no parameter " + name);
    }

    /**
     * An extrinsic without its signature.
     *
     * @param madeAt the newest block, which cannot hold it
     */
    UnsignedExtrinsic unsigned(byte[] callBytes, AccountId signer, KeyScheme scheme, Terms terms, long madeAt) {
        ScaleWriter extra = new ScaleWriter(32);
        ScaleWriter additional = new ScaleWriter(128);
        for (MetadataTree.Extension extension : extensions) {
            extra(extension, terms, extra);
            additional(extension, terms, additional);
        }
        ScaleWriter head = new ScaleWriter(64).u8(SIGNED_V4);
        codec.encode(address, signer, head);
        byte[] withNothing = new byte[SIGNATURE_BYTES];
        // By the variant's name; where the runtime has no such scheme, that is said by name too.
        ScaleWriter placed = new ScaleWriter(80);
        codec.encode(signature, Map.of(scheme == KeyScheme.ED25519 ? "Ed25519" : "Sr25519", withNothing), placed);
        head.raw(Arrays.copyOf(placed.toByteArray(), placed.size() - SIGNATURE_BYTES));
        return new UnsignedExtrinsic(
                signer,
                scheme,
                terms.genesisHash,
                terms.version.specVersion(),
                terms.nonce,
                madeAt,
                terms.era.isImmortal() ? Optional.empty() : Optional.of(terms.era.death(madeAt) - 1),
                head.toByteArray(),
                extra.toByteArray(),
                callBytes,
                additional.toByteArray());
    }

    private void extra(MetadataTree.Extension extension, Terms terms, ScaleWriter out) {
        int type = extension.extra();
        switch (extension.identifier()) {
            case "CheckMortality":
            case "CheckEra":
                terms.era.write(out);
                break;
            case "CheckNonce":
                codec.encode(type, terms.nonce, out);
                break;
            case "ChargeTransactionPayment":
                codec.encode(type, terms.tip, out);
                break;
            case "CheckMetadataHash":
                codec.encode(type, Map.of("mode", terms.metadataDigest.isPresent() ? "Enabled" : "Disabled"), out);
                break;
            default:
                requireVoid(extension, type, "adds");
        }
    }

    private void additional(MetadataTree.Extension extension, Terms terms, ScaleWriter out) {
        int type = extension.additional();
        switch (extension.identifier()) {
            case "CheckSpecVersion":
                codec.encode(type, terms.version.specVersion(), out);
                break;
            case "CheckTxVersion":
                codec.encode(type, terms.version.transactionVersion(), out);
                break;
            case "CheckGenesis":
                codec.encode(type, terms.genesisHash, out);
                break;
            case "CheckMortality":
            case "CheckEra":
                codec.encode(type, terms.birthHash, out);
                break;
            case "CheckMetadataHash":
                codec.encode(type, terms.metadataDigest, out);
                break;
            default:
                requireVoid(extension, type, "signs");
        }
    }

    private void requireVoid(MetadataTree.Extension extension, int type, String verb) {
        if (!codec.types().isVoid(type)) {
            throw new CodecException(
                    "extrinsic.extension",
                    "transaction extension " + extension.identifier() + " of this runtime " + verb + " a value of "
                            + codec.types().name(type) + " that this client does not know");
        }
    }

    /** Reads an extrinsic of a block, with its length in front. */
    Extrinsic read(byte[] bytes) {
        ScaleReader in = new ScaleReader(bytes);
        int length = in.length(1);
        if (length != in.remaining()) {
            throw new CodecException(
                    "extrinsic.length", "extrinsic of " + length + " bytes, " + in.remaining() + " are there");
        }
        int preamble = in.u8();
        Optional<AccountId> signer = Optional.empty();
        int version = preamble & 0x3f;
        if (preamble == SIGNED_V4) {
            Object who = codec.decode(address, in);
            if (who instanceof Map<?, ?> map && map.get("Id") instanceof AccountId account) {
                signer = Optional.of(account);
            } else if (who instanceof AccountId account) {
                signer = Optional.of(account);
            }
            codec.decode(signature, in);
            readExtras(in);
        } else if (preamble >> 6 == 1 && version == 5) {
            in.u8();
            readExtras(in);
        } else if (preamble >> 6 != 0 || version < 4 || version > 5) {
            throw new CodecException("extrinsic.version", "extrinsic preamble: " + preamble);
        }
        Object decoded = codec.decode(call, in);
        in.end();
        if (!(decoded instanceof Call what)) {
            throw new CodecException("extrinsic.call", "the extrinsic's call is no call");
        }
        return new Extrinsic(Hex.encode(Hashes.blake2b256(bytes)), signer, what);
    }

    private void readExtras(ScaleReader in) {
        for (MetadataTree.Extension extension : extensions) {
            if (extension.identifier().equals("CheckMortality")
                    || extension.identifier().equals("CheckEra")) {
                Era.read(in);
            } else {
                codec.decode(extension.extra(), in);
            }
        }
    }
}
