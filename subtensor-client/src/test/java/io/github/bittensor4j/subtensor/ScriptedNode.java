package io.github.bittensor4j.subtensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** A node that does what a test tells it, over a real WebSocket: answers, stays silent, breaks the connection, or talks nonsense. */
final class ScriptedNode implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Of which chain it is, unless a test says otherwise. */
    static final String GENESIS = "0x" + "ab".repeat(32);

    /** What to do about a request. */
    interface Script {
        void handle(Peer peer, JsonNode request) throws IOException;
    }

    /** One connection, seen from the node. */
    final class Peer {
        private final WebSocket socket;
        private final @Nullable ArrayNode batch;
        final int number;

        Peer(WebSocket socket, int number, @Nullable ArrayNode batch) {
            this.socket = socket;
            this.number = number;
            this.batch = batch;
        }

        private void reply(ObjectNode answer) {
            if (batch == null) {
                socket.send(answer.toString());
            } else {
                batch.add(answer);
            }
        }

        void answer(JsonNode request, Object result) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", request.get("id"));
            answer.set("result", JSON.valueToTree(result));
            reply(answer);
        }

        void error(JsonNode request, int code, String message, @Nullable String data) {
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", request.get("id"));
            ObjectNode error = answer.putObject("error").put("code", code).put("message", message);
            if (data != null) {
                error.put("data", data);
            }
            reply(answer);
        }

        void notice(String subscription, Object result) {
            ObjectNode notice = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notice");
            notice.putObject("params").put("subscription", subscription).set("result", JSON.valueToTree(result));
            socket.send(notice.toString());
        }

        void text(String text) {
            socket.send(text);
        }

        /** Ends the connection politely, as a node does that shuts down. */
        void breakOff() {
            socket.close(1012, "shutting down");
        }

        /** Ends the connection without a word; only from within a script. */
        void crash() {
            throw new IllegalStateException("the scripted node crashes");
        }
    }

    private final MockWebServer server = new MockWebServer();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Peer> opened = new LinkedBlockingQueue<>();
    private final AtomicInteger batches = new AtomicInteger();
    private volatile boolean takesBatches = true;
    private volatile int refuseWith;
    private volatile int retryAfter;

    ScriptedNode() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (refuseWith != 0) {
                    MockResponse.Builder refusal = new MockResponse.Builder().code(refuseWith);
                    if (retryAfter != 0) {
                        refusal.addHeader("Retry-After", retryAfter);
                    }
                    return refusal.build();
                }
                return new MockResponse.Builder()
                        .webSocketUpgrade(new Listener(connections.incrementAndGet()))
                        .build();
            }
        });
        answering("chain_getBlockHash", GENESIS);
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    private final class Listener extends WebSocketListener {
        private final int number;

        Listener(int number) {
            this.number = number;
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            opened.add(new Peer(socket, number, null));
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            try {
                JsonNode message = JSON.readTree(text);
                if (!message.isArray()) {
                    handle(new Peer(socket, number, null), message);
                } else if (takesBatches) {
                    batches.incrementAndGet();
                    ArrayNode answers = JSON.createArrayNode();
                    for (JsonNode one : message) {
                        handle(new Peer(socket, number, answers), one);
                    }
                    socket.send(answers.toString());
                } else {
                    socket.send("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32005,\"message\":"
                            + "\"Batched requests are not supported by this server\"}}");
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void handle(Peer peer, JsonNode request) throws IOException {
            String method = request.get("method").asText();
            received.add(method);
            Script script = scripts.get(method);
            if (script == null) {
                peer.error(request, NodeException.METHOD_NOT_FOUND, "Method not found", null);
            } else {
                script.handle(peer, request);
            }
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(code, reason);
        }
    }

    ScriptedNode on(String method, Script script) {
        scripts.put(method, script);
        return this;
    }

    ScriptedNode answering(String method, Object result) {
        return on(method, (peer, request) -> peer.answer(request, result));
    }

    /** Answers the next connections with an HTTP status instead of an upgrade; 0 for none. */
    void refuseWith(int status) {
        refuseWith(status, 0);
    }

    /** The same, and says for how many seconds it wants to be left alone. */
    void refuseWith(int status, int seconds) {
        retryAfter = seconds;
        refuseWith = status;
    }

    /** Refuses requests sent as one from now on. */
    void refuseBatches() {
        takesBatches = false;
    }

    /** How many requests came as one. */
    int batches() {
        return batches.get();
    }

    /** The next connection that is opened. */
    Peer nextConnection() throws InterruptedException {
        Peer peer = opened.poll(20, TimeUnit.SECONDS);
        if (peer == null) {
            throw new AssertionError("no connection came");
        }
        return peer;
    }

    int connections() {
        return connections.get();
    }

    /** How often a method was asked. */
    long asked(String method) {
        return received.stream().filter(method::equals).count();
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + server.getPort());
    }

    @Override
    public void close() {
        server.close();
    }
}
