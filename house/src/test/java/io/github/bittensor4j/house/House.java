package io.github.bittensor4j.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The directions of the house, and a reader that finds what breaks them in a source tree: the dependencies that poms declare, and the
 * packages that Java files name. It reads text, not classes, so that it sees an import that the compiler has optimised away.
 */
final class House {
    private static final String GROUP = "io.github.bittensor4j";

    /**
     * What a module is.
     *
     * @param folder its folder, and the end of its artifact id
     * @param root its package
     * @param uses our modules that its main code may use
     * @param usesInTests our modules that its tests may use besides
     * @param forbidden third-party packages that it must never name
     */
    record Module(String folder, String root, Set<String> uses, Set<String> usesInTests, List<String> forbidden) {}

    private static final List<String> NO_NETWORK =
            List.of("io.grpc", "io.netty", "okhttp3", "java.net.http", "java.net.Socket", "java.net.ServerSocket");
    private static final List<String> DJL = List.of("ai.djl");

    /** The table of ARCHITECTURE.md. */
    static final List<Module> MODULES = List.of(
            module("testkit", "testkit", uses(), uses()),
            module(
                    "sdk-core",
                    "core",
                    uses(),
                    uses("testkit"),
                    "io.grpc",
                    "io.netty",
                    "okhttp3",
                    "com.fasterxml",
                    "ai.djl"),
            module("wallet", "wallet", uses("sdk-core"), uses("testkit"), NO_NETWORK.toArray(String[]::new)),
            module("timelock", "timelock", uses("sdk-core"), uses("testkit"), NO_NETWORK.toArray(String[]::new)),
            module(
                    "localnet",
                    "localnet",
                    uses("sdk-core", "timelock"),
                    uses("testkit"),
                    "okhttp3",
                    "io.grpc",
                    "ai.djl"),
            module(
                    "subtensor-client",
                    "subtensor",
                    uses("sdk-core", "timelock"),
                    uses("testkit", "localnet"),
                    "io.grpc",
                    "ai.djl"),
            module("protocol", "protocol", uses("sdk-core"), uses("testkit"), "okhttp3", "ai.djl"),
            module("axon", "axon", uses("sdk-core", "protocol"), uses("testkit"), "okhttp3", "ai.djl"),
            module("dendrite", "dendrite", uses("sdk-core", "protocol"), uses("axon", "testkit"), "ai.djl"),
            module(
                    "axon-micrometer",
                    "micrometer",
                    uses("sdk-core", "axon"),
                    uses("dendrite"),
                    "okhttp3",
                    "io.grpc",
                    "io.netty",
                    "ai.djl"),
            module(
                    "axon-redis",
                    "redis",
                    uses("sdk-core", "axon"),
                    uses("protocol", "dendrite"),
                    "okhttp3",
                    "io.netty",
                    "ai.djl"),
            module(
                    "neuron-opentelemetry",
                    "opentelemetry",
                    uses("sdk-core", "axon", "dendrite"),
                    uses(),
                    "okhttp3",
                    "io.grpc",
                    "io.netty",
                    "ai.djl"),
            module(
                    "inference",
                    "inference",
                    uses("sdk-core", "axon"),
                    uses("testkit", "dendrite"),
                    "okhttp3",
                    "io.grpc"),
            module(
                    "neuron",
                    "neuron",
                    uses("sdk-core", "axon", "dendrite", "subtensor-client", "wallet"),
                    uses("testkit", "localnet"),
                    "ai.djl",
                    "picocli",
                    "io.grpc"),
            module(
                    "examples",
                    "examples",
                    uses(
                            "sdk-core",
                            "neuron",
                            "inference",
                            "wallet",
                            "axon",
                            "axon-micrometer",
                            "dendrite",
                            "subtensor-client"),
                    uses("testkit", "localnet"),
                    "picocli",
                    "io.grpc"),
            module(
                    "cli",
                    "cli",
                    uses(
                            "sdk-core",
                            "wallet",
                            "subtensor-client",
                            "axon",
                            "dendrite",
                            "neuron",
                            "inference",
                            "localnet",
                            "examples"),
                    uses("testkit"),
                    "io.grpc",
                    "ai.djl"),
            module(
                    "bench",
                    "bench",
                    uses("sdk-core", "wallet", "subtensor-client", "protocol", "axon", "dendrite", "localnet"),
                    uses("testkit")),
            module(
                    "house",
                    "house",
                    uses(),
                    uses(
                            "sdk-core",
                            "wallet",
                            "subtensor-client",
                            "protocol",
                            "axon",
                            "dendrite",
                            "inference",
                            "neuron",
                            "localnet",
                            "examples",
                            "cli")));

    private static Module module(String folder, String root, Set<String> uses, Set<String> tests, String... forbidden) {
        return new Module(folder, GROUP + "." + root, uses, tests, List.of(forbidden));
    }

    private static Set<String> uses(String... modules) {
        return Set.of(modules);
    }

    private House() {}

    /** Everything in a source tree that breaks the table, one sentence each; empty when all is well. */
    static List<String> violations(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        for (Module module : MODULES) {
            Path folder = root.resolve(module.folder());
            // the house itself holds planted faults as text
            if (Files.exists(folder.resolve("pom.xml")) && !module.folder().equals("house")) {
                poms(module, folder.resolve("pom.xml"), found);
                sources(module, folder.resolve("src/main/java"), module.uses(), module.forbidden(), found);
                Set<String> inTests = new TreeSet<>(module.uses());
                inTests.addAll(module.usesInTests());
                // a test may parse or forge what the module itself must not
                sources(module, folder.resolve("src/test/java"), inTests, List.of(), found);
            }
        }
        return found;
    }

    /** Folders of the aggregator pom that the table does not know. */
    static Set<String> unknownModules(Path root) throws IOException {
        Set<String> names = new TreeSet<>();
        NodeList modules = parse(root.resolve("pom.xml")).getElementsByTagName("module");
        for (int i = 0; i < modules.getLength(); i++) {
            names.add(modules.item(i).getTextContent().strip());
        }
        names.remove("bom");
        MODULES.forEach(m -> names.remove(m.folder()));
        return names;
    }

    private static void poms(Module module, Path pom, List<String> found) throws IOException {
        NodeList dependencies = parse(pom).getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            String artifact = text(dependency, "artifactId");
            if (!artifact.startsWith("bittensor4j-")) {
                continue;
            }
            String used = artifact.substring("bittensor4j-".length());
            boolean test = "test".equals(text(dependency, "scope"));
            if (!module.uses().contains(used) && !(test && module.usesInTests().contains(used))) {
                found.add(module.folder() + "/pom.xml depends on " + used + (test ? " in tests" : "") + ": "
                        + module.folder() + " may use " + new TreeSet<>(module.uses()) + ", in tests also "
                        + new TreeSet<>(module.usesInTests()));
            }
        }
    }

    private static final Pattern NAME = Pattern.compile("\\b(" + Pattern.quote(GROUP) + "(?:\\.[a-z][a-z0-9_]*)+)");
    private static final Pattern IMPORT = Pattern.compile("^import\\s+(?:static\\s+)?([\\w.]+)", Pattern.MULTILINE);

    private static void sources(
            Module module, Path folder, Set<String> allowed, List<String> forbiddenHere, List<String> found)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Map<String, Module> byRoot = new LinkedHashMap<>();
        MODULES.forEach(m -> byRoot.put(m.root(), m));
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(p -> p.toString().endsWith(".java")).sorted().toList();
        }
        for (Path file : files) {
            String source = withoutComments(read(file));
            Set<String> seen = new TreeSet<>();
            Matcher names = NAME.matcher(source);
            while (names.find()) {
                for (Module other : byRoot.values()) {
                    boolean inside = names.group(1).equals(other.root())
                            || names.group(1).startsWith(other.root() + ".");
                    if (inside && other != module && !allowed.contains(other.folder()) && seen.add(other.folder())) {
                        found.add(module.folder() + " names " + names.group(1) + " in " + file.getFileName()
                                + ": it may use " + new TreeSet<>(allowed));
                    }
                    boolean internal =
                            inside && other != module && names.group(1).startsWith(other.root() + ".internal");
                    if (internal && !mayUseInternals(module, other) && seen.add(other.folder() + ".internal")) {
                        found.add(module.folder() + " names the internals of " + other.folder() + " in "
                                + file.getFileName());
                    }
                }
            }
            Matcher imports = IMPORT.matcher(source);
            while (imports.find()) {
                for (String forbidden : forbiddenHere) {
                    boolean hit = imports.group(1).equals(forbidden)
                            || imports.group(1).startsWith(forbidden + ".");
                    if (hit && seen.add(forbidden)) {
                        found.add(module.folder() + " must never use " + forbidden + ", in " + file.getFileName());
                    }
                }
            }
        }
    }

    /** The wire is a private matter of the two ends that speak it. */
    private static boolean mayUseInternals(Module module, Module other) {
        return other.folder().equals("protocol") || module.folder().equals("bench");
    }

    private static String withoutComments(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)//.*$", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Element dependency, String tag) {
        NodeList nodes = dependency.getElementsByTagName(tag);
        return nodes.getLength() == 0 ? "" : nodes.item(0).getTextContent().strip();
    }

    private static Document parse(Path pom) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + pom, e);
        }
    }
}
