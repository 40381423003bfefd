/**
 * A language-model subnet: miners predict the next characters of a text, validators hold the true text and score by loss.
 *
 * <p>The loss of a prediction can only be low if the model knows the language, so it proves intelligence, and a validator needs no
 * model of its own to measure it. {@link io.github.bittensor4j.examples.language.Challenge} is the validator's side,
 * {@link io.github.bittensor4j.examples.language.LanguageModel} the miner's.
 */
@NullMarked
package io.github.bittensor4j.examples.language;

import org.jspecify.annotations.NullMarked;
