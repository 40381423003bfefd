package io.github.bittensor4j.redis;

import io.github.bittensor4j.core.BittensorException;

/** A Redis that cannot be used as a replay store: it is not there, or it would forget. */
public class RedisReplayException extends BittensorException {
    private static final long serialVersionUID = 1L;

    RedisReplayException(String code, boolean retryable, String message, String hint) {
        super(code, retryable, message, hint);
    }

    RedisReplayException(String code, boolean retryable, String message, String hint, Throwable cause) {
        super(code, retryable, message, hint, cause);
    }
}
