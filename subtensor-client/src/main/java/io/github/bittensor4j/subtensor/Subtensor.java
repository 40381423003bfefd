package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.BlockRef;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A connection to one node. Safe for many threads at once; whoever connects closes it.
 *
 * <p>Every method that asks the node throws {@link ChainException} when the node answers with an error or not within
 * {@link SubtensorOptions#callDeadline()}; a lost connection is made again by itself, and reads under way are asked once more.
 */
public final class Subtensor implements AutoCloseable {
    private Subtensor() {}

    /** To be filled in the next landing. */
    public static Subtensor connect(Network network) {
        throw new UnsupportedOperationException("connect");
    }

    /** To be filled in the next landing. */
    public static Subtensor connect(Network network, SubtensorOptions options) {
        throw new UnsupportedOperationException("connect");
    }

    /** To be filled in the next landing. */
    public Network network() {
        throw new UnsupportedOperationException("network");
    }

    /** To be filled in the next landing. */
    public BlockRef head() {
        throw new UnsupportedOperationException("head");
    }

    /** To be filled in the next landing. */
    public BlockRef finalized() {
        throw new UnsupportedOperationException("finalized");
    }

    /** To be filled in the next landing. */
    public long blockNumber() {
        throw new UnsupportedOperationException("blockNumber");
    }

    /** To be filled in the next landing. */
    public BlockRef awaitBlock(long number, java.time.Duration deadline) throws InterruptedException {
        throw new UnsupportedOperationException("awaitBlock");
    }

    /** To be filled in the next landing. */
    public RuntimeVersion runtimeVersion() {
        throw new UnsupportedOperationException("runtimeVersion");
    }

    /** To be filled in the next landing. */
    public Metadata metadata() {
        throw new UnsupportedOperationException("metadata");
    }

    /** To be filled in the next landing. */
    public String chainName() {
        throw new UnsupportedOperationException("chainName");
    }

    /** To be filled in the next landing. */
    public String genesisHash() {
        throw new UnsupportedOperationException("genesisHash");
    }

    /** To be filled in the next landing. */
    public Optional<Object> query(String pallet, String item, Object... keys) {
        throw new UnsupportedOperationException("query");
    }

    /** To be filled in the next landing. */
    public Map<List<Object>, Object> queryMap(String pallet, String item, Object... firstKeys) {
        throw new UnsupportedOperationException("queryMap");
    }

    /** To be filled in the next landing. */
    public Object constant(String pallet, String name) {
        throw new UnsupportedOperationException("constant");
    }

    /** To be filled in the next landing. */
    public Object runtimeCall(String api, String method, Object... arguments) {
        throw new UnsupportedOperationException("runtimeCall");
    }

    /** To be filled in the next landing. */
    public AutoCloseable subscribeHeads(Consumer<BlockRef> listener) {
        throw new UnsupportedOperationException("subscribeHeads");
    }

    /** To be filled in the next landing. */
    public Tao balance(AccountId account) {
        throw new UnsupportedOperationException("balance");
    }

    /** To be filled in the next landing. */
    public Metagraph metagraph(Netuid netuid) {
        throw new UnsupportedOperationException("metagraph");
    }

    /** To be filled in the next landing. */
    public SubnetHyperparameters hyperparameters(Netuid netuid) {
        throw new UnsupportedOperationException("hyperparameters");
    }

    /** To be filled in the next landing. */
    public Tao burn(Netuid netuid) {
        throw new UnsupportedOperationException("burn");
    }

    /** To be filled in the next landing. */
    public List<Netuid> subnets() {
        throw new UnsupportedOperationException("subnets");
    }

    /** To be filled in the next landing. */
    public boolean subnetExists(Netuid netuid) {
        throw new UnsupportedOperationException("subnetExists");
    }

    /** To be filled in the next landing. */
    public Optional<Uid> uid(Netuid netuid, AccountId hotkey) {
        throw new UnsupportedOperationException("uid");
    }

    /** To be filled in the next landing. */
    public Alpha stake(AccountId hotkey, AccountId coldkey, Netuid netuid) {
        throw new UnsupportedOperationException("stake");
    }

    /** To be filled in the next landing. */
    public ExtrinsicOutcome submit(Call call, Signer signer, SubmitOptions options) throws InterruptedException {
        throw new UnsupportedOperationException("submit");
    }

    /** To be filled in the next landing. */
    public ExtrinsicOutcome submit(Call call, Signer signer) throws InterruptedException {
        throw new UnsupportedOperationException("submit");
    }

    @Override
    public void close() {}
}
