package io.github.bittensor4j.subtensor.intents;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Where a field of an intent differs in JSON from what its name and type say. Without it a field is called by its name in snake case, with
 * {@code _ss58} behind it for an account, {@code _tao} and {@code _alpha} for an amount, and has to be there; a record's fields stand among
 * those of the intent, unless it has a name here.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface JsonField {
    /**
     * Its name, where that is another one.
     *
     * @return empty for the usual name
     */
    String name() default "";

    /**
     * What it is when it is not there, as JSON.
     *
     * @return empty when it has to be there
     */
    String otherwise() default "";

    /**
     * The field that says whose alpha an amount is.
     *
     * @return a component's name; empty for {@code netuid}, or {@code originNetuid} where there is no such
     */
    String alphaOf() default "";

    /**
     * Whether each record of a list is an array of its fields, not an object.
     *
     * @return false, unless said otherwise
     */
    boolean rows() default false;

    /**
     * The whole of which it may be given as a share: with a decimal point it is a fraction of one, without one it is a part of this.
     *
     * @return a whole number; empty for a field that is no share
     */
    String shareOf() default "";

    /**
     * Whether a missing account means the wallet's own hotkey.
     *
     * @return false, unless said otherwise
     */
    boolean ownHotkey() default false;

    /**
     * Whether the official SDK does not know the field: then it is written only when it says something: no empty value, no
     * {@code false}.
     *
     * @return false, unless said otherwise
     */
    boolean beyondSdk() default false;

    /**
     * For an intent inside of another whose name stands alone in the field: the field with its own fields.
     *
     * @return a name; empty where both stand in one object
     */
    String argumentsIn() default "";

    /**
     * Whether a text may also be a number, or true or false.
     *
     * @return false, unless said otherwise
     */
    boolean scalar() default false;
}
