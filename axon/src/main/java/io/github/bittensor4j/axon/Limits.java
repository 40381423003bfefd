package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.InvalidValueException;
import java.time.Duration;
import java.util.Objects;

/**
 * How much an axon takes on. Every method with a parameter returns a changed copy: {@code Limits.defaults().running(8).waiting(64)}.
 * Immutable.
 */
public final class Limits {
    private static final Limits DEFAULTS = new Limits();

    private int running = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
    private int waiting = 64;
    private int maxMessageBytes = 4 << 20;
    private int maxCollectedBytes = 256 << 20;
    private int maxMetadataBytes = 16 << 10;
    private Duration perCall = Duration.ofSeconds(60);
    private int connections = 1024;
    private int callsPerConnection = 256;
    private Duration idleConnection = Duration.ofMinutes(10);
    private int connectionsPerPeer = 256;
    private int maxHeaders = 100;
    private int maxQueuedBytes = 16 << 20;
    private int resets = 1024;
    private int idleFrames = 4096;
    private Duration handshake = Duration.ofSeconds(10);
    private Duration slowRequest = Duration.ofSeconds(20);
    private Duration writeStall = Duration.ofSeconds(20);
    private int rememberedNonces = 1 << 20;
    private int callsPerCaller = 256;
    private Rate ratePerCaller = new Rate(100_000, 100_000);
    private Rate failuresPerAddress = new Rate(100, 1000);

    private Limits() {}

    private Limits(Limits from) {
        running = from.running;
        waiting = from.waiting;
        maxMessageBytes = from.maxMessageBytes;
        maxCollectedBytes = from.maxCollectedBytes;
        maxMetadataBytes = from.maxMetadataBytes;
        perCall = from.perCall;
        connections = from.connections;
        callsPerConnection = from.callsPerConnection;
        idleConnection = from.idleConnection;
        connectionsPerPeer = from.connectionsPerPeer;
        maxHeaders = from.maxHeaders;
        maxQueuedBytes = from.maxQueuedBytes;
        resets = from.resets;
        idleFrames = from.idleFrames;
        handshake = from.handshake;
        slowRequest = from.slowRequest;
        writeStall = from.writeStall;
        rememberedNonces = from.rememberedNonces;
        callsPerCaller = from.callsPerCaller;
        ratePerCaller = from.ratePerCaller;
        failuresPerAddress = from.failuresPerAddress;
    }

    /**
     * The limits that hold unless told otherwise; each is named at its method.
     *
     * @return the defaults
     */
    public static Limits defaults() {
        return DEFAULTS;
    }

    /**
     * How many handlers run at once.
     *
     * @return two per processor, at least 8, by default
     */
    public int running() {
        return running;
    }

    /**
     * Sets how many handlers run at once.
     *
     * @param most 1 to 10000
     * @return a changed copy
     */
    public Limits running(int most) {
        Limits copy = new Limits(this);
        copy.running = check("running", most, 1, 10_000);
        return copy;
    }

    /**
     * How many admitted calls wait for a handler, in the order of their {@link Priority}; of one more, the lowest is refused with
     * {@code limit.busy}.
     *
     * @return 64 by default
     */
    public int waiting() {
        return waiting;
    }

    /**
     * Sets how many admitted calls wait for a handler.
     *
     * @param most 0 to 100000
     * @return a changed copy
     */
    public Limits waiting(int most) {
        Limits copy = new Limits(this);
        copy.waiting = check("waiting", most, 0, 100_000);
        return copy;
    }

    /**
     * The largest request, in bytes; a larger one is refused before it is read. Answers are bounded by those who ask.
     *
     * @return 4 MiB by default
     */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * Sets the largest request.
     *
     * @param most 1024 bytes to 1 GiB
     * @return a changed copy
     */
    public Limits maxMessageBytes(int most) {
        Limits copy = new Limits(this);
        copy.maxMessageBytes = check("maxMessageBytes", most, 1024, 1 << 30);
        return copy;
    }

    /**
     * How much memory the bodies of requests take at once, over all connections, in bytes: of a request of one message from its first byte
     * to the end of its call, of a call of several messages while each is received. What would take more is refused with {@code limit.busy}
     * before memory is taken for it.
     *
     * @return 256 MiB by default
     */
    public int maxCollectedBytes() {
        return maxCollectedBytes;
    }

    /**
     * Sets how much memory the bodies of requests take at once. Less than {@link #maxMessageBytes()} lets no largest message in.
     *
     * @param most 65536 bytes to 2 GiB less one byte
     * @return a changed copy
     */
    public Limits maxCollectedBytes(int most) {
        Limits copy = new Limits(this);
        copy.maxCollectedBytes = check("maxCollectedBytes", most, 65_536, Integer.MAX_VALUE);
        return copy;
    }

    /**
     * The largest sum of a call's headers, in bytes.
     *
     * @return 16 KiB by default
     */
    public int maxMetadataBytes() {
        return maxMetadataBytes;
    }

    /**
     * Sets the largest sum of a call's headers.
     *
     * @param most 2048 bytes to 1 MiB
     * @return a changed copy
     */
    public Limits maxMetadataBytes(int most) {
        Limits copy = new Limits(this);
        copy.maxMetadataBytes = check("maxMetadataBytes", most, 2048, 1 << 20);
        return copy;
    }

    /**
     * How long a call may take from its arrival to the end of its answer, waiting included.
     *
     * @return 60 seconds by default
     */
    public Duration perCall() {
        return perCall;
    }

    /**
     * Sets how long a call may take.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public Limits perCall(Duration most) {
        Limits copy = new Limits(this);
        copy.perCall = check("perCall", most);
        return copy;
    }

    /**
     * How many connections are open at once; one more is closed at once.
     *
     * @return 1024 by default
     */
    public int connections() {
        return connections;
    }

    /**
     * Sets how many connections are open at once.
     *
     * @param most 1 to 100000
     * @return a changed copy
     */
    public Limits connections(int most) {
        Limits copy = new Limits(this);
        copy.connections = check("connections", most, 1, 100_000);
        return copy;
    }

    /**
     * How many calls one connection carries at once; HTTP/2 lets the others wait at the caller.
     *
     * @return 256 by default
     */
    public int callsPerConnection() {
        return callsPerConnection;
    }

    /**
     * Sets how many calls one connection carries at once.
     *
     * @param most 1 to 10000
     * @return a changed copy
     */
    public Limits callsPerConnection(int most) {
        Limits copy = new Limits(this);
        copy.callsPerConnection = check("callsPerConnection", most, 1, 10_000);
        return copy;
    }

    /**
     * How long a connection stays open without a call.
     *
     * @return 10 minutes by default, more than a dendrite keeps one
     */
    public Duration idleConnection() {
        return idleConnection;
    }

    /**
     * Sets how long a connection stays open without a call.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public Limits idleConnection(Duration most) {
        Limits copy = new Limits(this);
        copy.idleConnection = check("idleConnection", most);
        return copy;
    }

    /**
     * How many connections one address may have open at once; one more is closed at once. Hotkeys are not known before a signature, so this
     * goes by address: behind a proxy all callers have one address, and this must be as large as {@link #connections()}.
     *
     * @return 256 by default
     */
    public int connectionsPerPeer() {
        return connectionsPerPeer;
    }

    /**
     * Sets how many connections one address may have open at once.
     *
     * @param most 1 to 100000
     * @return a changed copy
     */
    public Limits connectionsPerPeer(int most) {
        Limits copy = new Limits(this);
        copy.connectionsPerPeer = check("connectionsPerPeer", most, 1, 100_000);
        return copy;
    }

    /**
     * How many headers a request may have.
     *
     * @return 100 by default
     */
    public int maxHeaders() {
        return maxHeaders;
    }

    /**
     * Sets how many headers a request may have.
     *
     * @param most 8 to 10000
     * @return a changed copy
     */
    public Limits maxHeaders(int most) {
        Limits copy = new Limits(this);
        copy.maxHeaders = check("maxHeaders", most, 8, 10_000);
        return copy;
    }

    /**
     * How many bytes of answers may wait on one connection for the caller to read them. Above, the connection gets no new calls, and parts of
     * streamed answers wait in their handlers long before; one whole answer may be larger.
     *
     * @return 16 MiB by default
     */
    public int maxQueuedBytes() {
        return maxQueuedBytes;
    }

    /**
     * Sets how many bytes of answers may wait on one connection.
     *
     * @param most 65536 bytes to 1 GiB
     * @return a changed copy
     */
    public Limits maxQueuedBytes(int most) {
        Limits copy = new Limits(this);
        copy.maxQueuedBytes = check("maxQueuedBytes", most, 65_536, 1 << 30);
        return copy;
    }

    /**
     * How many HTTP/2 streams a connection may break off within 10 seconds, by resetting them while they are open or by making the axon
     * reset them; then it is closed.
     *
     * @return 1024 by default
     */
    public int resets() {
        return resets;
    }

    /**
     * Sets how many streams a connection may break off within 10 seconds.
     *
     * @param most 8 to 1000000
     * @return a changed copy
     */
    public Limits resets(int most) {
        Limits copy = new Limits(this);
        copy.resets = check("resets", most, 8, 1_000_000);
        return copy;
    }

    /**
     * How many HTTP/2 frames that bring no request forward (SETTINGS, PING, PRIORITY, empty DATA, ...) may come before the next one that
     * does, or before an answer; then the connection is closed.
     *
     * @return 4096 by default
     */
    public int idleFrames() {
        return idleFrames;
    }

    /**
     * Sets how many frames may come that bring no request forward.
     *
     * @param most 64 to 1000000
     * @return a changed copy
     */
    public Limits idleFrames(int most) {
        Limits copy = new Limits(this);
        copy.idleFrames = check("idleFrames", most, 64, 1_000_000);
        return copy;
    }

    /**
     * How long a connection may take until it has shown what it speaks, TLS included.
     *
     * @return 10 seconds by default
     */
    public Duration handshake() {
        return handshake;
    }

    /**
     * Sets how long a connection may take until it has shown what it speaks.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public Limits handshake(Duration most) {
        Limits copy = new Limits(this);
        copy.handshake = check("handshake", most);
        return copy;
    }

    /**
     * How long the head of a request may take from its first byte, and its body from the head. Calls whose later messages take their time by
     * design, the client-streaming ones, are bounded by {@link #perCall()} alone.
     *
     * @return 20 seconds by default
     */
    public Duration slowRequest() {
        return slowRequest;
    }

    /**
     * Sets how long the head of a request, and its body, may take.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public Limits slowRequest(Duration most) {
        Limits copy = new Limits(this);
        copy.slowRequest = check("slowRequest", most);
        return copy;
    }

    /**
     * How long a caller may read nothing of what waits for it.
     *
     * @return 20 seconds by default
     */
    public Duration writeStall() {
        return writeStall;
    }

    /**
     * Sets how long a caller may read nothing of what waits for it.
     *
     * @param most 1 millisecond to 1 day
     * @return a changed copy
     */
    public Limits writeStall(Duration most) {
        Limits copy = new Limits(this);
        copy.writeStall = check("writeStall", most);
        return copy;
    }

    /**
     * How many accepted nonces are remembered against replay, over all callers, each as long as it is fresh. When that many are fresh at
     * once, further calls are refused with {@code auth.full}: forgetting one would let it be replayed.
     *
     * @return 1048576 by default: 80000 calls a second, 60 to 110 MB when full
     */
    public int rememberedNonces() {
        return rememberedNonces;
    }

    /**
     * Sets how many accepted nonces are remembered.
     *
     * @param most 1 to 100 million
     * @return a changed copy
     */
    public Limits rememberedNonces(int most) {
        Limits copy = new Limits(this);
        copy.rememberedNonces = check("rememberedNonces", most, 1, 100_000_000);
        return copy;
    }

    /**
     * How many calls of one verified hotkey are under way at once, waiting ones included, and how many sessions it has open besides; one
     * more of either is refused with {@code limit.concurrency}.
     *
     * @return 256 by default, as many as one connection carries
     */
    public int callsPerCaller() {
        return callsPerCaller;
    }

    /**
     * Sets how many calls of one verified hotkey are under way at once.
     *
     * @param most 1 to 100000
     * @return a changed copy
     */
    public Limits callsPerCaller(int most) {
        Limits copy = new Limits(this);
        copy.callsPerCaller = check("callsPerCaller", most, 1, 100_000);
        return copy;
    }

    /**
     * How often one verified hotkey may call; what is more is refused with {@code limit.rate} and told when to come again.
     *
     * @return 100000 a second and as many at once by default, which stops only what has run wild: set it to what a handler is worth
     */
    public Rate ratePerCaller() {
        return ratePerCaller;
    }

    /**
     * Sets how often one verified hotkey may call.
     *
     * @param most such as {@code new Rate(2, 20)}
     * @return a changed copy
     */
    public Limits ratePerCaller(Rate most) {
        Limits copy = new Limits(this);
        copy.ratePerCaller = Objects.requireNonNull(most, "most");
        return copy;
    }

    /**
     * How often requests from one address may carry a signature that does not hold, or be a replay. What comes beyond that, good or bad, is
     * refused with {@code limit.peer} before anything is checked, until the rate is kept again. Behind a proxy that hides its clients'
     * addresses all of them are one address: set it high there.
     *
     * @return 100 a second, 1000 at once by default: about one percent of a processor
     */
    public Rate failuresPerAddress() {
        return failuresPerAddress;
    }

    /**
     * Sets how often requests from one address may fail.
     *
     * @param most such as {@code new Rate(1, 100)}
     * @return a changed copy
     */
    public Limits failuresPerAddress(Rate most) {
        Limits copy = new Limits(this);
        copy.failuresPerAddress = Objects.requireNonNull(most, "most");
        return copy;
    }

    private static int check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidValueException(
                    "limits." + name,
                    "limit " + name + ": " + value + " (expected: " + least + " to " + most + ")",
                    "");
        }
        return value;
    }

    private static Duration check(String name, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new InvalidValueException(
                    "limits." + name, "limit " + name + ": " + value + " (expected: 1 ms to 1 day)", "");
        }
        return value;
    }

    /** All of them on one line. */
    @Override
    public String toString() {
        return "running " + running + ", waiting " + waiting + ", maxMessageBytes " + maxMessageBytes
                + ", maxMetadataBytes " + maxMetadataBytes + ", perCall " + perCall + ", connections " + connections
                + ", callsPerConnection " + callsPerConnection + ", idleConnection " + idleConnection
                + ", connectionsPerPeer " + connectionsPerPeer
                + ", maxHeaders " + maxHeaders
                + ", maxQueuedBytes " + maxQueuedBytes
                + ", resets " + resets
                + ", idleFrames " + idleFrames
                + ", handshake " + handshake
                + ", slowRequest " + slowRequest
                + ", writeStall " + writeStall
                + ", rememberedNonces " + rememberedNonces
                + ", callsPerCaller " + callsPerCaller
                + ", ratePerCaller " + ratePerCaller
                + ", failuresPerAddress " + failuresPerAddress;
    }
}
