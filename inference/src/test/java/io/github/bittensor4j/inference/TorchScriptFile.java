package io.github.bittensor4j.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a TorchScript archive of one linear layer, {@code y = x W + b}, by hand, so that a test needs no Python. */
final class TorchScriptFile {
    private static final String CODE = """
            class Net(Module):
              __parameters__ = ["weight", "bias", ]
              __buffers__ = []
              weight : Tensor
              bias : Tensor
              training : bool
              def forward(self: __torch__.Net,
                x: Tensor) -> Tensor:
                return torch.add(torch.matmul(x, self.weight), self.bias)
            """;

    private TorchScriptFile() {}

    static Path linear(Path file, float[][] weight, float[] bias) throws IOException {
        int inputs = weight.length;
        int outputs = bias.length;
        ByteBuffer weights = ByteBuffer.allocate(inputs * outputs * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : weight) {
            for (float value : row) {
                weights.putFloat(value);
            }
        }
        ByteBuffer biases = ByteBuffer.allocate(outputs * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : bias) {
            biases.putFloat(value);
        }
        Pickle object =
                new Pickle().global("__torch__", "Net").op(')').op(0x81).op('}').op('(');
        object.text("weight").tensor("0", inputs, outputs);
        object.text("bias").tensor("1", outputs);
        object.text("training").op(0x89).op('u').op('b').op('.');
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "net/version", "3\n".getBytes(StandardCharsets.US_ASCII));
            entry(zip, "net/data.pkl", object.bytes());
            entry(zip, "net/constants.pkl", new Pickle().op(')').op('.').bytes());
            entry(zip, "net/code/__torch__.py", CODE.getBytes(StandardCharsets.US_ASCII));
            entry(zip, "net/data/0", weights.array());
            entry(zip, "net/data/1", biases.array());
        }
        return file;
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** The few operations of Python's pickle protocol 2 that a module with tensors needs. */
    private static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        private Pickle() {
            op(0x80).op(2);
        }

        private Pickle op(int code) {
            out.write(code);
            return this;
        }

        private Pickle global(String module, String name) {
            out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        private Pickle text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return op('X').number(bytes.length).raw(bytes);
        }

        private Pickle integer(int value) {
            return op('J').number(value);
        }

        private Pickle number(int value) {
            return raw(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        private Pickle raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        private void tensor(String storage, int... shape) {
            int elements = 1;
            for (int size : shape) {
                elements *= size;
            }
            global("torch._utils", "_rebuild_tensor_v2").op('(');
            op('(').text("storage")
                    .global("torch", "FloatStorage")
                    .text(storage)
                    .text("cpu");
            integer(elements).op('t').op('Q').integer(0).op('(');
            for (int size : shape) {
                integer(size);
            }
            op('t').op('(');
            int stride = elements;
            for (int size : shape) {
                stride /= size;
                integer(stride);
            }
            op('t').op(0x89)
                    .global("collections", "OrderedDict")
                    .op(')')
                    .op('R')
                    .op('t')
                    .op('R');
        }

        private byte[] bytes() {
            return out.toByteArray();
        }
    }
}
