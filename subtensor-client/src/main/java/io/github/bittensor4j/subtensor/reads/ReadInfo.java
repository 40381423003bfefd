package io.github.bittensor4j.subtensor.reads;

import java.util.List;

/**
 * One read of the catalogue.
 *
 * @param name what it is asked by, such as {@code stake_for_coldkey}
 * @param family the reader it belongs to, as {@link Reads} names it
 * @param summary what it tells
 * @param parameters what it wants to know
 */
public record ReadInfo(String name, String family, String summary, List<ReadParameter> parameters) {
    /** Copies the list. */
    public ReadInfo {
        parameters = List.copyOf(parameters);
    }
}
