package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of accounts. */
public final class Accounts extends Family {
    private static final String SWAP = "ColdkeySwapAnnouncements";
    private static final String DISPUTE = "ColdkeySwapDisputes";

    Accounts(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * Who may act for an account, and what is reserved for that.
     *
     * @param proxies each of them
     * @param deposit reserved of the account's TAO
     */
    public record Proxies(List<Proxy> proxies, Tao deposit) {
        /** Copies the list. */
        public Proxies {
            proxies = List.copyOf(proxies);
        }
    }

    /**
     * One who may act for an account.
     *
     * @param delegate who
     * @param proxyType what for, by the runtime's name, such as {@code Staking}
     * @param delay blocks between announcing and doing; 0 for at once
     */
    public record Proxy(AccountId delegate, String proxyType, long delay) {}

    /**
     * A coldkey's announced swap.
     *
     * @param executeBlock the block from which it may be done
     * @param newColdkeyHash BLAKE2-256 of the new coldkey, in hex
     * @param disputed whether it is disputed, so that nothing may be done
     * @param disputeBlock since when
     */
    public record ColdkeySwap(
            long executeBlock, String newColdkeyHash, boolean disputed, Optional<Long> disputeBlock) {}

    /**
     * A multisig operation that waits for approvals.
     *
     * @param timepoint when it was opened, which every approval names
     * @param deposit reserved of the depositor's TAO
     * @param depositor who opened it
     * @param approvals who approved
     */
    public record PendingMultisig(Timepoint timepoint, Tao deposit, AccountId depositor, List<AccountId> approvals) {
        /** Copies the list. */
        public PendingMultisig {
            approvals = List.copyOf(approvals);
        }
    }

    /**
     * A place on the chain.
     *
     * @param height the block
     * @param index of the extrinsic in it
     */
    public record Timepoint(long height, int index) {}

    private static Tao free(Answer account) {
        return account.get("data").get("free").tao();
    }

    /**
     * The free TAO of an account.
     *
     * @param coldkey any account
     * @return nothing for one that does not exist
     */
    @Listed("The free TAO of an account.")
    public Tao balance(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("balance", at -> free(at.value("System", "Account", coldkey)));
    }

    /**
     * The free TAO of several accounts, by one request.
     *
     * @param coldkeys any accounts
     * @return by account, in the given order
     */
    @Listed("The free TAO of several accounts, by one request.")
    public Map<AccountId, Tao> balances(@Arg("coldkey_ss58s") List<AccountId> coldkeys) {
        return read("balances", at -> {
            List<Optional<Answer>> found = at.many(
                    "System",
                    "Account",
                    coldkeys.stream().map(c -> new Object[] {c}).toList());
            Map<AccountId, Tao> all = new LinkedHashMap<>();
            for (int i = 0; i < coldkeys.size(); i++) {
                all.put(coldkeys.get(i), free(found.get(i).orElseThrow()));
            }
            return all;
        });
    }

    /**
     * What an account must keep to stay alive.
     *
     * @return an amount
     */
    @Listed("The least TAO that an account must keep to stay alive.")
    public Tao existentialDeposit() {
        return read(
                "existential_deposit",
                at -> new Answer("ExistentialDeposit", at.state().constant("Balances", "ExistentialDeposit")).tao());
    }

    /**
     * Who may act for an account.
     *
     * @param coldkey any account
     * @return its proxies; none, and no deposit, when there are none
     */
    @Listed("Who may act for an account, for what and after which delay, and the deposit reserved for it.")
    public Proxies proxies(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("proxies", at -> {
            Answer value = at.value("Proxy", "Proxies", coldkey);
            return new Proxies(
                    value.get(0).list().stream()
                            .map(p -> new Proxy(
                                    p.get("delegate").account(),
                                    p.get("proxy_type").variant(),
                                    p.get("delay").number()))
                            .toList(),
                    value.get(1).tao());
        });
    }

    /**
     * The swap that a coldkey has announced.
     *
     * @param coldkey whose
     * @return empty when it has announced none
     */
    @Listed(
            "The swap that a coldkey has announced: from which block it may be done, the hash of the new key, whether disputed.")
    public Optional<ColdkeySwap> coldkeySwapAnnouncement(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("coldkey_swap_announcement", at -> {
            At.Items items = at.items(Map.of(SWAP, List.of(coldkey), DISPUTE, List.of(coldkey)));
            Optional<Long> disputed = items.find(DISPUTE).map(Answer::number);
            return items.stored(SWAP)
                    .map(s -> new ColdkeySwap(s.get(0).number(), s.get(1).hex(), disputed.isPresent(), disputed));
        });
    }

    /**
     * A multisig operation that waits for approvals.
     *
     * @param account the multisig account
     * @param callHash BLAKE2-256 of the call, in hex, with or without 0x
     * @return empty when none of that hash waits
     * @throws InvalidValueException when the hash is no 32 bytes in hex
     */
    @Listed("A multisig operation that waits for approvals: when and by whom it was opened, who approved.")
    public Optional<PendingMultisig> multisig(
            @Arg("account_ss58") AccountId account, @Arg("call_hash") String callHash) {
        byte[] hash = hash(callHash);
        return read(
                "multisig",
                at -> at.find("Multisig", "Multisigs", account, hash)
                        .map(m -> new PendingMultisig(
                                new Timepoint(
                                        m.get("when").get("height").number(),
                                        m.get("when").get("index").count()),
                                m.get("deposit").tao(),
                                m.get("depositor").account(),
                                m.get("approvals").list().stream()
                                        .map(Answer::account)
                                        .toList())));
    }

    private static byte[] hash(String hex) {
        try {
            byte[] hash = HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex);
            if (hash.length == 32) {
                return hash;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new InvalidValueException(
                "read.argument", "call hash of " + hex.length() + " characters (expected: 32 bytes in hex)", "");
    }
}
