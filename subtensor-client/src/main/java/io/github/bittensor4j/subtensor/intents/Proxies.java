package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.subtensor.Call;
import java.util.Optional;

/**
 * Letting another key act for an account, so that the coldkey itself stays offline. A proxy type says what the other may do, by the
 * runtime's names: {@code Any}, {@code Staking}, {@code Transfer}, {@code Registration} and others.
 */
public final class Proxies {
    private static final String PALLET = "Proxy";
    private static final String STAKING = "\"Staking\"";

    private Proxies() {}

    /**
     * Lets another key act for the signer. A deposit is reserved until it is taken back.
     *
     * @param delegate who may
     * @param proxyType what it may do
     * @param delay how many blocks before it acts it has to announce each call, so that it can be stopped; 0 for none
     */
    @Operation("lets another key act for the signer")
    public record AddProxy(
            AccountId delegate,
            @JsonField(otherwise = STAKING) String proxyType,
            @JsonField(otherwise = "0") int delay) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(delegation("add_proxy", delegate, proxyType, delay))
                    .effect("lets " + delegate + " do as " + planning.account() + " what " + proxyType + " covers"
                            + (delay == 0 ? "" : ", announced " + delay + " blocks before"))
                    .effect("reserves a deposit");
            return proxyType.equals("Any")
                    ? draft.warning("an Any proxy can do everything that the account can, transfers included")
                    : draft;
        }
    }

    /**
     * Takes one permission back; the deposit returns.
     *
     * @param delegate who had it
     * @param proxyType as it was given
     * @param delay as it was given
     */
    @Operation("takes a proxy's permission back")
    public record RemoveProxy(
            AccountId delegate,
            @JsonField(otherwise = STAKING) String proxyType,
            @JsonField(otherwise = "0") int delay) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(delegation("remove_proxy", delegate, proxyType, delay))
                    .effect("ends the " + proxyType + " proxy of " + delegate);
        }
    }

    private static Call delegation(String function, AccountId delegate, String proxyType, int delay) {
        return Call.of(PALLET, function, "delegate", delegate, "proxy_type", proxyType, "delay", delay);
    }

    /** Takes all permissions of the signer's proxies back at once. */
    @Operation("takes the permissions of all proxies back")
    public record RemoveProxies() implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Call.of(PALLET, "remove_proxies"))
                    .effect("ends all proxies of " + planning.account())
                    .warning("accounts without a key that are reached only through this one are lost for ever");
        }
    }

    /**
     * Makes an account without a key, which the signer reaches as its proxy. Its address is in the event {@code PureCreated}.
     *
     * @param proxyType what the signer may do with it
     * @param delay how many blocks before each call has to be announced
     * @param index to tell several of one block apart
     */
    @Operation("makes an account without a key, reached through the signer")
    public record CreatePureProxy(
            @JsonField(otherwise = STAKING) String proxyType,
            @JsonField(otherwise = "0") int delay,
            @JsonField(otherwise = "0") int index)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Call.of(PALLET, "create_pure", "proxy_type", proxyType, "delay", delay, "index", index))
                    .effect("makes an account without a key, of type " + proxyType)
                    .effect("reserves a deposit")
                    .warning("who loses this signer's key loses that account: note block and place of the extrinsic");
        }
    }

    /**
     * Ends an account without a key. To be done through that account itself, as by {@link UseProxy}.
     *
     * @param spawner who made it
     * @param proxyType as it was made
     * @param index as it was made
     * @param height the block in which it was made
     * @param extIndex the place of the extrinsic in that block
     */
    @Operation("ends an account without a key")
    public record KillPureProxy(
            AccountId spawner,
            @JsonField(otherwise = STAKING) String proxyType,
            @JsonField(otherwise = "0") int index,
            @JsonField(otherwise = "0") long height,
            @JsonField(otherwise = "0") long extIndex)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Call.of(
                            PALLET,
                            "kill_pure",
                            "spawner",
                            spawner,
                            "proxy_type",
                            proxyType,
                            "index",
                            index,
                            "height",
                            height,
                            "ext_index",
                            extIndex))
                    .effect("ends " + planning.account())
                    .warning("what is left in the account is lost for ever");
        }
    }

    /**
     * Does something for an account that made the signer its proxy. The signer pays the fee. The official SDK has no such intent, but an
     * argument of its client.
     *
     * @param real for whom
     * @param call what to do
     * @param forceProxyType by which of several permissions; empty for any that covers it
     */
    @Operation("does something for an account whose proxy the signer is")
    public record UseProxy(AccountId real, Intent call, Optional<String> forceProxyType) implements Intent {
        /**
         * By any permission that covers it.
         *
         * @param real for whom
         * @param call what to do
         */
        public UseProxy(AccountId real, Intent call) {
            this(real, call, Optional.empty());
        }

        @Override
        public Draft draft(Planning planning) {
            return planning.as(real)
                    .draft(call)
                    .wrapped(inner ->
                            Call.of(PALLET, "proxy", "real", real, "force_proxy_type", forceProxyType, "call", inner))
                    .effect("does it as " + real);
        }
    }

    /**
     * Announces what a proxy with a delay will do for an account. The account can stop it until then.
     *
     * @param real for whom
     * @param call what will be done; exactly this has to be executed later
     */
    @Operation("announces what the signer will do as a proxy with a delay")
    public record AnnounceProxy(AccountId real, Intent call) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft inner = planning.as(real).draft(call);
            return inner.wrapped(announced -> Call.of(
                            PALLET,
                            "announce",
                            "real",
                            real,
                            "call_hash",
                            Hashes.blake2b256(planning.metadata().encodeCall(announced))))
                    .effect("announces it, to be done later as " + real)
                    .effect("reserves a deposit");
        }
    }

    /**
     * Does what a proxy announced, when its delay is over. Anybody may sign it.
     *
     * @param delegate the proxy that announced it
     * @param real for whom
     * @param inner exactly what was announced
     * @param forceProxyType by which of several permissions; empty for any that covers it
     */
    @Operation("does what a proxy announced")
    public record ExecuteProxyAnnounced(
            AccountId delegate,
            AccountId real,

            @JsonField(name = "inner_op", argumentsIn = "inner_args")
            Intent inner,

            Optional<String> forceProxyType)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return planning.as(real)
                    .draft(inner)
                    .wrapped(call -> Call.of(
                            PALLET,
                            "proxy_announced",
                            "delegate",
                            delegate,
                            "real",
                            real,
                            "force_proxy_type",
                            forceProxyType,
                            "call",
                            call))
                    .effect("does it as " + real + ", as " + delegate + " announced");
        }
    }
}
