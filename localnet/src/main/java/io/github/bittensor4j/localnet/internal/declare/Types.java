package io.github.bittensor4j.localnet.internal.declare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All types of the chain by how they are written. A type is built, and given its number, when it is first asked for. Not thread-safe while
 * new types are still asked for; {@link Declarations} asks for all of them while it loads.
 */
public final class Types {
    private static final Map<String, Type.Shape> PRIMITIVES = Map.ofEntries(
            Map.entry("bool", new Type.Bool()),
            Map.entry("str", new Type.Text()),
            Map.entry("u8", new Type.Whole(1, false)),
            Map.entry("u16", new Type.Whole(2, false)),
            Map.entry("u32", new Type.Whole(4, false)),
            Map.entry("u64", new Type.Whole(8, false)),
            Map.entry("u128", new Type.Whole(16, false)),
            Map.entry("u256", new Type.Whole(32, false)),
            Map.entry("i8", new Type.Whole(1, true)),
            Map.entry("i16", new Type.Whole(2, true)),
            Map.entry("i32", new Type.Whole(4, true)),
            Map.entry("i64", new Type.Whole(8, true)),
            Map.entry("i128", new Type.Whole(16, true)));

    private final Map<String, Declared> declared = new HashMap<>();
    private final Map<String, TypeText> aliases = new HashMap<>();
    private final Map<String, Type> built = new LinkedHashMap<>();

    Types() {}

    /** A named type before its parameters are known. */
    record Declared(
            List<String> parameters,
            List<Parameter> shown,
            List<String> path,
            Optional<List<FieldText>> fields,
            List<AlternativeText> alternatives) {
        String key(String name) {
            return name + "/"
                    + parameters.stream().filter(p -> !p.endsWith("?")).count();
        }
    }

    /** A parameter that metadata shows of a type that is not generic here. */
    record Parameter(String name, Optional<TypeText> type) {}

    record FieldText(Optional<String> name, TypeText type) {}

    record AlternativeText(int index, String name, List<FieldText> fields) {}

    void alias(String name, TypeText stands) {
        aliases.put(name, stands);
    }

    void declare(String name, Declared type) {
        if (declared.putIfAbsent(type.key(name), type) != null) {
            throw new IllegalStateException("type " + name + " is declared twice");
        }
    }

    /**
     * The type written so.
     *
     * @param text such as {@code Vec<(NetUid, AccountId32)>}
     * @return the type
     */
    public Type of(String text) {
        return of(TypeText.of(text));
    }

    /**
     * Every type asked for so far.
     *
     * @return by number
     */
    public List<Type> all() {
        return List.copyOf(built.values());
    }

    Type of(TypeText written) {
        TypeText text = expand(written);
        String key = text.toString();
        Type known = built.get(key);
        if (known != null) {
            return known;
        }
        Type.Shape primitive = PRIMITIVES.get(key);
        if (primitive != null) {
            return add(key, List.of(), List.of(), primitive);
        }
        return switch (text.name()) {
            case "(" -> {
                Type type = add(key, List.of(), List.of());
                type.become(
                        new Type.Tuple(text.arguments().stream().map(this::of).toList()));
                yield type;
            }
            case "[" ->
                add(
                        key,
                        List.of(),
                        List.of(),
                        new Type.Array(of(text.arguments().get(0)), text.length()));
            case "Vec" -> {
                Type type = add(key, List.of(), List.of());
                type.become(new Type.Sequence(of(text.arguments().get(0))));
                yield type;
            }
            case "Compact" ->
                add(
                        key,
                        List.of(),
                        List.of(),
                        new Type.Compact(of(text.arguments().get(0))));
            default -> named(key, text);
        };
    }

    private TypeText expand(TypeText text) {
        TypeText alias = text.arguments().isEmpty() ? aliases.get(text.name()) : null;
        return alias != null
                ? expand(alias)
                : new TypeText(
                        text.name(), text.arguments().stream().map(this::expand).toList(), text.length());
    }

    private Type named(String key, TypeText text) {
        Declared type = declared.get(text.name() + "/" + text.arguments().size());
        if (type == null) {
            throw new IllegalStateException("type " + key + " is not declared");
        }
        Map<String, TypeText> bindings = new HashMap<>();
        List<Type.Parameter> shown = new ArrayList<>();
        Type made = new Type(key, built.size(), type.path(), Collections.unmodifiableList(shown));
        built.put(key, made);
        int argument = 0;
        for (String parameter : type.parameters()) {
            if (parameter.endsWith("?")) {
                shown.add(new Type.Parameter(parameter.substring(0, parameter.length() - 1), Optional.empty()));
            } else {
                TypeText bound = text.arguments().get(argument++);
                bindings.put(parameter, bound);
                shown.add(new Type.Parameter(parameter, Optional.of(of(bound))));
            }
        }
        for (Parameter parameter : type.shown()) {
            shown.add(new Type.Parameter(parameter.name(), parameter.type().map(this::of)));
        }
        made.become(
                type.fields().isPresent()
                        ? new Type.Struct(fields(type.fields().get(), bindings))
                        : new Type.Choice(type.alternatives().stream()
                                .map(a -> new Type.Alternative(a.index(), a.name(), fields(a.fields(), bindings)))
                                .toList()));
        return made;
    }

    List<Type.Field> fields(List<FieldText> fields, Map<String, TypeText> bindings) {
        return fields.stream()
                .map(f -> {
                    TypeText text = f.type().with(bindings);
                    return new Type.Field(f.name(), of(text), text.toString());
                })
                .toList();
    }

    private Type add(String key, List<String> path, List<Type.Parameter> parameters, Type.Shape shape) {
        Type type = add(key, path, parameters);
        type.become(shape);
        return type;
    }

    private Type add(String key, List<String> path, List<Type.Parameter> parameters) {
        Type type = new Type(key, built.size(), path, parameters);
        built.put(key, type);
        return type;
    }
}
