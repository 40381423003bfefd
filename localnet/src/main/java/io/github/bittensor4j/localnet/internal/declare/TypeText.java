package io.github.bittensor4j.localnet.internal.declare;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A type as it is written: a name with arguments, {@code (A, B)} or {@code [A; 32]}.
 *
 * @param name the name, or {@code (} for a tuple and {@code [} for an array
 * @param arguments the arguments, elements or the one element
 * @param length the length of an array
 */
record TypeText(String name, List<TypeText> arguments, int length) {
    static TypeText of(String text) {
        LineReader reader = new LineReader("type", text);
        TypeText type = read(reader);
        reader.end();
        return type;
    }

    static TypeText named(String name) {
        return new TypeText(name, List.of(), 0);
    }

    static TypeText read(LineReader line) {
        if (line.ahead('(')) {
            return new TypeText("(", line.list('(', ')', () -> read(line)), 0);
        }
        if (line.accept('[')) {
            TypeText element = read(line);
            line.expect(';');
            int length = line.number();
            line.expect(']');
            return new TypeText("[", List.of(element), length);
        }
        String name = line.path();
        return new TypeText(name, line.ahead('<') ? line.list('<', '>', () -> read(line)) : List.of(), 0);
    }

    /** This type with the parameters of a generic declaration replaced. */
    TypeText with(Map<String, TypeText> bindings) {
        TypeText bound = arguments.isEmpty() ? bindings.get(name) : null;
        return bound != null
                ? bound
                : new TypeText(
                        name, arguments.stream().map(a -> a.with(bindings)).toList(), length);
    }

    @Override
    public String toString() {
        String inner = arguments.stream().map(TypeText::toString).collect(Collectors.joining(", "));
        return switch (name) {
            case "(" -> "(" + inner + ")";
            case "[" -> "[" + inner + "; " + length + "]";
            default -> arguments.isEmpty() ? name : name + "<" + inner + ">";
        };
    }
}
