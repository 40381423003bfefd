package io.github.bittensor4j.subtensor;

/** It was sent, or may have been, and no answer will come. */
final class LostException extends ChainException {
    private static final long serialVersionUID = 1L;

    LostException(String message) {
        super("chain.lost", false, message, "");
    }
}
