package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.Uid;
import io.github.bittensor4j.core.scale.ScaleException;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import io.github.bittensor4j.timelock.Beacon;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of identities and of what hotkeys have committed to. */
public final class Identities extends Family {
    private static final String PALLET = "Commitments";
    private static final String REVEALED = "RevealedCommitments";
    private static final String RAW = "Raw";
    private static final String BIG_RAW = "BigRaw";
    private static final String SEALED = "TimelockEncrypted";
    private static final String FAILED = "TimelockRevealFailed";

    Identities(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * What a coldkey says of itself. Texts are as published; bytes that are no text are shown in hex.
     *
     * @param name a name
     * @param url a page
     * @param githubRepo a repository
     * @param image an image's address
     * @param discord a name or address there
     * @param description a description
     * @param additional anything else
     */
    public record Identity(
            String name,
            String url,
            String githubRepo,
            String image,
            String discord,
            String description,
            String additional) {}

    /**
     * What a hotkey has committed to on a subnet.
     *
     * @param block when
     * @param deposit reserved for it
     * @param data what is readable of it: its plain bytes as text, or in hex where they are none
     * @param fields everything, as the runtime has it
     */
    public record Commitment(long block, Tao deposit, String data, List<Object> fields) {
        /** Copies the list. */
        public Commitment {
            fields = List.copyOf(fields);
        }
    }

    /**
     * What came to light of a sealed commitment.
     *
     * @param block when the chain opened it
     * @param data its text, or its bytes in hex where they are none
     */
    public record Revealed(long block, String data) {}

    /** Where a commitment is in its life. */
    public enum Status {
        /** Committed in plain. */
        PLAIN,
        /** Sealed, and not yet open. */
        SEALED,
        /** Was sealed; the chain has opened it. */
        REVEALED,
        /** Was sealed; the chain could not open it. */
        FAILED
    }

    /**
     * One of a subnet's commitments.
     *
     * @param hotkey whose
     * @param uid its seat; empty when it has lost it
     * @param commitment what is readable of it now; empty while it is sealed, or when it cannot be opened
     * @param block when it was committed; of one that was opened and is no longer stored, when that was
     * @param duration how long ago that was
     * @param isRevealed whether its content is readable
     * @param status where it is in its life
     * @param revealsAt when a sealed one opens
     */
    public record CommitmentEntry(
            AccountId hotkey,
            Optional<Uid> uid,
            Optional<String> commitment,
            long block,
            Duration duration,
            boolean isRevealed,
            Status status,
            Optional<Instant> revealsAt) {}

    private static Identity identity(Answer i) {
        return new Identity(
                i.get("name").text(),
                i.get("url").text(),
                i.find("github_repo").map(Answer::text).orElse(""),
                i.get("image").text(),
                i.get("discord").text(),
                i.get("description").text(),
                i.get("additional").text());
    }

    /**
     * What a coldkey says of itself.
     *
     * @param coldkey who
     * @return empty when it says nothing
     */
    @Listed("What a coldkey says of itself: name, links, description.")
    public Optional<Identity> identity(@Arg("coldkey_ss58") AccountId coldkey) {
        return read("identity", at -> at.find(At.MODULE, item(at), coldkey).map(Identities::identity));
    }

    /** Runtimes before spec 233 had one without a repository. */
    private static String item(At at) {
        return at.first("IdentitiesV2", "Identities");
    }

    /**
     * What the owners of hotkeys say of themselves.
     *
     * @param hotkeys whose owners
     * @return by hotkey, in the given order; those whose owner says nothing, or that have none, are left out
     */
    @Listed("What the owners of hotkeys say of themselves, by hotkey.")
    public Map<AccountId, Identity> hotkeyIdentities(@Arg("hotkey_ss58s") List<AccountId> hotkeys) {
        return read("hotkey_identities", at -> {
            List<AccountId> distinct = hotkeys.stream().distinct().toList();
            List<Optional<Answer>> owners = at.many(
                    At.MODULE,
                    "Owner",
                    distinct.stream().map(h -> new Object[] {h}).toList());
            Map<AccountId, AccountId> ownerOf = new LinkedHashMap<>();
            for (int i = 0; i < distinct.size(); i++) {
                AccountId hotkey = distinct.get(i);
                owners.get(i).flatMap(Answer::somebody).ifPresent(owner -> ownerOf.put(hotkey, owner));
            }
            List<AccountId> coldkeys = ownerOf.values().stream().distinct().toList();
            List<Optional<Answer>> found = at.many(
                    At.MODULE,
                    item(at),
                    coldkeys.stream().map(c -> new Object[] {c}).toList());
            Map<AccountId, Identity> all = new LinkedHashMap<>();
            ownerOf.forEach(
                    (hotkey, owner) -> found.get(coldkeys.indexOf(owner)).ifPresent(i -> all.put(hotkey, identity(i))));
            return all;
        });
    }

    /** The fields of a commitment as pairs of variant and content. */
    private static List<Map.Entry<String, Answer>> fields(Answer registration) {
        List<Map.Entry<String, Answer>> all = new ArrayList<>();
        for (Answer field : registration.get("info").get("fields").list()) {
            String variant = field.variant();
            all.add(Map.entry(variant, field.plain() instanceof Map<?, ?> ? field.get(variant) : field));
        }
        return all;
    }

    /** What is plain in a commitment: the bytes of all plain fields, then the hashes with the names of their kinds. */
    private static String readable(List<Map.Entry<String, Answer>> fields, boolean hashes) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        List<String> parts = new ArrayList<>();
        fields.forEach(field -> {
            if (field.getKey().startsWith(RAW) || field.getKey().equals(BIG_RAW)) {
                raw.writeBytes(field.getValue().bytes());
            } else if (hashes && field.getValue().plain() instanceof byte[] hash) {
                parts.add(field.getKey().toLowerCase(Locale.ROOT) + ":" + Answer.hex(hash));
            }
        });
        if (raw.size() > 0) {
            parts.add(0, Answer.text(raw.toByteArray()));
        }
        return String.join("\n", parts);
    }

    private static Optional<Long> round(List<Map.Entry<String, Answer>> fields, String variant) {
        return fields.stream()
                .filter(f -> f.getKey().equals(variant))
                .map(f -> f.getValue().get("reveal_round").number())
                .max(Comparator.naturalOrder());
    }

    /** The chain keeps what it opened as the SCALE bytes of a list of bytes. */
    private static List<Revealed> revealed(Answer list) {
        return list.list().stream()
                .map(r -> new Revealed(
                        r.get(1).number(), Answer.text(opened(r.get(0).bytes()))))
                .toList();
    }

    private static byte[] opened(byte[] scale) {
        try {
            ScaleReader in = new ScaleReader(scale);
            byte[] content = in.bytes();
            in.end();
            return content;
        } catch (ScaleException e) {
            return scale;
        }
    }

    /**
     * What a hotkey has committed to on a subnet.
     *
     * @param netuid the subnet
     * @param hotkey whose
     * @return empty when there is nothing
     */
    @Listed("What a hotkey has committed to on a subnet.")
    public Optional<Commitment> commitment(@Arg("netuid") Netuid netuid, @Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "commitment",
                at -> at.find(PALLET, "CommitmentOf", netuid, hotkey)
                        .map(r -> new Commitment(
                                r.get("block").number(),
                                r.get("deposit").tao(),
                                readable(fields(r), false),
                                r.get("info").get("fields").list().stream()
                                        .map(Answer::plain)
                                        .toList())));
    }

    /**
     * What came to light of a hotkey's sealed commitments on a subnet.
     *
     * @param netuid the subnet
     * @param hotkey whose
     * @return oldest first; none when nothing was opened
     */
    @Listed("What came to light of a hotkey's sealed commitments on a subnet, the oldest first.")
    public List<Revealed> revealedCommitment(@Arg("netuid") Netuid netuid, @Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "revealed_commitment",
                at -> at.find(PALLET, REVEALED, netuid, hotkey)
                        .map(Identities::revealed)
                        .orElse(List.of()));
    }

    /**
     * All commitments on a subnet, those of hotkeys that have lost their seat too.
     *
     * @param netuid the subnet
     * @return one for each hotkey, the newest first
     */
    @Listed("Every commitment on a subnet, the newest first: whose, what is readable, where it is in its life.")
    public List<CommitmentEntry> commitments(@Arg("netuid") Netuid netuid) {
        return read("commitments", at -> {
            Duration blockTime = ChainFacts.blockTime(at);
            Map<AccountId, List<Revealed>> opened = new LinkedHashMap<>();
            if (at.state().hasStorage(PALLET, REVEALED)) {
                at.entries(PALLET, REVEALED, netuid)
                        .forEach(e -> opened.put(
                                e.key(0).account(),
                                revealed(e.value()).stream()
                                        .sorted(Comparator.comparing(Revealed::block))
                                        .toList()));
            }
            Map<AccountId, List<Map.Entry<String, Answer>>> stored = new LinkedHashMap<>();
            Map<AccountId, Long> blocks = new LinkedHashMap<>();
            at.entries(PALLET, "CommitmentOf", netuid).forEach(e -> {
                stored.put(e.key(0).account(), fields(e.value()));
                blocks.put(e.key(0).account(), e.value().get("block").number());
            });
            opened.forEach((hotkey, list) -> {
                if (!list.isEmpty() && !stored.containsKey(hotkey)) {
                    blocks.put(hotkey, list.get(list.size() - 1).block());
                }
            });
            List<AccountId> hotkeys = List.copyOf(blocks.keySet());
            List<Optional<Answer>> uids = at.many(
                    At.MODULE,
                    "Uids",
                    hotkeys.stream().map(h -> new Object[] {netuid, h}).toList());
            List<CommitmentEntry> all = new ArrayList<>();
            for (int i = 0; i < hotkeys.size(); i++) {
                AccountId hotkey = hotkeys.get(i);
                all.add(entry(
                        at,
                        hotkey,
                        uids.get(i).map(Answer::uid),
                        blocks.getOrDefault(hotkey, 0L),
                        stored.getOrDefault(hotkey, List.of()),
                        opened.getOrDefault(hotkey, List.of()),
                        blockTime));
            }
            all.sort(Comparator.comparing(CommitmentEntry::block).reversed());
            return List.copyOf(all);
        });
    }

    private static CommitmentEntry entry(
            At at,
            AccountId hotkey,
            Optional<Uid> uid,
            long block,
            List<Map.Entry<String, Answer>> fields,
            List<Revealed> revealed,
            Duration blockTime) {
        Optional<String> open = revealed.stream()
                .filter(r -> r.block() >= block)
                .reduce((first, second) -> second)
                .map(Revealed::data);
        Optional<Long> round = round(fields, SEALED);
        Status status;
        if (open.isPresent()) {
            status = Status.REVEALED;
        } else if (round(fields, FAILED).isPresent()) {
            status = Status.FAILED;
        } else {
            status = round.isPresent() ? Status.SEALED : Status.PLAIN;
        }
        return new CommitmentEntry(
                hotkey,
                uid,
                open.or(() -> Optional.of(readable(fields, true)).filter(t -> !t.isEmpty())),
                block,
                blockTime.multipliedBy(Math.max(0, at.block() - block)),
                status == Status.PLAIN || status == Status.REVEALED,
                status,
                open.isPresent() ? Optional.empty() : round.map(Beacon.QUICKNET::publishedAt));
    }
}
