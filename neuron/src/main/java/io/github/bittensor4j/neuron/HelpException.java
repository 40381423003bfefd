package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.BittensorException;

/**
 * Somebody asked with {@code --help} which options there are. Nothing went wrong; the message is the whole answer, which {@link ExitStatus}
 * prints on standard output.
 */
public final class HelpException extends BittensorException {
    private static final long serialVersionUID = 1L;

    /**
     * An answer of a program's own, for one that has more options than {@link NeuronConfig}.
     *
     * @param usage the text, such as {@link NeuronConfig#usage()} and the lines for the program's own options
     */
    public HelpException(String usage) {
        super("config.help", false, usage, "");
    }

    /** No stack trace: this is an answer. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
