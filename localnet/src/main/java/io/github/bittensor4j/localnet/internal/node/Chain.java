package io.github.bittensor4j.localnet.internal.node;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.LocalnetException;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.pallets.MevShieldPallet;
import io.github.bittensor4j.localnet.internal.pallets.Pallets;
import io.github.bittensor4j.localnet.internal.pallets.RuntimeIdentity;
import io.github.bittensor4j.localnet.internal.pallets.TimestampPallet;
import io.github.bittensor4j.localnet.internal.pallets.TransactionPaymentPallet;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Era;
import io.github.bittensor4j.localnet.internal.runtime.Extrinsic;
import io.github.bittensor4j.localnet.internal.runtime.Invalidity;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import io.github.bittensor4j.localnet.internal.state.History;
import io.github.bittensor4j.localnet.internal.state.Snapshot;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain: one author, every block final at once. Thread-safe: extrinsics are checked and blocks are made under one lock; blocks and
 * their state are read without it.
 *
 * <p>The state, headers and bodies of the last {@value #KEPT} blocks can be read; of older ones only the hash.
 */
public final class Chain implements AutoCloseable {
    /** How many blocks can be read. */
    public static final int KEPT = 4096;

    /** The most bytes of extrinsics in one block: the real chain's limit for the class Normal. */
    static final int BLOCK_BYTES = 7_864_320;

    /** The most work in one block, in picoseconds: three quarters of the real chain's four seconds. */
    static final long BLOCK_REF_TIME = 3_000_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(Chain.class);

    /** For how many blocks the runtime's check of an extrinsic is said to hold. */
    private static final long VALID_BLOCKS = 64;

    private final Object lock = new Object();
    private final Pallets pallets;
    private final Runtime runtime;
    private final long slotMillis;
    private final LongUnaryOperator clock;
    private final BlockLog log;
    private final History history = new History(KEPT);
    private final Pool pool = new Pool();
    private final List<Hash> hashes = new ArrayList<>();
    private final Map<Hash, Block> blocks = new ConcurrentHashMap<>();
    private final List<BiConsumer<Block, Map<StorageKey, Optional<byte[]>>>> listeners = new CopyOnWriteArrayList<>();
    private volatile Block head;

    /**
     * Opens a chain: with genesis, or where its log ends.
     *
     * @param pallets its runtime
     * @param slotMillis the time between two blocks
     * @param clock gives the time of a block from the time of its parent, both in milliseconds since 1970
     * @param log where blocks are kept
     */
    public Chain(Pallets pallets, long slotMillis, LongUnaryOperator clock, BlockLog log) {
        this.pallets = pallets;
        this.runtime = pallets.runtime();
        this.slotMillis = slotMillis;
        this.clock = clock;
        this.log = log;
        Made genesis = genesis();
        head = genesis.block();
        boolean kept = log.open(genesis.block().hash(), new BlockLog.Replay() {
            @Override
            public void checkpoint(List<Hash> earlier, Block block, Map<StorageKey, Optional<byte[]>> state) {
                hashes.addAll(earlier);
                append(block, state);
            }

            @Override
            public void block(Block block, Map<StorageKey, Optional<byte[]>> changes) {
                append(block, changes);
            }
        });
        if (!kept) {
            append(genesis.block(), genesis.changes());
            log.checkpoint(List.of(), genesis.block(), genesis.changes());
        } else {
            LOG.info("localnet: the chain goes on from block {}", head.number());
        }
    }

    private record Made(Block block, Map<StorageKey, Optional<byte[]>> changes) {}

    private Made genesis() {
        History nothing = new History(1);
        nothing.commit(0, Map.of());
        State state = new State(nothing.at(0).orElseThrow());
        Context context = runtime.context(state, 0);
        // What is the runtime's code on the real chain: clients that cache metadata by genesis never get that of
        // another build.
        state.put(StorageKey.of(":code".getBytes(StandardCharsets.US_ASCII)), Hashes.blake2b256(runtime.metadata(15)));
        runtime.genesis(context);
        Map<StorageKey, Optional<byte[]>> changes = state.changes();
        return new Made(Block.of(0, Hash.ZERO, stateRoot(Hash.ZERO, changes), List.of(), List.of()), changes);
    }

    private static Hash stateRoot(Hash before, Map<StorageKey, Optional<byte[]>> changes) {
        ScaleWriter out = new ScaleWriter(1024);
        out.raw(before.bytes());
        changes.forEach((key, value) -> {
            out.bytes(key.bytes()).bool(value.isPresent());
            value.ifPresent(out::bytes);
        });
        return new Hash(Hashes.blake2b256(out.toByteArray()));
    }

    private void append(Block block, Map<StorageKey, Optional<byte[]>> changes) {
        synchronized (hashes) {
            hashes.add(block.hash());
        }
        blocks.put(block.hash(), block);
        history.commit(block.number(), changes);
        head = block;
        long gone = block.number() - KEPT;
        if (gone > 0) {
            hash(gone).ifPresent(blocks::remove);
        }
    }

    /**
     * The runtime.
     *
     * @return declarations and pallets
     */
    public Runtime runtime() {
        return runtime;
    }

    /**
     * The newest block.
     *
     * @return final at once
     */
    public Block head() {
        return head;
    }

    /**
     * The first block's hash: the chain's name among chains.
     *
     * @return the hash of block 0
     */
    public Hash genesisHash() {
        return hash(0).orElseThrow();
    }

    /**
     * A block's hash.
     *
     * @param number its height
     * @return empty when there is no such block yet
     */
    public Optional<Hash> hash(long number) {
        synchronized (hashes) {
            return number < 0 || number >= hashes.size() ? Optional.empty() : Optional.of(hashes.get((int) number));
        }
    }

    /**
     * A block.
     *
     * @param hash its hash
     * @return empty when it is unknown or not kept any more
     */
    public Optional<Block> block(Hash hash) {
        return Optional.ofNullable(blocks.get(hash));
    }

    /**
     * The state after a block.
     *
     * @param block the block
     * @return empty when it is not kept any more
     */
    public Optional<Snapshot> state(Block block) {
        return history.at(block.number());
    }

    /**
     * Hears of every block from now on, in order, on the thread that made it.
     *
     * @param listener gets the block and what it changed in the state; must be quick
     * @return stops listening
     */
    public Runnable onBlock(BiConsumer<Block, Map<StorageKey, Optional<byte[]>>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * Makes the next block of what waits.
     *
     * @return the block
     */
    public Block produce() {
        synchronized (lock) {
            Block parent = head;
            long number = parent.number() + 1;
            State state = new State(history.at(parent.number()).orElseThrow());
            Context context = runtime.context(state, number);
            pallets.system().begin(state, number, parent.hash().bytes());
            runtime.initialize(context);
            List<byte[]> bodies = new ArrayList<>();
            long now = Math.max(
                    clock.applyAsLong(pallets.timestamp().now(state)),
                    pallets.timestamp().now(state) + 1);
            Extrinsic inherent = Extrinsic.bare(runtime.declarations(), TimestampPallet.inherent(now));
            applyInherent(context, inherent, bodies.size());
            bodies.add(inherent.bytes());
            List<Pool.Waiting> included = applyWaiting(context, bodies);
            runtime.finish(context);
            pallets.system().events(state, runtime.events(context));
            Map<StorageKey, Optional<byte[]>> changes = state.changes();
            Block block =
                    Block.of(number, parent.hash(), stateRoot(parent.stateRoot(), changes), List.of(slot(now)), bodies);
            log.append(block, changes);
            append(block, changes);
            if (log.full()) {
                tryCheckpoint(block);
            }
            for (Pool.Waiting one : included) {
                pool.remove(one);
            }
            dropOutdated();
            unseal(included);
            for (BiConsumer<Block, Map<StorageKey, Optional<byte[]>>> listener : listeners) {
                try {
                    listener.accept(block, changes);
                } catch (RuntimeException e) {
                    LOG.warn("localnet: a listener of blocks failed at block {}", number, e);
                }
            }
            for (Pool.Waiting one : included) {
                one.tell(TransactionStatus.in("inBlock", block.hash()));
                one.tell(TransactionStatus.in("finalized", block.hash()));
            }
            promote();
            return block;
        }
    }

    /** The block is kept already: when there is no room for a checkpoint the log goes on growing, and the next block tries again. */
    private void tryCheckpoint(Block block) {
        try {
            checkpoint(block);
        } catch (LocalnetException e) {
            LOG.warn("localnet: no checkpoint at block {}: {}", block.number(), e.getMessage());
        }
    }

    private void checkpoint(Block block) {
        Map<StorageKey, Optional<byte[]>> state = new LinkedHashMap<>();
        StorageKey all = StorageKey.of(new byte[0]);
        history.at(block.number()).orElseThrow().scan(all, all, (key, value) -> {
            state.put(key, Optional.of(value));
            return true;
        });
        List<Hash> earlier;
        synchronized (hashes) {
            earlier = List.copyOf(hashes.subList(0, (int) block.number()));
        }
        log.checkpoint(earlier, block, state);
    }

    private byte[] slot(long now) {
        ScaleWriter slot = new ScaleWriter().u64(now / slotMillis);
        return new ScaleWriter()
                .u8(6)
                .raw("aura".getBytes(StandardCharsets.US_ASCII))
                .bytes(slot.toByteArray())
                .toByteArray();
    }

    private void applyInherent(Context context, Extrinsic inherent, int index) {
        runtime.applying(context, index);
        DispatchInfo info = runtime.info(inherent.call());
        outcome(context, context.dispatch(Origin.NONE, inherent.call()), info);
    }

    private List<Pool.Waiting> applyWaiting(Context context, List<byte[]> bodies) {
        List<Pool.Waiting> included = new ArrayList<>();
        State state = context.state();
        long bytes = 0;
        long refTime = 0;
        for (Pool.Waiting one :
                pool.ready(account -> pallets.system().account(state, account).nonce())) {
            DispatchInfo info = runtime.info(one.extrinsic.call());
            int length = one.extrinsic.bytes().length;
            if (bytes + length > BLOCK_BYTES || refTime + info.weight().refTime() > BLOCK_REF_TIME) {
                continue;
            }
            if (!stillValid(context, one)) {
                drop(one);
                continue;
            }
            runtime.applying(context, bodies.size());
            applySigned(context, one.extrinsic, info);
            bodies.add(one.extrinsic.bytes());
            bytes += length;
            refTime += info.weight().refTime();
            included.add(one);
        }
        return included;
    }

    /** Asked again when a block is made: the signature holds for ever, the rest may have changed. */
    private boolean stillValid(Context context, Pool.Waiting one) {
        try {
            return context.block() < one.death
                    && admissible(context, one.extrinsic, one.signature).isEmpty();
        } catch (RuntimeException bug) {
            LOG.error("localnet: {} could not be validated", one.extrinsic.call(), bug);
            return false;
        }
    }

    /** Runs a call; a mistake in the runtime's code fails that call, not the block. */
    private static Optional<DispatchException> run(Context context, AccountId signer, Call call) {
        try {
            return context.dispatch(Origin.of(signer), call);
        } catch (RuntimeException bug) {
            LOG.error("localnet: {} failed by a mistake of this chain's code", call, bug);
            return Optional.of(DispatchException.other(String.valueOf(bug.getMessage())));
        }
    }

    private void applySigned(Context context, Extrinsic extrinsic, DispatchInfo info) {
        Extrinsic.Signature signature = extrinsic.signature().orElseThrow();
        AccountId signer = signature.signer();
        AccountId payer = runtime.feePayer(context, signer, extrinsic.call());
        TransactionPaymentPallet.Fee fee =
                TransactionPaymentPallet.fee(info, extrinsic.bytes().length, signature.tip());
        pallets.payment().charge(context, payer, fee.total());
        pallets.system().countNonce(context.state(), signer);
        Optional<DispatchException> refused = run(context, signer, extrinsic.call());
        boolean free = runtime.turnedFree(context);
        DispatchInfo after = free ? info.free() : info;
        Tao tip = Tao.ofRao(fee.tip());
        pallets.payment().settle(context, payer, fee.total(), free ? tip : fee.total(), tip);
        outcome(context, refused, after);
    }

    private void outcome(Context context, Optional<DispatchException> refused, DispatchInfo info) {
        if (refused.isPresent()) {
            pallets.system().event(context, "ExtrinsicFailed", refused.get().error(), info.plain());
        } else {
            pallets.system().event(context, "ExtrinsicSuccess", info.plain());
        }
    }

    private void drop(Pool.Waiting one) {
        pool.remove(one);
        pool.ban(one.hash, head.number());
        one.tell(TransactionStatus.of("invalid"));
    }

    /** Those whose nonce went by without them, or whose era is over. */
    private void dropOutdated() {
        State state = new State(history.at(head.number()).orElseThrow());
        Map<AccountId, Long> nonces = new HashMap<>();
        for (Pool.Waiting one : pool.all()) {
            long nonce = nonces.computeIfAbsent(
                    one.signature.signer(),
                    account -> pallets.system().account(state, account).nonce());
            if (one.signature.nonce() < nonce || head.number() + 1 >= one.death) {
                drop(one);
            }
        }
    }

    private void promote() {
        State state = new State(history.at(head.number()).orElseThrow());
        pool.ready(account -> pallets.system().account(state, account).nonce())
                .forEach(one -> one.tell(TransactionStatus.of("ready")));
    }

    /** What came into a block sealed is submitted to the next one. What does not open, or is refused, is dropped without a word. */
    private void unseal(List<Pool.Waiting> included) {
        for (Pool.Waiting one : included) {
            MevShieldPallet.open(one.extrinsic.call()).ifPresent(hidden -> {
                try {
                    submit(hidden);
                } catch (PoolException e) {
                    LOG.debug("what was sealed in {} is refused: {}", one.hash, e.getMessage());
                }
            });
        }
    }

    /**
     * Takes an extrinsic from outside.
     *
     * @param bytes all of it, its length in front
     * @return its hash
     * @throws PoolException when it is refused
     */
    public Hash submit(byte[] bytes) {
        return submit(bytes, status -> {});
    }

    /**
     * Takes an extrinsic from outside and tells what becomes of it.
     *
     * @param bytes all of it, its length in front
     * @param watcher hears it, in order, until it is final; must be quick
     * @return its hash
     * @throws PoolException when it is refused
     */
    public Hash submit(byte[] bytes, Consumer<TransactionStatus> watcher) {
        if (bytes.length > BLOCK_BYTES) {
            throw PoolException.invalid(Invalidity.EXHAUSTS);
        }
        Hash hash = new Hash(Hashes.blake2b256(bytes));
        Extrinsic extrinsic = read(bytes);
        synchronized (lock) {
            if (pool.banned(hash, head.number())) {
                throw PoolException.banned();
            }
            if (pool.contains(hash)) {
                throw PoolException.known(hash);
            }
            Snapshot now = history.at(head.number()).orElseThrow();
            Context context = runtime.context(new State(now), head.number() + 1);
            Optional<Invalidity> invalid = invalidity(context, extrinsic);
            if (invalid.isPresent() && invalid.get().kind() != Invalidity.Kind.FUTURE) {
                pool.ban(hash, head.number());
                throw PoolException.invalid(invalid.get());
            }
            Extrinsic.Signature signature = extrinsic.signature().orElseThrow();
            if (pool.at(signature.signer(), signature.nonce()).isPresent()) {
                throw PoolException.priority();
            }
            if (pool.full(signature.signer())) {
                throw PoolException.dropped();
            }
            Pool.Waiting one = new Pool.Waiting(hash, extrinsic, signature.era().death(context.block()));
            one.watch(watcher);
            pool.add(one);
            promote();
            long nonce = pallets.system()
                    .account(context.state(), signature.signer())
                    .nonce();
            if (signature.nonce() >= pool.next(signature.signer(), nonce)) {
                one.tell(TransactionStatus.of("future"));
            }
            return hash;
        }
    }

    private Extrinsic read(byte[] bytes) {
        try {
            return Extrinsic.read(runtime.declarations(), bytes);
        } catch (ScaleException e) {
            throw e.code().equals("extrinsic.length") || e.code().equals("scale.length") && bytes.length < 5
                    ? PoolException.format(String.valueOf(e.getMessage()))
                    : PoolException.verification(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Whether an extrinsic may be in the next block: what the real chain's extensions check, in their order.
     *
     * @param context the state it would be applied to
     * @param extrinsic the extrinsic
     * @return why not
     */
    private Optional<Invalidity> invalidity(Context context, Extrinsic extrinsic) {
        if (extrinsic.signature().isEmpty()) {
            return Optional.of(Invalidity.MANDATORY);
        }
        Extrinsic.Signature signature = extrinsic.signature().get();
        Optional<Invalidity> unsigned = unsigned(signature, context.block());
        if (unsigned.isPresent()) {
            return unsigned;
        }
        return admissible(context, extrinsic, signature);
    }

    private Optional<Invalidity> admissible(Context context, Extrinsic extrinsic, Extrinsic.Signature signature) {
        Optional<String> notModelled = runtime.notModelled(extrinsic.call());
        if (notModelled.isPresent()) {
            return Optional.of(Invalidity.notModelled(notModelled.get()));
        }
        DispatchInfo info = runtime.info(extrinsic.call());
        if (info.mandatory()) {
            return Optional.of(Invalidity.MANDATORY);
        }
        AccountId signer = signature.signer();
        long nonce = pallets.system().account(context.state(), signer).nonce();
        if (signature.nonce() < nonce) {
            return Optional.of(Invalidity.STALE);
        }
        if (info.weight().refTime() > BLOCK_REF_TIME) {
            return Optional.of(Invalidity.EXHAUSTS);
        }
        if (!canPay(context, extrinsic, signature, info)) {
            return Optional.of(Invalidity.PAYMENT);
        }
        Optional<Invalidity> refused = runtime.validate(context, signer, extrinsic.call());
        return refused.isPresent() || signature.nonce() == nonce ? refused : Optional.of(Invalidity.FUTURE);
    }

    private boolean canPay(Context context, Extrinsic extrinsic, Extrinsic.Signature signature, DispatchInfo info) {
        AccountId payer = runtime.feePayer(context, signature.signer(), extrinsic.call());
        Tao fee = TransactionPaymentPallet.fee(info, extrinsic.bytes().length, signature.tip())
                .total();
        return context.simulate(() -> pallets.payment().charge(context, payer, fee));
    }

    private Optional<Invalidity> unsigned(Extrinsic.Signature signature, long block) {
        if (signature.signer().isZero()) {
            return Optional.of(Invalidity.BAD_SIGNER);
        }
        Optional<Hash> birth = birth(signature.era(), block);
        if (birth.isEmpty()) {
            return Optional.of(Invalidity.ANCIENT_BIRTH_BLOCK);
        }
        if (verifies(signature, birth.get())) {
            return Optional.empty();
        }
        // Signed for an earlier period of the same era? Then it is late, not wrong.
        long period = signature.era().period();
        long earlier = signature.era().immortal() ? -1 : signature.era().birth(block) - period;
        for (int i = 0; i < 2 && earlier >= 0; i++, earlier -= period) {
            Optional<Hash> before = hash(earlier);
            if (before.isPresent() && verifies(signature, before.get())) {
                return Optional.of(Invalidity.ANCIENT_BIRTH_BLOCK);
            }
        }
        return Optional.of(Invalidity.BAD_PROOF);
    }

    /** The hash of the block an era began with, if the chain has that block and remembers it. */
    private Optional<Hash> birth(Era era, long block) {
        long birth = era.birth(block);
        return !era.immortal() && block - birth > 2400 ? Optional.empty() : hash(birth);
    }

    private boolean verifies(Extrinsic.Signature signature, Hash birth) {
        return signature.verifies(
                RuntimeIdentity.SPEC_VERSION,
                RuntimeIdentity.TRANSACTION_VERSION,
                genesisHash().bytes(),
                birth.bytes());
    }

    /**
     * The runtime's own check of an extrinsic, as {@code TaggedTransactionQueue_validate_transaction} answers it: a number ahead of the
     * account's is fine there, it only has to wait.
     *
     * @param bytes all of it, its length in front
     * @return the SCALE bytes of the answer
     * @throws ScaleException when it is no extrinsic
     */
    public byte[] validity(byte[] bytes) {
        Extrinsic extrinsic = Extrinsic.read(runtime.declarations(), bytes);
        Optional<Invalidity> invalid;
        synchronized (lock) {
            State state = new State(history.at(head.number()).orElseThrow());
            invalid = invalidity(runtime.context(state, head.number() + 1), extrinsic);
        }
        Variant plain = invalid.filter(refused -> refused.kind() != Invalidity.Kind.FUTURE)
                .map(refused -> Variant.of("Err", Variant.of("Invalid", refused.plain())))
                .orElseGet(() -> Variant.of("Ok", List.of(0L, List.of(), List.of(), VALID_BLOCKS, true)));
        ScaleWriter out = new ScaleWriter();
        Values.write(
                runtime.declarations().types().of("Result<ValidTransaction, TransactionValidityError>"), plain, out);
        return out.toByteArray();
    }

    /**
     * What an extrinsic would do if it were in the next block, alone: nothing is kept.
     *
     * @param bytes all of it, its length in front
     * @return the SCALE bytes of its outcome
     * @throws PoolException when it may not be in a block
     */
    public byte[] dryRun(byte[] bytes) {
        Extrinsic extrinsic = read(bytes);
        synchronized (lock) {
            State state = new State(history.at(head.number()).orElseThrow());
            Context context = runtime.context(state, head.number() + 1);
            Optional<Invalidity> invalid = invalidity(context, extrinsic);
            if (invalid.isPresent()) {
                throw PoolException.invalid(invalid.get());
            }
            AccountId signer = extrinsic.signature().orElseThrow().signer();
            ScaleWriter out = new ScaleWriter().u8(0);
            Optional<DispatchException> refused = run(context, signer, extrinsic.call());
            out.bool(refused.isPresent());
            refused.ifPresent(r -> Values.write(runtime.declarations().types().of("DispatchError"), r.error(), out));
            return out.toByteArray();
        }
    }

    /**
     * What an extrinsic costs.
     *
     * @param weight of its call
     * @param dispatchClass Normal, Operational or Mandatory
     * @param partialFee the fee without tip
     */
    public record Quote(Weight weight, String dispatchClass, Tao partialFee) {}

    /**
     * What an extrinsic would cost. Its signature is not looked at, so that this can be asked before it is signed.
     *
     * @param bytes all of it, its length in front
     * @return the price
     * @throws ScaleException when it is no extrinsic
     */
    public Quote quote(byte[] bytes) {
        Extrinsic extrinsic = Extrinsic.read(runtime.declarations(), bytes);
        DispatchInfo info = runtime.info(extrinsic.call());
        return new Quote(
                info.weight(),
                info.dispatchClass(),
                TransactionPaymentPallet.fee(info, bytes.length, 0).partial());
    }

    /**
     * The nonce the next extrinsic of an account should have, those that wait counted.
     *
     * @param account whose
     * @return the nonce
     */
    public long nextNonce(AccountId account) {
        synchronized (lock) {
            State state = new State(history.at(head.number()).orElseThrow());
            return pool.next(account, pallets.system().account(state, account).nonce());
        }
    }

    /**
     * What waits for a block.
     *
     * @return the bytes of each extrinsic
     */
    public List<byte[]> pending() {
        synchronized (lock) {
            return pool.all().stream().map(one -> one.extrinsic.bytes()).toList();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            log.close();
        }
    }
}
