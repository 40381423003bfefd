package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.crypto.Hashes;
import io.github.bittensor4j.core.scale.ScaleReader;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.declare.Call;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Values;
import io.github.bittensor4j.localnet.internal.declare.Variant;
import io.github.bittensor4j.localnet.internal.runtime.Arguments;
import io.github.bittensor4j.localnet.internal.runtime.Context;
import io.github.bittensor4j.localnet.internal.runtime.DispatchException;
import io.github.bittensor4j.localnet.internal.runtime.DispatchInfo;
import io.github.bittensor4j.localnet.internal.runtime.Origin;
import io.github.bittensor4j.localnet.internal.runtime.Pallet;
import io.github.bittensor4j.localnet.internal.runtime.Runtime;
import io.github.bittensor4j.localnet.internal.runtime.Weight;
import io.github.bittensor4j.localnet.internal.state.Codec;
import io.github.bittensor4j.localnet.internal.state.StorageDoubleMap;
import io.github.bittensor4j.localnet.internal.state.StorageMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Proxy: accounts that call in the name of others, at once or after an announcement and a delay, within the filter of their type; pure
 * accounts, which have no key and live by their proxies alone.
 */
public final class ProxyPallet extends Pallet {
    private static final String NAME = "Proxy";
    private static final Weight OWN = new Weight(25_000_000, 4_706);
    private static final byte[] PURE = "modlpy/proxy____".getBytes(StandardCharsets.US_ASCII);
    private static final Set<String> BATCHES = Set.of("batch", "batch_all", "force_batch");

    private final BalancesPallet balances;
    private final Supplier<Runtime> runtime;
    private final ProxyFilters filters;
    private final StorageMap<AccountId, Map.Entry<List<Proxy>, Tao>> proxies;
    private final StorageMap<AccountId, Map.Entry<List<Announcement>, Tao>> announcements;
    private final StorageMap<AccountId, Object> lastCallResult;
    private final StorageDoubleMap<AccountId, AccountId, Boolean> realPaysFee;
    private final Deposit forProxies;
    private final Deposit forAnnouncements;

    /** Who may call for an account. Kept in this order, each once. */
    private record Proxy(AccountId delegate, ProxyType type, long delay) implements Comparable<Proxy> {
        private static final Comparator<Proxy> ORDER = Comparator.comparing(
                        (Proxy proxy) -> proxy.delegate().bytes(), Arrays::compareUnsigned)
                .thenComparing(Proxy::type)
                .thenComparing(Proxy::delay);

        @Override
        public int compareTo(Proxy other) {
            return ORDER.compare(this, other);
        }
    }

    private record Announcement(AccountId real, byte[] callHash, long height) {
        boolean isOf(AccountId account, byte[] hash) {
            return real.equals(account) && Arrays.equals(callHash, hash);
        }
    }

    /** What a list costs as long as it stands, and how long it may be. */
    private record Deposit(long base, long each, long most) {
        Tao of(int count) {
            return Tao.ofRao(count == 0 ? 0 : base + each * count);
        }
    }

    /**
     * The pallet.
     *
     * @param declarations where it is declared
     * @param balances where deposits are set aside
     * @param runtime the runtime it becomes part of: asked what the calls inside cost
     */
    public ProxyPallet(Declarations declarations, BalancesPallet balances, Supplier<Runtime> runtime) {
        super(NAME, declarations);
        this.balances = balances;
        this.runtime = runtime;
        filters = new ProxyFilters(declarations);
        proxies = map("Proxies", Codec.ACCOUNT, Codec.pair(Codec.vec(proxyCodec()), Codec.TAO));
        announcements = map("Announcements", Codec.ACCOUNT, Codec.pair(Codec.vec(announcementCodec()), Codec.TAO));
        lastCallResult = map("LastCallResult", Codec.ACCOUNT, Codec.plain(type("Result<(), DispatchError>")));
        realPaysFee = map("RealPaysFeeConsentV1", Codec.ACCOUNT, Codec.ACCOUNT, Codec.UNIT);
        forProxies = new Deposit((Long) constant("ProxyDepositBase"), (Long) constant("ProxyDepositFactor"), (Long)
                constant("MaxProxies"));
        forAnnouncements = new Deposit(
                (Long) constant("AnnouncementDepositBase"), (Long) constant("AnnouncementDepositFactor"), (Long)
                        constant("MaxPending"));
        call("proxy", this::proxy).info(this::cost);
        call("proxy_announced", this::proxyAnnounced).info(this::cost);
        call("add_proxy", this::add);
        call("remove_proxy", this::remove);
        call("remove_proxies", this::removeAll);
        call("create_pure", this::createPure);
        call("kill_pure", this::killPure);
        call("announce", this::announce);
        call("remove_announcement", (context, origin, a) -> {
            AccountId delegate = origin.signed();
            withdraw(context, delegate, a.account("real"), a.bytes("call_hash"));
        });
        call("reject_announcement", (context, origin, a) -> {
            AccountId real = origin.signed();
            withdraw(context, a.account("delegate"), real, a.bytes("call_hash"));
        });
        // The prices of deposits never change here, so no deposit is ever out of date.
        call("poke_deposit", (context, origin, a) -> origin.signed());
        call("set_real_pays_fee", this::setRealPaysFee);
        api("ProxyFilterRuntimeApi", "get_proxy_types", (context, a) -> ProxyFilters.types());
        api("ProxyFilterRuntimeApi", "get_proxy_filters", (context, a) -> filters.filters(wanted(a)));
    }

    private Codec<Proxy> proxyCodec() {
        Codec<ProxyType> type = Codec.of(
                Codec.shape(type("ProxyType")), (out, v) -> out.u8(v.ordinal()), in -> ProxyType.values()[in.u8()]);
        return Codec.of(
                "([u8; 32], " + type.shape() + ", u32)",
                (out, v) -> {
                    out.raw(v.delegate().bytes());
                    type.write(out, v.type());
                    out.u32(v.delay());
                },
                in -> new Proxy(Codec.ACCOUNT.read(in), type.read(in), in.u32()));
    }

    private static Codec<Announcement> announcementCodec() {
        return Codec.of(
                "([u8; 32], [u8; 32], u32)",
                (ScaleWriter out, Announcement v) ->
                        out.raw(v.real().bytes()).raw(v.callHash()).u32(v.height()),
                (ScaleReader in) -> new Announcement(Codec.ACCOUNT.read(in), in.raw(32), in.u32()));
    }

    private static Predicate<ProxyType> wanted(Arguments arguments) {
        return arguments
                .optional("proxy_types", byte[].class)
                .<Predicate<ProxyType>>map(asked -> {
                    Set<Integer> numbers = new HashSet<>();
                    for (byte number : asked) {
                        numbers.add(number & 0xff);
                    }
                    return type -> numbers.contains(type.ordinal());
                })
                .orElse(type -> true);
    }

    private DispatchInfo cost(Arguments arguments) {
        DispatchInfo inner = runtime.get().info(arguments.call("call"));
        return new DispatchInfo(OWN.plus(inner.weight()), inner.operational(), false, true);
    }

    private static ProxyType proxyType(Object declared) {
        return ProxyType.of(((Variant) declared).name());
    }

    private Proxy find(Context context, AccountId real, AccountId delegate, Optional<ProxyType> wanted) {
        return proxies.get(context.state(), real).getKey().stream()
                .filter(proxy -> proxy.delegate().equals(delegate))
                .filter(proxy -> wanted.isEmpty() || wanted.get() == proxy.type())
                .findFirst()
                .orElseThrow(() -> error("NotProxy"));
    }

    private Proxy find(Context context, AccountId real, AccountId delegate, Arguments arguments) {
        return find(
                context,
                real,
                delegate,
                arguments.optional("force_proxy_type", Variant.class).map(ProxyPallet::proxyType));
    }

    private void proxy(Context context, Origin origin, Arguments arguments) {
        AccountId delegate = origin.signed();
        AccountId real = arguments.account("real");
        Proxy proxy = find(context, real, delegate, arguments);
        if (proxy.delay() != 0) {
            throw error("Unannounced");
        }
        dispatch(context, proxy, real, arguments.call("call"));
    }

    private void proxyAnnounced(Context context, Origin origin, Arguments arguments) {
        origin.signed();
        AccountId delegate = arguments.account("delegate");
        AccountId real = arguments.account("real");
        Call call = arguments.call("call");
        Proxy proxy = find(context, real, delegate, arguments);
        byte[] hash =
                Hashes.blake2b256(Values.encode(context.runtime().declarations().call(), call));
        boolean announced = takeAnnouncements(
                context, delegate, one -> one.isOf(real, hash) && context.block() - one.height() >= proxy.delay());
        if (!announced) {
            throw error("Unannounced");
        }
        dispatch(context, proxy, real, call);
    }

    private void dispatch(Context context, Proxy proxy, AccountId real, Call call) {
        Optional<DispatchException> refused =
                context.dispatch(Origin.of(real, made -> admits(proxy.type(), made)), call);
        Variant result = SudoPallet.result(refused);
        lastCallResult.put(context.state(), real, result);
        emit(context, "ProxyExecuted", result);
    }

    /** A proxy gives no rights that it has not itself, and only a full one may end an account's proxies. */
    private boolean admits(ProxyType type, Call call) {
        if (call.is(NAME, "add_proxy") || call.is(NAME, "remove_proxy")) {
            Object asked = call.arguments().get("proxy_type");
            if (asked == null || !type.covers(proxyType(asked))) {
                return false;
            }
        }
        if ((call.is(NAME, "remove_proxies") || call.is(NAME, "kill_pure")) && type != ProxyType.ANY) {
            return false;
        }
        return filters.admits(type, call);
    }

    private void add(Context context, Origin origin, Arguments arguments) {
        AccountId real = origin.signed();
        Proxy proxy = new Proxy(
                arguments.account("delegate"), proxyType(arguments.get("proxy_type")), arguments.u32("delay"));
        if (real.equals(proxy.delegate())) {
            throw error("NoSelfProxy");
        }
        Map.Entry<List<Proxy>, Tao> before = proxies.get(context.state(), real);
        if (before.getKey().contains(proxy)) {
            throw error("Duplicate");
        }
        if (before.getKey().size() >= forProxies.most()) {
            throw error("TooMany");
        }
        List<Proxy> after = new ArrayList<>(before.getKey());
        after.add(proxy);
        after.sort(Comparator.naturalOrder());
        putProxies(context, real, after, before.getValue());
        emitChange(context, "ProxyAdded", real, proxy);
    }

    private void remove(Context context, Origin origin, Arguments arguments) {
        AccountId real = origin.signed();
        Proxy proxy = new Proxy(
                arguments.account("delegate"), proxyType(arguments.get("proxy_type")), arguments.u32("delay"));
        Map.Entry<List<Proxy>, Tao> before = proxies.get(context.state(), real);
        List<Proxy> after = new ArrayList<>(before.getKey());
        if (!after.remove(proxy)) {
            throw error("NotFound");
        }
        putProxies(context, real, after, before.getValue());
        realPaysFee.remove(context.state(), real, proxy.delegate());
        emitChange(context, "ProxyRemoved", real, proxy);
    }

    private void emitChange(Context context, String event, AccountId real, Proxy proxy) {
        emit(context, event, real, proxy.delegate(), proxy.type().declared(), proxy.delay());
    }

    private void putProxies(Context context, AccountId real, List<Proxy> after, Tao paid) {
        Tao due = forProxies.of(after.size());
        settle(context, real, paid, due);
        if (after.isEmpty()) {
            proxies.remove(context.state(), real);
        } else {
            proxies.put(context.state(), real, Map.entry(after, due));
        }
    }

    private void settle(Context context, AccountId who, Tao paid, Tao due) {
        if (due.rao() > paid.rao()) {
            balances.reserve(context, who, due.minus(paid));
        } else {
            balances.unreserve(context, who, paid.minus(due));
        }
    }

    private void removeAll(Context context, Origin origin, Arguments arguments) {
        AccountId real = origin.signed();
        Tao paid = proxies.get(context.state(), real).getValue();
        proxies.remove(context.state(), real);
        balances.unreserve(context, real, paid);
        realPaysFee.clear(context.state(), real);
    }

    /** The account without a key that somebody makes: told by its maker and by where in the chain it was made. */
    private static AccountId pure(AccountId maker, ProxyType type, int index, long height, long extrinsic) {
        return AccountId.of(Hashes.blake2b256(new ScaleWriter()
                .raw(PURE)
                .raw(maker.bytes())
                .u32(height)
                .u32(extrinsic)
                .u8(type.ordinal())
                .u16(index)
                .toByteArray()));
    }

    private void createPure(Context context, Origin origin, Arguments arguments) {
        AccountId maker = origin.signed();
        ProxyType type = proxyType(arguments.get("proxy_type"));
        int index = arguments.u16("index");
        AccountId pure = pure(maker, type, index, context.block(), context.extrinsicIndex());
        if (proxies.contains(context.state(), pure)) {
            throw error("Duplicate");
        }
        Tao due = forProxies.of(1);
        balances.reserve(context, maker, due);
        proxies.put(context.state(), pure, Map.entry(List.of(new Proxy(maker, type, arguments.u32("delay"))), due));
        emit(context, "PureCreated", pure, maker, type.declared(), index);
    }

    private void killPure(Context context, Origin origin, Arguments arguments) {
        AccountId who = origin.signed();
        AccountId maker = arguments.account("spawner");
        ProxyType type = proxyType(arguments.get("proxy_type"));
        int index = arguments.u16("index");
        if (!who.equals(pure(maker, type, index, arguments.u32("height"), arguments.u32("ext_index")))) {
            throw error("NoPermission");
        }
        Tao paid = proxies.get(context.state(), who).getValue();
        proxies.remove(context.state(), who);
        balances.unreserve(context, maker, paid);
        emit(context, "PureKilled", who, maker, type.declared(), index);
    }

    private void announce(Context context, Origin origin, Arguments arguments) {
        AccountId delegate = origin.signed();
        AccountId real = arguments.account("real");
        byte[] hash = arguments.bytes("call_hash");
        find(context, real, delegate, Optional.<ProxyType>empty());
        Map.Entry<List<Announcement>, Tao> before = announcements.get(context.state(), delegate);
        if (before.getKey().size() >= forAnnouncements.most()) {
            throw error("TooMany");
        }
        List<Announcement> after = new ArrayList<>(before.getKey());
        after.add(new Announcement(real, hash, context.block()));
        putAnnouncements(context, delegate, after, before.getValue());
        emit(context, "Announced", real, delegate, hash);
    }

    private void withdraw(Context context, AccountId delegate, AccountId real, byte[] hash) {
        if (!takeAnnouncements(context, delegate, one -> one.isOf(real, hash))) {
            throw error("NotFound");
        }
    }

    /** Takes announcements away; whether there were any. */
    private boolean takeAnnouncements(Context context, AccountId delegate, Predicate<Announcement> which) {
        Map.Entry<List<Announcement>, Tao> before = announcements.get(context.state(), delegate);
        List<Announcement> after = new ArrayList<>(before.getKey());
        if (!after.removeIf(which)) {
            return false;
        }
        putAnnouncements(context, delegate, after, before.getValue());
        return true;
    }

    private void putAnnouncements(Context context, AccountId delegate, List<Announcement> after, Tao paid) {
        Tao due = forAnnouncements.of(after.size());
        settle(context, delegate, paid, due);
        if (after.isEmpty()) {
            announcements.remove(context.state(), delegate);
        } else {
            announcements.put(context.state(), delegate, Map.entry(after, due));
        }
    }

    private void setRealPaysFee(Context context, Origin origin, Arguments arguments) {
        AccountId real = origin.signed();
        AccountId delegate = arguments.account("delegate");
        boolean pays = arguments.bool("pays_fee");
        find(context, real, delegate, Optional.<ProxyType>empty());
        if (pays) {
            realPaysFee.put(context.state(), real, delegate, true);
        } else {
            realPaysFee.remove(context.state(), real, delegate);
        }
        emit(context, "RealPaysFeeSet", real, delegate, pays);
    }

    /**
     * The real account, where it agreed to pay for this delegate; within that call the same once more, for a proxy call or a batch of
     * them for one account.
     */
    @Override
    protected Optional<AccountId> feePayer(Context context, AccountId signer, Call call) {
        return payer(context, signer, call).map(real -> {
            Call inner = new Arguments(call.arguments()).call("call");
            return payer(context, real, inner)
                    .or(() -> payerOfBatch(context, real, inner))
                    .orElse(real);
        });
    }

    private Optional<AccountId> payer(Context context, AccountId delegate, Call call) {
        return call.is(NAME, "proxy")
                        && call.arguments().get("real") instanceof Variant address
                        && address.name().equals("Id")
                ? Optional.of((AccountId) address.value(0))
                        .filter(real -> realPaysFee.contains(context.state(), real, delegate))
                : Optional.empty();
    }

    private Optional<AccountId> payerOfBatch(Context context, AccountId delegate, Call call) {
        if (!call.pallet().equals("Utility") || !BATCHES.contains(call.name())) {
            return Optional.empty();
        }
        List<Optional<AccountId>> payers = new Arguments(call.arguments())
                .list("calls", Call.class).stream()
                        .map(item -> payer(context, delegate, item))
                        .distinct()
                        .toList();
        return payers.size() == 1 ? payers.get(0) : Optional.empty();
    }
}
