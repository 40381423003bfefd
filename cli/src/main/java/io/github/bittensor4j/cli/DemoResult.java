package io.github.bittensor4j.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bittensor4j.cli.DemoCast.Role;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.NeuronInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the demo ended, and whether it ended as it should.
 *
 * @param netuid the subnet
 * @param block when
 * @param seconds how long it took
 * @param neurons everyone with a seat
 */
record DemoResult(Netuid netuid, long block, double seconds, List<Neuron> neurons) {
    /** Two losses closer than this, in nats a character, are no order: two noises are equally good. */
    static final double SAME_LOSS = 0.15;

    /**
     * One participant at the end.
     *
     * @param name of its wallet
     * @param role what it did
     * @param info as the chain shows it
     * @param loss the mean loss of its answers, if it was asked
     * @param earned alpha earned since the seats were taken
     */
    record Neuron(String name, Role role, NeuronInfo info, Optional<Double> loss, BigDecimal earned) {}

    List<Neuron> miners() {
        return neurons.stream().filter(n -> n.role() == Role.MINER).toList();
    }

    /** Miners by incentive, the best first. */
    List<Neuron> byIncentive() {
        return miners().stream()
                .sorted(Comparator.comparingInt((Neuron n) -> n.info().incentive())
                        .reversed())
                .toList();
    }

    /** What is not as it should be, one sentence each. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Neuron miner : miners()) {
            if (miner.loss().isEmpty()) {
                faults.add(miner.name() + " was never asked");
            }
        }
        for (Neuron better : miners()) {
            for (Neuron worse : miners()) {
                boolean ordered = better.loss().orElse(Double.NaN) + SAME_LOSS
                        < worse.loss().orElse(Double.NaN);
                if (ordered && better.info().incentive() <= worse.info().incentive()) {
                    faults.add(better.name() + " has less loss than " + worse.name() + " but not more incentive");
                }
            }
        }
        if (!clipped()) {
            faults.add("the colluder was not clipped");
        }
        return faults;
    }

    /** Whether consensus cut the colluder's weights back: an honest validator's are nearly all left, the colluder's are not. */
    boolean clipped() {
        int colluder = trust(Role.COLLUDER).get(0);
        return trust(Role.VALIDATOR).stream().allMatch(honest -> honest > colluder);
    }

    private List<Integer> trust(Role role) {
        return neurons.stream()
                .filter(n -> n.role() == role)
                .map(n -> n.info().validatorTrust())
                .toList();
    }

    boolean asItShould() {
        return faults().isEmpty();
    }

    String text() {
        Table table = new Table("uid", "who", "role", "loss", "incentive", "dividends", "trust", "earned alpha");
        for (Neuron n : neurons) {
            table.row(
                    n.info().uid(),
                    n.name(),
                    n.role().label(),
                    n.loss().map(l -> String.format("%.3f", l)).orElse(""),
                    SubnetCommands.share(n.info().incentive()),
                    SubnetCommands.share(n.info().dividends()),
                    SubnetCommands.share(n.info().validatorTrust()),
                    n.earned().toPlainString());
        }
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(String.format("After %.0f s, at block %d of subnet %s:", seconds, block, netuid));
        lines.add(table.toString());
        lines.add("");
        lines.add("Order of incentives: "
                + String.join(" > ", byIncentive().stream().map(Neuron::name).toList()));
        Neuron colluder = neurons.stream()
                .filter(n -> n.role() == Role.COLLUDER)
                .findFirst()
                .orElseThrow();
        lines.add(String.format(
                "The colluder gave all its weight to its friend; consensus left %.1f %% of it (validator trust %s).",
                100 * colluder.info().validatorTrust() / 65535.0,
                SubnetCommands.share(colluder.info().validatorTrust())));
        lines.add(
                asItShould()
                        ? "As it should be: a better model earns more, and collusion does not pay."
                        : "NOT as it should be: " + String.join("; ", faults()) + ".");
        lines.add("");
        lines.add("Next:  ./jbt localnet up                          a chain of your own, until Ctrl-C");
        lines.add("       ./jbt wallet create -w me --no-password    keys");
        lines.add("       README.md, \"A miner of your own\"           twenty lines of Java");
        return String.join(System.lineSeparator(), lines);
    }

    ObjectNode json() {
        ObjectNode node = Output.object();
        node.put("netuid", netuid.value());
        node.put("block", Long.toString(block));
        node.put("seconds", seconds);
        node.put("as_it_should", asItShould());
        ArrayNode faults = node.putArray("faults");
        faults().forEach(faults::add);
        ArrayNode all = node.putArray("neurons");
        for (Neuron n : neurons) {
            ObjectNode one = all.addObject();
            one.put("uid", n.info().uid().value());
            one.put("name", n.name());
            one.put("role", n.role().label());
            one.put("loss", n.loss().orElse(null));
            one.put("incentive_u16", n.info().incentive());
            one.put("dividends_u16", n.info().dividends());
            one.put("validator_trust_u16", n.info().validatorTrust());
            one.put("earned_alpha", n.earned().toPlainString());
        }
        return node;
    }
}
