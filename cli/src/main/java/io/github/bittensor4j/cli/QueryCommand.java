package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.subtensor.Subtensor;
import io.github.bittensor4j.subtensor.reads.ReadInfo;
import io.github.bittensor4j.subtensor.reads.ReadParameter;
import io.github.bittensor4j.subtensor.reads.ReadResult;
import io.github.bittensor4j.subtensor.reads.Reads;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jbt query}: the catalogue of reads, by name. */
@Command(
        name = "query",
        header = "Ask the chain by the catalogue of reads; without a name, list it.",
        description = {
            "For example: jbt query balance coldkey_ss58=5Grw...",
            "Amounts, prices and shares are decimals, spans seconds, and what the chain does not say is null."
        })
final class QueryCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    NetworkOption network = new NetworkOption();

    @Mixin
    Output output = new Output();

    @Option(names = "--block", paramLabel = "NUMBER", description = "At that block. Default: the newest.")
    @Nullable
    Long block;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A read, such as subnet.")
    @Nullable
    String name;

    @Parameters(index = "1..*", paramLabel = "KEY=VALUE", description = "Its arguments, such as netuid=1.")
    List<String> given = List.of();

    @Override
    public Integer call() {
        if (name == null) {
            list();
            return 0;
        }
        if (block != null && block < 0) {
            throw Failures.wrongUse("cli.block", "--block: " + block + " (expected: 0 or more)", "");
        }
        Map<String, String> arguments = arguments();
        try (Subtensor chain = network.connect(output)) {
            ReadResult result = reads(chain).read(name, arguments);
            ObjectNode node = Output.object();
            node.put("read", result.read());
            node.put("block", Long.toString(result.block().number()));
            node.put("block_hash", result.block().hash());
            node.set("result", JSON.valueToTree(result.plain()));
            output.result(node, text(node.get("result")));
        }
        return 0;
    }

    private Map<String, String> arguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String one : given) {
            int equals = one.indexOf('=');
            if (equals <= 0) {
                throw Failures.wrongUse(
                        "cli.argument",
                        "\"" + one + "\" (expected: KEY=VALUE, such as netuid=1)",
                        "jbt query lists the keys");
            }
            if (arguments.put(one.substring(0, equals), one.substring(equals + 1)) != null) {
                throw Failures.wrongUse("cli.argument", one.substring(0, equals) + ": given twice", "");
            }
        }
        return arguments;
    }

    private Reads reads(Subtensor chain) {
        if (block == null) {
            return chain.reads();
        }
        long number = block;
        return chain.block(number)
                .map(chain::at)
                .orElseThrow(() -> new Failures.CommandFailed(
                        Failures.FAILED,
                        "chain.block",
                        "there is no block " + number + " on " + chain.network() + " yet",
                        "the newest is " + chain.blockNumber()))
                .reads();
    }

    private void list() {
        ObjectNode node = Output.object();
        ArrayNode reads = node.putArray("reads");
        Table table = new Table("family", "read", "arguments");
        Reads.catalogue().stream()
                .sorted(Comparator.comparing(ReadInfo::family))
                .forEach(read -> {
                    ObjectNode one = reads.addObject();
                    one.put("name", read.name());
                    one.put("family", read.family());
                    one.put("summary", read.summary());
                    ArrayNode parameters = one.putArray("parameters");
                    read.parameters().forEach(p -> {
                        ObjectNode parameter = parameters.addObject();
                        parameter.put("name", p.name());
                        parameter.put("form", p.form());
                        parameter.put("required", p.required());
                        parameter.put("default", p.otherwise().orElse(null));
                    });
                    table.row(
                            read.family(),
                            read.name(),
                            read.parameters().stream()
                                    .map(QueryCommand::argument)
                                    .collect(Collectors.joining(" ")));
                });
        output.result(node, table.toString());
    }

    private static String argument(ReadParameter parameter) {
        String text = parameter.name() + "=" + parameter.otherwise().orElse("...");
        return parameter.required() ? text : "[" + text + "]";
    }

    /** A table where the result is a list of structs or a struct, else the value itself. */
    private static String text(JsonNode result) {
        if (result.isArray() && !result.isEmpty() && result.get(0).isObject()) {
            TreeSet<String> nested = new TreeSet<>();
            result.forEach(row -> row.properties().forEach(f -> {
                if (f.getValue().isContainerNode()) {
                    nested.add(f.getKey());
                }
            }));
            List<String> columns = result.get(0).properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(c -> !nested.contains(c))
                    .toList();
            Table table = new Table(columns.toArray(String[]::new));
            result.forEach(
                    row -> table.row(columns.stream().map(c -> cell(row.get(c))).toArray()));
            return table.toString();
        }
        if (result.isObject() && !result.isEmpty()) {
            Table table = new Table("field", "value");
            result.properties().forEach(f -> table.row(f.getKey(), cell(f.getValue())));
            return table.toString();
        }
        return cell(result);
    }

    private static String cell(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return "-";
        }
        return value.isContainerNode() ? (value.isEmpty() ? "-" : value.toString()) : value.asText();
    }
}
