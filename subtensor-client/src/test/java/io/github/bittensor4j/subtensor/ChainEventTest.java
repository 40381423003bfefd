package io.github.bittensor4j.subtensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainEventTest {
    private static final byte[] BYTES = {0, (byte) 0xab, 1};

    @Test
    void bytes_are_written_as_hex_digits_in_lists_maps_and_other_events_too() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("hash", BYTES);
        fields.put("proofs", Arrays.asList(BYTES, null, List.of(BYTES)));
        fields.put("result", Map.of("Err", Map.of("error", BYTES)));
        fields.put("some", Optional.of(BYTES));
        fields.put("inner", new ChainEvent("System", "Remarked", Map.of("0", BYTES)));
        assertThat(new ChainEvent("Proxy", "Executed", fields))
                .hasToString("ChainEvent[pallet=Proxy, name=Executed, fields={hash=0x00ab01,"
                        + " proofs=[0x00ab01, null, [0x00ab01]], result={Err={error=0x00ab01}}, some=Optional[0x00ab01],"
                        + " inner=ChainEvent[pallet=System, name=Remarked, fields={0=0x00ab01}]}]");
    }

    @Test
    void what_holds_no_bytes_is_written_as_any_record_is() {
        record Plain(String pallet, String name, Map<String, Object> fields) {}
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("amount", 5L);
        fields.put("way", List.of("a", Map.of()));
        fields.put("none", List.of());
        assertThat(new ChainEvent("Balances", "Transfer", fields))
                .hasToString("ChainEvent"
                        + new Plain("Balances", "Transfer", fields).toString().substring("Plain".length()));
    }

    @Test
    void so_are_those_of_entries_of_maps() {
        assertThat(new MapEntry(List.of(BYTES), Map.of("hash", BYTES)))
                .hasToString("MapEntry[keys=[0x00ab01], value={hash=0x00ab01}]");
    }
}
