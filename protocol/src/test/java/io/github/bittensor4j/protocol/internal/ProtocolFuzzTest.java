package io.github.bittensor4j.protocol.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Tensor;
import io.github.bittensor4j.core.Tensors;
import io.github.bittensor4j.core.auth.SignedRequest;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.protocol.v1.Payload;
import io.github.bittensor4j.protocol.v1.SynapseRequest;
import io.github.bittensor4j.testkit.Allocation;
import io.github.bittensor4j.testkit.Mutations;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers and payloads of strangers: {@link WireException} and nothing else, and one spelling of whatever is signed. */
class ProtocolFuzzTest {
    record Nested(String name, List<Long> numbers) {}

    record Question(
            String text, int count, double ratio, boolean flag, List<Nested> parts, Map<String, BigInteger> sums) {}

    static List<byte[]> headers() {
        List<byte[]> all = new ArrayList<>();
        for (KeyScheme scheme : KeyScheme.values()) {
            Keypair key = Keypair.fromSeed(scheme, new byte[32]);
            for (Optional<Keypair> receiver : List.of(Optional.<Keypair>empty(), Optional.of(key))) {
                SignedRequest request = SignedRequest.of(
                        scheme,
                        "POST",
                        "/",
                        new byte[0],
                        1_767_225_600_000_000_000L,
                        key.account(),
                        receiver.map(Keypair::account));
                StringBuilder lines = new StringBuilder();
                AuthHeaders.write(
                        request,
                        request.sign(key),
                        (name, value) ->
                                lines.append(name).append(':').append(value).append('\n'));
                all.add(lines.toString().getBytes(StandardCharsets.US_ASCII));
            }
        }
        return all;
    }

    @MethodSource("headers")
    @FuzzTest
    void btauth_headers_are_read_only_in_their_one_spelling(byte[] text) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (String line : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon >= 0) {
                given.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                        .add(line.substring(colon + 1));
            }
        }
        AuthHeaders read;
        try {
            read = AuthHeaders.read(name -> given.getOrDefault(name, List.of()));
        } catch (WireException e) {
            assertThat(e.code()).startsWith("auth.");
            return;
        }
        Map<String, List<String>> written = new LinkedHashMap<>();
        SignedRequest request = read.request(read.scheme(), "POST", "/", new byte[32]);
        AuthHeaders.write(request, read.signature(), (name, value) -> written.put(name, List.of(value)));
        given.keySet().retainAll(AuthHeaders.NAMES);
        // the one header that may be said or left unsaid
        given.remove(AuthHeaders.CRYPTO, List.of("sr25519"));
        assertThat(given).isEqualTo(written);
    }

    @Test
    @Timeout(120)
    void mutated_headers() {
        Mutations.each(11, 5_000, headers(), this::btauth_headers_are_read_only_in_their_one_spelling);
    }

    static List<byte[]> messages() {
        Question question = new Question(
                "gr\u00fc\u00df",
                7,
                0.5,
                true,
                List.of(new Nested("n", List.of(1L, -1L))),
                Map.of("s", BigInteger.TEN.pow(30)));
        Tensors tensors = new Tensors(Map.of("t", Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2)));
        List<Payload> payloads = List.of(
                PayloadCodec.of(byte[].class).encode(new byte[100]),
                PayloadCodec.of(Question.class).encode(question),
                PayloadCodec.of(Tensors.class).encode(tensors),
                json("[".repeat(500) + "]".repeat(500)),
                json("{\"text\":\"" + "\\u0041".repeat(100) + "\",\"count\":1e999999999}"));
        return payloads.stream()
                .map(payload -> SynapseRequest.newBuilder()
                        .setSynapse("some.v1")
                        .setPayload(payload)
                        .build()
                        .toByteArray())
                .toList();
    }

    private static Payload json(String text) {
        return Payload.newBuilder().setJson(ByteString.copyFromUtf8(text)).build();
    }

    @MethodSource("messages")
    @FuzzTest
    void what_a_payload_means_it_means_again_when_it_is_written_anew(byte[] message) {
        SynapseRequest request;
        try {
            request = SynapseRequest.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        Allocation.atMost(2_000_000 + 500L * message.length, () -> {
            again(PayloadCodec.of(byte[].class), request.getPayload());
            again(PayloadCodec.of(Question.class), request.getPayload());
            again(PayloadCodec.of(Tensors.class), request.getPayload());
        });
    }

    private static <T> void again(PayloadCodec<T> codec, Payload payload) {
        T value;
        try {
            value = codec.decode(payload);
        } catch (WireException e) {
            assertThat(e.getMessage()).hasSizeLessThan(500);
            return;
        }
        Payload written = codec.encode(value);
        assertThat(codec.encode(codec.decode(written))).isEqualTo(written);
    }

    @Test
    @Timeout(120)
    void mutated_messages() {
        Mutations.each(12, 5_000, messages(), this::what_a_payload_means_it_means_again_when_it_is_written_anew);
    }
}
