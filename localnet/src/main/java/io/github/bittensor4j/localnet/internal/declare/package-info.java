/**
 * What the chain is made of, read from declarations: types, pallets, runtime calls; the values they describe; the metadata they make.
 *
 * <p>The declarations stand as text beside the classes ({@code declarations/*.pallet}, {@code runtime.types}, {@code runtime.apis},
 * {@code extrinsic.extensions}); {@link io.github.bittensor4j.localnet.internal.declare.Declarations} says how they are written.
 */
@NullMarked
package io.github.bittensor4j.localnet.internal.declare;

import org.jspecify.annotations.NullMarked;
