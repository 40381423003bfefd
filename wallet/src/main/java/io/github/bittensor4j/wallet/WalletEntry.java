package io.github.bittensor4j.wallet;

import io.github.bittensor4j.core.AccountId;
import java.util.List;
import java.util.Optional;

/**
 * One wallet of a folder, as {@link Wallet#list} sees it without any password.
 *
 * @param name the wallet's name
 * @param coldkey its account, empty when no public part of it can be read
 * @param coldkeyFormat how the coldkey's secret is kept, empty when it is not on this machine
 * @param hotkeys its hotkeys by name
 */
public record WalletEntry(
        String name, Optional<AccountId> coldkey, Optional<KeyfileFormat> coldkeyFormat, List<Hotkey> hotkeys) {
    /** Copies the list. */
    public WalletEntry {
        hotkeys = List.copyOf(hotkeys);
    }

    /**
     * One hotkey of a wallet.
     *
     * @param name the hotkey's name
     * @param account its account, empty when no public part of it can be read
     * @param format how its secret is kept, empty when only its public file is on this machine
     */
    public record Hotkey(String name, Optional<AccountId> account, Optional<KeyfileFormat> format) {}
}
