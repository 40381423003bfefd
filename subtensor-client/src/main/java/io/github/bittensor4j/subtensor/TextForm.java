package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import java.util.Base64;
import java.util.function.Function;

/** Extrinsics on their way between machines: a name of the form, then SCALE in base64url on one line. */
final class TextForm {
    /** Longer than any extrinsic that a chain takes. */
    private static final int LONGEST = 8 << 20;

    private TextForm() {}

    static <T> T read(String text, String format, Function<ScaleReader, T> reader) {
        String line = text.strip();
        if (line.length() <= LONGEST && line.startsWith(format)) {
            try {
                ScaleReader in = new ScaleReader(Base64.getUrlDecoder().decode(line.substring(format.length())));
                T value = reader.apply(in);
                in.end();
                return value;
            } catch (IllegalArgumentException | ScaleException e) {
                // said below
            }
        }
        throw new InvalidValueException(
                "extrinsic.text",
                "text of " + line.length() + " characters: no " + format.substring(0, format.length() - 1),
                "Copy the whole line, without breaks.");
    }
}
