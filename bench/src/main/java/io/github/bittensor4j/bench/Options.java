package io.github.bittensor4j.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of a harness: names, each followed by a value. */
final class Options {
    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /** Reads them, or says what is wrong and ends the process. */
    static Options read(String[] args, String... known) {
        List<String> names = Arrays.asList(known);
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!names.contains(args[i]) || i + 1 == args.length) {
                System.err.println("unknown or incomplete option " + args[i] + "; known, each with a value: "
                        + String.join(" ", names));
                System.exit(2);
            }
            values.put(args[i], args[i + 1]);
        }
        return new Options(values);
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }
}
