package io.github.bittensor4j.protocol.internal.session;

import io.github.bittensor4j.protocol.internal.WireException;

/** What a message of a session is. */
public enum Kind {
    /** Caller: one call begins, with its only message. */
    ASK,
    /** Caller: nobody waits for this call any more. */
    CANCEL,
    /** Both: so much of the other side's messages was taken, so much more may come; see {@link Flow}. */
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
    NEXT,
    /** Caller: one call begins, with the first of several messages. */
    BEGIN,
    /** Caller: the next message of a call. */
    SAY,
    /** Caller: no more messages of a call. */
    DONE,
    /** Axon: the metadata of a service's answer, before its first message. */
    HEAD,
    /** Axon: a service's own end of a call, with its status. */
    CLOSE;

    private static final Kind[] ALL = values();

    static Kind of(int code) {
        if (code < 0 || code >= ALL.length) {
            throw new WireException("auth.session", "a message of the session of unknown kind " + code);
        }
        return ALL[code];
    }
}
