package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.tls.TlsKey;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** The calls of a neuron's and a subnet owner's life, typed. Anything else: {@link Call#of}. */
public final class Calls {
    private static final String MODULE = "SubtensorModule";

    private Calls() {}

    /**
     * Sends TAO, keeping the sender's account alive. Signed by the sender.
     *
     * @param destination who gets it
     * @param amount how much
     * @return the call
     */
    public static Call transfer(AccountId destination, Tao amount) {
        return Call.of("Balances", "transfer_keep_alive", "dest", destination, "value", amount);
    }

    /**
     * Registers a hotkey on a subnet for the current burn. Signed by the coldkey, which pays.
     *
     * @param netuid the subnet
     * @param hotkey the identity to register
     * @return the call
     */
    public static Call burnedRegister(Netuid netuid, AccountId hotkey) {
        return Call.of(MODULE, "burned_register", "netuid", netuid, "hotkey", hotkey);
    }

    /**
     * Creates a subnet for the current price. Signed by the coldkey, which pays and becomes its owner.
     *
     * @param hotkey the owner's hotkey, registered on the new subnet
     * @return the call; on older runtimes, which also ask for a mechanism, with the dynamic one
     */
    public static Call registerNetwork(AccountId hotkey) {
        return Call.of(MODULE, "register_network", "hotkey", hotkey).whenAsked(Map.of("mechid", 1));
    }

    /**
     * Starts a subnet: emission and staking begin. Signed by the subnet's owner.
     *
     * @param netuid the subnet
     * @return the call
     */
    public static Call startCall(Netuid netuid) {
        return Call.of(MODULE, "start_call", "netuid", netuid);
    }

    /**
     * Publishes where an axon is reached, with version 0 and protocol 4. Signed by the hotkey.
     *
     * @param netuid the subnet
     * @param endpoint a literal IPv4 or IPv6 address; the chain refuses 127.0.0.1
     * @return the call
     * @throws InvalidValueException when the host is a name
     */
    public static Call serveAxon(Netuid netuid, Endpoint endpoint) {
        return serveAxon(netuid, endpoint, 0, 4);
    }

    /**
     * Publishes where an axon is reached. Signed by the hotkey.
     *
     * @param netuid the subnet
     * @param endpoint a literal IPv4 or IPv6 address; the chain refuses 127.0.0.1
     * @param version the publisher's software version, a number of its own choosing, 0 to 2^32 - 1
     * @param protocol the protocol byte; 4 by custom
     * @return the call
     * @throws InvalidValueException when the host is a name
     */
    public static Call serveAxon(Netuid netuid, Endpoint endpoint, long version, int protocol) {
        ChainIp ip = ChainIp.of(endpoint.host());
        return Call.of(
                MODULE,
                "serve_axon",
                "netuid",
                netuid,
                "version",
                version,
                "ip",
                ip.number(),
                "port",
                endpoint.port(),
                "ip_type",
                ip.type(),
                "protocol",
                protocol,
                "placeholder1",
                0,
                "placeholder2",
                0);
    }

    /**
     * Publishes where an axon is reached, as {@link #serveAxon(Netuid, Endpoint)}, and with which key it speaks TLS. Signed by the hotkey.
     * A later {@code serveAxon} leaves the key as it is.
     *
     * @param netuid the subnet
     * @param endpoint a literal IPv4 or IPv6 address; the chain refuses 127.0.0.1
     * @param key the axon's own, or the caller's where axons ask their callers for one
     * @return the call
     * @throws InvalidValueException when the host is a name
     */
    public static Call serveAxonTls(Netuid netuid, Endpoint endpoint, TlsKey key) {
        return Call.of(MODULE, "serve_axon_tls", serveAxon(netuid, endpoint).arguments())
                .with("certificate", key.certificate());
    }

    /**
     * Stakes TAO on a hotkey of a subnet at whatever the pool's price is when it is included: {@link
     * io.github.bittensor4j.subtensor.intents.Staking.AddStake} has a limit. Signed by the coldkey.
     *
     * @param hotkey who is backed
     * @param netuid the subnet; root for stake in TAO
     * @param amount how much TAO
     * @return the call
     */
    public static Call addStake(AccountId hotkey, Netuid netuid, Tao amount) {
        return Call.of(MODULE, "add_stake", "hotkey", hotkey, "netuid", netuid, "amount_staked", amount);
    }

    /**
     * Sets weights in the open. Signed by the hotkey. A subnet with commit-reveal on refuses it.
     *
     * @param netuid the subnet
     * @param weights seats and values
     * @param versionKey at least the subnet's weights version
     * @return the call
     */
    public static Call setWeights(Netuid netuid, WeightVector weights, long versionKey) {
        return Call.of(
                MODULE,
                "set_weights",
                "netuid",
                netuid,
                "dests",
                weights.uids().stream().map(Uid::value).toList(),
                "weights",
                weights.values(),
                "version_key",
                new BigInteger(Long.toUnsignedString(versionKey)));
    }

    /**
     * Does several calls, all of them or none: when one fails, nothing of the others remains. The fee is paid in either case.
     *
     * @param calls in order; none of them a batch itself
     * @return the call
     */
    public static Call batchAll(List<Call> calls) {
        return Call.of("Utility", "batch_all", "calls", List.copyOf(calls));
    }

    /**
     * Does a call for an account that made the signer its proxy. Signed by the proxy, which pays the fee.
     *
     * @param real for whom
     * @param call what to do
     * @return the call; when the proxy may not do that, its outcome is a refusal as {@code System.CallFiltered}
     */
    public static Call proxy(AccountId real, Call call) {
        return Call.of("Proxy", "proxy", "real", real, "call", call);
    }

    /**
     * Does a call as the chain's root. Signed by the sudo key.
     *
     * @param call what to do
     * @return the call
     */
    public static Call sudo(Call call) {
        return Call.of("Sudo", "sudo", "call", call);
    }
}
