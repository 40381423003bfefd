package io.github.bittensor4j.localnet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.ApiDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.pallets.Pallets;
import io.github.bittensor4j.localnet.internal.state.StorageKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A client of the tests: signs extrinsics and sends them to a chain's port. */
final class Peer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();

    private final Declarations declarations = Pallets.create(250).runtime().declarations();
    private final Localnet chain;
    private final byte[] genesis;

    Peer(Localnet chain) {
        this.chain = chain;
        this.genesis = bytes(rpc("chain_getBlockHash", 0).get("result").asText());
    }

    /** An answer of the node, result or error. */
    JsonNode rpc(String method, Object... parameters) {
        ObjectNode request =
                JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        ArrayNode list = request.putArray("params");
        for (Object parameter : parameters) {
            list.addPOJO(parameter);
        }
        StringBuilder answer = new StringBuilder();
        CompletableFuture<String> whole = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(chain.endpoint(), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        answer.append(data);
                        if (last) {
                            whole.complete(answer.toString());
                        }
                        from.request(1);
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .join();
        try {
            socket.sendText(JSON.writeValueAsString(request), true).join();
            return JSON.readTree(whole.orTimeout(30, TimeUnit.SECONDS).join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            socket.abort();
        }
    }

    /** A call from the values of its arguments, in order. */
    Call call(String pallet, String name, Object... values) {
        Type.Alternative declared = declarations.pallet(pallet).call(name).orElseThrow();
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            arguments.put(declared.fields().get(i).name().orElseThrow(), values[i]);
        }
        return new Call(pallet, name, arguments);
    }

    long nonce(Keypair who) {
        return rpc("system_accountNextIndex", who.account().ss58())
                .get("result")
                .asLong();
    }

    /** An immortal extrinsic, signed as the chain wants it. */
    byte[] sign(Keypair who, long nonce, Call call) {
        return sign(who, nonce, Values.encode(declarations.call(), call), genesis);
    }

    /** An immortal extrinsic over any bytes of a call, signed for the chain with a genesis. */
    byte[] sign(Keypair who, long nonce, byte[] call, byte[] forGenesis) {
        byte[] extra = new ScaleWriter().u8(0).compact(nonce).compact(0).u8(0).toByteArray();
        byte[] payload = new ScaleWriter()
                .raw(call)
                .raw(extra)
                .u32(461)
                .u32(1)
                .raw(forGenesis)
                .raw(forGenesis)
                .u8(0)
                .toByteArray();
        byte[] signature = who.sign(payload.length > 256 ? Hashes.blake2b256(payload) : payload);
        byte[] body = new ScaleWriter()
                .u8(0x84)
                .u8(0)
                .raw(who.account().bytes())
                .u8(1)
                .raw(signature)
                .raw(extra)
                .raw(call)
                .toByteArray();
        return new ScaleWriter().compact(body.length).raw(body).toByteArray();
    }

    /** Submits an extrinsic; why the pool refuses it, or empty. */
    Optional<String> submit(byte[] extrinsic) {
        JsonNode error =
                rpc("author_submitExtrinsic", "0x" + HEX.formatHex(extrinsic)).path("error");
        return error.isMissingNode() || error.isNull()
                ? Optional.empty()
                : Optional.of(error.path("code").asText() + " "
                        + error.path("data").asText(error.path("message").asText()));
    }

    /** Sends a call and makes a block; "" where it did what it should, else the pool's words or the error's name. */
    String send(Keypair who, String pallet, String name, Object... arguments) {
        byte[] extrinsic = sign(who, nonce(who), call(pallet, name, arguments));
        Optional<String> refused = submit(extrinsic);
        if (refused.isPresent()) {
            return refused.get();
        }
        chain.produceBlocks(1);
        return outcome(extrinsic);
    }

    /** As {@link #send}, as root. */
    String sudo(Keypair alice, String name, Object... arguments) {
        return send(alice, "Sudo", "sudo", call("AdminUtils", name, arguments));
    }

    /** Registers a subnet with hotkey "owner", whose settings may be changed at any time and whose weights are set in the open, as often as one wants. */
    void openSubnet(Keypair alice, Keypair owner, int netuid) {
        AccountId hotkey = Keypair.development("owner").account();
        assertThat(send(owner, "SubtensorModule", "register_network", hotkey)).isEmpty();
        assertThat(sudo(alice, "sudo_set_admin_freeze_window", 0)).isEmpty();
        assertThat(sudo(alice, "sudo_set_commit_reveal_weights_enabled", netuid, false))
                .isEmpty();
        assertThat(sudo(alice, "sudo_set_weights_set_rate_limit", netuid, 0L)).isEmpty();
    }

    /** Lets a subnet earn, and registers a validator of Alice's there. */
    void startEarning(Keypair alice, Keypair owner, int netuid, AccountId validator) {
        assertThat(sudo(alice, "sudo_set_subnet_emission_enabled", netuid, true))
                .isEmpty();
        assertThat(send(owner, "SubtensorModule", "start_call", netuid)).isEmpty();
        assertThat(send(alice, "SubtensorModule", "burned_register", netuid, validator))
                .isEmpty();
    }

    private String outcome(byte[] extrinsic) {
        JsonNode block = rpc("chain_getBlock").get("result").get("block");
        int index = -1;
        for (int i = 0; i < block.get("extrinsics").size(); i++) {
            if (block.get("extrinsics").get(i).asText().equals("0x" + HEX.formatHex(extrinsic))) {
                index = i;
            }
        }
        if (index < 0) {
            return "not in the block";
        }
        for (Object record : events()) {
            Map<?, ?> entry = (Map<?, ?>) record;
            Variant phase = (Variant) entry.get("phase");
            boolean ours =
                    phase.name().equals("ApplyExtrinsic") && phase.value(0).equals((long) index);
            Variant event = (Variant) ((Variant) entry.get("event")).value(0);
            if (ours && event.name().equals("ExtrinsicFailed")) {
                return error((Variant) ((Map<?, ?>) event.body()).get("dispatch_error"));
            }
            if (ours && event.name().equals("Sudid")) {
                Variant result = (Variant) ((Map<?, ?>) event.body()).get("sudo_result");
                if (result.name().equals("Err")) {
                    return error((Variant) result.value(0));
                }
            }
            if (ours && (event.name().equals("ProxyExecuted") || event.name().equals("MultisigExecuted"))) {
                Variant result = (Variant) ((Map<?, ?>) event.body()).get("result");
                if (result.name().equals("Err")) {
                    return "inside: " + error((Variant) result.value(0));
                }
            }
        }
        return "";
    }

    private List<?> events() {
        return (List<?>) storage("System", "Events").orElse(List.of());
    }

    /** The fields of the newest block's last event of a name. */
    Map<String, Object> event(String name) {
        Map<String, Object> found = Map.of();
        for (Object record : events()) {
            Variant event = (Variant) ((Variant) ((Map<?, ?>) record).get("event")).value(0);
            if (event.name().equals(name)) {
                found = event.body() instanceof Map<?, ?> ? fields(event.body()) : Map.of("fields", event.body());
            }
        }
        return found;
    }

    /** What stands in a storage item under its keys, as a plain value. */
    Optional<Object> storage(String pallet, String item, Object... keys) {
        PalletDeclaration.Item declared =
                Optional.ofNullable(pallet(pallet).storage().get(item)).orElseThrow();
        StorageKey key = StorageKey.of(Hashes.twox128(pallet.getBytes(StandardCharsets.UTF_8)))
                .plus(Hashes.twox128(item.getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < keys.length; i++) {
            byte[] bytes = Values.encode(declared.keys().get(i).type(), keys[i]);
            key = switch (declared.keys().get(i).hasher()) {
                case IDENTITY -> key;
                case TWOX64_CONCAT -> key.plus(Hashes.twox64(bytes));
                case BLAKE2_128_CONCAT -> key.plus(Hashes.blake2b128(bytes));
            };
            key = key.plus(bytes);
        }
        return stored(key).map(bytes -> Values.decode(declared.value(), bytes));
    }

    /** What an account holds: free and reserved rao. */
    Map<String, Object> balance(AccountId account) {
        return storage("System", "Account", account)
                .map(info -> fields(fields(info).get("data")))
                .orElse(Map.of("free", 0L, "reserved", 0L));
    }

    @SuppressWarnings("unchecked") // a struct's fields are always named by text
    private static Map<String, Object> fields(Object struct) {
        return (Map<String, Object>) struct;
    }

    private String error(Variant error) {
        if (!error.name().equals("Module")) {
            return error.name() + (((List<?>) error.body()).isEmpty() ? "" : "." + ((Variant) error.value(0)).name());
        }
        Map<?, ?> module = (Map<?, ?>) (error.body() instanceof Map<?, ?> map ? map : error.value(0));
        int pallet = (Integer) module.get("index");
        int number = ((byte[]) module.get("error"))[0] & 0xff;
        return declarations.pallets().values().stream()
                .filter(declared -> declared.index() == pallet)
                .flatMap(declared -> declared.errors().stream())
                .flatMap(type -> ((Type.Choice) type.shape()).at(number).stream())
                .map(Type.Alternative::name)
                .findFirst()
                .orElse("error " + Arrays.toString((byte[]) module.get("error")));
    }

    /** Answers a runtime call as a plain value. */
    Object read(String api, String method, Object... values) {
        ApiDeclaration.Method declared = Optional.ofNullable(declarations.apis().get(api))
                .map(found -> found.methods().get(method))
                .orElseThrow();
        ScaleWriter in = new ScaleWriter();
        for (int i = 0; i < values.length; i++) {
            Values.write(declared.inputs().get(i).type(), values[i], in);
        }
        JsonNode answer = rpc("state_call", api + "_" + method, "0x" + HEX.formatHex(in.toByteArray()));
        return Values.decode(declared.output(), bytes(answer.get("result").asText()));
    }

    /** What is stored under a key, if anything. */
    Optional<byte[]> stored(StorageKey key) {
        JsonNode value =
                rpc("state_getStorage", "0x" + HEX.formatHex(key.bytes())).path("result");
        return value.isTextual() ? Optional.of(bytes(value.asText())) : Optional.empty();
    }

    PalletDeclaration pallet(String name) {
        return declarations.pallet(name);
    }

    /** A number as a plain value of a wide type. */
    static BigInteger number(long value) {
        return BigInteger.valueOf(value);
    }

    /** The type of calls, for their bytes. */
    Type callType() {
        return declarations.call();
    }

    byte[] genesis() {
        return genesis.clone();
    }

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex.substring(2));
    }
}
