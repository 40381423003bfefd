package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.InvalidValueException;

/** A setting that was typed wrongly or is missing. The message is one line that names the flag, the value and what was expected. */
public final class ConfigException extends InvalidValueException {
    private static final long serialVersionUID = 1L;

    ConfigException(String setting, String message, String hint) {
        super("config." + setting, message, hint);
    }

    /** No stack trace: the mistake is in what was typed, and one line on the terminal says it better than thirty. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
