package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Typed results as scripts take them: maps, lists, texts, numbers of up to 53 bits, booleans, null. */
final class PlainForm {
    private PlainForm() {}

    static @Nullable Object of(@Nullable Object value) {
        return of(value, false);
    }

    /**
     * The form of a value.
     *
     * @param raw whether it is as {@code Metadata} describes, where a {@link Long} is a number of at most 32 bits
     */
    private static @Nullable Object of(@Nullable Object value, boolean raw) {
        if (value == null || value instanceof Boolean || value instanceof Integer) {
            return value;
        }
        if (value instanceof Optional<?> optional) {
            return of(optional.orElse(null), raw);
        }
        if (value instanceof Long number) {
            return raw ? number : Long.toString(number);
        }
        if (value instanceof Tao tao) {
            return tao.decimal().toPlainString();
        }
        if (value instanceof Alpha alpha) {
            return alpha.decimal().toPlainString();
        }
        if (value instanceof AccountId account) {
            return account.ss58();
        }
        if (value instanceof Netuid netuid) {
            return netuid.value();
        }
        if (value instanceof Uid uid) {
            return uid.value();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return Answer.hex(bytes);
        }
        if (value instanceof Duration duration) {
            return BigDecimal.valueOf(duration.toMillis(), 3)
                    .stripTrailingZeros()
                    .toPlainString();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Record struct && struct.getClass().getPackage() == PlainForm.class.getPackage()) {
            return fields(struct);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            map.forEach((key, one) -> all.put(String.valueOf(of(key, true)), of(one, raw || key instanceof String)));
            return all;
        }
        if (value instanceof Iterable<?> items) {
            List<@Nullable Object> all = new ArrayList<>();
            items.forEach(item -> all.add(of(item, raw)));
            return all;
        }
        return value.toString();
    }

    private static Map<String, @Nullable Object> fields(Record struct) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (RecordComponent component : struct.getClass().getRecordComponents()) {
            try {
                all.put(snake(component.getName()), of(component.getAccessor().invoke(struct), false));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a record's accessor can be called", e);
            }
        }
        return all;
    }

    /** {@code takeU16} is {@code take_u16}, {@code returnPer1000} is {@code return_per_1000}. */
    static String snake(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])|([a-z]{2})([0-9])", "$1$3_$2$4")
                .toLowerCase(Locale.ROOT);
    }
}
