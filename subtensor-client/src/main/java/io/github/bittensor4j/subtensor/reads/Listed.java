package io.github.bittensor4j.subtensor.reads;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A method that the catalogue lists under its own name in snake case. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Listed {
    /** What it tells, in one sentence. */
    String value();
}
