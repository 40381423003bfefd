/**
 * One replay store for several axons of one hotkey, in Redis. Start at {@link io.github.bittensor4j.redis.RedisReplayStore}.
 */
@NullMarked
package io.github.bittensor4j.redis;

import org.jspecify.annotations.NullMarked;
