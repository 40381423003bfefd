package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.Call;
import io.github.bittensor4j.subtensor.Calls;
import io.github.bittensor4j.subtensor.ProofOfWork;
import io.github.bittensor4j.subtensor.reads.Windows;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Getting a seat, creating and starting a subnet, changing a hotkey. */
public final class Registration {
    /** What 100 % is where the chain counts a share in 16 bits. */
    private static final BigInteger WHOLE = BigInteger.valueOf(0xffff);

    /** A seal's length. */
    private static final int SEAL = 32;

    /** How many blocks old a work's block may be when it is included. */
    private static final int OLDEST_WORK = 5;

    private Registration() {}

    /**
     * Registers a hotkey on a subnet for the price of the moment.
     *
     * @param netuid the subnet; not root
     * @param hotkey who gets the seat
     * @param maxCost the most that is paid; empty for whatever it costs when it is done. With it the spending is known, so that a policy with
     *     a limit allows it
     */
    @Operation("registers a hotkey on a subnet for its price")
    public record BurnedRegister(
            Netuid netuid,
            @JsonField(ownHotkey = true) AccountId hotkey,
            @JsonField(beyondSdk = true) Optional<Tao> maxCost)
            implements Intent {
        /**
         * Registers for whatever it costs.
         *
         * @param netuid the subnet
         * @param hotkey who gets the seat
         */
        public BurnedRegister(Netuid netuid, AccountId hotkey) {
            this(netuid, hotkey, Optional.empty());
        }

        @Override
        public Draft draft(Planning planning) {
            Draft draft = maxCost.map(most -> Draft.of(Planning.call(
                                    "register_limit", "netuid", netuid, "hotkey", hotkey, "limit_price", most))
                            .spends(most))
                    .orElseGet(() -> Draft.of(Planning.call("burned_register", "netuid", netuid, "hotkey", hotkey))
                            .spendsUnbounded())
                    .on(netuid)
                    .adviseShield()
                    .effect("registers " + hotkey + " on subnet " + netuid);
            return priced(draft, planning);
        }

        private Draft priced(Draft draft, Planning planning) {
            Tao price = Tao.ofRao(planning.number("Burn", netuid));
            Tao locked = Tao.ofRao(planning.number("CollateralLockShare", netuid)
                    .multiply(planning.number("Burn", netuid))
                    .divide(WHOLE));
            Draft told = draft.effect("costs " + price + " at block "
                    + planning.block().number()
                    + (locked.isZero() ? "" : ", of which " + locked + " stay locked as collateral"));
            return maxCost.filter(most -> price.compareTo(most) > 0).isPresent()
                    ? told.obstacle("it costs " + price + ", more than the most of " + maxCost.orElseThrow())
                    : told;
        }
    }

    /**
     * How the official command line mines a seal anew when one is out of date. Kept for it; nothing is mined here.
     *
     * @param miningWorkers how many at once
     * @param miningTimeout for how many seconds
     * @param miningBackend {@code auto}, {@code gpu} or {@code cpu}
     * @param miningDeviceIds which devices; empty for all
     */
    public record Mining(
            @JsonField(otherwise = "4") int miningWorkers,
            @JsonField(otherwise = "300") BigDecimal miningTimeout,
            @JsonField(otherwise = "\"auto\"") String miningBackend,
            Optional<List<Integer>> miningDeviceIds) {
        /** As the official command line does by itself. */
        public static final Mining DEFAULT = new Mining(4, new BigDecimal(300), "auto", Optional.empty());
    }

    /**
     * Registers a hotkey on a subnet with work in place of TAO, where its owner allows that. The work is found by {@link
     * ProofOfWork#solve} and holds for five blocks.
     *
     * @param netuid the subnet; not root
     * @param workBlock by which block's hash it was done
     * @param nonce the try that succeeded, read as unsigned
     * @param workHex the seal, 32 bytes in hex
     * @param hotkey who gets the seat
     * @param mining how the official command line would mine it anew
     */
    @Operation("registers a hotkey on a subnet with work")
    public record PowRegister(
            Netuid netuid,
            long workBlock,
            long nonce,
            String workHex,
            @JsonField(ownHotkey = true) AccountId hotkey,
            Mining mining)
            implements Intent {
        /** Checks the seal's length. */
        public PowRegister {
            if (Serving.hex(workHex).length != SEAL) {
                throw new InvalidValueException(
                        "pow.seal", "work_hex: " + workHex.length() + " characters (expected: 32 bytes in hex)", "");
            }
        }

        @Override
        public Draft draft(Planning planning) {
            byte[] work = Serving.hex(workHex);
            Draft draft = Draft.of(Planning.call(
                            "pow_register",
                            "netuid",
                            netuid,
                            "work_block",
                            Staking.unsigned(workBlock),
                            "nonce",
                            Staking.unsigned(nonce),
                            "work",
                            work,
                            "hotkey",
                            hotkey))
                    .on(netuid)
                    .effect("registers " + hotkey + " on subnet " + netuid + " with work, for nothing");
            long age = planning.block().number() + 1 - workBlock;
            if (workBlock < 0 || age < 1 || age > OLDEST_WORK) {
                return draft.obstacle("work of block " + Long.toUnsignedString(workBlock) + " at block "
                        + planning.block().number() + " (expected: one of the last " + OLDEST_WORK + ")");
            }
            Optional<byte[]> block = planning.chain().block(workBlock).map(ref -> Serving.hex(ref.hash()));
            boolean right = block.isPresent()
                    && Arrays.equals(work, ProofOfWork.seal(netuid, block.get(), hotkey, planning.account(), nonce));
            Draft sealed = right ? draft : draft.obstacle("the seal is not that of this block, hotkey and coldkey");
            BigInteger difficulty = ProofOfWork.difficulty(
                    planning.number("Difficulty", netuid),
                    planning.number("MinDifficulty", netuid),
                    planning.number("MaxDifficulty", netuid));
            return ProofOfWork.maxDifficulty(work, ByteOrder.LITTLE_ENDIAN).compareTo(difficulty) < 0
                    ? sealed.obstacle("the seal is too weak for a difficulty of " + difficulty)
                    : sealed;
        }
    }

    /**
     * Registers a hotkey on root, for root's price or by its stake, as the runtime has it.
     *
     * @param hotkey who gets the seat
     */
    @Operation("registers a hotkey on root")
    public record RootRegister(@JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(Planning.call("root_register", "hotkey", hotkey))
                    .spendsUnbounded()
                    .on(Netuid.ROOT)
                    .effect("registers " + hotkey + " on root")
                    .warning("may cost root's price, " + Tao.ofRao(planning.number("Burn", Netuid.ROOT)));
        }
    }

    /**
     * Creates a subnet, which the coldkey owns.
     *
     * @param hotkey the owner's hotkey, which gets its first seat
     */
    @Operation("creates a subnet for its price")
    public record RegisterSubnet(
            @JsonField(ownHotkey = true) AccountId hotkey) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Calls.registerNetwork(hotkey))
                    .spendsUnbounded()
                    .effect("creates a subnet with " + hotkey + " as its owner's hotkey")
                    .warning("the price is not paid back");
            Draft told =
                    planning.metadata().hasRuntimeCall("SubnetRegistrationRuntimeApi", "get_network_registration_cost")
                            ? draft.effect("costs "
                                    + planning.ask("SubnetRegistrationRuntimeApi", "get_network_registration_cost")
                                            .tao()
                                    + " at block " + planning.block().number())
                            : draft;
            return planning.waiting(told, Windows::earliestSubnetRegistration);
        }
    }

    /**
     * Starts a subnet: its token can be traded and its epochs begin. Once, by its owner.
     *
     * @param netuid the subnet
     */
    @Operation(value = "starts a subnet", right = Operation.Right.SUBNET_OWNER)
    public record StartCall(Netuid netuid) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Draft draft = Draft.of(Calls.startCall(netuid)).on(netuid).effect("starts subnet " + netuid);
            return planning.waiting(draft, windows -> windows.earliestStartCall(netuid));
        }
    }

    /**
     * Gives everything that a hotkey is and has to a new one: seats, stake, history.
     *
     * @param newHotkey the new one, which may not be registered there yet
     * @param hotkey the old one
     * @param netuid in this subnet only; empty for all
     */
    @Operation("gives a hotkey's seats and stake to a new hotkey")
    public record SwapHotkey(
            AccountId newHotkey,
            @JsonField(ownHotkey = true) AccountId hotkey,
            Optional<Netuid> netuid) implements Intent {
        @Override
        public Draft draft(Planning planning) {
            Call swap = Planning.call("swap_hotkey", "hotkey", hotkey, "new_hotkey", newHotkey);
            // Runtimes that know no swap in one subnet have no argument for it.
            Draft draft = Draft.of(
                            netuid.isPresent()
                                    ? Planning.call(
                                            "swap_hotkey", "hotkey", hotkey, "new_hotkey", newHotkey, "netuid", netuid)
                                    : swap.whenAsked(Map.of("netuid", netuid)))
                    .spends(cost(planning))
                    .effect("gives everything of " + hotkey
                            + netuid.map(one -> " in subnet " + one).orElse("") + " to " + newHotkey)
                    .warning("the old hotkey earns nothing from then on");
            return planning.waiting(
                    netuid.map(draft::on).orElseGet(draft::onAllSubnets),
                    windows -> windows.earliestHotkeySwap(planning.account(), hotkey, netuid));
        }

        private Tao cost(Planning planning) {
            String name = netuid.isPresent() ? "KeySwapOnSubnetCost" : "KeySwapCost";
            return planning.metadata().constants(Planning.MODULE).contains(name)
                    ? planning.price(Planning.MODULE, name)
                    : Tao.ZERO;
        }
    }
}
