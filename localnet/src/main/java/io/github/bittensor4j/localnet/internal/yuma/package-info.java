/**
 * The arithmetic of subnets: Yuma consensus, emission, registration price and pruning, as pure functions over values. Nothing here
 * reads or writes chain state, so each rule is tested on its own, bit for bit.
 */
@NullMarked
package io.github.bittensor4j.localnet.internal.yuma;

import org.jspecify.annotations.NullMarked;
