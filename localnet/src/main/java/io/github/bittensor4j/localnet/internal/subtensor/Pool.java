package io.github.bittensor4j.localnet.internal.subtensor;

import static io.github.bittensor4j.localnet.internal.subtensor.Stakes.unsigned;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.localnet.internal.state.State;
import io.github.bittensor4j.localnet.internal.yuma.Fixed;
import io.github.bittensor4j.localnet.internal.yuma.FixedType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The pools in which a subnet's alpha is bought and sold: the product of both reserves stays, a fee of the input goes to the block's
 * author. Root and stable subnets swap one to one and free. The weights of the chain's pools stay equal here, as they do there as long
 * as TAO is injected at the pool's own price.
 */
final class Pool {
    private static final BigInteger U16_MAX = BigInteger.valueOf(65_535);
    private static final BigInteger NANO = BigInteger.valueOf(1_000_000_000);
    /** The least that the paying side must hold. */
    private static final long LEAST_RESERVE = 1_000_000;

    private final Items items;

    Pool(Items items) {
        this.items = items;
    }

    /**
     * What a swap gives.
     *
     * @param out what comes out
     * @param fee the part of the input that is the fee
     */
    record Quote(long out, long fee) {}

    /** The account that holds a subnet's TAO. */
    static AccountId account(int netuid) {
        byte[] id = new ScaleWriter()
                .raw("modlsubtensr".getBytes(StandardCharsets.US_ASCII))
                .u16(netuid)
                .toByteArray();
        return AccountId.of(Arrays.copyOf(id, AccountId.LENGTH));
    }

    boolean isDynamic(State state, int netuid) {
        return netuid != Stakes.ROOT && items.subnetMechanism.get(state, netuid) == 1;
    }

    /** TAO per alpha. */
    Fixed price(State state, int netuid) {
        if (!isDynamic(state, netuid)) {
            return FixedType.U64F64.one();
        }
        return FixedType.U64F64.ratio(
                unsigned(items.subnetTao.get(state, netuid)), unsigned(items.subnetAlphaIn.get(state, netuid)));
    }

    /** TAO per alpha in rao, as the runtime calls give it. */
    long priceInRao(State state, int netuid) {
        return price(state, netuid).raw().multiply(NANO).shiftRight(64).longValueExact();
    }

    /** What an amount of TAO would buy. */
    Quote quoteBuy(State state, int netuid, long tao) {
        if (!isDynamic(state, netuid)) {
            return new Quote(tao, 0);
        }
        long fee = fee(state, netuid, tao);
        return new Quote(
                out(items.subnetAlphaIn.get(state, netuid), items.subnetTao.get(state, netuid), tao - fee), fee);
    }

    /** What an amount of alpha would sell for. */
    Quote quoteSell(State state, int netuid, long alpha) {
        if (!isDynamic(state, netuid)) {
            return new Quote(alpha, 0);
        }
        long fee = fee(state, netuid, alpha);
        return new Quote(
                out(items.subnetTao.get(state, netuid), items.subnetAlphaIn.get(state, netuid), alpha - fee), fee);
    }

    /** The most TAO, fee included, that can buy without lifting the price above a limit in rao. */
    long mostToBuy(State state, int netuid, long limit) {
        if (!isDynamic(state, netuid)) {
            return Long.compareUnsigned(limit, NANO.longValue()) >= 0 ? Long.MAX_VALUE : 0;
        }
        BigInteger tao = unsigned(items.subnetTao.get(state, netuid));
        BigInteger alpha = unsigned(items.subnetAlphaIn.get(state, netuid));
        return beforeFee(
                state,
                netuid,
                unsigned(limit)
                        .multiply(alpha)
                        .multiply(tao)
                        .divide(NANO)
                        .sqrt()
                        .subtract(tao));
    }

    /** The most alpha, fee included, that can be sold without pushing the price below a limit in rao. */
    long mostToSell(State state, int netuid, long limit) {
        if (limit == 0) {
            return Long.MAX_VALUE;
        }
        if (!isDynamic(state, netuid)) {
            return Long.compareUnsigned(limit, NANO.longValue()) <= 0 ? Long.MAX_VALUE : 0;
        }
        BigInteger tao = unsigned(items.subnetTao.get(state, netuid));
        BigInteger alpha = unsigned(items.subnetAlphaIn.get(state, netuid));
        return beforeFee(
                state,
                netuid,
                tao.multiply(alpha)
                        .multiply(NANO)
                        .divide(unsigned(limit))
                        .sqrt()
                        .subtract(alpha));
    }

    /** Buys alpha for TAO that lies on the payer's account; the alpha comes into circulation. */
    Quote buy(Host host, int netuid, AccountId payer, long tao) {
        State state = host.state();
        Quote quote = quoteBuy(state, netuid, tao);
        host.transfer(payer, account(netuid), tao - quote.fee());
        if (quote.fee() > 0) {
            host.transfer(payer, host.author(), quote.fee());
        }
        moved(state, netuid, tao - quote.fee(), isDynamic(state, netuid) ? -quote.out() : 0, quote.out(), tao);
        return quote;
    }

    /** Sells alpha that leaves circulation; its TAO goes to an account. */
    Quote sell(Host host, int netuid, AccountId payee, long alpha) {
        State state = host.state();
        Quote quote = quoteSell(state, netuid, alpha);
        boolean dynamic = isDynamic(state, netuid);
        host.transfer(account(netuid), payee, quote.out());
        moved(state, netuid, -quote.out(), dynamic ? alpha - quote.fee() : 0, -alpha, quote.out());
        if (quote.fee() > 0) {
            // The author is paid in TAO: the alpha of the fee is sold too, free of a fee of its own.
            long paid = out(items.subnetTao.get(state, netuid), items.subnetAlphaIn.get(state, netuid), quote.fee());
            host.transfer(account(netuid), host.author(), paid);
            moved(state, netuid, -paid, quote.fee(), 0, paid);
        }
        return quote;
    }

    /** Puts TAO that was just minted into a pool without touching its alpha side. */
    void inject(Host host, int netuid, long tao, long alpha) {
        host.mint(account(netuid), tao);
        items.totalIssuance.update(host.state(), issued -> issued + tao);
        moved(host.state(), netuid, tao, alpha, 0, 0);
    }

    /** Buys alpha for TAO that was just minted; no fee. Answers the alpha, which comes into circulation. */
    long buyForProtocol(Host host, int netuid, long tao) {
        State state = host.state();
        long alpha = out(items.subnetAlphaIn.get(state, netuid), items.subnetTao.get(state, netuid), tao);
        host.mint(account(netuid), tao);
        items.totalIssuance.update(state, issued -> issued + tao);
        moved(state, netuid, tao, -alpha, alpha, tao);
        return alpha;
    }

    /** Whether a pool can pay at all. */
    boolean canPay(State state, int netuid, boolean inAlpha) {
        long reserve = inAlpha ? items.subnetAlphaIn.get(state, netuid) : items.subnetTao.get(state, netuid);
        return !isDynamic(state, netuid) || reserve >= LEAST_RESERVE;
    }

    private void moved(State state, int netuid, long tao, long alphaIn, long alphaOut, long volume) {
        items.subnetTao.update(state, netuid, value -> value + tao);
        items.totalStake.update(state, value -> value + tao);
        if (alphaIn != 0) {
            items.subnetAlphaIn.update(state, netuid, value -> value + alphaIn);
        }
        if (alphaOut != 0) {
            items.subnetAlphaOut.update(state, netuid, value -> value + alphaOut);
        }
        if (volume != 0) {
            items.subnetVolume.update(state, netuid, value -> value.add(unsigned(volume)));
        }
    }

    long fee(State state, int netuid, long amount) {
        if (!isDynamic(state, netuid)) {
            return 0;
        }
        return unsigned(amount)
                .multiply(BigInteger.valueOf(items.feeRate.get(state, netuid)))
                .divide(U16_MAX)
                .longValueExact();
    }

    private long beforeFee(State state, int netuid, BigInteger afterFee) {
        if (afterFee.signum() <= 0) {
            return 0;
        }
        BigInteger rest = U16_MAX.subtract(BigInteger.valueOf(items.feeRate.get(state, netuid)));
        return afterFee.multiply(U16_MAX)
                .divide(rest)
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    private static long out(long payingReserve, long receivingReserve, long in) {
        BigInteger sum = unsigned(receivingReserve).add(unsigned(in));
        return sum.signum() == 0
                ? 0
                : unsigned(payingReserve).multiply(unsigned(in)).divide(sum).longValueExact();
    }
}
