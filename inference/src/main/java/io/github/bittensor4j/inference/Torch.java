package io.github.bittensor4j.inference;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PyTorch engine, started once per JVM on first use of this class, with settings that suit a server.
 *
 * <p>Before the engine loads, these system properties are set where neither they nor their environment variable are:
 *
 * <ul>
 *   <li>{@code ai.djl.offline=true}: nothing is ever downloaded; a missing library is an error that says what to add;
 *   <li>{@code OPT_OUT_TRACKING=true}: DJL does not call home;
 *   <li>{@code ai.djl.pytorch.num_threads=1} and {@code ai.djl.pytorch.num_interop_threads=1}: parallel work comes from the predictors
 *       of a {@link PredictorPool}, not from threads inside each call.
 * </ul>
 *
 * <p>A GPU is used when the PyTorch library is a GPU build and sees one; {@link #device()} tells, and it is logged once. Thread-safe.
 */
public final class Torch {
    private static final Logger log = LoggerFactory.getLogger(Torch.class);

    /** The settings, each with the environment variable that DJL lets stand above it (or the same name when it has none). */
    private static final Map<String, String> ENVIRONMENT_OF =
            Map.of("ai.djl.offline", "DJL_OFFLINE", "OPT_OUT_TRACKING", "OPT_OUT_TRACKING");

    private static final Map<String, String> SETTINGS = Map.of(
            "ai.djl.offline", "true",
            "OPT_OUT_TRACKING", "true",
            "ai.djl.pytorch.num_threads", "1",
            "ai.djl.pytorch.num_interop_threads", "1");

    private Torch() {}

    /** Loads on first use; a holder, so that a failure to start is thrown again to whoever asks next, with its reason. */
    private static final class Started {
        private static final Started IT = new Started();

        private final DeviceChoice device;
        private final InferenceException failure;

        @SuppressWarnings("NullAway") // exactly one of the two is there, and engine() looks at failure first
        private Started() {
            DeviceChoice chosen = null;
            InferenceException failed = null;
            SETTINGS.forEach(Torch::setUnlessSet);
            try {
                Engine engine = Engine.getEngine("PyTorch");
                chosen = DeviceChoice.of(library(engine), engine.hasCapability("CUDA"), engine.getGpuCount());
                log.info("Models run on {}", chosen.describe());
            } catch (RuntimeException | LinkageError e) {
                failed = cannotStart(e);
            }
            this.device = chosen;
            this.failure = failed;
        }
    }

    /**
     * The device that models run on; starts the engine.
     *
     * @return the device and why
     * @throws InferenceException with code {@code inference.engine} when the library is missing or does not load
     */
    public static DeviceChoice device() {
        if (Started.IT.failure != null) {
            throw Started.IT.failure;
        }
        return Started.IT.device;
    }

    /**
     * A model without a block, on the chosen device; starts the engine.
     *
     * @param name the model's name
     * @return the model, which the caller closes
     * @throws InferenceException with code {@code inference.engine} when the library is missing or does not load
     */
    public static Model newModel(String name) {
        return Model.newInstance(name, device().device(), "PyTorch");
    }

    /**
     * Loads a TorchScript file, as {@code torch.jit.save} writes it, onto the chosen device; starts the engine.
     *
     * @param file the file, such as {@code model.pt}
     * @return the model, which the caller closes
     * @throws InferenceException with code {@code inference.model} when the file cannot be read as a model
     */
    public static Model load(Path file) {
        Path name = file.toAbsolutePath().getFileName();
        Path folder = file.toAbsolutePath().getParent();
        if (name == null || folder == null) {
            throw unreadable(file, "it is not a file", null);
        }
        String plain = name.toString().replaceFirst("\\.pt$", "");
        Model model = newModel(plain);
        try {
            model.load(folder, plain);
            return model;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static InferenceException unreadable(Path file, String why, @Nullable Throwable cause) {
        return new InferenceException(
                "inference.model",
                false,
                "model file " + file + ": " + why,
                "Give a TorchScript file, as torch.jit.save writes it, made for this version of PyTorch or an older one.",
                cause);
    }

    private static void setUnlessSet(String property, String value) {
        String variable = ENVIRONMENT_OF.getOrDefault(property, property);
        if (System.getProperty(property) == null && System.getenv(variable) == null) {
            System.setProperty(property, value);
        }
    }

    private static String library(Engine engine) {
        String path = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
        String flavor = Utils.getEnvOrSystemProperty("PYTORCH_FLAVOR");
        return path == null || path.isBlank()
                ? "PyTorch " + engine.getVersion() + " from the class path"
                : "PyTorch " + engine.getVersion() + (flavor == null ? "" : " (" + flavor + ")") + " from " + path;
    }

    private static InferenceException cannotStart(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        boolean missing = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") == null
                && Torch.class.getClassLoader().getResource("native/lib/pytorch.properties") == null;
        return new InferenceException(
                "inference.engine",
                false,
                "PyTorch did not start: "
                        + (missing
                                ? "its library for " + classifier() + " is not on the class path"
                                : root.getMessage()),
                "Add ai.djl.pytorch:pytorch-native-cpu with the classifier " + classifier()
                        + " to the class path, or name your own library in PYTORCH_LIBRARY_PATH (docs/gpu.md).",
                cause);
    }

    private static String classifier() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "");
        return (os.startsWith("win") ? "win" : os.startsWith("mac") ? "osx" : "linux")
                + "-"
                + (arch.equals("amd64") ? "x86_64" : arch);
    }
}
