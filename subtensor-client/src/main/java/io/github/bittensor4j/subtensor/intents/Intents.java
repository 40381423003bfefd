package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.subtensor.ChainException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All intents by name, and their JSON. */
public final class Intents {
    /** The classes that hold the intents. */
    private static final List<Class<?>> FAMILIES = List.of(
            Associations.class, //
            Baskets.class,
            Batches.class,
            Children.class,
            ColdkeySwaps.class,
            Collateral.class,
            Crowdloans.class,
            Evm.class,
            Governance.class,
            Hyperparameters.class,
            Identities.class,
            Leasing.class,
            Locks.class,
            Multisigs.class,
            Proxies.class,
            Registration.class,
            Serving.class,
            Staking.class,
            Transfers.class,
            Weights.class);

    private static final Map<String, Entry> BY_OP = FAMILIES.stream()
            .flatMap(family -> Arrays.stream(family.getDeclaredClasses())
                    .filter(type -> type.isAnnotationPresent(Operation.class))
                    .map(type -> entry(family, type.asSubclass(Intent.class))))
            .collect(Collectors.toUnmodifiableMap(Entry::op, entry -> entry));

    private Intents() {}

    /**
     * One intent of the catalogue.
     *
     * @param op its name
     * @param family which class holds it, such as {@code Staking}
     * @param summary what it does, in one sentence
     * @param signer which key signs
     * @param right whom the chain lets do it
     * @param fields its fields in JSON, in order, each with what it takes; those that may be missing end in {@code ?}
     * @param type its record
     */
    public record Entry(
            String op,
            String family,
            String summary,
            Operation.Key signer,
            Operation.Right right,
            List<String> fields,
            Class<? extends Intent> type) {
        /** Copies the fields. */
        public Entry {
            fields = List.copyOf(fields);
        }
    }

    private static Entry entry(Class<?> family, Class<? extends Intent> type) {
        Operation operation = operation(type);
        return new Entry(
                nameOf(type),
                family.getSimpleName(),
                operation.value(),
                operation.signer(),
                operation.right(),
                IntentJson.describe(type),
                type);
    }

    /**
     * All intents.
     *
     * @return by family, then by name
     */
    public static List<Entry> catalogue() {
        return BY_OP.values().stream()
                .sorted(Comparator.comparing(Entry::family).thenComparing(Entry::op))
                .toList();
    }

    /**
     * An intent from JSON.
     *
     * @param json an object with its name as {@code op}, and its fields
     * @return the intent
     * @throws InvalidValueException when the text is no such object, a field is missing, unknown or breaks its rule
     */
    public static Intent fromJson(String json) {
        return IntentJson.read(json, Optional.empty());
    }

    /**
     * An intent from JSON, where a missing hotkey means a wallet's own. The official SDK leaves that out by default.
     *
     * @param json an object with its name as {@code op}, and its fields
     * @param ownHotkey the wallet's
     * @return the intent, which names the hotkey
     * @throws InvalidValueException when the text is no such object, a field is missing, unknown or breaks its rule
     */
    public static Intent fromJson(String json, AccountId ownHotkey) {
        return IntentJson.read(json, Optional.of(ownHotkey));
    }

    /**
     * An intent as JSON that {@link #fromJson(String)} reads, and so does the official SDK. Amounts are texts, so that nothing of them is
     * lost.
     *
     * @param intent one of the catalogue
     * @return one object, in one line
     */
    public static String toJson(Intent intent) {
        return IntentJson.write(intent).toString();
    }

    static ChainException unknown(String op, String what) {
        return new ChainException(
                "metadata.unknown",
                false,
                op + ": this runtime has no " + what + ", which it needs",
                "this chain's runtime is older or newer than what offers it");
    }

    static boolean isKnown(Intent intent) {
        return BY_OP.containsKey(intent.op());
    }

    static Entry byOp(String op) {
        Entry entry = BY_OP.get(op);
        if (entry == null) {
            throw new InvalidValueException(
                    "intent.op",
                    "op: \"" + op + "\" (expected: an intent of the catalogue)",
                    "jbt plan (Intents.catalogue()) lists them.");
        }
        return entry;
    }

    static String nameOf(Class<?> type) {
        return snake(type.getSimpleName());
    }

    static String snake(String camel) {
        return camel.replaceAll("(?<=.)(?=[A-Z])|(?<=[a-z])(?=[0-9])", "_").toLowerCase(Locale.ROOT);
    }

    static Operation operation(Class<?> type) {
        Operation operation = type.getAnnotation(Operation.class);
        if (operation == null) {
            throw new IllegalStateException(type + " has no @Operation");
        }
        return operation;
    }
}
