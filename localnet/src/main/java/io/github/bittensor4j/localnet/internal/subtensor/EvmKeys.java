package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.state.State;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/**
 * The EVM addresses of neurons. A neuron proves that it holds one by its key's signature, as wallets of that chain sign messages (EIP-191),
 * over the hotkey and the hash of a block's number.
 */
final class EvmKeys {
    private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
    private static final byte[] PREFIX = "\u0019Ethereum Signed Message:\n64".getBytes(StandardCharsets.US_ASCII);

    /** How many neurons of a subnet may have one address. */
    private static final int MOST_UIDS = 32;

    /** Blocks between two associations of one neuron, in the runtime that local chains run. */
    private static final long INTERVAL = 1;

    private final Items items;
    private final Neurons neurons;

    EvmKeys(Items items, Neurons neurons) {
        this.items = items;
        this.neurons = neurons;
    }

    void associate(Host host, AccountId hotkey, int netuid, byte[] address, long signedBlock, byte[] signature) {
        State state = host.state();
        Refusal.unless(items.networksAdded.get(state, netuid), "SubnetNotExists");
        Refusal.unless(items.owner.find(state, hotkey).isPresent(), "NonAssociatedColdKey");
        int uid = neurons.uid(state, netuid, hotkey).orElseThrow(() -> Refusal.of("HotKeyNotRegisteredInSubNet"));
        long last = items.associatedEvmAddress
                .find(state, netuid, uid)
                .map(Map.Entry::getValue)
                .orElse(0L);
        Refusal.unless(host.block() - last >= INTERVAL, "EvmKeyAssociateRateLimitExceeded");
        byte[] message = new ScaleWriter()
                .raw(PREFIX)
                .raw(hotkey.bytes())
                .raw(Hashes.keccak256(new ScaleWriter().u64(signedBlock).toByteArray()))
                .toByteArray();
        byte[] signer = signer(Hashes.keccak256(message), signature).orElseThrow(() -> Refusal.of("InvalidIdentity"));
        Refusal.unless(Arrays.equals(signer, address), "InvalidRecoveredPublicKey");
        List<Map.Entry<Integer, Long>> neuronsOfIt = items.associatedUidsByEvmAddress.get(state, netuid, address);
        Refusal.unless(
                neuronsOfIt.size() < MOST_UIDS || neuronsOfIt.stream().anyMatch(known -> known.getKey() == uid),
                "EvmKeyAssociationLimitExceeded");
        put(state, netuid, uid, address, host.block());
        host.event("SubtensorModule", "EvmKeyAssociated", netuid, hotkey, address, host.block());
    }

    private void put(State state, int netuid, int uid, byte[] address, long block) {
        List<Map.Entry<Integer, Long>> before = items.associatedUidsByEvmAddress.get(state, netuid, address);
        if (before.stream().anyMatch(known -> known.getKey() == uid)) {
            items.associatedUidsByEvmAddress.put(
                    state,
                    netuid,
                    address,
                    before.stream()
                            .map(known -> known.getKey() == uid ? Map.entry(uid, block) : known)
                            .toList());
        } else {
            forget(items, state, netuid, uid);
            List<Map.Entry<Integer, Long>> more = new ArrayList<>(before);
            more.add(Map.entry(uid, block));
            items.associatedUidsByEvmAddress.put(state, netuid, address, more);
        }
        items.associatedEvmAddress.put(state, netuid, uid, Map.entry(address, block));
    }

    /** Whoever gets the seat of a neuron does not get its address. */
    static void forget(Items items, State state, int netuid, int uid) {
        items.associatedEvmAddress.find(state, netuid, uid).ifPresent(known -> {
            byte[] address = known.getKey();
            List<Map.Entry<Integer, Long>> others =
                    items.associatedUidsByEvmAddress.get(state, netuid, address).stream()
                            .filter(one -> one.getKey() != uid)
                            .toList();
            if (others.isEmpty()) {
                items.associatedUidsByEvmAddress.remove(state, netuid, address);
            } else {
                items.associatedUidsByEvmAddress.put(state, netuid, address, others);
            }
            items.associatedEvmAddress.remove(state, netuid, uid);
        });
    }

    /** An address stays with its neuron when that gets another uid. */
    static void renumber(Items items, State state, int netuid, int uid, int next) {
        items.associatedEvmAddress.find(state, netuid, uid).ifPresent(known -> {
            items.associatedEvmAddress.remove(state, netuid, uid);
            items.associatedEvmAddress.put(state, netuid, next, known);
            items.associatedUidsByEvmAddress.update(
                    state,
                    netuid,
                    known.getKey(),
                    all -> all.stream()
                            .map(one -> one.getKey() == uid ? Map.entry(next, one.getValue()) : one)
                            .toList());
        });
    }

    /** The address of the key that made a signature, r, s and which of two keys; empty where none can have. Source: SEC 1, 4.1.6. */
    private static Optional<byte[]> signer(byte[] hash, byte[] signature) {
        int which = signature[64] & 0xff;
        if (which >= 27) {
            which -= 27;
        }
        BigInteger order = CURVE.getN();
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
        BigInteger x = which < 2 ? r : r.add(order);
        if (which > 3
                || r.signum() == 0
                || s.signum() == 0
                || r.compareTo(order) >= 0
                || s.compareTo(order) >= 0
                || x.compareTo(CURVE.getCurve().getField().getCharacteristic()) >= 0) {
            return Optional.empty();
        }
        byte[] compressed = new byte[33];
        compressed[0] = (byte) (2 + (which & 1));
        byte[] bytes = x.toByteArray();
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, compressed, 33 - length, length);
        ECPoint point;
        try {
            point = CURVE.getCurve().decodePoint(compressed);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        BigInteger inverse = r.modInverse(order);
        BigInteger message = new BigInteger(1, hash).negate().multiply(inverse).mod(order);
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(
                        CURVE.getG(), message, point, s.multiply(inverse).mod(order))
                .normalize();
        if (key.isInfinity()) {
            return Optional.empty();
        }
        byte[] digest = Hashes.keccak256(Arrays.copyOfRange(key.getEncoded(false), 1, 65));
        return Optional.of(Arrays.copyOfRange(digest, 12, 32));
    }
}
