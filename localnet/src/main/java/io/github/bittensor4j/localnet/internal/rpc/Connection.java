package io.github.bittensor4j.localnet.internal.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One client on a WebSocket, with what it subscribed to. */
final class Connection {
    private static final int LIMIT = 1024;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Consumer<String> send;
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();

    Connection(Consumer<String> send) {
        this.send = send;
    }

    /** Something a client hears of until it does not want to any more. */
    static final class Subscription {
        private final Connection connection;
        private final String id;
        private final String notification;
        private final String group;
        private volatile Runnable stop = () -> {};
        private volatile boolean over;

        private Subscription(Connection connection, String id, String notification, String group) {
            this.connection = connection;
            this.id = id;
            this.notification = notification;
            this.group = group;
        }

        String id() {
            return id;
        }

        void stopWith(Runnable how) {
            stop = how;
            if (over) {
                how.run();
            }
        }

        void tell(JsonNode result) {
            if (over) {
                return;
            }
            ObjectNode message = JsonNodeFactory.instance.objectNode();
            message.put("jsonrpc", "2.0").put("method", notification);
            message.putObject("params").put("subscription", id).set("result", result);
            connection.send.accept(message.toString());
        }

        void end() {
            over = true;
            connection.subscriptions.remove(id);
            stop.run();
        }
    }

    Subscription subscribe(String notification, String group) {
        if (subscriptions.size() >= LIMIT) {
            throw new RpcException(
                    -32006, "Too many subscriptions on the connection", "Exceeded max limit of " + LIMIT);
        }
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        Subscription made = new Subscription(this, HexFormat.of().formatHex(random), notification, group);
        subscriptions.put(made.id(), made);
        return made;
    }

    boolean unsubscribe(String id, String group) {
        Subscription subscription = subscriptions.get(id);
        if (subscription == null || !subscription.group.equals(group)) {
            return false;
        }
        subscription.end();
        return true;
    }

    void close() {
        subscriptions.values().forEach(Subscription::end);
    }
}
