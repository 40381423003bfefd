package io.github.bittensor4j.subtensor;

/** What a runtime says about itself: its pallets, calls, storage, events, errors, constants, runtime calls and types. Immutable. */
public final class Metadata {
    private final byte[] bytes;

    private Metadata(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads metadata of version 14, 15 or 16.
     *
     * @param bytes as {@code state_getMetadata} or {@code Metadata_metadata_at_version} give them
     * @return the metadata
     */
    public static Metadata parse(byte[] bytes) {
        return new Metadata(bytes.clone());
    }

    /**
     * The bytes again.
     *
     * @return what {@link #parse} read
     */
    public byte[] encode() {
        return bytes.clone();
    }
}
