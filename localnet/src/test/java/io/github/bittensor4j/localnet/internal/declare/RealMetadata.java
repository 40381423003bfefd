package io.github.bittensor4j.localnet.internal.declare;

import io.github.bittensor4j.core.scale.ScaleReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Metadata V14 and V15 read by a second hand, the test's own: every declared thing as one line of text, types written out in full, so that two
 * metadata can be compared line by line without their numbers.
 */
final class RealMetadata {
    private record Shown(String path, List<String> params, Supplier<String> body) {}

    private final ScaleReader in;
    private final Map<Long, Shown> types = new LinkedHashMap<>();
    private final Map<String, String> lines = new TreeMap<>();
    private final Map<String, String> typeLines = new TreeMap<>();
    final int version;

    RealMetadata(byte[] bytes) {
        int at = 0;
        while (bytes[at] != 'm' || bytes[at + 1] != 'e' || bytes[at + 2] != 't' || bytes[at + 3] != 'a') {
            at++;
        }
        in = new ScaleReader(bytes, at + 4, bytes.length);
        version = in.u8();
        types();
        pallets();
        extrinsic();
        if (version >= 15) {
            in.compact();
            apis();
            line("outer call", type(in.compact()));
            line("outer event", type(in.compact()));
            line("outer error", type(in.compact()));
            in.compact();
        } else {
            in.compact();
        }
        in.end();
        types.forEach((id, shown) -> {
            if (!shown.path().isEmpty()) {
                typeLines.put(type(id), shown.body().get());
            }
        });
    }

    Map<String, String> lines() {
        return lines;
    }

    Map<String, String> typeLines() {
        return typeLines;
    }

    private void line(String key, String value) {
        lines.put(key, value);
    }

    private <T> List<T> vec(Supplier<T> item) {
        int count = (int) in.compact();
        List<T> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(item.get());
        }
        return items;
    }

    private String optional(Supplier<String> item) {
        return in.bool() ? item.get() : "-";
    }

    private String type(long id) {
        Shown shown = types.get(id);
        if (shown == null) {
            return "?" + id;
        }
        if (shown.path().isEmpty()) {
            return shown.body().get();
        }
        boolean generic = shown.path().startsWith("Option")
                || shown.path().startsWith("Result")
                || shown.path().startsWith("BTree")
                || shown.path().startsWith("Cow")
                || shown.path().contains("Bounded")
                || shown.path().contains("Vec")
                || shown.path().startsWith("substrate_")
                || shown.path().contains("PerDispatchClass")
                || shown.path().contains("IdAmount");
        return shown.path()
                + (generic
                        ? "<"
                                + String.join(
                                        ", ",
                                        shown.params().stream()
                                                .map(this::parameter)
                                                .toList()) + ">"
                        : "");
    }

    private String parameter(String text) {
        return text.startsWith("#") ? type(Long.parseLong(text.substring(1))) : text;
    }

    private String field(boolean docs) {
        String name = optional(in::text);
        long type = in.compact();
        optional(in::text);
        vec(in::text);
        return name + ": #" + type;
    }

    private String fields(List<String> fields) {
        return String.join(", ", fields.stream().map(this::resolve).toList());
    }

    private String resolve(String field) {
        int at = field.lastIndexOf('#');
        return field.substring(0, at) + type(Long.parseLong(field.substring(at + 1)));
    }

    private record Alternative(String name, List<String> fields, int index) {}

    private void types() {
        vec(() -> {
            long id = in.compact();
            String path = String.join("::", vec(in::text));
            List<String> params = vec(() -> {
                in.text();
                return optional(() -> "#" + in.compact());
            });
            Supplier<String> body = body();
            vec(in::text);
            types.put(id, new Shown(path, params, body));
            return id;
        });
    }

    private Supplier<String> body() {
        switch (in.u8()) {
            case 0:
                List<String> fields = vec(() -> field(true));
                return () -> "{" + fields(fields) + "}";
            case 1:
                List<Alternative> alternatives = vec(() -> {
                    String name = in.text();
                    List<String> carried = vec(() -> field(true));
                    int index = in.u8();
                    vec(in::text);
                    return new Alternative(name, carried, index);
                });
                return () -> {
                    Map<Integer, String> sorted = new TreeMap<>();
                    alternatives.forEach(a -> sorted.put(a.index(), a.name() + "(" + fields(a.fields()) + ")"));
                    return sorted.toString();
                };
            case 2:
                long element = in.compact();
                return () -> "Vec<" + type(element) + ">";
            case 3:
                long length = in.u32();
                long of = in.compact();
                return () -> "[" + type(of) + "; " + length + "]";
            case 4:
                List<Long> parts = vec(in::compact);
                return () -> parts.stream().map(this::type).toList().toString();
            case 5:
                String primitive = "p" + in.u8();
                return () -> primitive;
            case 6:
                long inner = in.compact();
                return () -> "Compact<" + type(inner) + ">";
            default:
                long store = in.compact();
                long order = in.compact();
                return () -> "Bits<" + type(store) + type(order) + ">";
        }
    }

    private void pallets() {
        vec(() -> {
            String pallet = in.text();
            if (in.bool()) {
                line(pallet + " prefix", in.text());
                vec(() -> {
                    String item = in.text();
                    int modifier = in.u8();
                    String keys = "";
                    if (in.u8() == 1) {
                        keys = vec(in::u8) + " " + type(in.compact()) + " -> ";
                    }
                    String value = type(in.compact());
                    String fallback = HexFormat.of().formatHex(in.bytes());
                    vec(in::text);
                    line(pallet + " storage " + item, modifier + " " + keys + value + " = " + fallback);
                    return item;
                });
            }
            for (String kind : List.of("calls", "events")) {
                if (in.bool()) {
                    alternatives(pallet, kind);
                }
            }
            vec(() -> {
                String name = in.text();
                String type = type(in.compact());
                line(pallet + " constant " + name, type + " = " + HexFormat.of().formatHex(in.bytes()));
                vec(in::text);
                return name;
            });
            if (in.bool()) {
                alternatives(pallet, "errors");
            }
            line(pallet + " index", String.valueOf(in.u8()));
            if (version >= 15) {
                vec(in::text);
            }
            return pallet;
        });
    }

    private void alternatives(String pallet, String kind) {
        long id = in.compact();
        line(
                pallet + " " + kind,
                types.get(id).path() + " " + types.get(id).body().get());
    }

    private void extrinsic() {
        if (version == 14) {
            in.compact();
            line("extrinsic version", String.valueOf(in.u8()));
        } else {
            line("extrinsic version", String.valueOf(in.u8()));
            line("extrinsic address", type(in.compact()));
            line("extrinsic call", type(in.compact()));
            line("extrinsic signature", type(in.compact()));
            line("extrinsic extra", type(in.compact()));
        }
        line(
                "extrinsic extensions",
                vec(() -> in.text() + ": " + type(in.compact()) + " + " + type(in.compact()))
                        .toString());
    }

    private void apis() {
        vec(() -> {
            String api = in.text();
            vec(() -> {
                String method = in.text();
                String inputs = vec(() -> in.text() + ": " + type(in.compact())).toString();
                line("api " + api + "." + method, inputs + " -> " + type(in.compact()));
                vec(in::text);
                return method;
            });
            vec(in::text);
            return api;
        });
    }
}
