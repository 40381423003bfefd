/**
 * A DJL model behind a handler: one predictor per worker thread, dynamic batching with explicit limits, and a device that is
 * chosen once and told.
 *
 * <p>Start at {@link io.github.bittensor4j.inference.DjlHandler}. This module is an adapter, so the model and translator types of
 * DJL ({@code ai.djl}) are visible here and nowhere else.
 */
@NullMarked
package io.github.bittensor4j.inference;

import org.jspecify.annotations.NullMarked;
