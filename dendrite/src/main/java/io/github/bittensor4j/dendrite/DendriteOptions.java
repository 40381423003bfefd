package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.tls.TlsIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a dendrite asks. Every method with a parameter returns a changed copy: {@code DendriteOptions.defaults().parallel(64)}. Immutable.
 */
public final class DendriteOptions {
    private static final DendriteOptions DEFAULTS = new DendriteOptions();

    private int parallel = 256;
    private int maxAnswerBytes = 16 << 20;
    private int maxMetadataBytes = 16 << 10;
    private int channels = 512;
    private Duration idleChannel = Duration.ofMinutes(5);
    private Duration keepAlive = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private List<DendriteObserver> observers = List.of();
    private Optional<Dialect> dialect = Optional.of(Dialect.GRPC);
    private Duration stubDeadline = Duration.ofMinutes(1);
    private Duration dialectMemory = Duration.ofHours(1);

    private boolean http2;
    private boolean sessions;
    private boolean receipts;
    private TlsUse tls = TlsUse.WHERE_PINNED;
    private List<X509Certificate> authorities = List.of();
    private Optional<TlsIdentity> tlsIdentity = Optional.empty();

    private DendriteOptions() {}

    private DendriteOptions(DendriteOptions from) {
        parallel = from.parallel;
        maxAnswerBytes = from.maxAnswerBytes;
        maxMetadataBytes = from.maxMetadataBytes;
        channels = from.channels;
        idleChannel = from.idleChannel;
        keepAlive = from.keepAlive;
        connectTimeout = from.connectTimeout;
        http2 = from.http2;
        sessions = from.sessions;
        receipts = from.receipts;
        tls = from.tls;
        authorities = from.authorities;
        tlsIdentity = from.tlsIdentity;
        observers = from.observers;
        dialect = from.dialect;
        stubDeadline = from.stubDeadline;
        dialectMemory = from.dialectMemory;
    }

    /**
     * The options that hold unless told otherwise; each is named at its method.
     *
     * @return the defaults
     */
    public static DendriteOptions defaults() {
        return DEFAULTS;
    }

    /**
     * How many calls are under way at once, over all callers of the dendrite and those of generated stubs among them; further ones wait, on
     * their own deadline.
     *
     * @return 256 by default
     */
    public int parallel() {
        return parallel;
    }

    /**
     * Sets how many calls are under way at once.
     *
     * @param most 1 to 10000
     * @return a changed copy
     */
    public DendriteOptions parallel(int most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.parallel = check("parallel", most, 1, 10_000);
        return copy;
    }

    /**
     * The largest answer, or part of a streamed one, in bytes; a larger one is {@link QueryOutcome.Invalid}.
     *
     * @return 16 MiB by default
     */
    public int maxAnswerBytes() {
        return maxAnswerBytes;
    }

    /**
     * Sets the largest answer.
     *
     * @param most 1024 bytes to 1 GiB
     * @return a changed copy
     */
    public DendriteOptions maxAnswerBytes(int most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.maxAnswerBytes = check("maxAnswerBytes", most, 1024, 1 << 30);
        return copy;
    }

    /**
     * The largest sum of an answer's headers, in bytes.
     *
     * @return 16 KiB by default
     */
    public int maxMetadataBytes() {
        return maxMetadataBytes;
    }

    /**
     * Sets the largest sum of an answer's headers.
     *
     * @param most 2048 bytes to 1 MiB
     * @return a changed copy
     */
    public DendriteOptions maxMetadataBytes(int most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.maxMetadataBytes = check("maxMetadataBytes", most, 2048, 1 << 20);
        return copy;
    }

    /**
     * How many endpoints stay connected; beyond that the one unused longest is closed.
     *
     * @return 512 by default
     */
    public int channels() {
        return channels;
    }

    /**
     * Sets how many endpoints stay connected.
     *
     * @param most 1 to 100000
     * @return a changed copy
     */
    public DendriteOptions channels(int most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.channels = check("channels", most, 1, 100_000);
        return copy;
    }

    /**
     * How long an endpoint stays connected without a call.
     *
     * @return 5 minutes by default, less than an axon keeps a connection
     */
    public Duration idleChannel() {
        return idleChannel;
    }

    /**
     * Sets how long an endpoint stays connected without a call.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public DendriteOptions idleChannel(Duration most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.idleChannel = check("idleChannel", most);
        return copy;
    }

    /**
     * How long nothing may be heard on a connection of HTTP/2 with calls under way before its axon is asked whether it is there (PING). When
     * that is not answered within a third of this, 10 seconds in a session or a stub's call, the connection is given up and its calls are {@link
     * QueryOutcome.Unreachable}.
     *
     * @return 30 seconds by default
     */
    public Duration keepAlive() {
        return keepAlive;
    }

    /**
     * Sets how long nothing may be heard on a connection with calls under way. Sessions and stubs take no less than 10 seconds.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public DendriteOptions keepAlive(Duration most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.keepAlive = check("keepAlive", most);
        return copy;
    }

    /**
     * How long connecting may take, within the call's own deadline: TCP, and for questions over gRPC outside of sessions the handshake of TLS
     * anew; that of sessions and of generated stubs has 10 seconds.
     *
     * @return 5 seconds by default
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * Sets how long connecting may take.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public DendriteOptions connectTimeout(Duration most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.connectTimeout = check("connectTimeout", most);
        return copy;
    }

    /**
     * What axons speak that {@link Target#dialect()} says nothing of; empty when that is found out.
     *
     * @return {@link Dialect#GRPC} by default
     */
    public Optional<Dialect> dialect() {
        return dialect;
    }

    /**
     * Sets what axons speak: that of the subnet.
     *
     * @param one for every target that does not say otherwise
     * @return a changed copy
     */
    public DendriteOptions dialect(Dialect one) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.dialect = Optional.of(one);
        return copy;
    }

    /**
     * Finds out what each axon speaks, by endpoint and hotkey, for subnets on which neurons differ. Before the first question a target
     * gets probes that are not signed and hold nothing of the question: an empty gRPC call, on the connection that will be used; where
     * that is not answered in gRPC, a {@code GET /} over HTTP, whose answer a synapse axon marks as its own. The question itself is
     * signed and sent once, in the one dialect that was found. Within {@link #dialectMemory()} a target is asked in no other dialect,
     * even if it no longer answers; when a later probe finds one that protects less, a warning is logged.
     *
     * @return a changed copy
     */
    public DendriteOptions discoverDialect() {
        DendriteOptions copy = new DendriteOptions(this);
        copy.dialect = Optional.empty();
        return copy;
    }

    /**
     * How long a dialect that was found out is believed; for at most 10000 targets.
     *
     * @return 1 hour by default
     */
    public Duration dialectMemory() {
        return dialectMemory;
    }

    /**
     * Sets how long a dialect that was found out is believed.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public DendriteOptions dialectMemory(Duration most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.dialectMemory = check("dialectMemory", most);
        return copy;
    }

    /**
     * How long a call of a generated stub may take that sets no deadline of its own ({@link Dendrite#channel}).
     *
     * @return 1 minute by default
     */
    public Duration stubDeadline() {
        return stubDeadline;
    }

    /**
     * Sets how long a call of a generated stub may take that sets no deadline of its own.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public DendriteOptions stubDeadline(Duration most) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.stubDeadline = check("stubDeadline", most);
        return copy;
    }

    /**
     * Those who watch what is asked and what comes of it.
     *
     * @return nobody by default
     */
    public List<DendriteObserver> observers() {
        return observers;
    }

    /**
     * Adds somebody who watches.
     *
     * @param observer told of each attempt
     * @return a changed copy
     */
    public DendriteOptions observe(DendriteObserver observer) {
        DendriteOptions copy = new DendriteOptions(this);
        List<DendriteObserver> more = new ArrayList<>(observers);
        more.add(Objects.requireNonNull(observer, "observer"));
        copy.observers = List.copyOf(more);
        return copy;
    }

    /**
     * Whether the dialects of plain HTTP (btauth/1 and synapse) are spoken over HTTP/2 where there is no TLS: many calls then share a
     * connection. Both sides must know it beforehand (prior knowledge); axons of this library do, the servers of Python do not, and one that does
     * not is {@link QueryOutcome.Unreachable}. Over TLS there is nothing to know: HTTP/2 and HTTP/1.1 are offered and the server chooses (ALPN).
     *
     * @return false by default: HTTP/1.1
     */
    public boolean http2() {
        return http2;
    }

    /**
     * Sets whether plain HTTP without TLS is HTTP/2.
     *
     * @param priorKnowledge true where every axon that is asked speaks it
     * @return a changed copy
     */
    public DendriteOptions http2(boolean priorKnowledge) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.http2 = priorKnowledge;
        return copy;
    }

    /**
     * Whether calls go through sessions: one signed handshake with each target, then a counter and a MAC on every message instead of a
     * signature. An axon that has no sessions refuses; there is no silent way back to signed calls.
     *
     * @return false by default
     */
    public boolean sessions() {
        return sessions;
    }

    /**
     * Sets whether calls go through sessions.
     *
     * @param use true to open a session with each target
     * @return a changed copy
     */
    public DendriteOptions sessions(boolean use) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.sessions = use;
        return copy;
    }

    /**
     * Whether targets are asked to sign their answers. Each answer then comes with a {@link io.github.bittensor4j.core.auth.Receipt} that
     * was checked; one without, or with a wrong one, is {@link QueryOutcome.Invalid}. Synapse axons sign no answers, and neither do streams
     * over plain HTTP.
     *
     * @return false by default
     */
    public boolean receipts() {
        return receipts;
    }

    /**
     * Sets whether targets are asked to sign their answers.
     *
     * @param ask true to ask
     * @return a changed copy
     */
    public DendriteOptions receipts(boolean ask) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.receipts = ask;
        return copy;
    }

    /**
     * How a target is spoken to that carries no TLS key; one that carries one is spoken to over TLS with that key alone.
     *
     * @return {@link TlsUse#WHERE_PINNED} by default
     */
    public TlsUse tls() {
        return tls;
    }

    /**
     * Sets how a target is spoken to that carries no TLS key.
     *
     * @param use plain, by certificate, or not at all
     * @return a changed copy
     */
    public DendriteOptions tls(TlsUse use) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.tls = Objects.requireNonNull(use, "use");
        return copy;
    }

    /**
     * The certificates of the CAs that are trusted with {@link TlsUse#BY_CERTIFICATE}.
     *
     * @return empty by default: those that this JVM trusts
     */
    public List<X509Certificate> authorities() {
        return authorities;
    }

    /**
     * Sets which CAs are trusted: these and no other, such as a subnet's own.
     *
     * @param trusted at least one; a chain must end at one of them, be within its dates and name the endpoint's host
     * @return a changed copy
     */
    public DendriteOptions authorities(Collection<X509Certificate> trusted) {
        if (trusted.isEmpty()) {
            throw new InvalidValueException(
                    "dendrite.authorities", "option authorities: none (expected: at least one)", "");
        }
        DendriteOptions copy = new DendriteOptions(this);
        copy.authorities = List.copyOf(trusted);
        return copy;
    }

    /**
     * What this side shows to axons that ask their callers for the key that they have published.
     *
     * @return none by default
     */
    public Optional<TlsIdentity> tlsIdentity() {
        return tlsIdentity;
    }

    /**
     * Sets what this side shows in TLS.
     *
     * @param identity whose key the calling hotkey has published
     * @return a changed copy
     */
    public DendriteOptions tlsIdentity(TlsIdentity identity) {
        DendriteOptions copy = new DendriteOptions(this);
        copy.tlsIdentity = Optional.of(identity);
        return copy;
    }

    private static int check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidValueException(
                    "dendrite." + name,
                    "option " + name + ": " + value + " (expected: " + least + " to " + most + ")",
                    "");
        }
        return value;
    }

    private static Duration check(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new InvalidValueException(
                    "dendrite." + name, "option " + name + ": " + value + " (expected: 1 ms to 1 day)", "");
        }
        return value;
    }
}
