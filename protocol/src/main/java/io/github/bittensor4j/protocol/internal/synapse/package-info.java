/**
 * The synapse protocol of SDK 7 to 10 without its transport: Python's values and their texts, message classes, headers, body hash,
 * signatures. Pure functions, no input or output.
 */
@NullMarked
package io.github.bittensor4j.protocol.internal.synapse;

import org.jspecify.annotations.NullMarked;
