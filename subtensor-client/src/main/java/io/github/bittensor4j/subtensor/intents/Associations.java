package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;

/** Which keys belong together. */
public final class Associations {
    private static final int SIGNATURE = 65;

    private Associations() {}

    /**
     * Records that a hotkey is the coldkey's. Where it belongs to a coldkey already, nothing happens.
     *
     * @param hotkey whose owner the signer becomes
     */
    @Operation("records that a hotkey belongs to the coldkey")
    public record AssociateHotkey(
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("try_associate_hotkey", "hotkey", hotkey))
                    .effect("records " + hotkey + " as a hotkey of " + planning.account()
                            + ", unless it belongs to somebody");
        }
    }

    /**
     * Records that an EVM key is the hotkey's, on one subnet. The EVM key proves it by an EIP-191 signature over the hotkey's 32 bytes and
     * the keccak-256 of the block's number in eight bytes, little end first.
     *
     * @param netuid the subnet
     * @param evmKey its address: {@code 0x} and 40 hex digits
     * @param blockNumber for which block it was signed
     * @param signature {@code 0x} and 130 hex digits
     */
    @Operation(value = "records that an EVM key belongs to the hotkey", signer = Operation.Key.HOTKEY)
    public record AssociateEvmKey(Netuid netuid, String evmKey, long blockNumber, String signature) implements Intent {
        /** Checks address and signature. */
        public AssociateEvmKey {
            Evm.bytes("evm_key", evmKey, Evm.ADDRESS);
            Evm.bytes("signature", signature, SIGNATURE);
        }

        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call(
                            "associate_evm_key",
                            "netuid",
                            netuid,
                            "evm_key",
                            Evm.bytes("evm_key", evmKey, Evm.ADDRESS),
                            "block_number",
                            blockNumber,
                            "signature",
                            Evm.bytes("signature", signature, SIGNATURE)))
                    .on(netuid)
                    .effect("records " + evmKey + " as an EVM key of " + planning.account() + " on subnet " + netuid);
        }
    }
}
