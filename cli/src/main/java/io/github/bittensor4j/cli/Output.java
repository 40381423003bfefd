package io.github.bittensor4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What every command offers about its output: a table for people, one JSON object for scripts. */
final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--json",
            description = "One JSON object on standard output, no prompts. 64-bit numbers are strings.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "No more than the result.")
    boolean quiet;

    static boolean wantsJson(ParseResult parsed) {
        ParseResult deepest = parsed;
        while (deepest.hasSubcommand()) {
            deepest = deepest.subcommand();
        }
        return deepest.hasMatchedOption("--json");
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static String text(JsonNode node) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree always has a text", e);
        }
    }

    /** The result: the object with {@code --json}, else the text. */
    void result(JsonNode node, String forPeople) {
        line(json ? text(node) : forPeople);
    }

    /** A remark beside the result, on standard error; silent with {@code --quiet} or {@code --json}. */
    void remark(String text) {
        if (!quiet && !json) {
            requireSpec().commandLine().getErr().println(text);
        }
    }

    /** A line of the result. */
    void line(String text) {
        requireSpec().commandLine().getOut().println(text);
    }

    private CommandSpec requireSpec() {
        if (spec == null) {
            throw new IllegalStateException("picocli fills this in before a command runs");
        }
        return spec;
    }
}
