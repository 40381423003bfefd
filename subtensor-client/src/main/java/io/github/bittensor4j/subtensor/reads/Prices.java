package io.github.bittensor4j.subtensor.reads;

import io.github.bittensor4j.core.Alpha;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.subtensor.ChainState;
import io.github.bittensor4j.subtensor.internal.Answer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads of prices, as the chain itself computes them: whole rao, nothing passes through floating point. */
public final class Prices extends Family {
    private static final String API = "SwapRuntimeApi";
    private static final int DECIMALS = 9;

    Prices(Supplier<ChainState> source) {
        super(source);
    }

    /**
     * What a swap would do now, by the chain's own simulation.
     *
     * @param tao the side of TAO: paid in, or got out
     * @param alpha the side of alpha: got out, or paid in
     * @param taoFee the fee in TAO
     * @param alphaFee the fee in alpha
     * @param taoSlippage TAO lost against the price before the swap; empty on runtimes up to spec 365, which do not tell
     * @param alphaSlippage alpha lost against it; likewise
     */
    public record SwapQuote(
            Tao tao,
            Alpha alpha,
            Tao taoFee,
            Alpha alphaFee,
            Optional<Tao> taoSlippage,
            Optional<Alpha> alphaSlippage) {}

    /**
     * A subnet's price.
     *
     * @param netuid the subnet
     * @param taoPerAlpha TAO for one alpha
     * @param priceRao the same as the chain tells it: rao for one alpha
     */
    public record AlphaPrice(Netuid netuid, BigDecimal taoPerAlpha, BigInteger priceRao) {}

    private static SwapQuote quote(Netuid netuid, Answer q) {
        return new SwapQuote(
                q.get("tao_amount").tao(),
                q.get("alpha_amount").alpha(netuid),
                q.get("tao_fee").tao(),
                q.get("alpha_fee").alpha(netuid),
                q.find("tao_slippage").map(Answer::tao),
                q.find("alpha_slippage").map(a -> a.alpha(netuid)));
    }

    private static BigDecimal price(Answer rao) {
        return new BigDecimal(rao.big(), DECIMALS);
    }

    /** The price of every subnet: by one call where the runtime has one, else by one for each. */
    static Map<Netuid, BigDecimal> all(At at) {
        Map<Netuid, BigDecimal> all = new LinkedHashMap<>();
        if (at.offers(API, "current_alpha_price_all")) {
            at.call(API, "current_alpha_price_all")
                    .list()
                    .forEach(p -> all.put(p.get("netuid").netuid(), price(p.get("price"))));
        } else {
            Subnets.netuids(at).forEach(n -> all.put(n, price(at.call(API, "current_alpha_price", n))));
        }
        return all;
    }

    /**
     * What staking would bring.
     *
     * @param netuid the subnet
     * @param amount TAO to stake
     * @return the alpha it would buy, and what is lost on the way
     */
    @Listed("What staking an amount of TAO would bring now: alpha, fees and slippage by the chain's own simulation.")
    public SwapQuote quoteStake(@Arg("netuid") Netuid netuid, @Arg("amount_tao") Tao amount) {
        return read("quote_stake", at -> {
            at.subnet(netuid);
            return quote(netuid, at.call(API, "sim_swap_tao_for_alpha", netuid, amount));
        });
    }

    /**
     * What unstaking would bring.
     *
     * @param amount alpha of a subnet
     * @return the TAO it would fetch, and what is lost on the way
     */
    @Listed("What unstaking an amount of alpha would bring now: TAO, fees and slippage by the chain's own simulation.")
    public SwapQuote quoteUnstake(@Arg("amount_alpha") Alpha amount) {
        return read("quote_unstake", at -> {
            at.subnet(amount.netuid());
            return quote(amount.netuid(), at.call(API, "sim_swap_alpha_for_tao", amount.netuid(), amount));
        });
    }

    /**
     * The prices of all subnets.
     *
     * @return TAO for one alpha
     */
    @Listed("The price of every subnet's alpha, in TAO.")
    public Map<Netuid, BigDecimal> alphaPrices() {
        return read("alpha_prices", Prices::all);
    }

    /**
     * A subnet's price.
     *
     * @param netuid the subnet
     * @return TAO for one alpha
     */
    @Listed("The price of a subnet's alpha, in TAO.")
    public AlphaPrice alphaPrice(@Arg("netuid") Netuid netuid) {
        return read("alpha_price", at -> {
            at.subnet(netuid);
            Answer rao = at.call(API, "current_alpha_price", netuid);
            return new AlphaPrice(netuid, price(rao), rao.big());
        });
    }
}
