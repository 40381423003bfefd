package io.github.bittensor4j.localnet.internal.runtime;

import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Type;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import java.util.List;
import java.util.Map;

/** A call that failed as the chain lets calls fail: caught by whoever dispatched it, shown as the extrinsic's outcome. */
public final class DispatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Variant error;

    DispatchException(String name, Variant error) {
        super(name, null, false, false); // an expected outcome: nobody looks at its stack
        this.error = error;
    }

    /**
     * The error as the value of the declared type {@code DispatchError}.
     *
     * @return the plain value
     */
    public Variant error() {
        return error;
    }

    /**
     * The origin may not do this.
     *
     * @return the error
     */
    public static DispatchException badOrigin() {
        return new DispatchException("BadOrigin", Variant.of("BadOrigin"));
    }

    /**
     * An error of a pallet.
     *
     * @param pallet whose error
     * @param name its declared name
     * @return the error
     */
    public static DispatchException module(PalletDeclaration pallet, String name) {
        Type.Alternative error = pallet.error(name)
                .orElseThrow(
                        () -> new IllegalStateException("error " + pallet.name() + "." + name + " is not declared"));
        byte[] index = {(byte) error.index(), 0, 0, 0};
        return new DispatchException(
                pallet.name() + "." + name,
                new Variant("Module", List.of(Map.of("index", pallet.index(), "error", index))));
    }

    /**
     * The account holds something, so it can not be taken down to nothing.
     *
     * @return the error
     */
    public static DispatchException consumerRemaining() {
        return new DispatchException("ConsumerRemaining", Variant.of("ConsumerRemaining"));
    }

    /**
     * An address that names no account.
     *
     * @return the error
     */
    public static DispatchException cannotLookup() {
        return new DispatchException("CannotLookup", Variant.of("CannotLookup"));
    }

    /**
     * A rule of tokens is broken.
     *
     * @param name an alternative of {@code TokenError}, such as {@code FundsUnavailable}
     * @return the error
     */
    public static DispatchException token(String name) {
        return new DispatchException("Token." + name, Variant.of("Token", name));
    }

    /**
     * A number left its range.
     *
     * @param name an alternative of {@code ArithmeticError}, such as {@code Overflow}
     * @return the error
     */
    public static DispatchException arithmetic(String name) {
        return new DispatchException("Arithmetic." + name, Variant.of("Arithmetic", name));
    }

    /**
     * What has no other name.
     *
     * @param why for the log
     * @return the error
     */
    public static DispatchException other(String why) {
        return new DispatchException("Other: " + why, Variant.of("Other"));
    }
}
