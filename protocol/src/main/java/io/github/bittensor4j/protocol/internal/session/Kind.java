package io.github.bittensor4j.protocol.internal.session;

/** What a message of a session is. */
public enum Kind {
    /** Caller: one call begins, with its only message. */
    ASK,
    /** Caller: nobody waits for this call any more. */
    CANCEL,
    /** Caller: so many bytes of parts were taken, so many more may come. */
    MORE,
    /** Axon: the whole answer; the call is over. */
    ANSWER,
    /** Axon: one part of an answer. */
    PART,
    /** Axon: every part was sent; the call is over. */
    END,
    /** Axon: the call is refused, or broke off; it is over. */
    REFUSE,
    /** Both: the messages behind this one are under the next key. Never seen outside of this package. */
    NEXT;

    private static final Kind[] ALL = values();

    static Kind of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : NEXT;
    }
}
