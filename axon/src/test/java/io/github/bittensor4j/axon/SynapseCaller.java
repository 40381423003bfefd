package io.github.bittensor4j.axon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.protocol.internal.synapse.Message;
import io.github.bittensor4j.protocol.internal.synapse.SynapseClass;
import io.github.bittensor4j.protocol.internal.synapse.SynapseHeaders;
import io.github.bittensor4j.protocol.internal.synapse.SynapseSignature;
import io.github.bittensor4j.protocol.internal.synapse.SynapseVersion;
import io.github.bittensor4j.protocol.internal.synapse.Terminal;
import io.github.bittensor4j.protocol.internal.synapse.Terminal.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A caller of SDK 7 to 10 on a raw socket: honest ones, and those of an attacker. */
final class SynapseCaller {
    static final ObjectMapper JSON = new ObjectMapper();

    private static long lastNonce;

    /** A request before it is sent, every part of which a test may change. */
    static final class Request {
        String method = "POST";
        String path;
        final List<Map.Entry<String, String>> headers = new ArrayList<>();
        byte[] body;

        Request set(String name, String value) {
            remove(name);
            headers.add(Map.entry(name, value));
            return this;
        }

        Request remove(String name) {
            headers.removeIf(header -> header.getKey().equals(name));
            return this;
        }

        String get(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
        }

        Request body(String json) {
            body = json.getBytes(StandardCharsets.UTF_8);
            return this;
        }
    }

    /** What came back, names as they came. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String message() {
            return json().path("message").asText();
        }
    }

    private SynapseCaller() {}

    static synchronized long nextNonce() {
        Instant now = Instant.now();
        lastNonce = Math.max(lastNonce + 1, now.getEpochSecond() * 1_000_000_000L + now.getNano());
        return lastNonce;
    }

    static <Q, R> Request request(SynapseType<Q, R> type, Q question, Signer signer, AccountId receiver) {
        return request(type, question, signer, receiver, dendrite -> dendrite);
    }

    /** As Python's dendrite makes it, with its end changed before it is signed. */
    static <Q, R> Request request(
            SynapseType<Q, R> type, Q question, Signer signer, AccountId receiver, UnaryOperator<Terminal> change) {
        SynapseClass<Q, R> form = SynapseClass.of(type);
        Message message = form.question(question, 12);
        Terminal axon = Terminal.EMPTY
                .with(Field.IP, "203.0.113.9")
                .with(Field.PORT, 8091)
                .with(Field.HOTKEY, receiver.ss58());
        Terminal dendrite = change.apply(Terminal.EMPTY
                .with(Field.IP, "198.51.100.7")
                .with(Field.VERSION, SynapseVersion.OURS)
                .with(Field.NONCE, nextNonce())
                .with(Field.UUID, "5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a")
                .with(Field.HOTKEY, signer.account().ss58()));
        String text = SynapseSignature.request(dendrite, Optional.of(receiver.ss58()), message.bodyHash());
        dendrite = dendrite.with(Field.SIGNATURE, SynapseSignature.sign(signer, text));
        message = message.with(dendrite, axon);
        Request request = new Request();
        request.path = "/" + type.name();
        request.set("host", "203.0.113.9:8091").set("content-type", "application/json");
        SynapseHeaders.write(message, form.required(), request::set);
        request.body = SynapseClass.json(message);
        return request;
    }

    /** Sends a request on a connection of its own, and reads until it ends. */
    static Answer send(int port, Request request) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes((request.method + " " + request.path + " HTTP/1.1\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (Map.Entry<String, String> header : request.headers) {
            out.writeBytes((header.getKey() + ": " + header.getValue() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.writeBytes(("content-length: " + request.body.length + "\r\nconnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(request.body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(out.toByteArray());
            return read(socket.getInputStream().readAllBytes());
        }
    }

    private static Answer read(byte[] all) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(": ");
            headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 2));
        }
        String body = text.substring(end + 4);
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            StringBuilder whole = new StringBuilder();
            for (int at = 0; ; ) {
                int line = body.indexOf("\r\n", at);
                int size = Integer.parseInt(body.substring(at, line), 16);
                if (size == 0) {
                    break;
                }
                whole.append(body, line + 2, line + 2 + size);
                at = line + 2 + size + 2;
            }
            body = whole.toString();
        }
        return new Answer(
                Integer.parseInt(lines[0].split(" ")[1]), headers, body.getBytes(StandardCharsets.ISO_8859_1));
    }
}
