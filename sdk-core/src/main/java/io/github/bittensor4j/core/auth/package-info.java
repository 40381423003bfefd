/** What is signed when one neuron calls another: the btauth/1 payload. */
@NullMarked
package io.github.bittensor4j.core.auth;

import org.jspecify.annotations.NullMarked;
