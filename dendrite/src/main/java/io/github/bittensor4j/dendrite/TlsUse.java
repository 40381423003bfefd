package io.github.bittensor4j.dendrite;

/** How a target is spoken to that carries no TLS key of its own ({@link Target#tlsKey()}). */
public enum TlsUse {
    /** Without TLS: signatures tell who asks, and anybody on the way can read. */
    WHERE_PINNED,
    /** Over TLS, by a certificate of a CA of {@link DendriteOptions#authorities()}, for the host name or address of the endpoint. */
    BY_CERTIFICATE,
    /** Not at all: such a target is {@link QueryOutcome.Invalid}, and nothing is sent to it. */
    REQUIRED
}
