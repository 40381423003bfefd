/** The vocabulary of Bittensor: values, ports and the error root. Everything here is immutable and free of I/O. */
@NullMarked
package io.github.bittensor4j.core;

import org.jspecify.annotations.NullMarked;
