package io.github.bittensor4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleDirectionsTest {
    private static final Path PROJECT = Path.of(System.getProperty("project.root", ".."));

    @TempDir
    Path planted;

    @Test
    void the_project_keeps_its_directions() throws IOException {
        assertThat(House.violations(PROJECT)).isEmpty();
    }

    @Test
    void every_module_of_the_build_stands_in_the_table() throws IOException {
        assertThat(House.unknownModules(PROJECT)).isEmpty();
    }

    @Test
    void a_planted_wrong_import_is_found() throws IOException {
        plantPom("axon", "sdk-core", "compile");
        plantSource("axon", "axon", "import io.github.bittensor4j.wallet.Wallet;");

        assertThat(House.violations(planted))
                .singleElement()
                .asString()
                .contains("axon names io.github.bittensor4j.wallet");
    }

    @Test
    void a_planted_qualified_name_without_an_import_is_found() throws IOException {
        plantPom("axon", "sdk-core", "compile");
        plantSource("axon", "axon", "class X { io.github.bittensor4j.subtensor.Subtensor chain; }");

        assertThat(House.violations(planted)).singleElement().asString().contains("io.github.bittensor4j.subtensor");
    }

    @Test
    void a_planted_use_of_another_modules_internals_is_found() throws IOException {
        plantPom("neuron", "axon", "compile");
        plantSource("neuron", "neuron", "import io.github.bittensor4j.axon.internal.Gate;");

        assertThat(House.violations(planted)).singleElement().asString().contains("names the internals of axon");
    }

    @Test
    void a_planted_forbidden_library_is_found() throws IOException {
        plantPom("neuron", "axon", "compile");
        plantSource("neuron", "neuron", "import ai.djl.Model;");

        assertThat(House.violations(planted)).singleElement().asString().contains("neuron must never use ai.djl");
    }

    @Test
    void a_planted_wrong_pom_dependency_is_found() throws IOException {
        plantPom("localnet", "subtensor-client", "compile");

        assertThat(House.violations(planted))
                .singleElement()
                .asString()
                .contains("localnet/pom.xml depends on subtensor-client");
    }

    @Test
    void a_dependency_allowed_in_tests_only_is_found_in_main() throws IOException {
        plantPom("subtensor-client", "localnet", "compile");

        assertThat(House.violations(planted)).singleElement().asString().contains("depends on localnet");
    }

    @Test
    void allowed_uses_are_no_violations() throws IOException {
        plantPom("subtensor-client", "localnet", "test");
        plantSource("neuron", "neuron", "import io.github.bittensor4j.axon.Axon;");
        plantPom("neuron", "axon", "compile");

        assertThat(House.violations(planted)).isEmpty();
    }

    private void plantPom(String module, String uses, String scope) throws IOException {
        Files.createDirectories(planted.resolve(module));
        Files.writeString(
                planted.resolve(module).resolve("pom.xml"),
                "<project><dependencies><dependency><groupId>${project.groupId}</groupId><artifactId>bittensor4j-"
                        + uses + "</artifactId><scope>" + scope + "</scope></dependency></dependencies></project>");
    }

    private void plantSource(String module, String packageName, String line) throws IOException {
        Path folder = planted.resolve(module)
                .resolve("src/main/java/io/github/bittensor4j")
                .resolve(packageName);
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("Planted.java"), "package io.github.bittensor4j." + packageName + ";\n\n" + line + "\n");
    }
}
