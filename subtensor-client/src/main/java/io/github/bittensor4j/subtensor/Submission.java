package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.scale.ScaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** The first pause between two looks at the chain while a fate is looked up, half as long again each time. */
    private static final long LOOK_NANOS = 400_000_000L;

    /** The longest such pause: a quarter of a block. */
    private static final long MOST_LOOK_NANOS = 3_000_000_000L;

    /** How long the node may say nothing of an extrinsic before it is looked for: two blocks and a half. */
    private static final long SILENT_NANOS = 30_000_000_000L;

    /** Blocks asked for at once. */
    private static final int BLOCKS_AT_ONCE = 16;

    /** How far a fork may reach back under what was searched already. */
    private static final int FORK_DEPTH = 4;

    private static final String SHIELD = "MevShield";

    /** The most blocks for which the chain takes a sealed extrinsic and its seal. Source: the runtime's own check. */
    private static final int SHIELDED_MORTALITY = 8;

    /** What an extrinsic and its seal add to a call: signature and extensions some 150, the seal's key exchange and tags 1146. */
    private static final int SEALED_BESIDE_CALL = 1_400;

    /** How far ahead of its account's a number is that the account does not come to while a signature is valid. */
    private static final int OUT_OF_REACH = 1_000_000_000;

    private static final JsonNode LOST = NullNode.getInstance();

    private final Chain chain;
    private final SubmitOptions options;
    private final Chain.Runtime runtime;
    private final long deadline;
    private final SignedExtrinsic signed;
    private final long startBlock;
    private final String extrinsic;
    private final String hash;
    private final LinkedBlockingQueue<JsonNode> words = new LinkedBlockingQueue<>();

    private Submission(Chain chain, SignedExtrinsic signed, SubmitOptions options, long deadline) {
        this.chain = chain;
        this.options = options;
        this.runtime = chain.runtime();
        this.deadline = deadline;
        this.signed = signed;
        this.startBlock = signed.madeAt();
        this.extrinsic = Hex.encode(signed.bytes());
        this.hash = signed.hash();
    }

    /** Everything but the signature, by the chain as it is now. */
    static UnsignedExtrinsic prepare(
            Chain chain, Call call, AccountId account, KeyScheme scheme, long nonce, SubmitOptions options) {
        Chain.Runtime runtime = chain.runtime();
        byte[] callBytes = runtime.metadata().encodeCall(call);
        BlockRef head = chain.head();
        byte[] genesis = Hex.decode(chain.genesisHash());
        Era era = Era.IMMORTAL;
        byte[] birthHash = genesis;
        if (options.mortality() != 0) {
            long base = base(chain, head, options.mortality());
            era = Era.mortal(options.mortality(), base);
            long birth = era.birth(base);
            birthHash = Hex.decode(chain.blockHash(birth)
                    .orElseThrow(() ->
                            new ChainException("chain.answer", true, "the node does not know block " + birth, "")));
        }
        ExtrinsicFormat.Terms terms = new ExtrinsicFormat.Terms(
                era,
                birthHash,
                nonce,
                options.tip(),
                runtime.version(),
                genesis,
                options.metadataHash() ? Optional.of(runtime.metadata().digest(runtime.version())) : Optional.empty());
        return runtime.metadata().extrinsics().unsigned(callBytes, account, scheme, terms, head.number());
    }

    private static long base(Chain chain, BlockRef head, int mortality) {
        if (mortality <= SHORT_ERA) {
            return Math.max(0, head.number() - 2);
        }
        long finalized = chain.finalized().number();
        // A node whose finality stalls would give a birth so old that nothing is left of the era.
        return head.number() - finalized > mortality / 2 ? Math.max(0, head.number() - 2) : finalized;
    }

    /**
     * What the runtime's own check of extrinsics says about a call. The node that is asked sees a true signature; it must not be able to use
     * it. So its transaction number lies further ahead than an account can come while it is valid, and only the account's own signatures
     * bring it further: the check takes such numbers, and no block does.
     *
     * @return the error's name; empty when the chain would take it
     */
    static Optional<String> check(Chain chain, Call call, Signer signer) {
        SignedExtrinsic signed = prepare(
                        chain,
                        call,
                        signer.account(),
                        signer.scheme(),
                        chain.nextNonce(signer.account()) + OUT_OF_REACH,
                        SubmitOptions.defaults())
                .sign(signer);
        return chain.check(signed);
    }

    static ExtrinsicOutcome run(Chain chain, Nonces nonces, Call call, Signer signer, SubmitOptions options)
            throws InterruptedException {
        long deadline = Deadline.of(System.nanoTime(), options.deadline());
        chain.refreshRuntime();
        try (Nonces.Lease lease = nonces.take(signer.account(), options.nonce())) {
            SignedExtrinsic signed = prepare(chain, call, signer.account(), signer.scheme(), lease.nonce, options)
                    .sign(signer);
            return new Submission(chain, signed, options, deadline).follow();
        } catch (ChainException e) {
            throw interruptedOr(e);
        }
    }

    /** Sends what was signed before, here or elsewhere. */
    static ExtrinsicOutcome run(Chain chain, SignedExtrinsic signed, SubmitOptions options)
            throws InterruptedException {
        if (!signed.genesisHash().equals(chain.genesisHash())) {
            throw new InvalidValueException(
                    "extrinsic.chain",
                    "extrinsic for the chain of genesis " + signed.genesisHash() + " (expected: " + chain.genesisHash()
                            + ")",
                    "Connect to the chain it was made for.");
        }
        try {
            chain.refreshRuntime();
            return new Submission(chain, signed, options, Deadline.of(System.nanoTime(), options.deadline())).follow();
        } catch (ChainException e) {
            throw interruptedOr(e);
        }
    }

    /** A seal at least as long as that of a call of so many bytes, to ask for its fee. */
    static Call placeholderSeal(int callBytes) {
        return Call.of(SHIELD, "submit_encrypted", Map.of("ciphertext", new byte[callBytes + SEALED_BESIDE_CALL]));
    }

    /**
     * Sends an extrinsic sealed for the next author, and follows it to the block in which it comes out. It takes two transaction numbers:
     * one for the seal, one for what is in it.
     */
    static ExtrinsicOutcome runShielded(Chain chain, Nonces nonces, Call call, Signer signer, SubmitOptions options)
            throws InterruptedException {
        long deadline = Deadline.of(System.nanoTime(), options.deadline());
        SubmitOptions brief = options.mortality(SHIELDED_MORTALITY);
        try {
            chain.refreshRuntime();
            try (Nonces.Lease outer = nonces.take(signer.account(), options.nonce());
                    Nonces.Lease inner = nonces.take(signer.account(), OptionalLong.of(outer.nonce + 1))) {
                SignedExtrinsic hidden = prepare(chain, call, signer.account(), signer.scheme(), inner.nonce, brief)
                        .sign(signer);
                Call seal = Call.of(
                        SHIELD,
                        "submit_encrypted",
                        Map.of("ciphertext", MevShield.seal(shieldKey(chain), hidden.bytes())));
                SignedExtrinsic sealed = prepare(
                                chain, seal, signer.account(), signer.scheme(), outer.nonce, brief.tip(Tao.ZERO))
                        .sign(signer);
                ExtrinsicOutcome outcome =
                        new Submission(chain, sealed, brief.until(SubmitOptions.Until.INCLUDED), deadline).follow();
                return outcome instanceof ExtrinsicOutcome.Included
                        ? new Submission(chain, hidden, brief, deadline)
                                .lookUp("its seal is in a block, and it has not come out of it")
                        : outcome;
            }
        } catch (ChainException e) {
            throw interruptedOr(e);
        }
    }

    private static byte[] shieldKey(Chain chain) {
        if (chain.runtime().metadata().hasStorage(SHIELD, "NextKey")
                && chain.query(SHIELD, "NextKey").orElse(null) instanceof byte[] key
                && key.length == MevShield.KEY_BYTES) {
            return key;
        }
        throw new ChainException(
                "shield.unavailable",
                true,
                "this chain announces no key for sealed extrinsics",
                "Wait for a block, or submit it in the open.");
    }

    private static RuntimeException interruptedOr(ChainException e) throws InterruptedException {
        if (e.code().equals("chain.interrupted") && Thread.interrupted()) {
            throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
        }
        return e;
    }

    private long left() {
        return deadline - System.nanoTime();
    }

    private ExtrinsicOutcome follow() throws InterruptedException {
        Subscriptions.One watch;
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
            if (!PoolError.isRefusal(e)) {
                return lookUp(String.valueOf(e.getMessage()));
            }
            return refused(PoolError.name(e), String.valueOf(e.getMessage()), Optional.empty(), Tao.ZERO);
        } catch (LostException e) {
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
            JsonNode word = words.poll(Math.min(SILENT_NANOS, Math.max(1, left())), TimeUnit.NANOSECONDS);
            if (word == null) {
                return lookUp("the node said nothing more");
            }
            if (word == LOST) {
                return lookUp("the connection was lost after it was sent");
            }
            // Some nodes say with "invalid" why, as an object.
            if (word.isTextual() || word.has("invalid")) {
                switch (word.isTextual() ? word.asText() : "invalid") {
                    case "dropped":
                        return lookUp("the node dropped it from its pool");
                    case "invalid":
                        return invalid();
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
                return usurped();
            }
            if (word.has("finalityTimeout")) {
                return lookUp("the node stopped waiting for finality");
            }
        }
    }

    private ExtrinsicOutcome inBlock(String block) throws InterruptedException {
        try {
            Optional<ExtrinsicOutcome> found = find(block, chain.rpc().call("chain_getBlock", block));
            if (found.isPresent()) {
                return found.get();
            }
        } catch (BittensorException e) {
            throwIfInterrupted(e);
            return lookUp(String.valueOf(e.getMessage()));
        }
        return lookUp("the node named block " + block + ", which does not hold it");
    }

    private static void throwIfInterrupted(BittensorException e) throws InterruptedException {
        if (e.code().equals("chain.interrupted")) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
        }
    }

    /** The pool threw it out: either it is in a block already, or it never will be. */
    private ExtrinsicOutcome invalid() throws InterruptedException {
        try {
            return search(startBlock + 1, chain.head().number())
                    .orElseGet(() -> refused(
                            "Pool.Invalid",
                            "it became invalid while it waited in the pool",
                            Optional.empty(),
                            Tao.ZERO));
        } catch (BittensorException e) {
            throwIfInterrupted(e);
            return lookUp("the node called it invalid");
        }
    }

    /**
     * Searches the chain until it is found, can not come any more, or the deadline has passed. That it can not come is only believed of one
     * node that said so twice, with every block searched.
     */
    private ExtrinsicOutcome lookUp(String why) throws InterruptedException {
        long next = startBlock + 1;
        int node = -1;
        boolean doubted = false;
        long pause = LOOK_NANOS;
        boolean first = true;
        while (first || left() > 0) {
            first = false;
            try {
                int now = chain.rpc().generation();
                if (now != node) {
                    node = now;
                    next = startBlock + 1;
                    doubted = false;
                }
                BlockRef head = options.until() == SubmitOptions.Until.FINALIZED ? chain.finalized() : chain.head();
                Optional<ExtrinsicOutcome> found = search(Math.max(startBlock + 1, next - FORK_DEPTH), head.number());
                if (found.isPresent()) {
                    return found.get();
                }
                next = Math.max(next, head.number() + 1);
                Optional<ExtrinsicOutcome> never = never(head);
                if (never.isPresent() && chain.rpc().generation() == node) {
                    if (doubted) {
                        return never.get();
                    }
                    doubted = true;
                    next = startBlock + 1;
                    continue;
                }
                doubted = false;
            } catch (BittensorException e) {
                throwIfInterrupted(e);
                if (e.code().equals("chain.closed")) {
                    return unknown(why + "; then this connection to the chain was closed");
                }
                LOG.debug("extrinsic {}: {}", hash, e.getMessage());
            }
            words.clear();
            words.poll(Math.min(pause, Math.max(1, left())), TimeUnit.NANOSECONDS);
            pause = Math.min(MOST_LOOK_NANOS, pause + pause / 2);
        }
        return unknown(why);
    }

    /** Why no block after this one can hold it, if that is so. */
    private Optional<ExtrinsicOutcome> never(BlockRef head) {
        if (signed.validUntil().filter(last -> head.number() > last).isPresent()) {
            return Optional.of(refused(
                    "Pool.Expired",
                    "no block up to " + head.number() + " took it while it was valid",
                    Optional.empty(),
                    Tao.ZERO));
        }
        boolean used = chain.accountNonce(signed.account(), head) > signed.nonce()
                && chain.blockHash(head.number()).filter(head.hash()::equals).isPresent();
        return used ? Optional.of(usurped()) : Optional.empty();
    }

    private ExtrinsicOutcome usurped() {
        return refused(
                "Pool.Usurped",
                "another extrinsic with nonce " + signed.nonce() + " took its place",
                Optional.empty(),
                Tao.ZERO);
    }

    /** Looks through blocks, each of which the node has to know. */
    private Optional<ExtrinsicOutcome> search(long from, long to) {
        for (long first = from; first <= to; first += BLOCKS_AT_ONCE) {
            List<Question> blocks = new ArrayList<>();
            List<String> hashes = new ArrayList<>();
            for (Optional<String> block : chain.blockHashes(first, Math.min(to, first + BLOCKS_AT_ONCE - 1))) {
                String known = block.orElseThrow(() ->
                        new ChainException("chain.answer", true, "the node does not know a block below its head", ""));
                hashes.add(known);
                blocks.add(new Question("chain_getBlock", known));
            }
            List<JsonNode> answers = chain.rpc().callAll(blocks);
            for (int i = 0; i < answers.size(); i++) {
                Optional<ExtrinsicOutcome> found = find(hashes.get(i), answers.get(i));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private ExtrinsicOutcome unknown(String why) {
        return new ExtrinsicOutcome.Unknown(hash, why, signed.nonce(), signed.validUntil());
    }

    /** What became of it in a block, if that block holds it. */
    private Optional<ExtrinsicOutcome> find(String blockHash, JsonNode answer) {
        JsonNode block = answer.path("block");
        JsonNode extrinsics = block.path("extrinsics");
        if (!extrinsics.isArray()) {
            throw new ChainException("chain.answer", true, "the node does not know block " + blockHash, "");
        }
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
            try {
                events = BlockEvents.read(metadata, raw);
            } catch (ScaleException again) {
                throw new ChainException(
                        "chain.answer", true, "the events of block " + where.number() + " can not be read", "", again);
            }
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
        try {
            Call call = runtime.metadata().decodeExtrinsic(signed.bytes()).call();
            Object netuid = call.arguments().get("netuid");
            return call.function().equals("set_weights")
                    && netuid != null
                    && chain.query("SubtensorModule", "CommitRevealWeightsEnabled", netuid)
                            .filter(Boolean.TRUE::equals)
                            .isPresent();
        } catch (ChainException | ScaleException e) {
            return false;
        }
    }
}
