package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.subtensor.intents.DryRun;
import io.github.bittensor4j.subtensor.intents.Execution;
import io.github.bittensor4j.subtensor.intents.Intent;
import io.github.bittensor4j.subtensor.intents.OwnEvent;
import io.github.bittensor4j.subtensor.intents.Plan;
import io.github.bittensor4j.subtensor.intents.Planning;
import io.github.bittensor4j.subtensor.intents.Policy;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.subtensor.reads.Reads;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A connection to a chain, through one of its nodes at a time. Safe for many threads at once; whoever connects closes it.
 *
 * <pre>{@code
 * try (Subtensor chain = Subtensor.connect(Network.finney())) {
 *     Tao free = chain.balance(coldkey.account());
 *     Metagraph metagraph = chain.metagraph(Netuid.of(1));
 *     ExtrinsicOutcome.Included done = chain.submit(Calls.transfer(to, Tao.of("1.5")), coldkey).orThrow();
 *     System.out.println("sent in block " + done.block().number());
 * }
 * }</pre>
 *
 * <p>Every method that asks the node throws {@link ChainException} when the node answers with an error or not within
 * {@link SubtensorOptions#callDeadline()}. A lost connection is made again by itself with growing pauses, to the next node of the {@link
 * Network} where there are several; so is one whose node falls silent, lags behind or tells no new block. A node of another chain is
 * refused. Reads under way are asked again, subscriptions are restored, what the node says it is asked too often waits and is asked again,
 * and nothing that was submitted is ever sent twice. States that the node has discarded are read from the network's archive. A runtime
 * upgrade is noticed and its metadata read.
 *
 * <p>To cancel a read, interrupt its thread ({@code Future.cancel(true)} of an executor does): it gets a {@link ChainException} with code
 * {@code chain.interrupted} and its interrupt flag set; the methods that wait for blocks throw {@link InterruptedException}. {@link
 * #within(Duration, Supplier)} bounds a piece of work of several reads as a whole.
 */
public final class Subtensor implements AutoCloseable {
    private static final String CERTIFICATES = "NeuronCertificates";

    private final Network network;
    private final Chain chain;
    private final Nonces nonces;
    private final Set<Heads> heads = ConcurrentHashMap.newKeySet();
    private final Set<LiveMetagraph> followed = ConcurrentHashMap.newKeySet();

    /** Signs, sends and follows a call, in the open or sealed. */
    @FunctionalInterface
    private interface Submitter {
        ExtrinsicOutcome submit(Call call, Signer signer, SubmitOptions options) throws InterruptedException;
    }

    private Subtensor(Network network, Chain chain) {
        this.network = network;
        this.chain = chain;
        this.nonces = new Nonces(chain::nextNonce);
    }

    /**
     * Connects with the default options.
     *
     * @param network which chain, and where
     * @return a connection that has read the runtime's metadata
     * @throws ChainException with code {@code chain.unreachable} when no connection comes about within 15 s
     */
    public static Subtensor connect(Network network) {
        return connect(network, SubtensorOptions.defaults());
    }

    /**
     * Connects.
     *
     * @param network which chain, and where
     * @param options deadlines and limits
     * @return a connection that has read the runtime's metadata
     * @throws ChainException with code {@code chain.unreachable} when no connection comes about within the connect deadline
     */
    public static Subtensor connect(Network network, SubtensorOptions options) {
        JsonRpc rpc = JsonRpc.connect(network, options);
        try {
            return new Subtensor(network, new Chain(rpc, options.metadataCache()));
        } catch (RuntimeException e) {
            rpc.close();
            throw e;
        }
    }

    /**
     * Does something of which all requests together have to be answered within a time, however many they are.
     *
     * @param limit how long at most; the shorter of this and the {@linkplain SubtensorOptions#callDeadline() deadline of each call} counts.
     *     Within one another, the first to end counts
     * @param work asks the chain on the calling thread only, such as {@code () -> chain.metagraph(netuid)}; streams have to be consumed in it
     * @param <T> of what it gives
     * @return what the work gives
     * @throws ChainException with code {@code chain.deadline}, {@code chain.busy} or {@code chain.unreachable} when the time is over
     */
    public <T> T within(Duration limit, Supplier<T> work) {
        return Deadline.within(limit, work);
    }

    /**
     * The node in use, or tried at the moment.
     *
     * @return one of {@link Network#endpoints()}
     */
    public URI endpoint() {
        return chain.rpc().endpoint();
    }

    /**
     * Which chain this talks to.
     *
     * @return as given to {@link #connect(Network)}
     */
    public Network network() {
        return network;
    }

    /**
     * The newest block, which a fork may still replace.
     *
     * @return the best head
     */
    public BlockRef head() {
        return chain.head();
    }

    /**
     * The newest block that nothing can replace.
     *
     * @return the finalized head
     */
    public BlockRef finalized() {
        return chain.finalized();
    }

    /**
     * The height of the newest block.
     *
     * @return its number
     */
    public long blockNumber() {
        return chain.head().number();
    }

    /**
     * Waits until the chain is that high.
     *
     * @param number the height waited for
     * @param deadline how long at most
     * @return the newest block, of that height or a greater one
     * @throws ChainException with code {@code chain.deadline} when the chain is not that high by then
     * @throws InterruptedException when interrupted
     */
    public BlockRef awaitBlock(long number, Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        LinkedBlockingQueue<BlockRef> seen = new LinkedBlockingQueue<>();
        Heads subscription = new Heads(chain, seen::add);
        try {
            BlockRef head = chain.head();
            while (head != null && head.number() < number) {
                head = seen.poll(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
            if (head != null) {
                return head;
            }
        } catch (ChainException e) {
            if (e.code().equals("chain.interrupted") && Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
            }
            throw e;
        } finally {
            subscription.close();
        }
        throw new ChainException(
                "chain.deadline",
                true,
                "block " + number + " did not come within " + deadline.toMillis() + " ms",
                "the chain is slow or stands still: look at head()");
    }

    /**
     * Which runtime the chain runs.
     *
     * @return its version, as last seen
     */
    public RuntimeVersion runtimeVersion() {
        return chain.runtime().version();
    }

    /**
     * What the runtime says about itself.
     *
     * @return its metadata, read once for each version
     */
    public Metadata metadata() {
        return chain.runtime().metadata();
    }

    /**
     * The chain's own name.
     *
     * @return such as {@code Bittensor}
     */
    public String chainName() {
        return chain.rpc().call("system_chain").asText();
    }

    /**
     * The hash of the first block, which tells chains apart.
     *
     * @return {@code 0x} and 64 hex digits
     */
    public String genesisHash() {
        return chain.genesisHash();
    }

    /**
     * A block of the chain by its height.
     *
     * @param number its height
     * @return the block of that height on the best chain; empty above the newest
     */
    public Optional<BlockRef> block(long number) {
        return chain.blockHash(number).map(hash -> new BlockRef(number, hash));
    }

    /**
     * The chain as it was after a block, for reads that fit together.
     *
     * @param block such as {@link #head()}, {@link #finalized()} or {@link #block(long)}
     * @return its state; nothing is asked of the node before the first read
     */
    public ChainState at(BlockRef block) {
        return new ChainState(chain, block);
    }

    /**
     * The catalogue of reads, each of the block that is the newest when it is called.
     *
     * @return typed reads, one small reader a family
     */
    public Reads reads() {
        return new Reads(chain::newest);
    }

    /**
     * Reads one value of storage at the newest block.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code Tempo}
     * @param keys all its keys, as plain values
     * @return the value as {@link Metadata} describes; the item's default where nothing is stored; empty for optional items
     * @throws ChainException with code {@code metadata.unknown} when the runtime has no such item
     * @throws CodecException when the keys do not fit
     */
    public Optional<Object> query(String pallet, String item, Object... keys) {
        return chain.query(pallet, item, keys);
    }

    /**
     * Reads all values of a storage map at the newest block, in pages.
     *
     * @param pallet such as {@code SubtensorModule}
     * @param item such as {@code NetworksAdded}
     * @param firstKeys keys that all entries begin with; none for the whole map
     * @return all keys of each entry and its value, in the chain's order; at most 2^20 entries
     * @throws ChainException with code {@code metadata.unknown} when the runtime has no such item
     */
    public Map<List<Object>, Object> queryMap(String pallet, String item, Object... firstKeys) {
        return chain.queryMapAt(null, pallet, item, firstKeys);
    }

    /**
     * A constant of the runtime.
     *
     * @param pallet such as {@code Balances}
     * @param name such as {@code ExistentialDeposit}
     * @return its value, plain
     * @throws ChainException with code {@code metadata.unknown} when there is none
     */
    public Object constant(String pallet, String name) {
        return chain.runtime().metadata().constant(pallet, name);
    }

    /**
     * Asks the runtime itself, at the newest block.
     *
     * @param api such as {@code SubnetInfoRuntimeApi}
     * @param method such as {@code get_dynamic_info}
     * @param arguments in the runtime's order, as plain values
     * @return its answer, plain
     * @throws ChainException with code {@code metadata.unknown} when the runtime does not offer it
     */
    public Object runtimeCall(String api, String method, Object... arguments) {
        return chain.runtimeCallAt(null, api, method, arguments);
    }

    /**
     * Asks the runtime itself for a list of structs, at the newest block.
     *
     * @param api such as {@code NeuronInfoRuntimeApi}
     * @param method such as {@code get_neurons_lite}
     * @param arguments in the runtime's order, as plain values
     * @return its answer, one column for each field
     * @throws ChainException with code {@code metadata.unknown} when the runtime does not offer it
     * @throws CodecException with code {@code columns.type} when it answers something else than a list of structs
     */
    public Columns columns(String api, String method, Object... arguments) {
        return chain.byMetadata(m -> chain.columns(m, null, api, method, arguments));
    }

    /**
     * Hears of every new head, also after a lost connection: missed blocks are filled in, up to 256. A height can come again when a fork
     * replaces it.
     *
     * @param listener called on a thread of its own, one head after the other; when it is 256 heads behind, the oldest are dropped
     * @return to be closed by whoever asked for it
     * @throws ChainException when the node takes no subscription
     */
    public HeadSubscription subscribeHeads(Consumer<BlockRef> listener) {
        Heads subscription = new Heads(chain, listener);
        heads.add(subscription);
        return () -> {
            heads.remove(subscription);
            subscription.close();
        };
    }

    /**
     * A subnet's metagraph that is kept current with every block.
     *
     * @param netuid the subnet
     * @return to be closed by whoever asked for it; holds a snapshot already
     * @throws ChainException with code {@code chain.subnet} when the subnet does not exist
     */
    public LiveMetagraph follow(Netuid netuid) {
        return follow(netuid, 1, LiveMetagraph.Listener.NONE);
    }

    /**
     * A subnet's metagraph that is kept current.
     *
     * @param netuid the subnet
     * @param everyBlocks how many blocks from one snapshot to the next, at least; 1 for every block
     * @param listener hears of every newer snapshot
     * @return to be closed by whoever asked for it; holds a snapshot already
     * @throws ChainException with code {@code chain.subnet} when the subnet does not exist
     * @throws InvalidValueException when the number of blocks is below 1
     */
    public LiveMetagraph follow(Netuid netuid, int everyBlocks, LiveMetagraph.Listener listener) {
        LiveMetagraph live = new LiveMetagraph(chain, netuid, everyBlocks, listener);
        Heads subscription = new Heads(chain, live::head);
        followed.add(live);
        live.followed(() -> {
            followed.remove(live);
            subscription.close();
        });
        return live;
    }

    /**
     * The free TAO of an account.
     *
     * @param account any account
     * @return its free balance; nothing for an account that does not exist
     */
    public Tao balance(AccountId account) {
        return chain.query("System", "Account", account)
                .map(a ->
                        new Answer("System.Account", a).get("data").get("free").tao())
                .orElse(Tao.ZERO);
    }

    /**
     * All neurons of a subnet at the newest block.
     *
     * <p>Where the runtime offers its own metagraph, {@link io.github.bittensor4j.core.NeuronInfo#stakeWeight()} is the chain's total
     * stake; on runtimes too old for that it is the hotkey's own alpha and its root stake by the TAO weight, without that of parents and
     * children.
     *
     * @param netuid the subnet
     * @return a snapshot
     * @throws ChainException with code {@code chain.subnet} when it does not exist
     */
    public Metagraph metagraph(Netuid netuid) {
        return chain.newest().metagraph(netuid);
    }

    /**
     * All neurons of a subnet at the newest block as arrays, as {@link #metagraph(Netuid)} reads them.
     *
     * @param netuid the subnet
     * @return one column for each thing known of a neuron
     * @throws ChainException with code {@code chain.subnet} when it does not exist
     */
    public MetagraphColumns metagraphColumns(Netuid netuid) {
        return chain.newest().metagraphColumns(netuid);
    }

    /**
     * The settings of a subnet at the newest block.
     *
     * @param netuid the subnet
     * @return its settings
     * @throws ChainException with code {@code chain.subnet} when it does not exist
     */
    public SubnetHyperparameters hyperparameters(Netuid netuid) {
        return chain.newest().hyperparameters(netuid);
    }

    /**
     * What a registration on a subnet costs now.
     *
     * @param netuid the subnet
     * @return the current burn
     */
    public Tao burn(Netuid netuid) {
        return chain.query(SubnetReader.MODULE, "Burn", netuid)
                .map(burn -> new Answer("Burn", burn).tao())
                .orElse(Tao.ZERO);
    }

    /**
     * The subnets that exist.
     *
     * @return their numbers, ascending, root included
     */
    public List<Netuid> subnets() {
        return chain.queryMapAt(null, SubnetReader.MODULE, "NetworksAdded").entrySet().stream()
                .filter(e -> Boolean.TRUE.equals(e.getValue()))
                .map(e -> new Answer("netuid", e.getKey().get(0)).netuid())
                .sorted()
                .toList();
    }

    /**
     * Whether a subnet exists.
     *
     * @param netuid its number
     * @return true when it does
     */
    public boolean subnetExists(Netuid netuid) {
        return chain.query(SubnetReader.MODULE, "NetworksAdded", netuid)
                .filter(Boolean.TRUE::equals)
                .isPresent();
    }

    /**
     * The seat of a hotkey on a subnet.
     *
     * @param netuid the subnet
     * @param hotkey the identity
     * @return its uid; empty when it is not registered there
     */
    public Optional<Uid> uid(Netuid netuid, AccountId hotkey) {
        return chain.query(SubnetReader.MODULE, "Uids", netuid, hotkey).map(uid -> new Answer("Uids", uid).uid());
    }

    /**
     * The key with which a neuron says that it speaks TLS, at the newest block.
     *
     * @param netuid the subnet
     * @param hotkey the neuron
     * @return its key; empty when it has published none, or one that this library cannot pin
     */
    public Optional<TlsKey> tlsKey(Netuid netuid, AccountId hotkey) {
        return chain.query(SubnetReader.MODULE, CERTIFICATES, netuid, hotkey).flatMap(Subtensor::tlsKey);
    }

    /**
     * The keys with which the neurons of a subnet say that they speak TLS, at the newest block.
     *
     * @param netuid the subnet
     * @return by hotkey, those that this library can pin; also of neurons that have lost their seat since
     */
    public Map<AccountId, TlsKey> tlsKeys(Netuid netuid) {
        Map<AccountId, TlsKey> keys = new HashMap<>();
        chain.queryMapAt(null, SubnetReader.MODULE, CERTIFICATES, netuid)
                .forEach((path, value) ->
                        tlsKey(value).ifPresent(key -> keys.put(new Answer(CERTIFICATES, path.get(1)).account(), key)));
        return Map.copyOf(keys);
    }

    private static Optional<TlsKey> tlsKey(Object value) {
        Answer certificate = new Answer(CERTIFICATES, value);
        return TlsKey.ofChain(
                certificate.get("algorithm").count(),
                certificate.get("public_key").bytes());
    }

    /**
     * What a coldkey has staked on a hotkey of a subnet.
     *
     * @param hotkey who is backed
     * @param coldkey who backs
     * @param netuid the subnet
     * @return in the subnet's alpha; on root it is TAO by another name
     */
    public Alpha stake(AccountId hotkey, AccountId coldkey, Netuid netuid) {
        return chain.newest().stake(hotkey, coldkey, netuid);
    }

    /**
     * Sets weights with the default options.
     *
     * @param netuid the subnet
     * @param hotkey the validator's
     * @param weights of any scale, by seat, not negative
     * @return what came of it
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public WeightsOutcome setWeights(Netuid netuid, Signer hotkey, Map<Uid, Double> weights)
            throws InterruptedException {
        return setWeights(netuid, hotkey, weights, WeightsOptions.defaults());
    }

    /**
     * Sets weights as the subnet takes them now. What would stand in the way is looked up first, by one request: seat, permit, version,
     * rate limit, the fewest weights; then nothing is sent. The weights are cut to the subnet's largest share and quantised. On a subnet
     * that hides weights they are sealed until the drand round at which its reveal epoch begins and open by themselves; or committed by
     * hash, when the options name a folder, and then {@link #revealWeights} has to be called in time.
     *
     * @param netuid the subnet
     * @param hotkey the validator's
     * @param weights of any scale, by seat, not negative; nothing is made up where there are too few
     * @param options version, mechanism and the like
     * @return what came of it
     * @throws io.github.bittensor4j.core.InvalidValueException when a weight is negative or not a number
     * @throws ChainException with code {@code chain.subnet} when the subnet does not exist
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public WeightsOutcome setWeights(Netuid netuid, Signer hotkey, Map<Uid, Double> weights, WeightsOptions options)
            throws InterruptedException {
        return new WeightSetting(chain, chain.head(), netuid, hotkey.account(), options)
                .set(weights, call -> submit(call, hotkey, options.submit()));
    }

    /**
     * Reveals what {@link #setWeights} committed by hash, as far as the chain takes it now. To be called once in every epoch, also by a
     * later process: what is to be revealed is in the folder. What was revealed, or can no longer be, is forgotten.
     *
     * @param netuid the subnet
     * @param hotkey who committed
     * @param options as for {@link #setWeights}, with the same folder and mechanism
     * @return one outcome for each reveal that was sent, oldest first; empty when none is due
     * @throws io.github.bittensor4j.core.InvalidValueException when the options name no folder
     * @throws InterruptedException when interrupted while one is followed
     */
    public List<ExtrinsicOutcome> revealWeights(Netuid netuid, Signer hotkey, WeightsOptions options)
            throws InterruptedException {
        Path folder = options.reveals()
                .orElseThrow(() -> new InvalidValueException(
                        "weights.reveals", "options without a folder (expected: the one of the commits)", ""));
        return new WeightSetting(chain, chain.head(), netuid, hotkey.account(), options)
                .reveal(folder, call -> submit(call, hotkey, options.submit()));
    }

    /**
     * Signs a call, submits it once, and follows it with the default options.
     *
     * @param call what to do
     * @param signer who signs and pays
     * @return what became of it
     * @throws InterruptedException when interrupted; it may then be in the pool already
     */
    public ExtrinsicOutcome submit(Call call, Signer signer) throws InterruptedException {
        return submit(call, signer, SubmitOptions.defaults());
    }

    /**
     * Signs a call, submits it once, and follows it. Submissions of one account may run at once: each takes its own transaction number.
     *
     * @param call what to do
     * @param signer who signs and pays
     * @param options how far to follow, era, tip, deadline
     * @return what became of it: refusals and the unknown are outcomes, not exceptions
     * @throws ChainException when it could not be sent at all
     * @throws CodecException when the call does not fit the runtime
     * @throws InterruptedException when interrupted; it may then be in the pool already
     */
    public ExtrinsicOutcome submit(Call call, Signer signer, SubmitOptions options) throws InterruptedException {
        return Submission.run(chain, nonces, call, signer, options);
    }

    /**
     * What a call would cost now, without a tip. Nothing is signed or sent. Whether the call would succeed is not looked at.
     *
     * @param call what to do
     * @param payer who would sign
     * @return the fee by the call's weight and length; nothing for calls that are free of charge
     * @throws CodecException when the call does not fit the runtime
     */
    public Tao fee(Call call, AccountId payer) {
        return chain.fee(call, payer);
    }

    /**
     * Makes an extrinsic that another machine signs. It takes the account's next transaction number and does not keep it: whoever submits
     * something else for that account meanwhile makes it void.
     *
     * @param call what to do
     * @param account who will sign
     * @param scheme how it will sign
     * @param options mortality, tip and the like; the nonce where it is not to be the next
     * @return to be signed; with the default of 64 blocks it has some twelve minutes to be signed and submitted
     * @throws CodecException when the runtime has no such call or its arguments do not fit
     */
    public UnsignedExtrinsic prepare(Call call, AccountId account, KeyScheme scheme, SubmitOptions options) {
        chain.refreshRuntime();
        long nonce = options.nonce().isPresent() ? options.nonce().getAsLong() : chain.nextNonce(account);
        return Submission.prepare(chain, call, account, scheme, nonce, options);
    }

    /**
     * Submits once what was signed before, here or elsewhere, and follows it.
     *
     * @param extrinsic signed
     * @param options how far and how long it is followed; the rest of them was decided when it was made
     * @return its fate
     * @throws InvalidValueException when it was made for another chain
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public ExtrinsicOutcome submit(SignedExtrinsic extrinsic, SubmitOptions options) throws InterruptedException {
        return Submission.run(chain, extrinsic, options);
    }

    /**
     * As {@link #submit(Call, Signer, SubmitOptions)}, but sealed for the author of the next block, so that nobody who watches the pool can
     * trade ahead of it. The seal is an extrinsic of its own: two transaction numbers are used and two fees paid. Both are valid for 8
     * blocks.
     *
     * @param call what to do
     * @param signer who does it
     * @param options as usual; the mortality is not used
     * @return the fate of the call when its seal was included, else that of the seal
     * @throws ChainException with code {@code shield.unavailable} when the chain announces no key
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public ExtrinsicOutcome submitShielded(Call call, Signer signer, SubmitOptions options)
            throws InterruptedException {
        return Submission.runShielded(chain, nonces, call, signer, options);
    }

    /**
     * Plans what somebody wants done, by the newest block: the call, its fee, what it does, what stands against it. Nothing is signed or
     * sent.
     *
     * @param intent what is wanted
     * @param account who would sign
     * @param policy what is allowed; {@link Policy#NONE} for everything
     * @return the plan, also when something stands against it
     * @throws ChainException with code {@code metadata.unknown} when this runtime lacks what the intent needs
     * @throws InvalidValueException when it can not be done at all, such as unstaking where nothing is staked
     */
    public Plan plan(Intent intent, AccountId account, Policy policy) {
        chain.refreshRuntime();
        return Plan.of(intent, Planning.at(this, account), policy);
    }

    /**
     * Plans and asks the chain's own check whether it would take the extrinsic. Nothing is submitted: what the node gets to see is signed
     * with a transaction number that the account will not reach while the signature is valid, so that it can do nothing with it.
     *
     * @param intent what is wanted
     * @param signer who would sign
     * @param policy what is allowed
     * @return the plan and what the chain says
     * @throws ChainException with code {@code metadata.unknown} when this runtime lacks what the intent needs, or does not list its checks
     * @throws InvalidValueException when it can not be done at all
     */
    public DryRun dryRun(Intent intent, Signer signer, Policy policy) {
        Plan plan = plan(intent, signer.account(), policy);
        if (!plan.ok()) {
            return new DryRun(plan, Optional.empty(), "");
        }
        Optional<String> refusal = Submission.check(chain, plan.call().orElseThrow(), signer);
        return new DryRun(
                plan, refusal, refusal.map(error -> ErrorGuide.on(error).hint()).orElse(""));
    }

    /**
     * Plans what somebody wants done, and does it when nothing stands against it. The policy is asked once more about the very call that is
     * signed, by the fee of that moment.
     *
     * @param intent what is wanted
     * @param signer who does it
     * @param policy what is allowed; {@link Policy#NONE} for everything
     * @param options how far to follow, era, tip, deadline
     * @return what came of it: what is not allowed, refusals and the unknown are outcomes, not exceptions
     * @throws ChainException with code {@code metadata.unknown} when this runtime lacks what the intent needs; when it could not be sent
     * @throws InvalidValueException when it can not be done at all
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public Execution execute(Intent intent, Signer signer, Policy policy, SubmitOptions options)
            throws InterruptedException {
        return execute(plan(intent, signer.account(), policy), signer, policy, options);
    }

    /**
     * Does what was planned: the call of the plan and no other. The policy is asked once more, by the fee of now.
     *
     * @param plan of {@link #plan}
     * @param signer who does it
     * @param policy what is allowed; {@link Policy#NONE} for everything
     * @param options how far to follow, era, tip, deadline
     * @return what came of it
     * @throws InvalidValueException when the signer is not the one it was planned for, or the runtime was upgraded since
     * @throws ChainException when it could not be sent at all
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public Execution execute(Plan plan, Signer signer, Policy policy, SubmitOptions options)
            throws InterruptedException {
        return execute(plan, signer, policy, options, call -> fee(call, plan.account()), this::submit);
    }

    /**
     * As {@link #execute(Plan, Signer, Policy, SubmitOptions)}, but sealed for the author of the next block, as {@link #submitShielded} does:
     * nobody who watches the pool can trade ahead of it. Meant for plans with {@link Plan#shieldAdvised()}. The seal is an extrinsic of its
     * own with a fee of its own, which the policy counts.
     *
     * @param plan of {@link #plan}
     * @param signer who does it
     * @param policy what is allowed
     * @param options how far to follow, tip, deadline
     * @return what came of it
     * @throws InvalidValueException when the signer is not the one it was planned for, or the runtime was upgraded since
     * @throws ChainException with code {@code shield.unavailable} when the chain announces no key
     * @throws InterruptedException when interrupted while it is followed; it may be included all the same
     */
    public Execution executeShielded(Plan plan, Signer signer, Policy policy, SubmitOptions options)
            throws InterruptedException {
        Function<Call, Tao> bothFees = call -> fee(call, plan.account())
                .plus(fee(Submission.placeholderSeal(metadata().encodeCall(call).length), plan.account()));
        return execute(plan, signer, policy, options, bothFees, this::submitShielded);
    }

    private Execution execute(
            Plan plan,
            Signer signer,
            Policy policy,
            SubmitOptions options,
            Function<Call, Tao> fee,
            Submitter submitter)
            throws InterruptedException {
        chain.refreshRuntime();
        if (!signer.account().equals(plan.account()) || runtimeVersion().specVersion() != plan.specVersion()) {
            throw new InvalidValueException(
                    "plan.stale",
                    "plan for " + plan.account() + " and runtime " + plan.specVersion() + " (expected: for "
                            + signer.account() + " and runtime "
                            + runtimeVersion().specVersion() + ")",
                    "Plan it again.");
        }
        if (plan.call().isEmpty()) {
            return new Execution.Declined(plan);
        }
        Call call = plan.call().get();
        Plan judged = plan.judged(policy, fee.apply(call).plus(options.tip()), head());
        if (!judged.ok()) {
            return new Execution.Declined(judged);
        }
        ExtrinsicOutcome outcome = submitter.submit(call, signer, options);
        List<OwnEvent> events = outcome instanceof ExtrinsicOutcome.Included included
                ? included.events().stream()
                        .flatMap(event -> OwnEvent.of(event).stream())
                        .toList()
                : List.of();
        return new Execution.Submitted(judged, outcome, events);
    }

    /** Ends the connection, all subscriptions and all threads; requests under way fail with code {@code chain.closed}. */
    @Override
    public void close() {
        List.copyOf(followed).forEach(LiveMetagraph::close);
        heads.forEach(Heads::close);
        heads.clear();
        chain.close();
    }
}
