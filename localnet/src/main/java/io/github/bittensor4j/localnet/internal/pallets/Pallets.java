package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.subtensor.AdminUtilsPallet;
import io.github.bittensor4j.localnet.internal.subtensor.CommitmentsPallet;
import io.github.bittensor4j.localnet.internal.subtensor.SubtensorPallet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The pallets of this chain, put together with what genesis gives: the place where a new pallet is added.
 *
 * @param runtime all of them
 * @param system accounts and blocks
 * @param balances TAO
 * @param payment fees
 * @param timestamp time
 */
public record Pallets(
        Runtime runtime,
        SystemPallet system,
        BalancesPallet balances,
        TransactionPaymentPallet payment,
        TimestampPallet timestamp) {

    /**
     * Puts the chain together.
     *
     * @param slotMillis the time between two blocks, which clients read from the metadata
     * @return its pallets
     */
    public static Pallets create(long slotMillis) {
        Declarations declarations = Declarations.load(Map.of(
                "System.Version",
                RuntimeIdentity::encode,
                "Aura.SlotDuration",
                d -> Values.encode(d.types().of("u64"), slotMillis)));
        SystemPallet system = new SystemPallet(declarations);
        BalancesPallet balances = new BalancesPallet(declarations, system, endowed());
        TransactionPaymentPallet payment = new TransactionPaymentPallet(declarations, balances, system);
        TimestampPallet timestamp = new TimestampPallet(declarations);
        DrandPallet drand = new DrandPallet(declarations, timestamp);
        SubtensorPallet subtensor =
                new SubtensorPallet(declarations, balances, drand, developer("One"), developer("Alice"));
        AtomicReference<Runtime> runtime = new AtomicReference<>();
        List<Pallet> pallets = new ArrayList<>(List.of(
                system,
                timestamp,
                new AuraPallet(declarations, timestamp, developer("One")),
                balances,
                payment,
                subtensor,
                drand,
                new MevShieldPallet(declarations),
                new AdminUtilsPallet(declarations, subtensor),
                new CommitmentsPallet(declarations, subtensor, balances, drand),
                new SudoPallet(declarations, developer("Alice")),
                new UtilityPallet(declarations, runtime::get),
                new ProxyPallet(declarations, balances, runtime::get),
                new MultisigPallet(declarations, balances, runtime::get),
                new CrowdloanPallet(declarations, balances, runtime::get)));
        runtime.set(new Runtime(declarations, pallets));
        return new Pallets(runtime.get(), system, balances, payment, timestamp);
    }

    private static AccountId developer(String name) {
        try (Keypair key = Keypair.development(name)) {
            return key.account();
        }
    }

    /** As the official local chain does. */
    private static Map<AccountId, Tao> endowed() {
        Map<AccountId, Tao> endowed = new LinkedHashMap<>();
        for (String rich : List.of("Alice", "Bob", "Charlie")) {
            endowed.put(developer(rich), Tao.of("1000000"));
        }
        for (String other : List.of("Dave", "Eve", "Ferdie", "One", "Two", "Three")) {
            endowed.put(developer(other), Tao.of("2000"));
        }
        return endowed;
    }
}
