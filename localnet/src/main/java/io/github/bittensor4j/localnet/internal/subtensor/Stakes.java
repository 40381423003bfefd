package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.AlphaSplit;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Stake: one pool of alpha for each hotkey and subnet, in which coldkeys hold shares. Dividends raise the pool and thereby every share
 * pro rata. On root (netuid 0) alpha is TAO.
 */
final class Stakes {
    static final int ROOT = 0;

    static final BigInteger U64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final Items items;
    private final Family family;

    Stakes(Items items) {
        this.items = items;
        this.family = new Family(items);
    }

    /** Who lends stake weight to whom. */
    Family family() {
        return family;
    }

    /** What one coldkey has on a hotkey. */
    long of(State state, AccountId hotkey, AccountId coldkey, int netuid) {
        long total = total(state, hotkey, netuid);
        SafeFloat share = items.alphaV2.get(state, hotkey, coldkey, netuid);
        return Math.min(total, SafeFloat.share(total, share, items.totalHotkeySharesV2.get(state, hotkey, netuid)));
    }

    /** What all coldkeys together have on a hotkey. */
    long total(State state, AccountId hotkey, int netuid) {
        return items.totalHotkeyAlpha.get(state, hotkey, netuid);
    }

    /** Adds to one coldkey's part. */
    void credit(State state, AccountId hotkey, AccountId coldkey, int netuid, long alpha) {
        if (alpha == 0) {
            return;
        }
        long total = total(state, hotkey, netuid);
        SafeFloat shares = items.totalHotkeySharesV2.get(state, hotkey, netuid);
        SafeFloat added =
                shares.isZero() || total == 0 ? SafeFloat.of(BigDecimal.valueOf(alpha)) : shares.scaled(alpha, total);
        items.alphaV2.put(
                state,
                hotkey,
                coldkey,
                netuid,
                items.alphaV2.get(state, hotkey, coldkey, netuid).plus(added));
        items.totalHotkeySharesV2.put(state, hotkey, netuid, shares.plus(added));
        changeTotal(state, hotkey, netuid, alpha);
        List<AccountId> hotkeys = items.stakingHotkeys.get(state, coldkey);
        if (!hotkeys.contains(hotkey)) {
            List<AccountId> more = new ArrayList<>(hotkeys);
            more.add(hotkey);
            items.stakingHotkeys.put(state, coldkey, more);
        }
    }

    /** Takes from one coldkey's part, which must hold as much. */
    void debit(State state, AccountId hotkey, AccountId coldkey, int netuid, long alpha) {
        if (alpha == 0) {
            return;
        }
        long own = of(state, hotkey, coldkey, netuid);
        if (alpha > own) {
            throw new IllegalStateException("stake of " + own + " can not give " + alpha);
        }
        SafeFloat shares = items.totalHotkeySharesV2.get(state, hotkey, netuid);
        SafeFloat held = items.alphaV2.get(state, hotkey, coldkey, netuid);
        SafeFloat cut = alpha == own ? held : shares.scaled(alpha, total(state, hotkey, netuid));
        SafeFloat left = held.minus(cut);
        if (left.isZero()) {
            items.alphaV2.remove(state, hotkey, coldkey, netuid);
        } else {
            items.alphaV2.put(state, hotkey, coldkey, netuid, left);
        }
        SafeFloat rest = shares.minus(cut);
        if (rest.isZero()) {
            items.totalHotkeySharesV2.remove(state, hotkey, netuid);
        } else {
            items.totalHotkeySharesV2.put(state, hotkey, netuid, rest);
        }
        changeTotal(state, hotkey, netuid, -alpha);
        forgetIfEmpty(state, hotkey, coldkey);
    }

    /** Raises the part of everyone who has stake on a hotkey; where nobody has, it goes to the hotkey's owner. */
    void creditAll(State state, AccountId hotkey, int netuid, long alpha) {
        if (items.totalHotkeySharesV2.get(state, hotkey, netuid).isZero()) {
            credit(state, hotkey, items.owner.get(state, hotkey), netuid, alpha);
        } else {
            changeTotal(state, hotkey, netuid, alpha);
        }
    }

    private void changeTotal(State state, AccountId hotkey, int netuid, long change) {
        long total = total(state, hotkey, netuid) + change;
        if (total == 0) {
            items.totalHotkeyAlpha.remove(state, hotkey, netuid);
        } else {
            items.totalHotkeyAlpha.put(state, hotkey, netuid, total);
        }
        items.totalAlphaStaked.update(state, netuid, all -> all + change);
    }

    /** Alpha that is nobody's any more can be issued again. */
    void recycle(State state, int netuid, long alpha) {
        if (alpha > 0) {
            items.subnetAlphaOut.update(state, netuid, out -> out - alpha);
            items.alphaRecycled.update(state, netuid, recycled -> recycled + alpha);
        }
    }

    /** Alpha that is nobody's any more stays issued for ever. */
    void burn(State state, int netuid, long alpha) {
        if (alpha > 0) {
            items.alphaBurned.update(state, netuid, burned -> burned + alpha);
        }
    }

    private void forgetIfEmpty(State state, AccountId hotkey, AccountId coldkey) {
        if (items.alphaV2.all(state, hotkey, coldkey).isEmpty()) {
            List<AccountId> hotkeys = new ArrayList<>(items.stakingHotkeys.get(state, coldkey));
            if (hotkeys.remove(hotkey)) {
                items.stakingHotkeys.put(state, coldkey, hotkeys);
            }
        }
    }

    /** The weight of TAO beside alpha. */
    Fixed taoWeight(State state) {
        return AlphaSplit.taoWeight(unsigned(items.taoWeight.get(state)));
    }

    /**
     * What a hotkey's stake somewhere counts for on a subnet: without what it lends to its children there, with what its parents lend
     * to it.
     *
     * @param where the stake's own netuid: the subnet's, or root's
     */
    BigInteger inherited(State state, AccountId hotkey, int netuid, int where) {
        Fixed own = FixedType.U96F32.of(unsigned(total(state, hotkey, where)));
        Fixed lent = FixedType.U96F32.zero();
        for (Family.Member child : family.children(state, hotkey, netuid)) {
            lent = lent.plus(own.times(child.share()));
        }
        Fixed borrowed = FixedType.U96F32.zero();
        for (Family.Member parent : family.parents(state, hotkey, netuid)) {
            Fixed stake = FixedType.U96F32.of(unsigned(total(state, parent.hotkey(), where)));
            borrowed = borrowed.plus(stake.times(parent.share()));
        }
        return own.minus(lent).plus(borrowed).toU64();
    }

    /** What a hotkey counts for on a subnet: its alpha there, and its TAO on root by the weight of TAO. */
    Fixed weight(State state, AccountId hotkey, int netuid) {
        Fixed alpha = FixedType.I64F64.of(inherited(state, hotkey, netuid, netuid));
        Fixed tao = FixedType.I64F64.of(inherited(state, hotkey, netuid, ROOT));
        return alpha.plus(tao.times(taoWeight(state).to(FixedType.I64F64)));
    }

    static BigInteger unsigned(long bits) {
        return bits >= 0 ? BigInteger.valueOf(bits) : new BigInteger(Long.toUnsignedString(bits));
    }
}
