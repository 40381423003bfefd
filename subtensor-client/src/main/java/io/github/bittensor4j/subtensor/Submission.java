package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One extrinsic from its signature to its fate. It is sent once. While the node reports on it, its words are followed; when the connection
 * breaks, its fate is looked up in the chain itself, by its hash and its transaction number.
 */
final class Submission {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    /** Below this, finality may lag behind by more than the era lasts, so the birth block is taken from the head. */
    private static final int SHORT_ERA = 16;

    /** How often the chain is asked while a fate is looked up. */
    private static final long LOOK_MILLIS = 400;

    /** How far a fork may reach back under what was searched already. */
    private static final int FORK_DEPTH = 4;

    private static final JsonNode LOST = NullNode.getInstance();

    private final Chain chain;
    private final Call call;
    private final AccountId account;
    private final SubmitOptions options;
    private final Chain.Runtime runtime;
    private final long deadline;
    private final long nonce;
    private final long startBlock;
    private final Era era;
    private final String extrinsic;
    private final String hash;
    private final LinkedBlockingQueue<JsonNode> words = new LinkedBlockingQueue<>();

    private Submission(Chain chain, Call call, Signer signer, SubmitOptions options, long nonce, long deadline) {
        this.chain = chain;
        this.call = call;
        this.account = signer.account();
        this.options = options;
        this.runtime = chain.runtime();
        this.deadline = deadline;
        this.nonce = nonce;
        byte[] callBytes = runtime.metadata().encodeCall(call);
        BlockRef head = chain.head();
        this.startBlock = head.number();
        byte[] birthHash;
        if (options.mortality() == 0) {
            this.era = Era.IMMORTAL;
            birthHash = Hex.decode(chain.genesisHash());
        } else {
            long base = base(head);
            this.era = Era.mortal(options.mortality(), base);
            birthHash = Hex.decode(chain.blockHash(era.birth(base))
                    .orElseThrow(() -> new ChainException(
                            "chain.answer", true, "the node does not know block " + era.birth(base), "")));
        }
        ExtrinsicFormat.Terms terms = new ExtrinsicFormat.Terms(
                era,
                birthHash,
                nonce,
                options.tip(),
                runtime.version(),
                Hex.decode(chain.genesisHash()),
                options.metadataHash() ? Optional.of(runtime.metadata().digest(runtime.version())) : Optional.empty());
        ExtrinsicFormat format = runtime.metadata().extrinsics();
        byte[] signature = signer.sign(format.toSign(callBytes, terms));
        byte[] bytes = format.signed(callBytes, account, signer.scheme(), signature, terms);
        this.extrinsic = Hex.encode(bytes);
        this.hash = Hex.encode(Hashes.blake2b256(bytes));
    }

    private long base(BlockRef head) {
        if (options.mortality() <= SHORT_ERA) {
            return Math.max(0, head.number() - 2);
        }
        long finalized = chain.finalized().number();
        // A node whose finality stalls would give a birth so old that nothing is left of the era.
        return head.number() - finalized > options.mortality() / 2 ? Math.max(0, head.number() - 2) : finalized;
    }

    static ExtrinsicOutcome run(Chain chain, Nonces nonces, Call call, Signer signer, SubmitOptions options)
            throws InterruptedException {
        long deadline = System.nanoTime() + options.deadline().toNanos();
        chain.refreshRuntime();
        try (Nonces.Lease lease = nonces.take(signer.account(), options.nonce())) {
            return new Submission(chain, call, signer, options, lease.nonce, deadline).follow();
        } catch (ChainException e) {
            if (e.code().equals("chain.interrupted") && Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
            }
            throw e;
        }
    }

    private long left() {
        return deadline - System.nanoTime();
    }

    private ExtrinsicOutcome follow() throws InterruptedException {
        JsonRpc.Subscription watch;
        try {
            watch = chain.rpc()
                    .subscribe(
                            "author_submitAndWatchExtrinsic",
                            "author_unwatchExtrinsic",
                            false,
                            words::add,
                            () -> words.add(LOST),
                            extrinsic);
        } catch (NodeException e) {
            if (PoolError.isAlreadyImported(e)) {
                return lookUp("the pool held it already");
            }
            return refused(PoolError.name(e), String.valueOf(e.getMessage()), Optional.empty(), Tao.ZERO);
        } catch (JsonRpc.LostException e) {
            LOG.warn("extrinsic {}: {}; its fate is looked up", hash, e.getMessage());
            return lookUp(String.valueOf(e.getMessage()));
        }
        try {
            return listen();
        } finally {
            watch.close();
        }
    }

    /** Follows what the node says, until that is final or it falls silent. */
    private ExtrinsicOutcome listen() throws InterruptedException {
        while (true) {
            JsonNode word = words.poll(Math.max(1, left()), TimeUnit.NANOSECONDS);
            if (word == null) {
                return lookUp("the node said nothing more within "
                        + options.deadline().toSeconds() + " s");
            }
            if (word == LOST) {
                return lookUp("the connection was lost after it was sent");
            }
            if (word.isTextual()) {
                switch (word.asText()) {
                    case "dropped":
                        return lookUp("the node dropped it from its pool");
                    case "invalid":
                        return lookBack()
                                .orElseGet(() -> refused(
                                        "Pool.Invalid",
                                        "it became invalid while it waited in the pool",
                                        Optional.empty(),
                                        Tao.ZERO));
                    default:
                        continue;
                }
            }
            if (word.has("finalized")) {
                return inBlock(word.get("finalized").asText());
            }
            if (word.has("inBlock") && options.until() == SubmitOptions.Until.INCLUDED) {
                return inBlock(word.get("inBlock").asText());
            }
            if (word.has("usurped")) {
                return refused(
                        "Pool.Usurped",
                        "another extrinsic with nonce " + nonce + " took its place",
                        Optional.empty(),
                        Tao.ZERO);
            }
            if (word.has("finalityTimeout")) {
                return lookUp("the node stopped waiting for finality");
            }
        }
    }

    private ExtrinsicOutcome inBlock(String block) throws InterruptedException {
        try {
            return find(block).orElseGet(() -> unknown("the node named block " + block + ", which does not hold it"));
        } catch (ChainException e) {
            throwIfInterrupted(e);
            return lookUp(String.valueOf(e.getMessage()));
        }
    }

    private static void throwIfInterrupted(ChainException e) throws InterruptedException {
        if (e.code().equals("chain.interrupted")) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
        }
    }

    /** Looks once through the blocks since it was signed. */
    private Optional<ExtrinsicOutcome> lookBack() {
        try {
            long head = chain.head().number();
            for (long n = startBlock + 1; n <= head; n++) {
                Optional<String> block = chain.blockHash(n);
                Optional<ExtrinsicOutcome> found = block.isPresent() ? find(block.get()) : Optional.empty();
                if (found.isPresent()) {
                    return found;
                }
            }
        } catch (ChainException e) {
            LOG.debug("extrinsic {}: {}", hash, e.getMessage());
        }
        return Optional.empty();
    }

    /** Searches the chain until it is found, can not come any more, or the deadline has passed. */
    private ExtrinsicOutcome lookUp(String why) throws InterruptedException {
        long next = startBlock + 1;
        boolean first = true;
        while (first || left() > 0) {
            first = false;
            try {
                BlockRef head = options.until() == SubmitOptions.Until.FINALIZED ? chain.finalized() : chain.head();
                for (long n = Math.max(startBlock + 1, next - FORK_DEPTH); n <= head.number(); n++) {
                    Optional<String> block = chain.blockHash(n);
                    Optional<ExtrinsicOutcome> found = block.isPresent() ? find(block.get()) : Optional.empty();
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
                next = Math.max(next, head.number() + 1);
                if (head.number() >= era.death(Math.max(startBlock, 0))) {
                    return refused(
                            "Pool.Expired",
                            "no block up to " + head.number() + " took it while it was valid",
                            Optional.empty(),
                            Tao.ZERO);
                }
                if (chain.accountNonce(account, head) > nonce
                        && chain.blockHash(head.number())
                                .filter(head.hash()::equals)
                                .isPresent()) {
                    return refused(
                            "Pool.Usurped",
                            "another extrinsic with nonce " + nonce + " took its place",
                            Optional.empty(),
                            Tao.ZERO);
                }
            } catch (ChainException e) {
                throwIfInterrupted(e);
                if (e.code().equals("chain.closed")) {
                    return unknown(why + "; then this connection to the chain was closed");
                }
                LOG.debug("extrinsic {}: {}", hash, e.getMessage());
            }
            words.clear();
            words.poll(Math.min(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS), Math.max(1, left())), TimeUnit.NANOSECONDS);
        }
        return unknown(why);
    }

    private ExtrinsicOutcome unknown(String why) {
        return new ExtrinsicOutcome.Unknown(
                hash, why, nonce, era.isImmortal() ? Optional.empty() : Optional.of(era.death(startBlock) - 1));
    }

    /** What became of it in a block, if that block holds it. */
    private Optional<ExtrinsicOutcome> find(String blockHash) {
        JsonNode block = chain.rpc().call("chain_getBlock", blockHash).path("block");
        JsonNode extrinsics = block.path("extrinsics");
        for (int i = 0; i < extrinsics.size(); i++) {
            if (extrinsics.get(i).asText().equals(extrinsic)) {
                BlockRef where = new BlockRef(Headers.number(block.path("header")), blockHash);
                return Optional.of(happened(where, i));
            }
        }
        return Optional.empty();
    }

    private ExtrinsicOutcome happened(BlockRef where, int index) {
        Metadata metadata = runtime.metadata();
        byte[] raw = chain.storage(metadata.storageKey("System", "Events"), where.hash())
                .orElseThrow(() -> new ChainException(
                        "chain.answer", true, "block " + where.number() + " has no events", "ask an archive node"));
        BlockEvents events;
        try {
            events = BlockEvents.read(metadata, raw);
        } catch (ScaleException e) {
            // Upgraded meanwhile: the block was made by a runtime other than the one it was signed for.
            chain.refreshRuntime();
            metadata = chain.runtime().metadata();
            events = BlockEvents.read(metadata, raw);
        }
        List<ChainEvent> own = events.of(index);
        Tao fee = BlockEvents.fee(own);
        Optional<BlockEvents.Failure> failure = events.failure(metadata, own);
        return failure.isEmpty()
                ? new ExtrinsicOutcome.Included(where, hash, own, fee)
                : refused(failure.get().name(), failure.get().docs(), Optional.of(where), fee);
    }

    private ExtrinsicOutcome refused(String error, String message, Optional<BlockRef> block, Tao fee) {
        String name = error;
        String words = message;
        if (error.equals(PoolError.BAD_REQUEST) && isPlainWeightsUnderCommitReveal()) {
            // The pool has no number of its own for this one.
            name = "SubtensorModule.CommitRevealEnabled";
            words = "plain weights for a subnet with commit-reveal on";
        }
        ErrorGuide.Advice advice = ErrorGuide.on(name);
        return new ExtrinsicOutcome.Refused(
                hash,
                name,
                words.isEmpty() ? name.substring(name.lastIndexOf('.') + 1) : words,
                advice.hint(),
                advice.retryable(),
                block,
                fee);
    }

    private boolean isPlainWeightsUnderCommitReveal() {
        Object netuid = call.arguments().get("netuid");
        try {
            return call.function().equals("set_weights")
                    && netuid != null
                    && chain.query("SubtensorModule", "CommitRevealWeightsEnabled", netuid)
                            .filter(Boolean.TRUE::equals)
                            .isPresent();
        } catch (ChainException e) {
            return false;
        }
    }
}
