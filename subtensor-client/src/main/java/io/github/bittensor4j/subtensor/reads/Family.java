package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.subtensor.ChainException;
import io.github.bittensor4j.subtensor.ChainState;
import java.time.DateTimeException;
import java.util.function.Function;
import java.util.function.Supplier;

/** What all families do alike: each read is of one block, and one that the runtime cannot answer says which read it was. */
abstract class Family {
    private final Supplier<ChainState> source;

    Family(Supplier<ChainState> source) {
        this.source = source;
    }

    final <T> T read(String name, Function<At, T> body) {
        try {
            return body.apply(new At(source.get()));
        } catch (ArithmeticException | DateTimeException e) {
            throw new ChainException(
                    "chain.answer",
                    false,
                    name + ": the chain tells numbers with which nothing can be reckoned: " + e.getMessage(),
                    "",
                    e);
        } catch (ChainException e) {
            if (!e.code().equals("metadata.unknown")) {
                throw e;
            }
            throw new ChainException(
                    e.code(),
                    false,
                    name + ": " + e.getMessage(),
                    "this chain's runtime cannot answer that read: it is older or newer",
                    e);
        }
    }
}
