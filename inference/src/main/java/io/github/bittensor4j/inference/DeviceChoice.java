package io.github.bittensor4j.inference;

import ai.djl.Device;

/**
 * The device that models run on, and why that one.
 *
 * @param device the device, as DJL names it
 * @param reason why, a clause such as {@code the PyTorch 2.7.1 build on the class path is for the CPU}
 */
public record DeviceChoice(Device device, String reason) {

    /** Decides from what is known of the library: a GPU needs both a build that can use one and one that is there. */
    static DeviceChoice of(String library, boolean gpuBuild, int gpus) {
        if (!gpuBuild) {
            return new DeviceChoice(Device.cpu(), library + " is a CPU build");
        }
        if (gpus == 0) {
            return new DeviceChoice(
                    Device.cpu(),
                    library + " is a GPU build, but it sees no GPU here (check the driver with nvidia-smi)");
        }
        return new DeviceChoice(
                Device.gpu(0), library + " is a GPU build and sees " + gpus + " GPU" + (gpus == 1 ? "" : "s"));
    }

    /**
     * The choice in one line, for people.
     *
     * @return such as {@code CPU: PyTorch 2.7.1 (cpu) from the class path is a CPU build}
     */
    public String describe() {
        return (device.isGpu() ? "GPU " + device.getDeviceId() : "CPU") + ": " + reason;
    }
}
