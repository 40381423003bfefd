package io.github.bittensor4j.subtensor.reads;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A parameter's name in the catalogue. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@interface Arg {
    /** As SDK 11 calls it. */
    String value();

    /** What it is when not given; nothing for a parameter that has to be given, or whose absence has a meaning of its own. */
    String otherwise() default "";
}
