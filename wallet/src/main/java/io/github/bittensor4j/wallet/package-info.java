/**
 * Coldkeys and hotkeys: open, create, unlock and use wallets that the official Bittensor tools read and write too. Start at {@link
 * io.github.bittensor4j.wallet.Wallet}. Nothing here uses the network.
 */
@NullMarked
package io.github.bittensor4j.wallet;

import org.jspecify.annotations.NullMarked;
