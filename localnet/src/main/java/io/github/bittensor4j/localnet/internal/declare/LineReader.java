package io.github.bittensor4j.localnet.internal.declare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads one line of a declaration from left to right. Declarations are ours, so a mistake in one is a bug and is thrown as such. */
final class LineReader {
    private final String where;
    private final String line;
    private int at;

    LineReader(String where, String line) {
        this.where = where;
        this.line = line;
    }

    private void spaces() {
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
    }

    boolean atEnd() {
        spaces();
        return at == line.length();
    }

    boolean ahead(char c) {
        spaces();
        return at < line.length() && line.charAt(at) == c;
    }

    boolean accept(char c) {
        if (!ahead(c)) {
            return false;
        }
        at++;
        return true;
    }

    void expect(char c) {
        if (!accept(c)) {
            throw wrong("expected '" + c + "'");
        }
    }

    /** A name of letters, digits and underscores. */
    String word() {
        spaces();
        int from = at;
        while (at < line.length() && (Character.isLetterOrDigit(line.charAt(at)) || line.charAt(at) == '_')) {
            at++;
        }
        if (from == at) {
            throw wrong("expected a name");
        }
        return line.substring(from, at);
    }

    /** A name whose parts are joined by "::" or ".". */
    String path() {
        StringBuilder path = new StringBuilder(word());
        while (true) {
            if (line.startsWith("::", at)) {
                at += 2;
                path.append("::").append(word());
            } else if (line.startsWith(".", at)) {
                at++;
                path.append('.').append(word());
            } else {
                return path.toString();
            }
        }
    }

    int number() {
        return Integer.parseInt(word());
    }

    /** Everything up to the end of the line. */
    String rest() {
        spaces();
        String rest = line.substring(at).stripTrailing();
        at = line.length();
        return rest;
    }

    <T> List<T> list(char open, char close, Supplier<T> item) {
        List<T> items = new ArrayList<>();
        expect(open);
        if (accept(close)) {
            return List.of();
        }
        do {
            items.add(item.get());
        } while (accept(','));
        expect(close);
        return List.copyOf(items);
    }

    void end() {
        if (!atEnd()) {
            throw wrong("expected the end of the line");
        }
    }

    IllegalStateException wrong(String what) {
        return new IllegalStateException(where + ": " + what + " at column " + (at + 1) + " of: " + line);
    }
}
