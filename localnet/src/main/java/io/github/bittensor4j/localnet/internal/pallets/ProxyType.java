package io.github.bittensor4j.localnet.internal.pallets;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** What somebody else may do in an account's name. Declared in the runtime's order, which is also the order of its numbers. */
enum ProxyType {
    ANY("Any"),
    OWNER("Owner"),
    NON_CRITICAL("NonCritical"),
    NON_TRANSFER("NonTransfer"),
    SENATE("Senate"),
    NON_FUNGIBLE("NonFungible"),
    TRIUMVIRATE("Triumvirate"),
    GOVERNANCE("Governance"),
    STAKING("Staking"),
    REGISTRATION("Registration"),
    TRANSFER("Transfer"),
    SMALL_TRANSFER("SmallTransfer"),
    ROOT_WEIGHTS("RootWeights"),
    CHILD_KEYS("ChildKeys"),
    SUDO_UNCHECKED_SET_CODE("SudoUncheckedSetCode"),
    SWAP_HOTKEY("SwapHotkey"),
    SUBNET_LEASE_BENEFICIARY("SubnetLeaseBeneficiary"),
    ROOT_CLAIM("RootClaim"),
    BASKET_TRADING("BasketTrading");

    private static final Set<ProxyType> DEPRECATED = EnumSet.of(SENATE, TRIUMVIRATE, GOVERNANCE, ROOT_WEIGHTS);
    private static final Set<ProxyType> BEYOND_NON_TRANSFER =
            EnumSet.of(ANY, NON_CRITICAL, TRANSFER, SMALL_TRANSFER, BASKET_TRADING);

    private final String declared;

    ProxyType(String declared) {
        this.declared = declared;
    }

    /** By the name that the runtime gives it. */
    static ProxyType of(String declared) {
        return Arrays.stream(values())
                .filter(type -> type.declared.equals(declared))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("proxy type " + declared));
    }

    /** The name that the runtime gives it. */
    String declared() {
        return declared;
    }

    /** Whether it lets nothing through any more. */
    boolean isDeprecated() {
        return DEPRECATED.contains(this);
    }

    /** Whether who holds this type may hand the other one out, or take it back. */
    boolean covers(ProxyType other) {
        return this == other
                || this == ANY
                || this == NON_TRANSFER && !BEYOND_NON_TRANSFER.contains(other)
                || this == TRANSFER && other == SMALL_TRANSFER;
    }
}
