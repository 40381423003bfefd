/**
 * The frame that pallets stand in: calls, events, errors, hooks, runtime calls, on top of declarations and state.
 *
 * <h2>How to add something to the chain</h2>
 *
 * <ol>
 *   <li><b>A pallet</b>: declare it in {@code declarations/NAME.pallet} (the language is described at {@link
 *       io.github.bittensor4j.localnet.internal.declare.Declarations}), write a class that extends {@link
 *       io.github.bittensor4j.localnet.internal.runtime.Pallet} and add it to {@code Pallets.all}. {@code BalancesPallet} is the model.
 *   <li><b>A storage item</b>: its line stands in the declaration; in the pallet make a handle once, in a field: {@code tempo =
 *       map("Tempo", Codec.NETUID, Codec.U16)}. A handle whose codecs disagree with the declaration does not start. Use it with
 *       the state at hand: {@code tempo.get(context.state(), netuid)} answers the value or the declared default, {@code find} an
 *       Optional. Fixed-point numbers are the bits ({@code U128}), alpha is {@code U64}.
 *   <li><b>A call</b>: {@code call("set_tempo", this::setTempo)} in the constructor; {@code void setTempo(Context context, Origin
 *       origin, Arguments arguments)}. {@code origin.signed()} and {@code origin.root()} refuse others with BadOrigin; {@code
 *       arguments.u16("tempo")} and the like read by the declared name. What {@code call} returns takes {@code .free()},
 *       {@code .weight(refTime, proofSize)}, {@code .operational()}. A call that throws {@code DispatchException} leaves no trace in
 *       state and events but ExtrinsicFailed and the fee. A declared call without code is refused by its name.
 *   <li><b>An event</b>: {@code emit(context, "TempoSet", netuid, tempo)}: plain values in the order of the declared fields (see
 *       {@link io.github.bittensor4j.localnet.internal.declare.Values}).
 *   <li><b>An error</b>: {@code throw error("NotEnoughBalanceToStake")}; a name that is not declared is a bug and says so.
 *   <li><b>A constant</b>: {@code constant("InitialTempo")} answers its plain value.
 *   <li><b>A hook</b>: override {@code genesis}, {@code onInitialize}, {@code onFinalize}; pallets run in the order of their indices.
 *   <li><b>A refusal in the pool</b>: override {@code validate(state, signer, call)} to answer an {@code Invalidity}, such as
 *       {@code Invalidity.custom(6)}; it is asked again when the block is made. {@code feePayer} lets somebody else pay.
 *   <li><b>A runtime API</b>: declare it in {@code runtime.apis}; {@code api("SubnetInfoRuntimeApi", "get_metagraph", this::metagraph)};
 *       {@code Object metagraph(Context context, Arguments arguments)} answers a plain value of the declared output: {@code Map} for
 *       a struct (or {@code List} in order), {@code Optional} for an Option. What it writes is thrown away.
 *   <li><b>Another pallet</b>: pass it to the constructor and call its methods ({@code balances.transfer(...)}); dispatch a {@code
 *       Call} with {@code context.dispatch(origin, call)}; {@code context.attempt(...)} takes back what a failing part did.
 * </ol>
 */
@NullMarked
package io.github.bittensor4j.localnet.internal.runtime;

import org.jspecify.annotations.NullMarked;
