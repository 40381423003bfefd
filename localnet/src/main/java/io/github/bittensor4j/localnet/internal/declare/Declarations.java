package io.github.bittensor4j.localnet.internal.declare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Everything the chain declares. Read once from the text resources beside this class; immutable afterwards.
 *
 * <p>The language, line by line ({@code #} begins a comment):
 *
 * <pre>{@code
 * alias U64F64 = FixedU128<...>                                  a second name
 * struct NAME<T, S?> path::shown (A, B)                          generic; S? is shown in metadata and stands for nothing
 * struct NAME [T: u32] path::shown { a: A, b: B }                not generic; metadata shows the parameter T
 * enum NAME path::shown                                          its alternatives follow, one an indented line:
 *   0 First(A)   |   1 Second { a: A }   |   2 Third
 *
 * pallet NAME index path::of::its::enums
 * storage
 *   Item: [identity NetUid, twox64_concat u16] Value = 12          with a default: a number, true, [], none, zero, Alternative, 0xSCALE
 *   Item: Value?                                                   none when absent
 * calls | events | errors
 *   7 name(argument: Type)  |  7 Name { field: Type }  |  7 Name
 * constants
 *   Name: Type = 12       |  Name: Type = given                    given: known only when the chain starts
 *
 * api NAME version
 *   method(argument: Type) -> Type
 * }</pre>
 */
public final class Declarations {
    private static final List<String> PALLETS = List.of(
            "System",
            "Timestamp",
            "Aura",
            "Balances",
            "TransactionPayment",
            "SubtensorModule",
            "Utility",
            "Sudo",
            "Multisig",
            "Proxy",
            "Commitments",
            "AdminUtils",
            "Drand",
            "Crowdloan",
            "Swap",
            "MevShield",
            "AlphaAssets");

    private static final String RUNTIME_PATH = "node_subtensor_runtime";

    private final Types types = new Types();
    private final Map<String, PalletDeclaration> pallets = new LinkedHashMap<>();
    private final Map<String, ApiDeclaration> apis = new LinkedHashMap<>();
    private final List<Extension> extensions = new ArrayList<>();
    private final Type call;
    private final Type event;
    private final Type error;

    /**
     * A signed extension of an extrinsic.
     *
     * @param name its identifier
     * @param extra what the extrinsic carries of it
     * @param additional what only the signature covers
     */
    public record Extension(String name, Type extra, Type additional) {}

    private Declarations(Map<String, Function<Declarations, byte[]>> given) {
        readTypes(lines("runtime.types"));
        List<PalletText> texts = new ArrayList<>();
        for (String pallet : PALLETS) {
            PalletText text = new PalletText(pallet, lines(pallet + ".pallet"));
            text.declareEnums();
            texts.add(text);
        }
        declareOuter("RuntimeCall", texts, "Call");
        declareOuter("RuntimeEvent", texts, "Event");
        declareOuter("RuntimeError", texts, "Error");
        call = types.of("RuntimeCall");
        event = types.of("RuntimeEvent");
        error = types.of("RuntimeError");
        readApis(lines("runtime.apis"));
        for (PalletText text : texts) {
            PalletDeclaration pallet = text.build(given);
            pallets.put(pallet.name(), pallet);
        }
        for (String line : lines("extrinsic.extensions")) {
            LineReader reader = new LineReader("extrinsic.extensions", line);
            String name = reader.word();
            reader.expect(':');
            Type extra = types.of(TypeText.read(reader));
            reader.expect('+');
            extensions.add(new Extension(name, extra, types.of(TypeText.read(reader))));
            reader.end();
        }
    }

    /**
     * Reads the declarations.
     *
     * @param given the constants that are known only now, by {@code Pallet.Name}: their SCALE bytes
     * @return the declarations
     */
    public static Declarations load(Map<String, Function<Declarations, byte[]>> given) {
        return new Declarations(given);
    }

    /**
     * All types.
     *
     * @return the registry
     */
    public Types types() {
        return types;
    }

    /**
     * All pallets.
     *
     * @return by name, in the order of their indices
     */
    public Map<String, PalletDeclaration> pallets() {
        return Collections.unmodifiableMap(pallets);
    }

    /**
     * One pallet.
     *
     * @param name its name
     * @return the pallet
     * @throws IllegalStateException when it is not declared
     */
    public PalletDeclaration pallet(String name) {
        PalletDeclaration pallet = pallets.get(name);
        if (pallet == null) {
            throw new IllegalStateException("pallet " + name + " is not declared");
        }
        return pallet;
    }

    /**
     * All runtime APIs.
     *
     * @return by name
     */
    public Map<String, ApiDeclaration> apis() {
        return Collections.unmodifiableMap(apis);
    }

    /**
     * The signed extensions, in the order of their bytes.
     *
     * @return the extensions
     */
    public List<Extension> extensions() {
        return Collections.unmodifiableList(extensions);
    }

    /**
     * The enum of all calls.
     *
     * @return its type
     */
    public Type call() {
        return call;
    }

    /**
     * The enum of all events.
     *
     * @return its type
     */
    public Type event() {
        return event;
    }

    /**
     * The enum of all errors.
     *
     * @return its type
     */
    public Type error() {
        return error;
    }

    private static List<String> lines(String resource) {
        try (InputStream in =
                Declarations.class.getResourceAsStream("/io/github/bittensor4j/localnet/declarations/" + resource)) {
            if (in == null) {
                throw new IllegalStateException("declaration " + resource + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.startsWith("#") ? "" : line)
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("declaration " + resource + " can not be read", e);
        }
    }

    private void declareOuter(String name, List<PalletText> texts, String inner) {
        List<Types.AlternativeText> alternatives = texts.stream()
                .filter(p -> p.enums.containsKey(inner))
                .map(p -> new Types.AlternativeText(
                        p.index,
                        p.name,
                        List.of(new Types.FieldText(Optional.empty(), TypeText.named(p.name + "." + inner)))))
                .toList();
        types.declare(
                name,
                new Types.Declared(List.of(), List.of(), List.of(RUNTIME_PATH, name), Optional.empty(), alternatives));
    }

    private void readTypes(List<String> lines) {
        int at = 0;
        while (at < lines.size()) {
            LineReader line = new LineReader("runtime.types", lines.get(at++));
            String kind = line.word();
            String name = line.word();
            if (kind.equals("alias")) {
                line.expect('=');
                types.alias(name, TypeText.read(line));
                line.end();
                continue;
            }
            List<String> parameters = line.ahead('<')
                    ? line.list('<', '>', () -> line.word() + (line.accept('?') ? "?" : ""))
                    : List.of();
            List<Types.Parameter> shown = line.ahead('[')
                    ? line.list(
                            '[',
                            ']',
                            () -> new Types.Parameter(
                                    line.word(),
                                    line.accept(':') ? Optional.of(TypeText.read(line)) : Optional.empty()))
                    : List.of();
            List<String> path = List.of(line.path().split("::"));
            Optional<List<Types.FieldText>> fields = Optional.empty();
            List<Types.AlternativeText> alternatives = new ArrayList<>();
            if (kind.equals("struct")) {
                fields = Optional.of(fields(line));
            } else if (kind.equals("enum")) {
                while (at < lines.size() && lines.get(at).startsWith(" ")) {
                    alternatives.add(alternative(new LineReader("runtime.types", lines.get(at++))));
                }
            } else {
                throw line.wrong("expected alias, struct or enum");
            }
            line.end();
            types.declare(name, new Types.Declared(parameters, shown, path, fields, alternatives));
        }
    }

    private static Types.AlternativeText alternative(LineReader line) {
        Types.AlternativeText alternative = new Types.AlternativeText(line.number(), line.word(), fields(line));
        line.end();
        return alternative;
    }

    private static List<Types.FieldText> fields(LineReader line) {
        if (line.ahead('{')) {
            return line.list('{', '}', () -> named(line));
        }
        return line.ahead('(')
                ? line.list('(', ')', () -> new Types.FieldText(Optional.empty(), TypeText.read(line)))
                : List.of();
    }

    private static Types.FieldText named(LineReader line) {
        String name = line.word();
        line.expect(':');
        return new Types.FieldText(Optional.of(name), TypeText.read(line));
    }

    private void readApis(List<String> lines) {
        String api = "";
        int version = 0;
        Map<String, ApiDeclaration.Method> methods = new LinkedHashMap<>();
        for (String text : lines) {
            LineReader line = new LineReader("runtime.apis", text);
            if (text.startsWith("api ")) {
                line.word();
                api = line.word();
                version = line.number();
                methods = new LinkedHashMap<>();
                apis.put(api, new ApiDeclaration(api, version, Collections.unmodifiableMap(methods)));
            } else {
                String name = line.word();
                List<Type.Field> inputs = types.fields(line.list('(', ')', () -> named(line)), Map.of());
                line.expect('-');
                line.expect('>');
                methods.put(name, new ApiDeclaration.Method(name, inputs, types.of(TypeText.read(line))));
            }
            line.end();
        }
    }

    /** A pallet's lines, read in two steps: its enums must be known before a type that mentions calls can be built. */
    private final class PalletText {
        private final String name;
        private final int index;
        private final List<String> path;
        private final Map<String, List<String>> sections = new HashMap<>();
        private final Map<String, List<Types.AlternativeText>> enums = new HashMap<>();

        PalletText(String resource, List<String> lines) {
            LineReader head = new LineReader(resource, lines.get(0));
            head.word();
            name = head.word();
            index = head.number();
            path = head.atEnd() ? List.of() : List.of(head.path().split("::"));
            head.end();
            List<String> section = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                if (line.startsWith(" ")) {
                    section.add(line);
                } else {
                    section = new ArrayList<>();
                    sections.put(line.strip(), section);
                }
            }
        }

        void declareEnums() {
            declareEnum("calls", "Call");
            declareEnum("events", "Event");
            declareEnum("errors", "Error");
        }

        private void declareEnum(String section, String kind) {
            List<String> lines = sections.get(section);
            if (lines == null) {
                return;
            }
            List<Types.AlternativeText> alternatives = new ArrayList<>();
            for (String text : lines) {
                LineReader line = new LineReader(name, text);
                if (kind.equals("Call")) {
                    alternatives.add(new Types.AlternativeText(
                            line.number(), line.word(), line.list('(', ')', () -> named(line))));
                    line.end();
                } else {
                    alternatives.add(alternative(line));
                }
            }
            enums.put(kind, alternatives);
            List<String> shownPath = new ArrayList<>(path);
            shownPath.add(kind);
            types.declare(
                    name + "." + kind,
                    new Types.Declared(
                            List.of(),
                            List.of(new Types.Parameter("T", Optional.empty())),
                            List.copyOf(shownPath),
                            Optional.empty(),
                            alternatives));
        }

        private Optional<Type> outer(String kind) {
            return enums.containsKey(kind)
                    ? Optional.of(types.of(TypeText.named(name + "." + kind)))
                    : Optional.empty();
        }

        PalletDeclaration build(Map<String, Function<Declarations, byte[]>> given) {
            Map<String, PalletDeclaration.Item> items = new LinkedHashMap<>();
            for (String text : sections.getOrDefault("storage", List.of())) {
                PalletDeclaration.Item item = item(new LineReader(name, text));
                items.put(item.name(), item);
            }
            Map<String, PalletDeclaration.Constant> constants = new LinkedHashMap<>();
            for (String text : sections.getOrDefault("constants", List.of())) {
                LineReader line = new LineReader(name, text);
                String constant = line.word();
                line.expect(':');
                Type type = types.of(TypeText.read(line));
                line.expect('=');
                String literal = line.rest();
                Function<Declarations, byte[]> supplied = given.get(name + "." + constant);
                if (literal.equals("given") == (supplied == null)) {
                    throw line.wrong("given in one place only");
                }
                byte[] value = supplied == null ? Literals.encode(type, literal) : supplied.apply(Declarations.this);
                constants.put(constant, new PalletDeclaration.Constant(constant, type, value));
            }
            return new PalletDeclaration(
                    name,
                    index,
                    Collections.unmodifiableMap(items),
                    outer("Call"),
                    outer("Event"),
                    outer("Error"),
                    Collections.unmodifiableMap(constants));
        }

        private PalletDeclaration.Item item(LineReader line) {
            String item = line.word();
            line.expect(':');
            List<PalletDeclaration.Key> keys = List.of();
            // An array type begins with a bracket too; no item is a plain array, so a bracket always opens the keys.
            if (line.ahead('[')) {
                keys = line.list(
                        '[',
                        ']',
                        () -> new PalletDeclaration.Key(
                                PalletDeclaration.Hasher.valueOf(line.word().toUpperCase(Locale.ROOT)),
                                types.of(TypeText.read(line))));
            }
            Type value = types.of(TypeText.read(line));
            Optional<byte[]> fallback = Optional.empty();
            if (!line.accept('?')) {
                line.expect('=');
                fallback = Optional.of(Literals.encode(value, line.rest()));
            }
            line.end();
            return new PalletDeclaration.Item(item, keys, value, fallback);
        }
    }
}
