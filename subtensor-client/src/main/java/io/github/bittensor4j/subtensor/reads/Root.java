package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads of root dividends. They gather in a basket of each validator, a fund of subnets' alpha, of which stakers own shares, called beta:
 * 10<sup>9</sup> units are one beta, which was worth 1 TAO when the fund began. Realizable values are what selling would fetch at the depth
 * of the pools; spot values go by the price alone.
 */
public final class Root extends Family {
    private static final String API = "BetaBasketRuntimeApi";
    private static final String RATE = "BasketRate";
    private static final String PRICING = "get_beta_pricing";
    private static final String ALL_PRICING = "get_all_beta_pricing";
    private static final int DECIMALS = 9;

    Root(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * What waits for a staker in one validator's basket.
     *
     * @param hotkey the validator
     * @param owedTao what claiming it would fetch now
     */
    public record Owed(AccountId hotkey, Tao owedTao) {}

    /**
     * A staker's part of a basket.
     *
     * @param hotkey the validator
     * @param betaRaw the staker's shares, in units
     * @param betaTotalRaw all shares, in units
     * @param beta the staker's shares
     * @param fundFraction the staker's part, 0 to 1; empty when the fund has no shares
     * @param betaPriceTao the worth of one beta; empty when the fund has no shares
     * @param navTao what the whole fund is worth, realizable
     * @param valueTao what a claim would fetch now
     * @param spotValueTao the same part at spot prices
     */
    public record BasketPosition(
            AccountId hotkey,
            BigInteger betaRaw,
            BigInteger betaTotalRaw,
            BigDecimal beta,
            Optional<BigDecimal> fundFraction,
            Optional<BigDecimal> betaPriceTao,
            Tao navTao,
            Tao valueTao,
            Tao spotValueTao) {}

    /**
     * What a basket holds of one subnet.
     *
     * @param netuid the subnet; 0 is TAO, held as root stake
     * @param alpha how much
     * @param valueTao realizable
     */
    public record Holding(Netuid netuid, Alpha alpha, Tao valueTao) {}

    /**
     * What a basket holds of one subnet, by both values.
     *
     * @param netuid the subnet; 0 is TAO, held as root stake
     * @param alpha how much
     * @param spotTao at the spot price
     * @param realizableTao what selling it would fetch
     */
    public record ValuedHolding(Netuid netuid, Alpha alpha, Tao spotTao, Tao realizableTao) {}

    /**
     * The chain's own prices and indices of a basket; exact.
     *
     * @param hotkey the validator
     * @param spotPrice of one share at spot prices
     * @param displayPrice the price to show
     * @param stakePrice the price that stakers' returns are measured by
     * @param stakerYield what stakers got
     * @param stakerTwr their time-weighted return
     * @param bagIndex the holdings' index
     * @param stakeIndex the stake's index
     * @param firstBlock since when
     * @param provisional whether the fund is too young for it to mean much
     * @param displayShares the shares to show
     */
    public record Pricing(
            AccountId hotkey,
            BigDecimal spotPrice,
            BigDecimal displayPrice,
            BigDecimal stakePrice,
            BigDecimal stakerYield,
            BigDecimal stakerTwr,
            BigDecimal bagIndex,
            BigDecimal stakeIndex,
            long firstBlock,
            boolean provisional,
            BigDecimal displayShares) {}

    /**
     * A validator's basket.
     *
     * @param hotkey the validator
     * @param betaTotalRaw all shares, in units
     * @param betaTotal all shares
     * @param betaPriceTao the worth of one beta; empty when the fund has no shares
     * @param navTao what it is worth, realizable
     * @param spotNavTao at spot prices
     * @param depositedTao what was ever put in
     * @param redeemedTao what was ever taken out
     * @param lifetimeReturn worth and taken out, for each TAO put in; empty when nothing was
     * @param holdings what it holds
     * @param basketRate units of shares ever minted for a rao of root stake
     * @param chainPricing the chain's own prices; empty on runtimes that have none, and for funds of which it keeps none
     */
    public record Basket(
            AccountId hotkey,
            BigInteger betaTotalRaw,
            BigDecimal betaTotal,
            Optional<BigDecimal> betaPriceTao,
            Tao navTao,
            Tao spotNavTao,
            Tao depositedTao,
            Tao redeemedTao,
            Optional<BigDecimal> lifetimeReturn,
            List<ValuedHolding> holdings,
            BigDecimal basketRate,
            Optional<Pricing> chainPricing) {
        /** Copies the list. */
        public Basket {
            holdings = List.copyOf(holdings);
        }
    }

    /**
     * How much a validator may trade in its basket now.
     *
     * @param enabled whether the chain lets anybody trade
     * @param frozen whether this one was stopped
     * @param refillBlocks blocks in which a used budget is full again
     * @param refillPerBlockTao what comes back in each block, rounded down
     * @param usedTao what is used of the budget
     * @param budgetTao the budget
     * @param remainingTao what is left of it
     */
    public record TradingStatus(
            boolean enabled,
            boolean frozen,
            long refillBlocks,
            Tao refillPerBlockTao,
            Tao usedTao,
            Tao budgetTao,
            Tao remainingTao) {}

    private static BigDecimal beta(BigInteger units) {
        return new BigDecimal(units, DECIMALS);
    }

    private static Optional<BigDecimal> ratio(BigInteger part, BigInteger whole) {
        return whole.signum() == 0 ? Optional.empty() : Optional.of(Answer.share(part, new BigDecimal(whole)));
    }

    private static BasketPosition position(Answer p) {
        BigInteger own = p.get("beta").big();
        BigInteger all = p.get("beta_total").big();
        return new BasketPosition(
                p.get("hotkey").account(),
                own,
                all,
                beta(own),
                ratio(own, all),
                ratio(p.get("nav_tao").big(), all),
                p.get("nav_tao").tao(),
                p.get("value_tao").tao(),
                p.get("spot_value_tao").tao());
    }

    private static Pricing pricing(Answer p) {
        return new Pricing(
                p.get("hotkey").account(),
                p.get("spot_price").decimal(),
                p.get("display_price").decimal(),
                p.get("stake_price").decimal(),
                p.get("staker_yield").decimal(),
                p.get("staker_twr").decimal(),
                p.get("bag_index").decimal(),
                p.get("stake_index").decimal(),
                p.get("first_block").number(),
                p.get("provisional").flag(),
                p.get("display_shares").decimal());
    }

    private static Basket basket(Answer b, Answer rate, Optional<Pricing> pricing) {
        BigInteger shares = b.get("shares").big();
        BigInteger nav = b.get("nav_tao").big();
        BigInteger deposited = b.get("deposited_tao").big();
        return new Basket(
                b.get("hotkey").account(),
                shares,
                beta(shares),
                ratio(nav, shares),
                b.get("nav_tao").tao(),
                b.get("spot_nav_tao").tao(),
                b.get("deposited_tao").tao(),
                b.get("redeemed_tao").tao(),
                ratio(nav.add(b.get("redeemed_tao").big()), deposited),
                b.get("holdings").list().stream()
                        .map(h -> {
                            Netuid netuid = h.get("netuid").netuid();
                            return new ValuedHolding(
                                    netuid,
                                    h.get("alpha").alpha(netuid),
                                    h.get("spot_tao").tao(),
                                    h.get("realizable_tao").tao());
                        })
                        .toList(),
                rate.decimal(),
                pricing);
    }

    /** The chain's prices of all funds, page by page; none on runtimes that do not have them. */
    private static Map<AccountId, Pricing> allPricing(At at) {
        Map<AccountId, Pricing> all = new HashMap<>();
        if (at.offers(API, ALL_PRICING)) {
            Optional<AccountId> after = Optional.empty();
            do {
                Answer page = at.call(API, ALL_PRICING, after, 0);
                List<Answer> rows = page.get("pricing").list();
                rows.forEach(p -> all.put(p.get("hotkey").account(), pricing(p)));
                // A node that names no new fund and yet a next page would never end.
                after = rows.isEmpty() ? Optional.empty() : page.find("next").map(Answer::account);
            } while (after.isPresent());
        }
        return all;
    }

    /**
     * What a staker's root dividends would fetch now, with those too small to be claimed.
     *
     * @param coldkey the staker
     * @return TAO
     */
    @Listed("What claiming all root dividends of a coldkey would fetch now.")
    public Tao rootBasketOwed(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "root_basket_owed",
                at -> at.call(API, "get_root_basket_owed", coldkey).tao());
    }

    /**
     * What a staker's root dividends would fetch now, by validator.
     *
     * @param coldkey the staker
     * @return the largest first
     */
    @Listed("What claiming the root dividends of a coldkey would fetch now, by validator.")
    public List<Owed> rootBasketOwedBreakdown(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "root_basket_owed_breakdown",
                at -> at.call(API, "get_root_basket_positions", coldkey).list().stream()
                        .map(p -> new Owed(p.get(0).account(), p.get(2).tao()))
                        .sorted(Comparator.comparing(Owed::owedTao).reversed())
                        .toList());
    }

    /**
     * A staker's part of a validator's basket.
     *
     * @param hotkey the validator
     * @param coldkey the staker
     * @return empty when it has none
     */
    @Listed("A coldkey's part of a validator's basket, and what it is worth.")
    public Optional<BasketPosition> basketPosition(
            @Arg("hotkey_ss58") AccountId hotkey, @Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "basket_position",
                at -> at.call(API, "get_basket_position", hotkey, coldkey)
                        .present()
                        .map(Root::position));
    }

    /**
     * A staker's parts of all baskets.
     *
     * @param coldkey the staker
     * @return the most valuable first
     */
    @Listed("A coldkey's parts of all validators' baskets, the most valuable first.")
    public List<BasketPosition> rootBasketPortfolio(@Arg("coldkey_ss58") AccountId coldkey) {
        return read(
                "root_basket_portfolio",
                at -> at.call(API, "get_root_basket_portfolio", coldkey).list().stream()
                        .map(Root::position)
                        .sorted(Comparator.comparing(BasketPosition::valueTao).reversed())
                        .toList());
    }

    /**
     * What a validator's basket holds.
     *
     * @param hotkey the validator
     * @return by subnet, in the chain's order
     */
    @Listed("What a validator's basket holds, by subnet.")
    public List<Holding> validatorBasket(@Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "validator_basket",
                at -> at.call(API, "get_validator_basket", hotkey).list().stream()
                        .map(h -> {
                            Netuid netuid = h.get(0).netuid();
                            return new Holding(
                                    netuid, h.get(1).alpha(netuid), h.get(2).tao());
                        })
                        .toList());
    }

    /**
     * Everything about a validator's basket.
     *
     * @param hotkey the validator
     * @return zeros for one that has none
     */
    @Listed("Everything about a validator's basket: worth, flows, holdings, prices.")
    public Basket validatorBasketSummary(@Arg("hotkey_ss58") AccountId hotkey) {
        return read("validator_basket_summary", at -> {
            Answer summary = at.call(API, "get_validator_basket_summary", hotkey);
            Optional<Pricing> pricing = at.offers(API, PRICING)
                    ? at.call(API, PRICING, hotkey).present().map(Root::pricing)
                    : Optional.empty();
            return basket(summary, at.value(At.MODULE, RATE, hotkey), pricing);
        });
    }

    /**
     * All baskets.
     *
     * @return the most valuable first
     */
    @Listed("Every validator's basket, the most valuable first.")
    public List<Basket> rootBaskets() {
        return read("root_baskets", at -> {
            List<Answer> rows = at.call(API, "get_all_validator_baskets").list();
            List<Optional<Answer>> rates = at.many(
                    At.MODULE,
                    RATE,
                    rows.stream()
                            .map(r -> new Object[] {r.get("hotkey").account()})
                            .toList());
            Map<AccountId, Pricing> prices = rows.isEmpty() ? Map.of() : allPricing(at);
            List<Basket> all = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                Answer row = rows.get(i);
                all.add(basket(
                        row,
                        rates.get(i).orElseThrow(),
                        Optional.ofNullable(prices.get(row.get("hotkey").account()))));
            }
            all.sort(Comparator.comparing(Basket::navTao).reversed());
            return List.copyOf(all);
        });
    }

    /**
     * What a validator's basket is worth.
     *
     * @param hotkey the validator
     * @return realizable
     */
    @Listed("What a validator's basket is worth.")
    public Tao validatorBasketNav(@Arg("hotkey_ss58") AccountId hotkey) {
        return read(
                "validator_basket_nav",
                at -> at.call(API, "get_validator_basket_nav", hotkey).tao());
    }

    /**
     * How much a validator may trade in its basket now.
     *
     * @param hotkey the validator
     * @return its budget
     */
    @Listed("Whether and how much a validator may trade in its basket now.")
    public TradingStatus basketTradingStatus(@Arg("hotkey_ss58") AccountId hotkey) {
        return read("basket_trading_status", at -> {
            Answer s = at.call(API, "get_basket_trading_status", hotkey);
            long blocks = s.get("refill_blocks").number();
            Tao budget = s.get("budget_tao").tao();
            Tao available = s.get("tao_available").tao();
            boolean full = available.compareTo(budget) >= 0;
            return new TradingStatus(
                    s.get("enabled").flag(),
                    s.get("frozen").flag(),
                    blocks,
                    blocks == 0 ? Tao.ZERO : Tao.ofRao(s.get("budget_tao").big().divide(BigInteger.valueOf(blocks))),
                    full ? Tao.ZERO : budget.minus(available),
                    budget,
                    full ? budget : available);
        });
    }

    /**
     * What all baskets are worth together.
     *
     * @return realizable
     */
    @Listed("What all validators' baskets are worth together.")
    public Tao rootBasketTotalNav() {
        return read(
                "root_basket_total_nav",
                at -> at.call(API, "get_root_basket_total_nav").tao());
    }

    /**
     * The least that a claim of root dividends pays out; what is less goes on gathering.
     *
     * @return rounded down to a rao
     */
    @Listed("The least that a claim of root dividends pays out.")
    public Tao rootClaimThreshold() {
        return read(
                "root_claim_threshold",
                at -> Tao.ofRao(at.value(At.MODULE, "RootClaimableThreshold", Netuid.ROOT)
                        .decimal()
                        .setScale(0, RoundingMode.FLOOR)
                        .toBigInteger()));
    }
}
