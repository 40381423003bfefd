package io.github.bittensor4j.wallet;

/** What saving a key does when its file is there already. */
public enum Overwrite {
    /** Leave it and fail: the default. */
    REFUSE,
    /** Put the new file in its place and keep the old one in the wallet's folder {@code replaced}. */
    REPLACE
}
