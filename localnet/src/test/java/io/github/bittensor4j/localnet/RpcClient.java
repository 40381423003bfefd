package io.github.bittensor4j.localnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that knows JSON-RPC and nothing else: what a test sends is what it says. */
final class RpcClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final BlockingQueue<JsonNode> notifications = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> unasked = new LinkedBlockingQueue<>();
    private final AtomicInteger ids = new AtomicInteger();

    RpcClient(URI endpoint) {
        StringBuilder text = new StringBuilder();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(endpoint, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        text.append(data);
                        if (last) {
                            hear(text.toString());
                            text.setLength(0);
                        }
                        from.request(1);
                        return null;
                    }
                })
                .join();
    }

    private void hear(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            CompletableFuture<JsonNode> asked =
                    waiting.remove(message.path("id").asInt(-1));
            if (asked != null) {
                asked.complete(message);
            } else if (message.has("params")) {
                notifications.add(message);
            } else {
                unasked.add(message);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The whole answer, with result or error. */
    JsonNode ask(String method, Object... parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode request = JSON.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", id).put("method", method);
        ArrayNode array = request.putArray("params");
        for (Object parameter : parameters) {
            array.add(JSON.<JsonNode>valueToTree(parameter));
        }
        send(request.toString());
        return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    JsonNode result(String method, Object... parameters) {
        JsonNode answer = ask(method, parameters);
        if (answer.has("error")) {
            throw new AssertionError(method + ": " + answer.path("error"));
        }
        return answer.path("result");
    }

    JsonNode error(String method, Object... parameters) {
        JsonNode answer = ask(method, parameters);
        if (!answer.has("error")) {
            throw new AssertionError(method + " was answered with " + answer.path("result"));
        }
        return answer.path("error");
    }

    JsonNode notification() throws InterruptedException {
        JsonNode next = notifications.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no notification came");
        }
        return next.path("params");
    }

    JsonNode unasked() throws InterruptedException {
        JsonNode next = unasked.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no answer came");
        }
        return next;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
