package io.github.bittensor4j.localnet.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static StorageKey key(int... bytes) {
        byte[] key = new byte[bytes.length];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) bytes[i];
        }
        return StorageKey.of(key);
    }

    private static Map<StorageKey, Optional<byte[]>> set(StorageKey key, int value) {
        return Map.of(key, Optional.of(new byte[] {(byte) value}));
    }

    private static List<String> scan(Snapshot snapshot, StorageKey prefix) {
        List<String> found = new ArrayList<>();
        snapshot.scan(prefix, prefix, (key, value) -> found.add(key + "=" + value[0]));
        return found;
    }

    @Test
    void every_kept_block_answers_as_a_plain_map_of_its_time_would() {
        Random random = new Random(7);
        History history = new History(20);
        List<TreeMap<StorageKey, Byte>> model = new ArrayList<>();
        TreeMap<StorageKey, Byte> now = new TreeMap<>();
        for (int block = 0; block < 300; block++) {
            Map<StorageKey, Optional<byte[]>> changes = new TreeMap<>();
            for (int i = 0; i < 5; i++) {
                StorageKey key = key(random.nextInt(3), 200 + random.nextInt(8));
                if (random.nextInt(3) == 0) {
                    changes.put(key, Optional.empty());
                    now.remove(key);
                } else {
                    byte value = (byte) random.nextInt(100);
                    changes.put(key, Optional.of(new byte[] {value}));
                    now.put(key, value);
                }
            }
            history.commit(block, changes);
            model.add(new TreeMap<>(now));
            for (int back = Math.max(0, block - 19); back <= block; back++) {
                Snapshot snapshot = history.at(back).orElseThrow();
                List<String> expected = new ArrayList<>();
                model.get(back).forEach((key, value) -> expected.add(key + "=" + value));
                assertThat(scan(snapshot, key())).isEqualTo(expected);
            }
            assertThat(history.at(block + 1)).isEmpty();
            assertThat(history.at(block - 20)).isEmpty();
        }
    }

    @Test
    void a_layer_that_is_taken_back_leaves_no_trace_and_one_that_is_kept_all_of_it() {
        History history = new History(1);
        history.commit(0, set(key(1, 1), 1));
        State state = new State(history.at(0).orElseThrow());
        state.begin();
        state.put(key(1, 2), new byte[] {2});
        state.begin();
        state.remove(key(1, 1));
        assertThat(state.get(key(1, 1))).isEmpty();
        state.rollback();
        assertThat(state.get(key(1, 1))).isPresent();
        state.commit();
        List<String> seen = new ArrayList<>();
        state.scan(key(1), (key, value) -> seen.add(key.toString()));
        assertThat(seen).containsExactly("0x0101", "0x0102");
        assertThat(state.changes()).hasSize(1);
    }
}
