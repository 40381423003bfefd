package io.github.bittensor4j.localnet.internal.subtensor;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.pallets.BalancesPallet;
import io.github.bittensor4j.localnet.internal.pallets.DrandPallet;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageValue;
import io.github.bittensor4j.timelock.RoundSignature;
import io.github.bittensor4j.timelock.Timelock;
import io.github.bittensor4j.timelock.TimelockException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Commitments: what a neuron publishes about itself, in the clear or sealed until a round of the beacon. */
public final class CommitmentsPallet extends Pallet {
    /** What even the smallest commitment counts for. */
    private static final long LEAST_SPACE = 100;

    private static final int MOST_REVEALS = 10;

    private static final Comparator<Map.Entry<Integer, AccountId>> ORDER =
            Map.Entry.<Integer, AccountId>comparingByKey()
                    .thenComparing(entry -> entry.getValue().bytes(), Arrays::compareUnsigned);

    private final SubtensorPallet subtensor;
    private final BalancesPallet balances;
    private final DrandPallet drand;
    private final StorageValue<List<Map.Entry<Integer, AccountId>>> timelockedIndex;
    private final StorageDoubleMap<Integer, AccountId, Object> commitmentOf;
    private final StorageDoubleMap<Integer, AccountId, Long> lastCommitment;
    private final StorageDoubleMap<Integer, AccountId, Long> lastBondsReset;
    private final StorageDoubleMap<Integer, AccountId, List<Map.Entry<byte[], Long>>> revealed;
    private final StorageDoubleMap<Integer, AccountId, Map.Entry<Long, Long>> usedSpace;
    private final StorageValue<Long> maxSpace;
    private final long maxFields;
    private final long deposit;
    private final long depositForField;

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param subtensor who is registered where
     * @param balances where deposits are set aside
     * @param drand the beacon for which commitments are sealed
     */
    public CommitmentsPallet(
            Declarations declarations, SubtensorPallet subtensor, BalancesPallet balances, DrandPallet drand) {
        super("Commitments", declarations);
        this.subtensor = subtensor;
        this.balances = balances;
        this.drand = drand;
        timelockedIndex = value("TimelockedIndex", Codec.vec(Codec.pair(Codec.U16, Codec.ACCOUNT)));
        commitmentOf = map("CommitmentOf", Codec.U16, Codec.ACCOUNT, Codec.plain(type("Registration")));
        lastCommitment = map("LastCommitment", Codec.U16, Codec.ACCOUNT, Codec.U32);
        lastBondsReset = map("LastBondsReset", Codec.U16, Codec.ACCOUNT, Codec.U32);
        revealed = map("RevealedCommitments", Codec.U16, Codec.ACCOUNT, Codec.vec(Codec.pair(Codec.BYTES, Codec.U64)));
        usedSpace = map("UsedSpaceOf", Codec.U16, Codec.ACCOUNT, Codec.pair(Codec.U64, Codec.U64));
        maxSpace = value("MaxSpace", Codec.U32);
        maxFields = (Long) constant("MaxFields");
        deposit = (Long) constant("InitialDeposit");
        depositForField = (Long) constant("FieldDeposit");
        call("set_commitment", this::set).free();
        call("set_max_space", (context, origin, arguments) -> {
            origin.root();
            maxSpace.put(context.state(), arguments.u32("new_limit"));
        });
    }

    @Override
    protected void onInitialize(Context context) {
        timelockedIndex.get(context.state()).forEach(entry -> reveal(context, entry.getKey(), entry.getValue()));
    }

    private static List<Variant> fields(Object info) {
        return ((List<?>) info).stream().map(Variant.class::cast).toList();
    }

    private static boolean isSealed(Variant field) {
        return field.name().equals("TimelockEncrypted");
    }

    private static byte[] sealedBytes(Variant field) {
        return Arguments.of(field.body()).bytes("encrypted");
    }

    private static long round(Variant field) {
        return Arguments.of(field.body()).u64("reveal_round");
    }

    /** How many bytes a field counts for. */
    private static long space(Variant field) {
        if (isSealed(field)) {
            return sealedBytes(field).length;
        }
        return field.body() instanceof List<?> parts && parts.size() == 1 && parts.get(0) instanceof byte[] bytes
                ? bytes.length
                : 0;
    }

    private void set(Context context, Origin origin, Arguments arguments) {
        AccountId who = origin.signed();
        int netuid = arguments.u16("netuid");
        List<Variant> fields = fields(arguments.get("info"));
        State state = context.state();
        if (!subtensor.runtime().isRegistered(state, netuid, who)) {
            throw error("AccountNotAllowedCommit");
        }
        if (fields.size() > maxFields) {
            throw error("TooManyFieldsInCommitmentInfo");
        }
        if (fields.stream().anyMatch(field -> field.name().equals("ResetBondsFlag"))) {
            lastBondsReset.put(state, netuid, who, context.block());
            subtensor.runtime().resetBonds(state, netuid, who);
        }
        useSpace(
                state,
                netuid,
                who,
                Math.max(
                        LEAST_SPACE,
                        fields.stream().mapToLong(CommitmentsPallet::space).sum()));
        Tao due = Tao.ofRao(deposit + depositForField * fields.size());
        Tao paid = commitmentOf
                .find(state, netuid, who)
                .map(CommitmentsPallet::deposit)
                .orElse(Tao.ZERO);
        if (due.rao() > paid.rao()) {
            balances.reserve(context, who, due.minus(paid));
        } else {
            balances.unreserve(context, who, paid.minus(due));
        }
        commitmentOf.put(state, netuid, who, List.of(due, context.block(), fields));
        lastCommitment.put(state, netuid, who, context.block());
        Optional<Variant> firstSealed =
                fields.stream().filter(CommitmentsPallet::isSealed).findFirst();
        if (firstSealed.isPresent()) {
            emit(context, "TimelockCommitment", netuid, who, round(firstSealed.get()));
            changeIndex(state, index -> {
                index.remove(Map.entry(netuid, who));
                index.add(Map.entry(netuid, who));
            });
        } else {
            emit(context, "Commitment", netuid, who);
            changeIndex(state, index -> index.remove(Map.entry(netuid, who)));
        }
    }

    private static Tao deposit(Object registration) {
        return Arguments.of(registration).tao("deposit");
    }

    private void useSpace(State state, int netuid, AccountId who, long bytes) {
        long epoch = subtensor.runtime().epochIndex(state, netuid);
        long used = usedSpace
                .find(state, netuid, who)
                .filter(usage -> usage.getKey() == epoch)
                .map(Map.Entry::getValue)
                .orElse(0L);
        if (used + bytes > maxSpace.get(state)) {
            throw error("SpaceLimitExceeded");
        }
        usedSpace.put(state, netuid, who, Map.entry(epoch, used + bytes));
    }

    private void changeIndex(State state, Consumer<List<Map.Entry<Integer, AccountId>>> change) {
        List<Map.Entry<Integer, AccountId>> index = new ArrayList<>(timelockedIndex.get(state));
        change.accept(index);
        index.sort(ORDER);
        timelockedIndex.put(state, index);
    }

    /** Opens those fields of a commitment whose round has come; they leave the commitment whether or not they open. */
    private void reveal(Context context, int netuid, AccountId who) {
        State state = context.state();
        Arguments registration =
                Arguments.of(commitmentOf.find(state, netuid, who).orElse(Map.of("info", List.of())));
        List<Variant> left = new ArrayList<>();
        List<Map.Entry<byte[], Long>> reveals =
                new ArrayList<>(revealed.find(state, netuid, who).orElse(List.of()));
        List<Variant> fields = fields(registration.get("info"));
        for (Variant field : fields) {
            Optional<RoundSignature> pulse = isSealed(field) ? drand.pulse(context, round(field)) : Optional.empty();
            if (pulse.isEmpty()) {
                left.add(field);
                continue;
            }
            Object opened = open(field, pulse.get());
            if (opened instanceof byte[] bytes) {
                reveals.add(Map.entry(bytes, context.block()));
                emit(context, "CommitmentRevealed", netuid, who);
            } else {
                emit(context, "CommitmentRevealFailed", netuid, who, round(field), opened);
            }
        }
        if (left.stream().noneMatch(CommitmentsPallet::isSealed)) {
            changeIndex(state, index -> index.remove(Map.entry(netuid, who)));
        }
        if (left.size() == fields.size()) {
            return;
        }
        if (!reveals.isEmpty()) {
            revealed.put(
                    state, netuid, who, reveals.subList(Math.max(0, reveals.size() - MOST_REVEALS), reveals.size()));
        }
        if (left.isEmpty()) {
            commitmentOf.remove(state, netuid, who);
        } else {
            commitmentOf.put(state, netuid, who, List.of(registration.get("deposit"), registration.get("block"), left));
        }
    }

    /** What was sealed, or the runtime's name for why it does not open. */
    private static Object open(Variant field, RoundSignature pulse) {
        try {
            byte[] opened = Timelock.open(sealedBytes(field), pulse);
            return opened.length == 0 ? "EmptyPlaintext" : opened;
        } catch (TimelockException e) {
            return e.code().equals(TimelockException.FORM) ? "CiphertextDeserialize" : "Decrypt";
        }
    }
}
