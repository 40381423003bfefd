/**
 * Measurements. Build with {@code mvn -q -pl bench -am package -DskipTests}; then {@code java -jar bench/target/bench.jar} runs every
 * JMH benchmark, {@code java -jar bench/target/bench.jar Signature} those whose name matches.
 */
@NullMarked
package io.github.bittensor4j.bench;

import org.jspecify.annotations.NullMarked;
