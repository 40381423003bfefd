package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.Signer;
import io.grpc.Context;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions of a dendrite: one for each target that was asked, and another when that is over. Thread-safe. */
final class Sessions {
    private final Signer hotkey;
    private final Channels channels;
    private final DendriteOptions options;
    private final ConcurrentHashMap<Key, Session> open = new ConcurrentHashMap<>();

    private record Key(AccountId hotkey, Endpoint endpoint) {}

    Sessions(Signer hotkey, Channels channels, DendriteOptions options) {
        this.hotkey = hotkey;
        this.channels = channels;
        this.options = options;
    }

    /**
     * Sends a question within the session with its target, which is opened if need be.
     *
     * @throws DendriteException when this dendrite is closed
     */
    void ask(InSession attempt) {
        Target target = attempt.target();
        Key key = new Key(target.hotkey(), target.endpoint());
        Session session = open.get(key);
        if (session == null || session.over()) {
            session = open.compute(key, (same, known) -> known == null || known.over() ? begin(same, target) : known);
        }
        session.ask(attempt);
    }

    private Session begin(Key key, Target target) {
        // it outlives the one whose question opens it: not bound to the deadline and the end of that one's context
        Context before = Context.ROOT.attach();
        try {
            Session session = new Session(
                    hotkey, target, channels.acquire(target), options, this, ended -> open.remove(key, ended));
            session.begin();
            return session;
        } finally {
            Context.ROOT.detach(before);
        }
    }
}
