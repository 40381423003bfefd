package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.scale.ScaleWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Accounts that the chain computes and nobody holds a key for: of multisigs, pallets, subnets and EVM addresses. */
public final class DerivedAccounts {
    private static final byte[] MULTISIG = "modlpy/utilisuba".getBytes(StandardCharsets.US_ASCII);
    private static final String PALLET = "modl";
    private static final String SUBTENSOR = "subtensr";
    private static final byte[] EVM = "evm:".getBytes(StandardCharsets.US_ASCII);
    private static final int PALLET_ID = 8;
    private static final int H160 = 20;

    private DerivedAccounts() {}

    /**
     * The account that several others hold together.
     *
     * @param threshold how many of them must agree, 1 to 65535 and at most their number
     * @param signatories at least one, all different, in any order
     * @return the account
     * @throws InvalidValueException when the threshold or the signatories are out of range
     */
    public static AccountId multisig(int threshold, Collection<AccountId> signatories) {
        List<AccountId> sorted = signatories.stream().distinct().sorted().toList();
        if (sorted.size() != signatories.size()) {
            throw new InvalidValueException(
                    "multisig.signatories",
                    "multisig signatories: " + signatories.size() + " with " + (signatories.size() - sorted.size())
                            + " repeated (expected: all different)",
                    "Name each signatory once.");
        }
        if (threshold < 1 || threshold > sorted.size() || threshold > 0xffff) {
            throw new InvalidValueException(
                    "multisig.threshold",
                    "multisig threshold: " + threshold + " (expected: 1 to the number of signatories, " + sorted.size()
                            + ", and at most 65535)",
                    "");
        }
        ScaleWriter out = new ScaleWriter().raw(MULTISIG).compact(sorted.size());
        sorted.forEach(account -> out.raw(account.bytes()));
        return AccountId.of(Hashes.blake2b256(out.u16(threshold).toByteArray()));
    }

    /**
     * The account of a pallet.
     *
     * @param palletId its eight ASCII characters, such as {@code subtensr}
     * @return the account
     * @throws InvalidValueException when it is not eight ASCII characters
     */
    public static AccountId pallet(String palletId) {
        byte[] id = palletId.getBytes(StandardCharsets.UTF_8);
        if (id.length != PALLET_ID || palletId.length() != PALLET_ID) {
            throw new InvalidValueException(
                    "account.pallet", "pallet id: \"" + palletId + "\" (expected: 8 ASCII characters)", "");
        }
        return AccountId.of(Arrays.copyOf((PALLET + palletId).getBytes(StandardCharsets.US_ASCII), AccountId.LENGTH));
    }

    /**
     * The account that holds a subnet's TAO.
     *
     * @param netuid the subnet
     * @return the account
     */
    public static AccountId subnet(Netuid netuid) {
        byte[] head = new ScaleWriter()
                .raw((PALLET + SUBTENSOR).getBytes(StandardCharsets.US_ASCII))
                .u16(netuid.value())
                .toByteArray();
        return AccountId.of(Arrays.copyOf(head, AccountId.LENGTH));
    }

    /**
     * The account in which the chain keeps an EVM address's balance.
     *
     * @param address 20 bytes
     * @return the account
     * @throws InvalidValueException when the length is not 20
     */
    public static AccountId evm(byte[] address) {
        if (address.length != H160) {
            throw new InvalidValueException(
                    "account.evm", "EVM address length: " + address.length + " (expected: 20 bytes)", "");
        }
        return AccountId.of(
                Hashes.blake2b256(new ScaleWriter().raw(EVM).raw(address).toByteArray()));
    }
}
