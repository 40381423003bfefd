/** Keys for TLS between neurons: what one proves itself with, and what it publishes on chain so that others know it without any CA. */
@NullMarked
package io.github.bittensor4j.core.tls;

import org.jspecify.annotations.NullMarked;
