package io.github.bittensor4j.subtensor.intents;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says what an {@link Intent} is for; the catalogue and the documentation are made of it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Operation {
    /** Which of a wallet's keys signs. */
    enum Key {
        /** The key that owns the money. */
        COLDKEY,
        /** The key of a neuron. */
        HOTKEY
    }

    /** Whom the chain lets do it. */
    enum Right {
        /** Any account that signs, as far as the call itself allows. */
        SIGNED,
        /** The owner of the subnet. */
        SUBNET_OWNER,
        /** The chain's root: the call is wrapped in {@code Sudo.sudo}, to be signed by the sudo key. */
        ROOT
    }

    /**
     * What it does, in one sentence without a full stop.
     *
     * @return such as {@code sends TAO}
     */
    String value();

    /**
     * Which key signs.
     *
     * @return the coldkey, unless said otherwise
     */
    Key signer() default Key.COLDKEY;

    /**
     * Whom the chain lets do it.
     *
     * @return any signed account, unless said otherwise
     */
    Right right() default Right.SIGNED;
}
