package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The families' listed methods by their names; a method is its read's only declaration. */
final class Catalogue {
    private static final String NETUID = "netuid";

    /** How a parameter's text becomes a value of its type. */
    private record Form(String name, Function<String, Object> reader) {}

    private static final Map<Class<?>, Form> FORMS = Map.of(
            AccountId.class, new Form("address", AccountId::fromSs58),
            Netuid.class, new Form(NETUID, text -> Netuid.of(Integer.parseInt(text))),
            Uid.class, new Form("uid", text -> Uid.of(Integer.parseInt(text))),
            Tao.class, new Form("TAO", Tao::of),
            Alpha.class, new Form("alpha", text -> text),
            String.class, new Form("text", text -> text),
            long.class, new Form("number", text -> Long.parseLong(text)),
            int.class, new Form("number", text -> Integer.parseInt(text)),
            boolean.class, new Form("true or false", Catalogue::flag));

    private static final Map<String, Read> READS = collect();

    private Catalogue() {}

    private record Read(ReadInfo info, Method family, Method method) {}

    private static Map<String, Read> collect() {
        Map<String, Read> all = new TreeMap<>();
        for (Method family : Reads.class.getMethods()) {
            if (!Family.class.isAssignableFrom(family.getReturnType())) {
                continue;
            }
            for (Method method : family.getReturnType().getMethods()) {
                Listed listed = method.getAnnotation(Listed.class);
                if (listed != null) {
                    String name = PlainForm.snake(method.getName());
                    List<ReadParameter> parameters = new ArrayList<>();
                    for (Parameter parameter : method.getParameters()) {
                        parameters.addAll(parameters(parameter));
                    }
                    ReadInfo info = new ReadInfo(name, family.getName(), listed.value(), parameters);
                    if (all.put(name, new Read(info, family, method)) != null) {
                        throw new IllegalStateException("two reads are called " + name);
                    }
                }
            }
        }
        return all;
    }

    static List<ReadInfo> all() {
        return READS.values().stream().map(Read::info).toList();
    }

    private static List<ReadParameter> parameters(Parameter parameter) {
        Arg arg = Objects.requireNonNull(parameter.getAnnotation(Arg.class), "a listed read names its parameters");
        Class<?> type = parameter.getType();
        boolean absent = type == Optional.class;
        Form form = form(type == Optional.class || type == List.class ? element(parameter) : type);
        String name = type == List.class ? "list of " + form.name : form.name;
        Optional<String> otherwise = Optional.of(arg.otherwise()).filter(t -> !t.isEmpty());
        ReadParameter one = new ReadParameter(arg.value(), name, !absent && otherwise.isEmpty(), otherwise);
        return type == Alpha.class
                ? List.of(new ReadParameter(NETUID, NETUID, true, Optional.empty()), one)
                : List.of(one);
    }

    private static Class<?> element(Parameter parameter) {
        return (Class<?>) ((ParameterizedType) parameter.getParameterizedType()).getActualTypeArguments()[0];
    }

    private static Form form(Class<?> type) {
        return Objects.requireNonNull(FORMS.get(type), () -> "no text is read as " + type);
    }

    private static boolean flag(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new NumberFormatException(text);
    }

    static Object call(Reads reads, String name, Map<String, String> arguments) {
        Read read = READS.get(name);
        if (read == null) {
            throw new InvalidValueException(
                    "read.unknown",
                    "there is no read \"" + shown(name) + "\"",
                    "jbt query (Reads.catalogue()) lists them");
        }
        List<String> known =
                read.info.parameters().stream().map(ReadParameter::name).toList();
        TreeSet<String> others = new TreeSet<>(arguments.keySet());
        others.removeAll(known);
        if (!others.isEmpty()) {
            throw new InvalidValueException(
                    "read.argument",
                    name + " has no parameter " + shown(others.first()) + " (expected: " + known + ")",
                    "");
        }
        Object[] values = Arrays.stream(read.method.getParameters())
                .map(p -> value(name, p, arguments))
                .toArray();
        try {
            return read.method.invoke(read.family.invoke(reads), values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("reads throw nothing checked", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("reads are public", e);
        }
    }

    private static Object value(String read, Parameter parameter, Map<String, String> arguments) {
        Arg arg = Objects.requireNonNull(parameter.getAnnotation(Arg.class));
        Class<?> type = parameter.getType();
        String text = arguments.get(arg.value());
        if (text == null) {
            if (type == Optional.class) {
                return Optional.empty();
            }
            if (arg.otherwise().isEmpty()) {
                throw missing(read, arg.value());
            }
            text = arg.otherwise();
        }
        if (type == Optional.class) {
            return Optional.of(parse(read, arg.value(), form(element(parameter)), text));
        }
        if (type == List.class) {
            List<Object> all = new ArrayList<>();
            for (String one : text.split(",")) {
                all.add(parse(read, arg.value(), form(element(parameter)), one));
            }
            return all;
        }
        if (type == Alpha.class) {
            String netuid = arguments.get(NETUID);
            if (netuid == null) {
                throw missing(read, NETUID);
            }
            return Alpha.of((Netuid) parse(read, NETUID, form(Netuid.class), netuid), text.strip());
        }
        return parse(read, arg.value(), form(type), text);
    }

    private static Object parse(String read, String parameter, Form form, String text) {
        try {
            return form.reader.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidValueException(
                    "read.argument",
                    read + " " + parameter + ": \"" + shown(text) + "\" (expected: " + form.name + ")",
                    "");
        }
    }

    private static InvalidValueException missing(String read, String parameter) {
        return new InvalidValueException(
                "read.argument", read + " wants " + parameter, "give it as " + parameter + "=...");
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
