package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.DerivedAccounts;
import io.github.bittensor4j.subtensor.Call;
import java.util.Arrays;
import java.util.HexFormat;

/** TAO between accounts and EVM addresses. The chain keeps an EVM address's TAO in an account derived from it. */
public final class Evm {
    static final int ADDRESS = 20;

    private Evm() {}

    /** What hex digits say, so many bytes. */
    static byte[] bytes(String field, String hex, int length) {
        String digits = hex.strip().replaceFirst("^0x", "");
        if (digits.length() != 2 * length || !digits.matches("[0-9a-fA-F]*")) {
            throw new InvalidValueException(
                    "evm.hex", field + ": \"" + hex + "\" (expected: 0x and " + 2 * length + " hex digits)", "");
        }
        return HexFormat.of().parseHex(digits);
    }

    /**
     * Sends TAO to an EVM address.
     *
     * @param evmAddress {@code 0x} and 40 hex digits
     * @param amount how much; all for everything that can be sent
     */
    @Operation("sends TAO to an EVM address")
    public record FundEvmKey(
            @JsonField(name = "evm_address") String evmAddress, Amount<Tao> amount) implements Intent {
        /** Checks the address. */
        public FundEvmKey {
            evmAddress = "0x" + HexFormat.of().formatHex(bytes("evm_address", evmAddress, ADDRESS));
        }

        @Override
        public Draft draft(Planning planning) {
            AccountId account = DerivedAccounts.evm(bytes("evm_address", evmAddress, ADDRESS));
            return new Transfers.Transfer(account, amount, true)
                    .draft(planning)
                    .effect("which is the account of EVM address " + evmAddress)
                    .warning("only who has that address's key can move it on");
        }
    }

    /**
     * Takes TAO that was sent to the coldkey's own EVM address: the first 20 bytes of its public key.
     *
     * @param amount how much; all for everything there
     */
    @Operation("takes TAO that was sent to the coldkey's own EVM address")
    public record EvmWithdraw(Amount<Tao> amount) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            byte[] address = Arrays.copyOf(planning.account().bytes(), ADDRESS);
            AccountId mirror = DerivedAccounts.evm(address);
            Tao tao = amount.value().orElseGet(() -> planning.as(mirror).free());
            if (tao.isZero()) {
                throw new InvalidValueException(
                        "intent.nothing", "nothing was sent to the EVM address of " + planning.account(), "");
            }
            return Draft.of(Call.of("EVM", "withdraw", "address", address, "value", tao))
                    .effect("takes " + tao + " from EVM address 0x"
                            + HexFormat.of().formatHex(address));
        }
    }
}
