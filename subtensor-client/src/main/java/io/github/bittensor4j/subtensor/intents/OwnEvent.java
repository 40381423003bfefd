package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.subtensor.ChainEvent;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** What an extrinsic of one's own did, typed. Other events stand plain in the outcome. */
public sealed interface OwnEvent {
    /**
     * TAO was staked.
     *
     * @param coldkey whose
     * @param hotkey on whom
     * @param paid how much TAO
     * @param got how much alpha
     */
    record Staked(AccountId coldkey, AccountId hotkey, Tao paid, Alpha got) implements OwnEvent {}

    /**
     * Stake was turned back into TAO.
     *
     * @param coldkey whose
     * @param hotkey from whom
     * @param sold how much alpha
     * @param got how much TAO
     */
    record Unstaked(AccountId coldkey, AccountId hotkey, Alpha sold, Tao got) implements OwnEvent {}

    /**
     * Stake went to another hotkey, or subnet, or both.
     *
     * @param coldkey whose
     * @param from on whom it was
     * @param fromNetuid where
     * @param to on whom it is
     * @param toNetuid where
     * @param value what it was worth
     */
    record StakeMoved(AccountId coldkey, AccountId from, Netuid fromNetuid, AccountId to, Netuid toNetuid, Tao value)
            implements OwnEvent {}

    /**
     * Stake went to another subnet.
     *
     * @param coldkey whose
     * @param hotkey on whom
     * @param fromNetuid where it was
     * @param toNetuid where it is
     * @param value what it was worth
     */
    record StakeSwapped(AccountId coldkey, AccountId hotkey, Netuid fromNetuid, Netuid toNetuid, Tao value)
            implements OwnEvent {}

    /**
     * Stake became another coldkey's.
     *
     * @param from whose it was
     * @param to whose it is
     * @param hotkey on whom
     * @param fromNetuid where it was
     * @param toNetuid where it is
     * @param value what it was worth
     */
    record StakeTransferred(
            AccountId from, AccountId to, AccountId hotkey, Netuid fromNetuid, Netuid toNetuid, Tao value)
            implements OwnEvent {}

    /**
     * TAO was sent.
     *
     * @param from whose it was
     * @param to whose it is
     * @param amount how much
     */
    record Transferred(AccountId from, AccountId to, Tao amount) implements OwnEvent {}

    /**
     * A hotkey got a seat.
     *
     * @param netuid where
     * @param uid which
     * @param hotkey who
     */
    record Registered(Netuid netuid, Uid uid, AccountId hotkey) implements OwnEvent {}

    /**
     * A subnet came to be.
     *
     * @param netuid its number
     */
    record SubnetCreated(Netuid netuid) implements OwnEvent {}

    /**
     * The typed form of an event.
     *
     * @param event of a block
     * @return empty for events that have none, or whose fields are not what they were when this was written
     */
    static Optional<OwnEvent> of(ChainEvent event) {
        List<Object> f = List.copyOf(event.fields().values());
        try {
            return switch (event.pallet() + "." + event.name()) {
                case "SubtensorModule.StakeAdded" ->
                    Optional.of(new Staked(account(f, 0), account(f, 1), tao(f, 2), alpha(netuid(f, 4), f, 3)));
                case "SubtensorModule.StakeRemoved" ->
                    Optional.of(new Unstaked(account(f, 0), account(f, 1), alpha(netuid(f, 4), f, 3), tao(f, 2)));
                case "SubtensorModule.StakeMoved" ->
                    Optional.of(new StakeMoved(
                            account(f, 0), account(f, 1), netuid(f, 2), account(f, 3), netuid(f, 4), tao(f, 5)));
                case "SubtensorModule.StakeSwapped" ->
                    Optional.of(new StakeSwapped(account(f, 0), account(f, 1), netuid(f, 2), netuid(f, 3), tao(f, 4)));
                case "SubtensorModule.StakeTransferred" ->
                    Optional.of(new StakeTransferred(
                            account(f, 0), account(f, 1), account(f, 2), netuid(f, 3), netuid(f, 4), tao(f, 5)));
                case "Balances.Transfer" -> Optional.of(new Transferred(account(f, 0), account(f, 1), tao(f, 2)));
                case "SubtensorModule.NeuronRegistered" ->
                    Optional.of(new Registered(netuid(f, 0), Uid.of(number(f, 1).intValueExact()), account(f, 2)));
                case "SubtensorModule.NetworkAdded" -> Optional.of(new SubnetCreated(netuid(f, 0)));
                default -> Optional.empty();
            };
        } catch (ClassCastException | ArithmeticException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static AccountId account(List<Object> fields, int at) {
        return (AccountId) fields.get(at);
    }

    private static BigInteger number(List<Object> fields, int at) {
        return fields.get(at) instanceof Long number ? BigInteger.valueOf(number) : (BigInteger) fields.get(at);
    }

    private static Netuid netuid(List<Object> fields, int at) {
        return Netuid.of(number(fields, at).intValueExact());
    }

    private static Tao tao(List<Object> fields, int at) {
        return Tao.ofRao(number(fields, at));
    }

    private static Alpha alpha(Netuid netuid, List<Object> fields, int at) {
        return Alpha.ofRao(netuid, number(fields, at).longValue());
    }
}
