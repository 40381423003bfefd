package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleException;

/**
 * A value that does not fit its type in the runtime's metadata, bytes that are not of that type, or metadata that can not be understood.
 * The message names the place inside the value.
 */
public class CodecException extends ScaleException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final String what;

    CodecException(String code, String what) {
        this(code, "", what);
    }

    private CodecException(String code, String place, String what) {
        super(code, place.isEmpty() ? what : place + ": " + what);
        this.place = place;
        this.what = what;
    }

    /** The same error, seen from one level further out. */
    CodecException at(String outer) {
        String dot = place.isEmpty() || place.startsWith("[") ? "" : ".";
        CodecException seen = new CodecException(code(), outer + dot + place, what);
        seen.setStackTrace(getStackTrace());
        return seen;
    }
}
