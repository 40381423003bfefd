package io.github.bittensor4j.dendrite;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An outcome as the Python SDK 7 to 10 would have left it in {@code synapse.dendrite.status_code} and {@code status_message}, for validators
 * whose scoring was written for these. By category: Python tells some kinds of broken connections and answers apart that are one here.
 *
 * @param code 200; an axon's own status; 408 when the time was up, 503 when nobody was reached, 422 when what came is no answer
 * @param message in Python's words
 */
public record SynapseStatus(int code, String message) {
    private static final Pattern AXONS_OWN = Pattern.compile("(?:synapse|http)\\.([1-9][0-9]{2})");

    /**
     * The status of an outcome.
     *
     * @param outcome what came of asking
     * @param synapse what was asked
     * @param timeout how long it might take
     * @return the status
     */
    public static SynapseStatus of(QueryOutcome<?> outcome, String synapse, Duration timeout) {
        String where = outcome.target().endpoint() + "/" + synapse;
        if (outcome instanceof QueryOutcome.Answered<?>) {
            return new SynapseStatus(200, "Success");
        }
        if (outcome instanceof QueryOutcome.TimedOut<?>) {
            return new SynapseStatus(408, "Request timeout after " + timeout.toNanos() / 1e9 + " seconds");
        }
        if (outcome instanceof QueryOutcome.Unreachable<?>) {
            return new SynapseStatus(503, "Service unavailable at " + where);
        }
        if (outcome instanceof QueryOutcome.Refused<?> refused) {
            Matcher own = AXONS_OWN.matcher(refused.code());
            return new SynapseStatus(
                    own.matches() ? Integer.parseInt(own.group(1)) : of(refused.code()), refused.message());
        }
        return new SynapseStatus(422, "Failed to parse response: " + ((QueryOutcome.Invalid<?>) outcome).reason());
    }

    /** What an axon of ours would have answered in that dialect. */
    private static int of(String code) {
        return code.startsWith("auth.")
                ? 401
                : code.startsWith("access.") ? 403 : code.equals("call.unknown") ? 404 : 500;
    }
}
