package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** System: accounts with their nonces, block numbers and hashes, the events of a block. */
public final class SystemPallet extends Pallet {
    /** How many block hashes the chain remembers: eras can not be longer. */
    public static final int BLOCK_HASH_COUNT = 2400;

    private static final Codec<Account> ACCOUNT_INFO = Codec.of(
            "(u32, u32, u32, u32, (u64, u64, u64, u128))", SystemPallet::writeAccount, SystemPallet::readAccount);

    private final StorageMap<AccountId, Account> accounts;
    private final StorageMap<Long, byte[]> blockHash;
    private final StorageValue<Long> number;
    private final StorageValue<byte[]> parentHash;
    private final StorageKey eventsKey;
    private final StorageValue<Long> eventCount;
    private final StorageValue<Object> lastRuntimeUpgrade;

    /**
     * An account's entry.
     *
     * @param nonce how many extrinsics of it are in blocks
     * @param consumers who forbids its removal
     * @param providers who lets it exist: 1 with a balance
     * @param sufficients who lets it exist without a balance
     * @param free rao it can use
     * @param reserved rao held for something
     * @param frozen rao it must keep
     * @param flags the mark of the newest layout
     */
    public record Account(
            long nonce,
            long consumers,
            long providers,
            long sufficients,
            long free,
            long reserved,
            long frozen,
            BigInteger flags) {
        /**
         * With another nonce.
         *
         * @param next the nonce
         * @return a copy
         */
        public Account withNonce(long next) {
            return new Account(next, consumers, providers, sufficients, free, reserved, frozen, flags);
        }

        /**
         * With a part of what it holds set aside or given back; who has something set aside can not be removed.
         *
         * @param nextFree rao it can use
         * @param nextReserved rao held
         * @return a copy
         */
        public Account withReserved(long nextFree, long nextReserved) {
            long held = reserved + frozen > 0 ? 1 : 0;
            long holds = nextReserved + frozen > 0 ? 1 : 0;
            return new Account(
                    nonce, consumers - held + holds, providers, sufficients, nextFree, nextReserved, frozen, flags);
        }

        /**
         * With other balances.
         *
         * @param nextFree rao it can use
         * @param nextReserved rao held
         * @param nextProviders who lets it exist
         * @return a copy
         */
        public Account withBalance(long nextFree, long nextReserved, long nextProviders) {
            return new Account(nonce, consumers, nextProviders, sufficients, nextFree, nextReserved, frozen, flags);
        }
    }

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     */
    public SystemPallet(Declarations declarations) {
        super("System", declarations);
        accounts = map("Account", Codec.ACCOUNT, ACCOUNT_INFO);
        blockHash = map("BlockHash", Codec.U32, Codec.HASH);
        number = value("Number", Codec.U32);
        parentHash = value("ParentHash", Codec.HASH);
        eventsKey = value("Events", Codec.plain(type("Vec<EventRecord>"))).key();
        eventCount = value("EventCount", Codec.U32);
        lastRuntimeUpgrade = value("LastRuntimeUpgrade", Codec.plain(type("LastRuntimeUpgradeInfo")));
        call("remark", (context, origin, arguments) -> origin.signed()).weight(5_000_000, 0);
        call("remark_with_event", this::remarkWithEvent);
        call("set_storage", this::setStorage).operational();
        call("kill_storage", this::killStorage).operational();
        Map<String, Object> version = RuntimeIdentity.plain(declarations);
        api("Core", "version", (context, arguments) -> version);
        api("Metadata", "metadata", (context, arguments) -> context.runtime().metadata(14));
        api("Metadata", "metadata_versions", (context, arguments) -> Runtime.METADATA_VERSIONS);
        api("Metadata", "metadata_at_version", (context, arguments) -> {
            int wanted = (int) Math.min(Integer.MAX_VALUE, arguments.u32("version"));
            return Runtime.METADATA_VERSIONS.contains(wanted)
                    ? Optional.of(context.runtime().metadata(wanted))
                    : Optional.empty();
        });
        api(
                "AccountNonceApi",
                "account_nonce",
                (context, arguments) -> accounts.get(context.state(), arguments.account("account"))
                        .nonce());
    }

    @Override
    protected void genesis(Context context) {
        lastRuntimeUpgrade.put(
                context.state(), List.of((long) RuntimeIdentity.SPEC_VERSION, RuntimeIdentity.SPEC_NAME));
    }

    private static void writeAccount(ScaleWriter out, Account a) {
        out.u32(a.nonce).u32(a.consumers).u32(a.providers).u32(a.sufficients);
        out.u64(a.free).u64(a.reserved).u64(a.frozen).u128(a.flags);
    }

    private static Account readAccount(ScaleReader in) {
        return new Account(in.u32(), in.u32(), in.u32(), in.u32(), in.u64(), in.u64(), in.u64(), in.u128());
    }

    /**
     * An account's entry.
     *
     * @param state where to read
     * @param account whose
     * @return zeros for an account that does not exist
     */
    public Account account(State state, AccountId account) {
        return accounts.get(state, account);
    }

    /**
     * Whether an account exists: only such a one can pay.
     *
     * @param state where to read
     * @param account whose
     * @return true with a provider or a sufficient
     */
    public boolean exists(State state, AccountId account) {
        Account entry = account(state, account);
        return entry.providers() > 0 || entry.sufficients() > 0;
    }

    /**
     * Writes an account's entry; one that nobody lets exist any more, and that never sent anything without existing, is removed.
     *
     * @param context the block
     * @param account whose
     * @param entry the new entry
     */
    public void putAccount(Context context, AccountId account, Account entry) {
        boolean existed = exists(context.state(), account);
        boolean exists = entry.providers() > 0 || entry.sufficients() > 0;
        if (existed && !exists) {
            accounts.remove(context.state(), account);
            emit(context, "KilledAccount", account);
            return;
        }
        accounts.put(context.state(), account, entry);
        if (!existed && exists) {
            emit(context, "NewAccount", account);
        }
    }

    /**
     * Counts an extrinsic of an account.
     *
     * @param state where to write
     * @param account whose
     */
    public void countNonce(State state, AccountId account) {
        accounts.update(state, account, entry -> entry.withNonce(entry.nonce() + 1));
    }

    /**
     * Begins a block.
     *
     * @param state where to write
     * @param block its number
     * @param parent the hash of the block before
     */
    public void begin(State state, long block, byte[] parent) {
        number.put(state, block);
        parentHash.put(state, parent);
        blockHash.put(state, block - 1, parent);
        if (block > BLOCK_HASH_COUNT) {
            blockHash.remove(state, block - 1 - BLOCK_HASH_COUNT);
        }
        state.remove(eventsKey);
        eventCount.put(state, 0L);
    }

    /**
     * Writes a block's events.
     *
     * @param state where to write
     * @param records the SCALE bytes of each
     */
    public void events(State state, List<byte[]> records) {
        ScaleWriter out = new ScaleWriter();
        out.compact(records.size());
        records.forEach(out::raw);
        state.put(eventsKey, out.toByteArray());
        eventCount.put(state, (long) records.size());
    }

    /**
     * Emits one of this pallet's events.
     *
     * @param context the block
     * @param event its declared name
     * @param fields plain values in order
     */
    public void event(Context context, String event, Object... fields) {
        emit(context, event, fields);
    }

    private void remarkWithEvent(Context context, Origin origin, Arguments arguments) {
        AccountId sender = origin.signed();
        emit(context, "Remarked", sender, Hashes.blake2b256(arguments.bytes("remark")));
    }

    private void setStorage(Context context, Origin origin, Arguments arguments) {
        origin.root();
        for (Object item : arguments.list("items", Object.class)) {
            List<?> pair = (List<?>) item;
            context.state().put(StorageKey.of((byte[]) pair.get(0)), (byte[]) pair.get(1));
        }
    }

    private void killStorage(Context context, Origin origin, Arguments arguments) {
        origin.root();
        arguments.list("keys", byte[].class).forEach(key -> context.state().remove(StorageKey.of(key)));
    }
}
