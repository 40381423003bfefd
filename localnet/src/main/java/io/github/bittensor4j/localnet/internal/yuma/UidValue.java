package io.github.bittensor4j.localnet.internal.yuma;

/**
 * One stored weight or bond.
 *
 * @param uid the uid it is on
 * @param value its 16-bit value
 */
public record UidValue(int uid, int value) {}
