package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.util.List;

/** Aura: one author, and the length of a slot, by which clients tell a fast chain from a real one. */
public final class AuraPallet extends Pallet {
    private final AccountId author;
    private final StorageValue<List<AccountId>> authorities;
    private final StorageValue<Long> currentSlot;
    private final TimestampPallet timestamp;
    private final long slotMillis;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param timestamp the time of blocks
     * @param author who makes all blocks
     */
    public AuraPallet(Declarations declarations, TimestampPallet timestamp, AccountId author) {
        super("Aura", declarations);
        this.author = author;
        this.timestamp = timestamp;
        slotMillis = (Long) constant("SlotDuration");
        authorities = value("Authorities", Codec.vec(Codec.ACCOUNT));
        currentSlot = value("CurrentSlot", Codec.U64);
        api("AuraApi", "slot_duration", (context, arguments) -> slotMillis);
        api("AuraApi", "authorities", (context, arguments) -> authorities.get(context.state()));
    }

    @Override
    protected void genesis(Context context) {
        authorities.put(context.state(), List.of(author));
    }

    @Override
    protected void onFinalize(Context context) {
        currentSlot.put(context.state(), timestamp.now(context.state()) / slotMillis);
    }
}
