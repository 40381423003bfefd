package io.github.bittensor4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.util.Utils;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchTest {
    @TempDir
    Path folder;

    @Test
    void the_engine_starts_offline_without_telemetry_and_with_one_thread_for_each_call() {
        assertThat(Torch.device().describe()).contains("PyTorch");

        assertThat(Utils.isOfflineMode()).isTrue();
        assertThat(Utils.getEnvOrSystemProperty("OPT_OUT_TRACKING")).isEqualTo("true");
        assertThat(System.getProperty("ai.djl.pytorch.num_threads")).isEqualTo("1");
        assertThat(System.getProperty("ai.djl.pytorch.num_interop_threads")).isEqualTo("1");
    }

    @Test
    void a_cpu_build_runs_on_the_cpu_and_says_so() {
        DeviceChoice choice = DeviceChoice.of("PyTorch 2.7.1 from the class path", false, 0);

        assertThat(choice.device()).isEqualTo(Device.cpu());
        assertThat(choice.describe()).isEqualTo("CPU: PyTorch 2.7.1 from the class path is a CPU build");
    }

    @Test
    void a_gpu_build_without_a_gpu_runs_on_the_cpu_and_says_where_to_look() {
        DeviceChoice choice = DeviceChoice.of("PyTorch 2.7.1 (cu128) from /opt/libtorch/lib", true, 0);

        assertThat(choice.device()).isEqualTo(Device.cpu());
        assertThat(choice.describe()).startsWith("CPU: ").contains("cu128", "sees no GPU", "nvidia-smi");
    }

    @Test
    void a_gpu_build_with_a_gpu_runs_on_it() {
        DeviceChoice choice = DeviceChoice.of("PyTorch 2.7.1 (cu128) from /opt/libtorch/lib", true, 1);

        assertThat(choice.device()).isEqualTo(Device.gpu(0));
        assertThat(choice.describe()).startsWith("GPU 0: ").endsWith("sees 1 GPU");
    }

    @Test
    void a_torchscript_file_is_loaded_and_predicts() throws Exception {
        Path file = TorchScriptFile.linear(
                folder.resolve("linear.pt"), new float[][] {{1, 10}, {2, 20}, {3, 30}}, new float[] {0.5f, -0.5f});

        try (Model model = Torch.load(file);
                PredictorPool<float[], float[]> pool = PredictorPool.builder(model, FloatRows.of(3))
                        .predictors(1)
                        .open()) {
            assertThat(pool.predict(new float[] {1, 1, 2}, Duration.ofSeconds(30)))
                    .containsExactly(9.5f, 89.5f);
        }
    }

    @Test
    void a_file_that_is_no_model_is_named_in_the_error() throws Exception {
        Path file = Files.writeString(folder.resolve("readme.pt"), "not a model");

        for (Path bad : new Path[] {file, folder.resolve("missing.pt"), Path.of("/")}) {
            assertThatExceptionOfType(InferenceException.class)
                    .isThrownBy(() -> Torch.load(bad))
                    .withMessageContaining(bad.toString())
                    .satisfies(e -> assertThat(e.code()).isEqualTo("inference.model"));
        }
    }

    @Test
    void without_its_library_the_error_names_the_jar_to_add() throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("pytorch-native"))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder jvm = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "-DDJL_CACHE_DIR=" + folder,
                WithoutLibrary.class.getName());
        jvm.environment().remove("PYTORCH_LIBRARY_PATH");
        Process process = jvm.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(3);
        assertThat(said)
                .contains("inference.engine: PyTorch did not start: its library for ", " is not on the class path")
                .contains("Add ai.djl.pytorch:pytorch-native-cpu with the classifier ");
    }

    /** What runs in a JVM of its own. */
    static final class WithoutLibrary {
        public static void main(String[] args) {
            try {
                Torch.device();
            } catch (InferenceException e) {
                System.out.println(e.code() + ": " + e.getMessage() + "\n" + e.hint());
                System.exit(3);
            }
        }
    }
}
