package io.github.bittensor4j.localnet.internal.state;

import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.localnet.internal.declare.PalletDeclaration;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** What all handles share: where the item's values stand, and how one is read and written. */
final class Slot<T> {
    private final String name;
    private final PalletDeclaration.Item item;
    private final List<Codec<?>> keys;
    private final Codec<T> codec;
    private final StorageKey prefix;

    Slot(PalletDeclaration pallet, String itemName, List<Codec<?>> keys, Codec<T> codec) {
        this.name = pallet.name() + "." + itemName;
        PalletDeclaration.Item declared = pallet.storage().get(itemName);
        if (declared == null) {
            throw new IllegalStateException("storage item " + name + " is not declared");
        }
        this.item = declared;
        this.keys = keys;
        this.codec = codec;
        if (keys.size() != item.keys().size()) {
            throw new IllegalStateException(name + " has " + item.keys().size() + " keys, not " + keys.size());
        }
        for (int i = 0; i < keys.size(); i++) {
            agree("key " + i, keys.get(i), Codec.shape(item.keys().get(i).type()));
        }
        agree("value", codec, Codec.shape(item.value()));
        this.prefix = StorageKey.of(Hashes.twox128(pallet.name().getBytes(StandardCharsets.UTF_8)))
                .plus(Hashes.twox128(itemName.getBytes(StandardCharsets.UTF_8)));
    }

    private void agree(String what, Codec<?> code, String declared) {
        if (!code.shape().equals(declared)) {
            throw new IllegalStateException(
                    name + ": its " + what + " is declared as " + declared + ", used as " + code.shape());
        }
    }

    StorageKey prefix() {
        return prefix;
    }

    /** The key below another by one more key of the map. */
    <K> StorageKey below(StorageKey parent, int position, Codec<K> keyCodec, K key) {
        byte[] bytes = keyCodec.encode(key);
        return switch (item.keys().get(position).hasher()) {
            case IDENTITY -> parent.plus(bytes);
            case TWOX64_CONCAT -> parent.plus(Hashes.twox64(bytes)).plus(bytes);
            case BLAKE2_128_CONCAT -> parent.plus(Hashes.blake2b128(bytes)).plus(bytes);
        };
    }

    /** A reader of the keys in a full storage key, behind what is known of it. */
    ScaleReader keysBehind(StorageKey known, StorageKey full) {
        return new ScaleReader(full.bytes(), known.bytes().length, full.bytes().length);
    }

    /** The key at a position, its hash skipped. */
    <K> K key(ScaleReader in, int position, Codec<K> keyCodec) {
        switch (item.keys().get(position).hasher()) {
            case IDENTITY -> {}
            case TWOX64_CONCAT -> in.raw(8);
            case BLAKE2_128_CONCAT -> in.raw(16);
        }
        return keyCodec.read(in);
    }

    T value(byte[] bytes) {
        return codec.decode(bytes);
    }

    Optional<T> find(State state, StorageKey key) {
        return state.get(key).map(codec::decode);
    }

    T get(State state, StorageKey key) {
        byte[] bytes = state.get(key)
                .or(item::fallback)
                .orElseThrow(() -> new NoSuchElementException(name + " has no value at " + key));
        return codec.decode(bytes);
    }

    void put(State state, StorageKey key, T value) {
        state.put(key, codec.encode(value));
    }

    void clear(State state, StorageKey below) {
        state.scan(below, (key, value) -> state.remove(key));
    }

    @Override
    public String toString() {
        return name + keys.stream().map(Codec::shape).toList();
    }
}
