package io.github.bittensor4j.subtensor;

import org.jspecify.annotations.Nullable;

/** What a node is asked: a method and its parameters. */
final class Question {
    final String method;
    final @Nullable Object[] params;

    Question(String method, @Nullable Object... params) {
        this.method = method;
        this.params = params;
    }
}
