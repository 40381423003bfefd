package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.Call;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The settings of a subnet that its owner may change. */
public final class Hyperparameters {
    private static final String ADMIN = "AdminUtils";
    private static final BigInteger FIXED_ONE = BigInteger.ONE.shiftLeft(64);

    private Hyperparameters() {}

    /** How a setting is written by people; the chain keeps whole numbers. */
    private enum Unit {
        /** A share of one, of 65535. */
        SHARE(BigInteger.valueOf(0xffff), true),
        /** A share of one, of 2^64 - 1. */
        LONG_SHARE(FIXED_ONE.subtract(BigInteger.ONE), true),
        /** A share of one, of a million. */
        MILLIONTHS(BigInteger.valueOf(1_000_000), true),
        /** TAO, kept in rao. */
        TAO(BigInteger.valueOf(1_000_000_000), false),
        /** A number with 64 bits behind the point. */
        FIXED(FIXED_ONE, false),
        /** Whole: blocks, epochs, how many. */
        WHOLE(BigInteger.ONE, false),
        /** True or false. */
        FLAG(BigInteger.ONE, false),
        /** Yuma or Null. */
        MODE(BigInteger.ONE, false);

        private final BigInteger one;
        private final boolean share;

        Unit(BigInteger one, boolean share) {
            this.one = one;
            this.share = share;
        }
    }

    /** The settings by the official names, which are those of the constants in small letters. */
    private enum Setting {
        ACTIVITY_CUTOFF_FACTOR("activity_cutoff_factor", "factor_milli", Unit.WHOLE),
        ADJUSTMENT_ALPHA("adjustment_alpha", "adjustment_alpha", Unit.LONG_SHARE),
        ALPHA_HIGH("alpha_values", "alpha_high", Unit.SHARE),
        ALPHA_LOW("alpha_values", "alpha_low", Unit.SHARE),
        ALPHA_SIGMOID_STEEPNESS("alpha_sigmoid_steepness", "steepness", Unit.WHOLE),
        BONDS_MOVING_AVG("bonds_moving_average", "bonds_moving_average", Unit.MILLIONTHS),
        BONDS_PENALTY("bonds_penalty", "bonds_penalty", Unit.SHARE),
        BONDS_RESET_ENABLED("bonds_reset_enabled", "enabled", Unit.FLAG),
        BURN_HALF_LIFE("burn_half_life", "burn_half_life", Unit.WHOLE),
        BURN_INCREASE_MULT("burn_increase_mult", "burn_increase_mult", Unit.FIXED),
        COLLATERAL_DRAIN_RATIO("collateral_drain_ratio", "drain_ratio", Unit.FIXED),
        COLLATERAL_LOCK_SHARE("collateral_lock_share", "lock_share", Unit.SHARE),
        COMMIT_REVEAL_PERIOD("commit_reveal_weights_interval", "interval", Unit.WHOLE),
        COMMIT_REVEAL_WEIGHTS_ENABLED("commit_reveal_weights_enabled", "enabled", Unit.FLAG),
        EPOCH_CONSENSUS("epoch_consensus", "mode", Unit.MODE),
        IMMUNITY_PERIOD("immunity_period", "immunity_period", Unit.WHOLE),
        LIQUID_ALPHA_ENABLED("liquid_alpha_enabled", "enabled", Unit.FLAG),
        MAX_ALLOWED_UIDS("max_allowed_uids", "max_allowed_uids", Unit.WHOLE),
        MAX_BURN("max_burn", "max_burn", Unit.TAO),
        MAX_DIFFICULTY("max_difficulty", "max_difficulty", Unit.WHOLE),
        MIN_ALLOWED_WEIGHTS("min_allowed_weights", "min_allowed_weights", Unit.WHOLE),
        MIN_BURN("min_burn", "min_burn", Unit.TAO),
        MIN_CHILDKEY_TAKE("min_childkey_take_per_subnet", "take", Unit.SHARE),
        NETWORK_POW_REGISTRATION_ALLOWED("network_pow_registration_allowed", "registration_allowed", Unit.FLAG),
        OWNER_CUT_AUTO_LOCK_ENABLED("owner_cut_auto_lock_enabled", "enabled", Unit.FLAG),
        OWNER_CUT_ENABLED("owner_cut_enabled", "enabled", Unit.FLAG),
        OWNER_IMMUNE_NEURON_LIMIT("owner_immune_neuron_limit", "immune_neurons", Unit.WHOLE),
        REGISTRATION_ALLOWED("network_registration_allowed", "registration_allowed", Unit.FLAG),
        RHO("rho", "rho", Unit.WHOLE),
        SERVING_RATE_LIMIT("serving_rate_limit", "serving_rate_limit", Unit.WHOLE),
        TEMPO("tempo", "tempo", Unit.WHOLE),
        TRANSFERS_ENABLED("toggle_transfer", "toggle", Unit.FLAG),
        WEIGHTS_VERSION("weights_version_key", "weights_version_key", Unit.WHOLE),
        YUMA3_ENABLED("yuma3_enabled", "enabled", Unit.FLAG);

        private final String setter;
        private final String argument;
        private final Unit unit;

        Setting(String setter, String argument, Unit unit) {
            this.setter = "sudo_set_" + setter;
            this.argument = argument;
            this.unit = unit;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Setting of(String name) {
            for (Setting setting : values()) {
                if (setting.label().equals(name)) {
                    return setting;
                }
            }
            throw new InvalidValueException(
                    "hyperparameter.name",
                    "name: \"" + name + "\" (expected: one of " + names() + ")",
                    "Others are the chain's root's: make them as a raw call.");
        }

        /** The number that the chain keeps, as text; the name of a mode. */
        String raw(String value) {
            String text = value.strip();
            if (unit == Unit.MODE) {
                if (text.equals("Yuma") || text.equals("Null")) {
                    return text;
                }
                throw bad(value, "Yuma or Null");
            }
            if (unit == Unit.FLAG) {
                return switch (text.toLowerCase(Locale.ROOT)) {
                    case "true", "1" -> "1";
                    case "false", "0" -> "0";
                    default -> throw bad(value, "true or false");
                };
            }
            if (text.matches("[+-]?\\d{1,40}")) {
                return within(new BigInteger(text), value).toString();
            }
            if (!text.matches("[+-]?\\d{1,40}(\\.\\d{1,40})?([eE][+-]?\\d{1,2})?")) {
                throw bad(value, "a number");
            }
            BigDecimal raw = new BigDecimal(text).multiply(new BigDecimal(unit.one));
            if (unit == Unit.WHOLE && raw.stripTrailingZeros().scale() > 0) {
                throw bad(value, "a whole number");
            }
            return within(raw.setScale(0, RoundingMode.HALF_EVEN).toBigInteger(), value)
                    .toString();
        }

        private BigInteger within(BigInteger raw, String value) {
            boolean signed = this == ALPHA_SIGMOID_STEEPNESS;
            if ((raw.signum() < 0 && !signed) || (unit.share && raw.compareTo(unit.one) > 0)) {
                throw bad(
                        value,
                        unit.share
                                ? "a share with a decimal point, 0.0 to 1.0, or a whole number from 0 to " + unit.one
                                : "0 or more");
            }
            return raw;
        }

        private InvalidValueException bad(String value, String expected) {
            return new InvalidValueException(
                    "hyperparameter.value", label() + ": \"" + value + "\" (expected: " + expected + ")", "");
        }
    }

    /**
     * The settings that {@link SetHyperparameter} takes.
     *
     * @return their names, ascending
     */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            names.add(setting.label());
        }
        return List.copyOf(names);
    }

    /**
     * Changes a setting of a subnet.
     *
     * @param netuid the subnet
     * @param name one of {@link Hyperparameters#names()}
     * @param value a whole number as the chain keeps it; or, with a decimal point, as people write it: a share of one, TAO, a factor; {@code
     *     true} or {@code false}; {@code Yuma} or {@code Null}. Kept as the chain's number
     */
    @Operation(value = "changes a setting of a subnet", right = Operation.Right.SUBNET_OWNER)
    public record SetHyperparameter(
            Netuid netuid,
            String name,
            @JsonField(scalar = true) String value) implements Intent {
        /** Checks name and value. */
        public SetHyperparameter {
            value = Setting.of(name).raw(value);
        }

        @Override
        public Draft draft(Planning planning) {
            Setting setting = Setting.of(name);
            Draft draft = Draft.of(call(planning, setting))
                    .on(netuid)
                    .effect("sets " + name + " of subnet " + netuid + " to " + value);
            return planning.waiting(draft, windows -> windows.earliestHyperparameter(netuid, name));
        }

        private Call call(Planning planning, Setting setting) {
            if (setting == Setting.ALPHA_LOW || setting == Setting.ALPHA_HIGH) {
                List<?> pair = (List<?>) planning.stored("AlphaValues", netuid).orElse(List.of(0L, 0L));
                boolean low = setting == Setting.ALPHA_LOW;
                return Call.of(
                        ADMIN,
                        setting.setter,
                        "netuid",
                        netuid,
                        "alpha_low",
                        low ? new BigInteger(value) : pair.get(0),
                        "alpha_high",
                        low ? pair.get(1) : new BigInteger(value));
            }
            return Call.of(ADMIN, setting.setter, "netuid", netuid, setting.argument, argument(setting));
        }

        private Object argument(Setting setting) {
            return switch (setting.unit) {
                case MODE -> value;
                case FLAG -> value.equals("1");
                case FIXED -> Map.of("bits", new BigInteger(value));
                default -> new BigInteger(value);
            };
        }
    }
}
