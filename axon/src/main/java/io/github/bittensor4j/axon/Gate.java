package io.github.bittensor4j.axon;

import io.github.bittensor4j.axon.internal.front.Headers;
import io.github.bittensor4j.axon.internal.front.Incoming;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Metagraph;
import io.github.bittensor4j.core.NeuronInfo;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.protocol.internal.AuthHeaders;
import io.github.bittensor4j.protocol.internal.ReceiptHeader;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.WireException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every handler, whatever the dialect: nothing behind it sees a call whose caller was not verified over the received bytes
 * and let in by the access policy. A dialect opens a call by {@link #arrived}; one of btauth/1 goes on with {@link #claims} and {@link
 * #signed}; one that checks signatures of its own with {@link #admit}. Thread-safe.
 */
final class Gate {
    /** What stands behind the gate. */
    @FunctionalInterface
    interface Admitted {
        /** Takes a call whose caller may call. */
        void accept() throws Refused;
    }

    /** Tells whether a request is the first of its kind. */
    @FunctionalInterface
    interface Once {
        /**
         * Asks, without waiting.
         *
         * @param then told the refusal, or empty when the request is accepted; called once, on this thread or another
         */
        void check(Consumer<Optional<Refused>> then);
    }

    /**
     * Up to this size hashing a body costs less than a signature check, so both are done where the body arrives; a larger one is handed to
     * another thread, to let the other connections go on.
     */
    private static final int SMALL_BODY = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final Authenticator authenticator;
    private final AccessPolicy access;
    private final Priority priority;
    private final Supplier<Optional<Metagraph>> metagraph;
    private final Calls calls;
    private final Observers observers;
    private final Duration perCall;
    private final InstantSource clock;
    private final Executor largeBodies;
    private final Optional<Tls> tls;
    private final Signer hotkey;

    Gate(
            Authenticator authenticator,
            AccessPolicy access,
            Priority priority,
            Supplier<Optional<Metagraph>> metagraph,
            Calls calls,
            Observers observers,
            Duration perCall,
            InstantSource clock,
            Executor largeBodies,
            Optional<Tls> tls,
            Signer hotkey) {
        this.authenticator = authenticator;
        this.access = access;
        this.priority = priority;
        this.metagraph = metagraph;
        this.calls = calls;
        this.observers = observers;
        this.perCall = perCall;
        this.clock = clock;
        this.largeBodies = largeBodies;
        this.tls = tls;
        this.hotkey = hotkey;
    }

    /**
     * A call has arrived; from here on it is bounded in time and ends in any case. It may have ended at once: the axon is stopping, or
     * too much that did not hold came from that address.
     *
     * @param dialect how it came
     * @param head with which request it came
     * @param headers the call's own, for those who watch
     * @param answering writes its end
     * @param patience how long the caller itself waits, if it says
     */
    Exchange arrived(
            Dialect dialect, Incoming head, Headers headers, Answering answering, Optional<Duration> patience) {
        Duration limit = patience.filter(wish -> wish.compareTo(perCall) < 0).orElse(perCall);
        Exchange exchange = new Exchange(
                dialect, head, answering, calls, observers.arrived(dialect, headers::first), limit, clock.instant());
        calls.opened(exchange);
        return exchange;
    }

    /**
     * What the btauth/1 headers of a call claim, as far as it is acceptable before the body is here.
     *
     * @param headers every value under a lower-case name
     * @return empty when the call has ended, refused by this if not before
     */
    Optional<AuthHeaders> claims(Exchange exchange, Function<String, ? extends Iterable<String>> headers) {
        try {
            if (!exchange.ended()) {
                AuthHeaders claims = AuthHeaders.read(headers);
                receipts(exchange, headers);
                authenticator.checkClaims(claims);
                foresee(claims.sender());
                return Optional.of(claims);
            }
        } catch (WireException e) {
            exchange.refuse(new Refused(e.code(), String.valueOf(e.getMessage())));
        } catch (Refused e) {
            exchange.refuse(e);
        } catch (RuntimeException e) {
            failed(exchange, e);
        }
        return Optional.empty();
    }

    private void receipts(Exchange exchange, Function<String, ? extends Iterable<String>> headers) {
        for (String value : headers.apply(ReceiptHeader.NAME)) {
            if (value.equals(ReceiptHeader.ASKED)) {
                exchange.wantsReceipt();
            }
        }
    }

    /**
     * Refuses a call that would be refused for want of room anyway, before its body is here and its signature is checked: under overload
     * that is most of them.
     *
     * @param claimed who calls as nobody has checked yet; nothing is counted against it
     */
    void foresee(AccountId claimed) throws Refused {
        calls.foresee(claimed, () -> priority.rank(claimed, metagraph.get().flatMap(graph -> graph.neuron(claimed))));
    }

    /**
     * Checks the signature over what was received, and goes on with {@link #admit}. A large body is checked on another thread.
     *
     * @param claims what {@link #claims} gave
     * @param method the HTTP method as received
     * @param target the request target exactly as received
     * @param signedBytes the body that was signed
     */
    void signed(
            Exchange exchange, AuthHeaders claims, String method, String target, byte[] signedBytes, Admitted behind) {
        Runnable check = () -> {
            try {
                // callers in a hurry send many heads before the first body: what was room then may be none now
                foresee(claims.sender());
                authenticator.checkSignature(claims, method, target, signedBytes);
                if (exchange.isReceiptWanted()) {
                    exchange.notary(new Notary(
                            hotkey, claims.request(claims.scheme(), method, target, Hashes.sha256(signedBytes))));
                }
                admit(
                        exchange,
                        claims.sender(),
                        then -> authenticator.checkReplay(claims.sender(), claims.nonce(), then),
                        behind);
            } catch (Refused e) {
                exchange.refuse(e);
            } catch (RuntimeException e) {
                failed(exchange, e);
            }
        };
        if (signedBytes.length <= SMALL_BODY) {
            check.run();
            return;
        }
        try {
            largeBodies.execute(check);
        } catch (RejectedExecutionException e) {
            exchange.refuse(Refusal.LIMIT_BUSY, "too many large requests are being checked");
        }
    }

    /**
     * Lets a caller in by the access policy on one snapshot and by its own limits, or refuses the call.
     *
     * @param caller whose signature was checked over the received bytes
     * @param once whether the request was accepted before; asked last, so that who may not call leaves no trace
     */
    void admit(Exchange exchange, AccountId caller, Once once, Admitted behind) {
        exchange.observed().verified(caller);
        try {
            if (tls.isPresent()) {
                tls.get().check(caller, exchange.tls());
            }
            Optional<Metagraph> snapshot = metagraph.get();
            if (access.decide(caller, snapshot) instanceof AccessDecision.Denied denied) {
                throw new Refused(denied.code(), denied.message());
            }
            Optional<NeuronInfo> neuron = snapshot.flatMap(graph -> graph.neuron(caller));
            exchange.caller(new VerifiedCaller(caller, neuron), priority.rank(caller, neuron));
            calls.enter(exchange);
            once.check(refused -> refused.ifPresentOrElse(
                    refusal -> {
                        if (!refusal.code().equals(Refusal.AUTH_OVERTAKEN.code())) {
                            calls.giveBack(exchange);
                        }
                        exchange.refuse(refusal);
                    },
                    () -> pass(exchange, behind)));
        } catch (Refused e) {
            exchange.refuse(e);
        } catch (RuntimeException e) {
            failed(exchange, e);
        }
    }

    /** The call goes on, unless it ended while the replay store was asked. */
    private static void pass(Exchange exchange, Admitted behind) {
        if (exchange.ended()) {
            return;
        }
        try {
            behind.accept();
        } catch (Refused e) {
            exchange.refuse(e);
        } catch (RuntimeException e) {
            failed(exchange, e);
        }
    }

    /** A metagraph source or a scheme lookup that fails lets nobody in. */
    static void failed(Exchange exchange, RuntimeException e) {
        LOG.warn("A call was refused because admitting it failed", e);
        exchange.refuse(Refusal.CALL_FAILED, "this axon failed");
    }
}
