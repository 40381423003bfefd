package io.github.bittensor4j.axon.internal.front;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Method, target and headers of one request, checked so that no two readers can take it for different requests.
 *
 * @param method capital letters
 * @param target a slash, then visible ASCII
 * @param headers names in lower case
 * @param length the announced length of the body, or -1
 */
record RequestHead(String method, String target, Headers headers, long length) {
    private static final int LONGEST_METHOD = 16;

    static boolean isMethod(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_METHOD && all(text, 'A', 'Z');
    }

    static boolean isTarget(String text) {
        return text.startsWith("/") && all(text, '!', '~');
    }

    private static boolean all(String text, char least, char most) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < least || text.charAt(i) > most) {
                return false;
            }
        }
        return true;
    }

    /** The length that headers announce: -1 when none, -2 when it is no length or there are two. */
    static long lengthIn(Headers headers) {
        List<String> announced = headers.all("content-length");
        if (announced.isEmpty()) {
            return -1;
        }
        String text = announced.get(0);
        boolean number = announced.size() == 1 && !text.isEmpty() && text.length() <= 18 && all(text, '0', '9');
        return number ? Long.parseLong(text) : -2;
    }

    /** The head of a request of HTTP/2; null when it is malformed (RFC 9113, 8.1.1). netty has checked names, values and order. */
    static @Nullable RequestHead of(Http2Headers decoded) {
        Headers.Builder headers = new Headers.Builder();
        String method = null;
        String target = null;
        String scheme = null;
        String authority = null;
        String host = null;
        for (Map.Entry<CharSequence, CharSequence> entry : decoded) {
            String name = entry.getKey().toString();
            String value = entry.getValue().toString();
            boolean twice = false;
            switch (name) {
                case ":method" -> {
                    twice = method != null;
                    method = value;
                }
                case ":path" -> {
                    twice = target != null;
                    target = value;
                }
                case ":scheme" -> {
                    twice = scheme != null;
                    scheme = value;
                }
                case ":authority" -> {
                    twice = authority != null;
                    authority = value;
                    headers.add("host", value);
                }
                case "host" -> {
                    twice = host != null || (authority != null && !authority.equals(value));
                    host = value;
                    if (authority == null) {
                        headers.add(name, value);
                    }
                }
                default -> {
                    if (name.startsWith(":")) {
                        return null;
                    }
                    headers.add(name, value);
                }
            }
            if (twice) {
                return null;
            }
        }
        if (method == null || target == null || scheme == null || !isMethod(method) || !isTarget(target)) {
            return null;
        }
        Headers all = headers.build();
        long length = lengthIn(all);
        return length == -2 ? null : new RequestHead(method, target, all, length);
    }
}
