package io.github.bittensor4j.subtensor;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a node's transaction pool refused an extrinsic, by the numbers and texts of its RPC. */
final class PoolError {
    /** The runtime's own validity errors, in the order of their numbers. */
    private static final List<String> CUSTOM = List.of(
            "ColdkeyInSwapSchedule",
            "StakeAmountTooLow",
            "BalanceTooLow",
            "SubnetNotExists",
            "HotkeyAccountDoesntExist",
            "NotEnoughStakeToWithdraw",
            "RateLimitExceeded",
            "InsufficientLiquidity",
            "SlippageTooHigh",
            "TransferDisallowed",
            "HotKeyNotRegisteredInNetwork",
            "InvalidIpAddress",
            "ServingRateLimitExceeded",
            "InvalidPort",
            "ZeroMaxAmount",
            "InvalidRevealRound",
            "CommitNotFound",
            "CommitBlockNotInRevealRange",
            "InputLengthsUnequal",
            "UidNotFound",
            "EvmKeyAssociateRateLimitExceeded",
            "ColdkeySwapDisputed",
            "InvalidRealAccount",
            "FailedShieldedTxParsing",
            "InvalidShieldedTxPubKeyHash",
            "NonAssociatedColdKey",
            "DelegateTakeTooLow",
            "DelegateTakeTooHigh");

    static final String BAD_REQUEST = "Custom.BadRequest";

    /** Beginnings of what the pool says with code 1010, in lower case. */
    private static final List<Map.Entry<String, String>> INVALID = List.of(
            Map.entry("inability to pay some fees", "Invalid.Payment"),
            Map.entry("payment", "Invalid.Payment"),
            Map.entry("transaction is outdated", "Invalid.Stale"),
            Map.entry("stale", "Invalid.Stale"),
            Map.entry("transaction will be valid in the future", "Invalid.Future"),
            Map.entry("future", "Invalid.Future"),
            Map.entry("transaction has an ancient birth block", "Invalid.AncientBirthBlock"),
            Map.entry("ancientbirthblock", "Invalid.AncientBirthBlock"),
            Map.entry("transaction has a bad signature", "Invalid.BadProof"),
            Map.entry("badproof", "Invalid.BadProof"),
            Map.entry("transaction would exhaust", "Invalid.ExhaustsResources"),
            Map.entry("exhaustsresources", "Invalid.ExhaustsResources"),
            Map.entry("transaction call is not expected", "Invalid.Call"),
            Map.entry("call", "Invalid.Call"),
            Map.entry("transaction dispatch is mandatory", "Invalid.MandatoryDispatch"),
            Map.entry("invalid signing address", "Invalid.BadSigner"),
            Map.entry("badsigner", "Invalid.BadSigner"));

    private static final Map<Integer, String> BY_CODE = Map.ofEntries(
            Map.entry(1001, "Pool.BadFormat"),
            Map.entry(1002, "Pool.VerificationFailed"),
            Map.entry(1011, "Pool.UnknownValidity"),
            Map.entry(1012, "Pool.TemporarilyBanned"),
            Map.entry(1014, "Pool.PriorityTooLow"),
            Map.entry(1015, "Pool.CycleDetected"),
            Map.entry(1016, "Pool.ImmediatelyDropped"),
            Map.entry(1018, "Pool.Unactionable"),
            Map.entry(1019, "Pool.NoTags"),
            Map.entry(1020, "Pool.InvalidBlockId"),
            Map.entry(1021, "Invalid.Future"));

    /** As nodes say it that pass on the runtime's own answer: its variant, and the number that is in it. */
    private static final Pattern VARIANT = Pattern.compile("\\{\"invalid\":\\{\"(\\w+)\":(\\w+)");

    private PoolError() {}

    /** Identical bytes are in the pool already. */
    static boolean isAlreadyImported(NodeException e) {
        return e.rpcCode() == 1013;
    }

    /**
     * The node says that it did not take it: by the numbers of its pool, or because it did not even look at it. Any other error, such as that
     * of a proxy that gave up waiting, says nothing about what became of it.
     */
    static boolean isRefusal(NodeException e) {
        return e.rpcCode() >= 1000 && e.rpcCode() < 1100
                || e.rpcCode() <= -32600 && e.rpcCode() >= -32602
                || e.rpcCode() == -32700
                || e.rpcCode() == -32007
                || e.isBusy();
    }

    static String name(NodeException e) {
        if (e.isBusy()) {
            return "Node.Busy";
        }
        if (e.rpcCode() == 1010) {
            String data = e.data().isEmpty() ? e.words() : e.data();
            Matcher variant = VARIANT.matcher(data);
            if (variant.find()) {
                data = variant.group(1) + " " + variant.group(2);
            }
            String plain =
                    data.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 ]", " ").strip();
            String digits = plain.replaceAll(".*custom error\\D*(\\d{1,3}).*|.*custom\\D*(\\d{1,3}).*", "$1$2");
            if (plain.contains("custom") && !digits.isEmpty() && digits.chars().allMatch(Character::isDigit)) {
                return custom(Integer.parseInt(digits));
            }
            for (Map.Entry<String, String> one : INVALID) {
                if (plain.startsWith(one.getKey())) {
                    return one.getValue();
                }
            }
            return "Invalid.Other";
        }
        return BY_CODE.getOrDefault(e.rpcCode(), "Node." + e.rpcCode());
    }

    /** The name of what the runtime's own check answers: {@code {Invalid: Payment}}, {@code {Invalid: {Custom: 5}}} and the like. */
    static String name(Object validity) {
        if (validity instanceof Map<?, ?> map && map.size() == 1) {
            Object kind = map.keySet().iterator().next();
            Object inside = map.values().iterator().next();
            return inside instanceof Map<?, ?> deeper && deeper.get("Custom") instanceof Long number
                    ? custom(number.intValue())
                    : kind + "." + inside;
        }
        return String.valueOf(validity);
    }

    static String custom(int number) {
        if (number == 255) {
            return BAD_REQUEST;
        }
        return number < CUSTOM.size() ? "Custom." + CUSTOM.get(number) : "Custom." + number;
    }
}
