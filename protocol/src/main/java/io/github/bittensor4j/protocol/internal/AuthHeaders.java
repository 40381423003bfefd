package io.github.bittensor4j.protocol.internal;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.auth.SignedRequest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The headers of btauth/1: what a request claims about itself. Names are lower case, as HTTP/2 has them; values are exact, so each
 * accepted set of headers has one spelling and the signed text can be rebuilt from what was parsed.
 *
 * @param scheme how the sender says it signs; whether that is believed is the server's to decide
 * @param sender the sender's hotkey
 * @param receiver for whom the request was signed; empty when for anybody
 * @param nonce nanoseconds since 1970
 * @param signature 64 bytes
 */
public record AuthHeaders(
        KeyScheme scheme, AccountId sender, Optional<AccountId> receiver, long nonce, byte[] signature) {
    /** Always {@code 1}. */
    public static final String VERSION = "x-bittensor-version";

    /** The sender's SS58 address. */
    public static final String HOTKEY = "x-bittensor-hotkey";

    /** The receiver's SS58 address. */
    public static final String RECEIVER = "x-bittensor-receiver";

    /** The time of signing in nanoseconds since 1970. */
    public static final String NONCE = "x-bittensor-nonce";

    /** The scheme's name; absent for sr25519. */
    public static final String CRYPTO = "x-bittensor-crypto";

    /** {@code 0x} and lower-case hex. */
    public static final String SIGNATURE = "x-bittensor-signature";

    /** All six names. */
    public static final List<String> NAMES = List.of(VERSION, HOTKEY, RECEIVER, NONCE, CRYPTO, SIGNATURE);

    private static final String SUPPORTED_VERSION = "1";
    private static final int SIGNATURE_BYTES = 64;
    private static final int LONGEST_ADDRESS = 64;
    private static final int KNOWN_ADDRESSES = 4096;

    /*
     * Addresses that were read lately, each in the one place that its text has: callers repeat, and reading an address takes a hash. A
     * stranger's addresses can push others out, which costs time and nothing else.
     */
    private static final AtomicReferenceArray<AccountId> KNOWN = new AtomicReferenceArray<>(KNOWN_ADDRESSES);

    /**
     * Reads the headers of a request.
     *
     * @param headers every value that came under a lower-case name, in the order in which they came; empty when none did
     * @return what they claim
     * @throws WireException {@code auth.missing}, {@code auth.duplicate}, {@code auth.version}, {@code auth.scheme} or {@code
     *     auth.malformed}
     */
    public static AuthHeaders read(Function<String, ? extends Iterable<String>> headers) {
        // version first: of another version nothing else is known
        if (!required(headers, VERSION).equals(SUPPORTED_VERSION)) {
            throw new WireException("auth.version", VERSION + " is not supported (expected: 1)");
        }
        String crypto = optional(headers, CRYPTO);
        KeyScheme scheme = KeyScheme.SR25519;
        if (crypto != null) {
            scheme = switch (crypto) {
                case "sr25519" -> KeyScheme.SR25519;
                case "ed25519" -> KeyScheme.ED25519;
                default ->
                    throw new WireException(
                            "auth.scheme", CRYPTO + " is not supported (expected: absent for sr25519, or ed25519)");
            };
        }
        AccountId sender = address(HOTKEY, required(headers, HOTKEY));
        long nonce = nonce(required(headers, NONCE));
        byte[] signature = signature(required(headers, SIGNATURE));
        String receiver = optional(headers, RECEIVER);
        return new AuthHeaders(
                scheme,
                sender,
                receiver == null ? Optional.empty() : Optional.of(address(RECEIVER, receiver)),
                nonce,
                signature);
    }

    private static String required(Function<String, ? extends Iterable<String>> headers, String name) {
        String value = optional(headers, name);
        if (value == null) {
            throw new WireException("auth.missing", name + " is missing: requests must be signed by btauth/1");
        }
        return value;
    }

    private static @Nullable String optional(Function<String, ? extends Iterable<String>> headers, String name) {
        Iterator<String> values = headers.apply(name).iterator();
        if (!values.hasNext()) {
            return null;
        }
        String value = values.next();
        // two values: two readers on the way could each believe another one
        if (values.hasNext()) {
            throw new WireException("auth.duplicate", name + " came more than once");
        }
        return value;
    }

    private static AccountId address(String name, String text) {
        if (text.length() <= LONGEST_ADDRESS) {
            int slot = text.hashCode() & (KNOWN_ADDRESSES - 1);
            AccountId known = KNOWN.get(slot);
            if (known != null && known.ss58().equals(text)) {
                return known;
            }
            try {
                AccountId account = AccountId.fromSs58(text);
                // the signed text holds the address in format 42: another spelling of the same key is another text
                if (account.ss58().equals(text)) {
                    KNOWN.set(slot, account);
                    return account;
                }
            } catch (BittensorException e) {
                // said below, without echoing a stranger's text
            }
        }
        throw new WireException("auth.malformed", name + " is not an SS58 address of format 42");
    }

    private static long nonce(String text) {
        int length = text.length();
        if (length >= 1 && length <= 19 && isDigits(text, 0, '9') && text.charAt(0) != '0') {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                // 19 digits may exceed 63 bits; said below
            }
        }
        throw new WireException("auth.malformed", NONCE + " is not a decimal number of nanoseconds");
    }

    /**
     * Whether all characters from one on are digits.
     *
     * @param most the greatest digit: 9, or a lower-case letter of hex
     */
    private static boolean isDigits(String text, int from, char most) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > most)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] signature(String text) {
        if (text.length() == 2 + 2 * SIGNATURE_BYTES && text.startsWith("0x") && isDigits(text, 2, 'f')) {
            return HexFormat.of().parseHex(text, 2, text.length());
        }
        throw new WireException("auth.malformed", SIGNATURE + " is not 0x and 128 lower-case hex digits");
    }

    /**
     * Writes the headers of a signed request.
     *
     * @param request what was signed
     * @param signature the signature
     * @param headers takes each lower-case name with its value
     */
    public static void write(SignedRequest request, byte[] signature, BiConsumer<String, String> headers) {
        headers.accept(VERSION, SUPPORTED_VERSION);
        headers.accept(HOTKEY, request.sender().ss58());
        request.receiver().ifPresent(receiver -> headers.accept(RECEIVER, receiver.ss58()));
        headers.accept(NONCE, Long.toString(request.nonce()));
        if (request.scheme() != KeyScheme.SR25519) {
            headers.accept(CRYPTO, request.scheme().label());
        }
        headers.accept(SIGNATURE, "0x" + HexFormat.of().formatHex(signature));
    }

    /**
     * The request that these headers belong to, as the server saw it.
     *
     * @param trusted how the server itself knows that the sender signs
     * @param method the received HTTP method
     * @param target the received request target
     * @param bodySha256 SHA-256 of the received body
     * @return what the signature has to cover
     */
    public SignedRequest request(KeyScheme trusted, String method, String target, byte[] bodySha256) {
        return new SignedRequest(trusted, method, target, bodySha256, nonce, sender, receiver);
    }
}
