/** What the project's own tests share. */
@NullMarked
package io.github.bittensor4j.testkit;

import org.jspecify.annotations.NullMarked;
