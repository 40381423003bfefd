package io.github.bittensor4j.localnet.internal.yuma;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.testkit.Vectors;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class YumaVectorTest {
    private static final Vectors FILE = Vectors.open("yuma.json");
    private static final BigDecimal ONE = new BigDecimal(I32F32.ONE);

    @TestFactory
    Stream<DynamicTest> every_subnet_rule_gives_the_expected_numbers() {
        return FILE.cases("vectors", vector -> {
            switch (text(vector, "kind")) {
                case "epoch_sequence" -> epochs(vector);
                case "epoch_uniform_graph" -> uniformGraph(vector);
                case "function_cases" -> functions(vector);
                default -> Assertions.fail("unknown kind " + vector.get("kind"));
            }
        });
    }

    @AfterAll
    static void report() {
        FILE.report("format", "upstream", "conventions", "set", "counts");
    }

    private static void epochs(JsonNode vector) {
        JsonNode params = vector.get("params");
        int number = 0;
        for (JsonNode step : vector.get("steps")) {
            JsonNode own = step.path("params").isObject() ? step.get("params") : params;
            EpochInput input = input(step.get("input"));
            EpochResult result = YumaEpoch.run(parameters(params, own), input);
            if (step.has("expected_exact")) {
                exact(
                        "step " + number,
                        step.get("expected_exact"),
                        result,
                        I32F32.ofProportion(integer(own.path("kappa").isMissingNode() ? params : own, "kappa")));
            }
            for (JsonNode literal : step.path("expected_literal")) {
                literal("step " + number, literal, parameters(params, own), input, result);
            }
            number++;
        }
    }

    private static void exact(String step, JsonNode expected, EpochResult result, long kappa) {
        expected.fieldNames().forEachRemaining(field -> {
            JsonNode want = expected.get(field);
            switch (field) {
                case "raw" ->
                    want.fieldNames().forEachRemaining(raw -> {
                        JsonNode values = want.get(raw);
                        switch (raw) {
                            case "kappa" -> assertThat(kappa).as(raw).isEqualTo(values.longValue());
                            case "bonds_penalty" ->
                                assertThat(values.longValue()).isNotNegative();
                            default ->
                                assertThat(raw(raw, result))
                                        .as(step + " raw " + raw)
                                        .isEqualTo(longs(values));
                        }
                    });
                case "bonds_u16" ->
                    assertThat(result.bonds()).as(step + " bonds").isEqualTo(rows(want, result.stake().length));
                case "legacy_server_trust_u16" ->
                    assertThat(EpochResult.proportions(serverTrust(result)))
                            .as(step + " " + field)
                            .isEqualTo(ints(want));
                default ->
                    assertThat(numbers(field, result)).as(step + " " + field).isEqualTo(bigs(want));
            }
        });
    }

    private static void literal(
            String step, JsonNode literal, EpochParameters parameters, EpochInput input, EpochResult result) {
        String field = text(literal, "field");
        JsonNode equals = literal.get("equals");
        BigDecimal tolerance = literal.has("tol") ? literal.get("tol").decimalValue() : BigDecimal.ZERO;
        String as = step + " " + literal;
        switch (field) {
            case "bond" ->
                assertThat(bond(result, integer(literal, "row"), integer(literal, "col")))
                        .as(as)
                        .isEqualTo(equals.intValue());
            case "bonds_real" -> {
                for (int r = 0; r < literal.get("rows").size(); r++) {
                    for (int c = 0; c < literal.get("cols").size(); c++) {
                        int value = bond(
                                result,
                                literal.get("rows").get(r).intValue(),
                                literal.get("cols").get(c).intValue());
                        close(as, proportion(value), equals.get(r).get(c).decimalValue(), tolerance);
                    }
                }
            }
            case "weights_normalized_real" -> {
                SparseMatrix weights = YumaEpoch.weights(parameters, input);
                for (int i = 0; i < equals.size(); i++) {
                    assertThat(weights.columns(i)).as(as).hasSize(equals.get(i).size());
                    for (int k = 0; k < equals.get(i).size(); k++) {
                        assertThat(weights.columns(i)[k])
                                .isEqualTo(equals.get(i).get(k).get(0).intValue());
                        close(
                                as,
                                real(weights.values(i)[k]),
                                equals.get(i).get(k).get(1).decimalValue(),
                                tolerance);
                    }
                }
            }
            default -> {
                List<BigDecimal> values = reals(field, result);
                List<Integer> uids = new ArrayList<>();
                if (literal.has("uid")) {
                    uids.add(integer(literal, "uid"));
                } else if (literal.has("uids")) {
                    literal.get("uids").forEach(uid -> uids.add(uid.intValue()));
                }
                if (uids.isEmpty()) {
                    assertThat(values).as(as).hasSize(equals.size());
                    for (int i = 0; i < values.size(); i++) {
                        close(as, values.get(i), equals.get(i).decimalValue(), tolerance);
                    }
                } else {
                    for (int k = 0; k < uids.size(); k++) {
                        JsonNode one = equals.isArray() ? equals.get(k) : equals;
                        close(as, values.get(uids.get(k)), one.decimalValue(), tolerance);
                    }
                }
            }
        }
    }

    private static void uniformGraph(JsonNode vector) {
        JsonNode build = vector.get("build");
        JsonNode expected = vector.get("expected_literal");
        int n = integer(build, "n");
        // Who validates is given in words; it is also who has stake and a row of expected dividends.
        List<Integer> validators = uids(text(build, "validators"), n);
        List<Integer> servers = new ArrayList<>();
        for (int uid = 0; uid < n; uid++) {
            if (!validators.contains(uid)) {
                servers.add(uid);
            }
        }
        Fixed[] stake = new Fixed[n];
        Arrays.fill(stake, FixedType.I64F64.of(build.get("stake_per_server").bigIntegerValue()));
        validators.forEach(uid -> stake[uid] =
                FixedType.I64F64.of(build.get("stake_per_validator").bigIntegerValue()));
        long[] registered = new long[n];
        Arrays.fill(registered, build.get("block_at_registration_all").longValue());
        long[] updated = new long[n];
        Arrays.fill(updated, build.get("last_update_before_weights").longValue());
        List<List<UidValue>> none = new ArrayList<>(Collections.nCopies(n, List.of()));
        EpochParameters parameters = parameters(vector.get("params"), vector.get("params"));
        EpochInput input = new EpochInput(
                build.get("block").longValue(),
                build.get("last_mechanism_step_block").longValue(),
                build.get("rao_emission").bigIntegerValue(),
                OptionalInt.empty(),
                List.of(stake),
                updated.clone(),
                registered,
                new boolean[n],
                none,
                none,
                Optional.empty());
        EpochResult result = YumaEpoch.run(parameters, input);

        List<List<UidValue>> weights = new ArrayList<>(none);
        List<UidValue> row = servers.stream()
                .map(uid -> new UidValue(uid, integer(build, "stored_weight_each")))
                .toList();
        List<Integer> setters = new ArrayList<>(validators);
        validators.forEach(uid -> weights.set(uid, row));
        if (build.path("servers_set_full_self_weight").booleanValue()) {
            servers.forEach(uid -> weights.set(uid, List.of(new UidValue(uid, 65_535))));
            setters.addAll(servers);
        }
        setters.forEach(
                uid -> updated[uid] = build.get("last_update_of_weight_setters").longValue());
        for (int epoch = 0; epoch < integer(build, "epochs_with_weights"); epoch++) {
            input = new EpochInput(
                    input.block(),
                    input.lastEpochBlock(),
                    input.emission(),
                    OptionalInt.empty(),
                    input.stake(),
                    updated,
                    registered,
                    result.permits(),
                    weights,
                    result.bonds(),
                    Optional.empty());
            result = YumaEpoch.run(parameters, input);
        }
        for (String role : List.of("validators", "servers")) {
            JsonNode want = expected.get(role);
            for (int uid : role.equals("validators") ? validators : servers) {
                EpochResult last = result;
                want.fieldNames().forEachRemaining(field -> {
                    int value = want.get(field).intValue();
                    switch (field) {
                        case "bond_on_first_validator_u16" ->
                            assertThat(bond(last, uid, validators.get(0)))
                                    .as(role + field)
                                    .isEqualTo(value);
                        case "bond_on_first_server_u16" ->
                            assertThat(bond(last, uid, servers.get(0)))
                                    .as(role + field)
                                    .isEqualTo(value);
                        default ->
                            assertThat(numbers(field, last).get(uid))
                                    .as(role + field)
                                    .isEqualTo(BigInteger.valueOf(value));
                    }
                });
            }
        }
    }

    /** Reads "uid 0..63", "uid 0, 8, 16, ..." or "every 8th uid" as uids below n. */
    private static List<Integer> uids(String words, int n) {
        List<Integer> numbers = Arrays.stream(words.split("\\D+"))
                .filter(word -> !word.isEmpty())
                .map(Integer::valueOf)
                .toList();
        List<Integer> result = new ArrayList<>();
        if (words.contains("..") && numbers.size() == 2) {
            for (int uid = numbers.get(0); uid <= numbers.get(1); uid++) {
                result.add(uid);
            }
        } else if (words.startsWith("uid") && numbers.size() > 1) {
            for (int uid = numbers.get(0); uid < n; uid += numbers.get(1) - numbers.get(0)) {
                result.add(uid);
            }
        } else {
            Assertions.fail("cannot read validators: " + words);
        }
        return result;
    }

    private static void functions(JsonNode vector) {
        int number = 0;
        for (JsonNode c : vector.get("cases")) {
            String as = text(vector, "function") + " " + number++;
            JsonNode in = c.path("input");
            JsonNode out = c.path("expected");
            switch (text(vector, "function")) {
                case "weighted_median" ->
                    assertThat(YumaEpoch.weightedMedian(
                                    longs(c.get("stake_raw")),
                                    longs(c.get("score_raw")),
                                    I32F32.subtract(
                                            c.get("minority_raw").longValue(),
                                            c.get("partition_lo_raw").longValue())))
                            .as(as)
                            .isEqualTo(c.get("expected_raw").longValue());
                case "weighted_median_columns" -> {
                    long[] stake = longs(c.get("stake_raw"));
                    SparseMatrix matrix = new SparseMatrix(stake.length);
                    c.get("rows")
                            .forEach(row -> matrix.setRow(
                                    row.get(0).intValue(),
                                    StreamSupport.stream(row.get(1).spliterator(), false)
                                            .mapToInt(e -> e.get(0).intValue())
                                            .toArray(),
                                    StreamSupport.stream(row.get(1).spliterator(), false)
                                            .mapToLong(e -> e.get(1).longValue())
                                            .toArray()));
                    assertThat(YumaEpoch.consensus(
                                    stake, matrix, c.get("kappa_raw").longValue(), integer(c, "columns")))
                            .as(as)
                            .isEqualTo(longs(c.get("expected_raw")));
                }
                case "clip_columns" ->
                    same(
                            as,
                            c.get("expected"),
                            YumaEpoch.clip(matrix(c.get("matrix")), realRow(c.get("threshold"))),
                            BigDecimal.ZERO);
                case "ema_with_alpha_matrix" -> {
                    SparseMatrix fresh = matrix(c.get("new"));
                    long[][] alphas = new long[fresh.rows()][c.get("new").get(0).size()];
                    for (long[] row : alphas) {
                        Arrays.fill(row, raw(c.get("alpha").decimalValue()));
                    }
                    same(
                            as,
                            c.get("expected"),
                            YumaEpoch.averageByCell(fresh, matrix(c.get("old")), alphas),
                            c.get("tol").decimalValue());
                }
                case "max_upscale_u16" ->
                    assertThat(WeightScaling.upscale(ints(c.get("input"))))
                            .as(as + c)
                            .isEqualTo(ints(out));
                case "is_topk" -> {
                    boolean[] largest = YumaEpoch.largest(longs(c.get("values")), integer(c, "k"));
                    for (int i = 0; i < largest.length; i++) {
                        assertThat(largest[i]).as(as + c).isEqualTo(out.get(i).intValue() == 1);
                    }
                }
                case "sigmoid_via_exp" -> {
                    long power = I32F32.multiply(
                            I32F32.ofInteger(-c.get("rho").longValue()),
                            I32F32.subtract(
                                    c.get("x_raw").longValue(),
                                    c.get("kappa_raw").longValue()));
                    assertThat(I32F32.divide(I32F32.ONE, I32F32.add(I32F32.ONE, I32F32.exp(power))))
                            .as(as)
                            .isEqualTo(c.get("expected_raw").longValue());
                }
                case "block_emission_rao" ->
                    assertThat(BlockEmission.of(c.get("issuance").bigIntegerValue()))
                            .as(as + c)
                            .isEqualTo(out.bigIntegerValue());
                case "registration_burn_price" -> {
                    BurnPrice price = burnPrice(c);
                    BigInteger burn = c.get("burn").bigIntegerValue();
                    for (int i = 0; i < c.get("events").size(); i++) {
                        burn = c.get("events").get(i).asText().equals("block")
                                ? price.afterBlock(burn)
                                : price.afterRegistration(burn);
                        assertThat(burn)
                                .as(as + " event " + i)
                                .isEqualTo(out.get(i).bigIntegerValue());
                    }
                }
                case "registration_burn_price_after_blocks" -> {
                    BigInteger burn = c.get("burn").bigIntegerValue();
                    BurnPrice price = burnPrice(c);
                    for (int i = 0; i < integer(c, "blocks"); i++) {
                        burn = price.afterBlock(burn);
                    }
                    assertThat(burn).as(as).isEqualTo(out.bigIntegerValue());
                }
                case "decay_factor_q32" ->
                    assertThat(BurnPrice.decayFactor(integer(c, "half_life")))
                            .as(as)
                            .isEqualTo(out.longValue());
                case "network_lock_cost" ->
                    assertThat(LockCost.at(
                                    c.get("last_lock").bigIntegerValue(),
                                    c.get("min_lock").bigIntegerValue(),
                                    c.get("last_lock_block").longValue(),
                                    c.get("current_block").longValue(),
                                    c.get("reduction_interval").bigIntegerValue(),
                                    c.get("block_emission").bigIntegerValue()))
                            .as(as)
                            .isEqualTo(out.bigIntegerValue());
                case "alpha_out_split" -> alphaOut(as, c);
                case "subnet_tao_shares" -> taoShares(as, in, out);
                case "dividend_distribution" -> dividends(as, c);
                case "neuron_to_prune" -> {
                    List<Pruning.Neuron> neurons = new ArrayList<>();
                    c.get("neurons")
                            .forEach(neuron -> neurons.add(new Pruning.Neuron(
                                    integer(neuron, "uid"),
                                    neuron.get("emission").bigIntegerValue(),
                                    neuron.get("block_at_registration").longValue(),
                                    neuron.get("owner_immortal").booleanValue())));
                    OptionalInt want = c.get("expected_uid").isNull()
                            ? OptionalInt.empty()
                            : OptionalInt.of(integer(c, "expected_uid"));
                    assertThat(Pruning.choose(
                                    neurons,
                                    c.get("block").longValue(),
                                    c.get("immunity_period").longValue(),
                                    integer(c, "min_non_immune_uids")))
                            .as(as)
                            .isEqualTo(want);
                }
                case "is_valid_ip_address" ->
                    assertThat(ServedAddress.isValid(
                                    integer(c, "ip_type"),
                                    big(c.get("address")),
                                    c.get("allow_zero").booleanValue()))
                            .as(as + c)
                            .isEqualTo(out.booleanValue());
                case "weights_commit_hash" ->
                    assertThat(HexFormat.of()
                                    .formatHex(WeightCommit.hash(
                                            AccountId.of(HexFormat.of().parseHex(text(c, "hotkey_public_key_hex"))),
                                            integer(c, "storage_index"),
                                            boxed(c.get("uids")),
                                            boxed(c.get("values")),
                                            boxed(c.get("salt")),
                                            big(c.get("version_key")))))
                            .as(as)
                            .isEqualTo(text(c, "expected_hash_hex"));
                default -> Assertions.fail("unknown function " + vector.get("function"));
            }
        }
    }

    private static void alphaOut(String as, JsonNode c) {
        JsonNode in = c.get("input");
        Fixed proportion = AlphaSplit.rootProportion(
                AlphaSplit.taoWeight(big(in.get("tao_weight_u64"))),
                big(in.get("root_tao")),
                big(in.get("alpha_issuance")));
        AlphaSplit split = AlphaSplit.of(
                big(in.get("alpha_emission")),
                in.get("owner_cut_enabled").booleanValue() ? integer(in, "owner_cut_u16") : 0,
                proportion);
        boolean kept = in.get("root_sell_flag").booleanValue();
        BigDecimal tolerance = c.has("tol") ? c.get("tol").decimalValue() : BigDecimal.ZERO;
        c.get("expected").properties().forEach(field -> {
            BigInteger actual = switch (field.getKey()) {
                case "root_proportion_raw" -> proportion.raw();
                case "pending_owner_cut" -> split.owner();
                case "pending_server" -> split.server();
                case "pending_validator" -> split.validator();
                case "root_alpha" -> split.root();
                case "pending_root_alpha" -> kept ? split.root() : BigInteger.ZERO;
                case "recycled" -> kept ? BigInteger.ZERO : split.root();
                default -> throw new AssertionError("unknown field " + field.getKey());
            };
            close(as + " " + field.getKey(), new BigDecimal(actual), new BigDecimal(big(field.getValue())), tolerance);
        });
    }

    private static void taoShares(String as, JsonNode in, JsonNode out) {
        List<SubnetShares.Subnet> subnets = new ArrayList<>();
        for (int i = 0; i < in.get("moving_price_i96f32_raw").size(); i++) {
            JsonNode enabled = in.get("emission_enabled").get(i);
            subnets.add(new SubnetShares.Subnet(
                    FixedType.I96F32.raw(big(in.get("moving_price_i96f32_raw").get(i))),
                    FixedType.U96F32.raw(big(in.get("miner_burned_u96f32_raw").get(i))),
                    enabled.isBoolean() ? enabled.booleanValue() : enabled.intValue() == 1));
        }
        List<Fixed> shares = SubnetShares.of(subnets);
        for (int i = 0; i < shares.size(); i++) {
            Fixed tao = SubnetShares.tao(big(in.get("block_emission_rao")), shares.get(i));
            assertThat(shares.get(i).raw())
                    .as(as + " share " + i)
                    .isEqualTo(big(out.get("share_u64f64_raw").get(i)));
            assertThat(tao.raw())
                    .as(as + " tao " + i)
                    .isEqualTo(big(out.get("tao_emission_u96f32_raw").get(i)));
            assertThat(tao.toU64())
                    .as(as + " rao " + i)
                    .isEqualTo(big(out.get("tao_emission_rao_floor").get(i)));
        }
    }

    private static void dividends(String as, JsonNode c) {
        JsonNode in = c.get("input");
        List<DividendSplit.Earner> earners = new ArrayList<>();
        for (int i = 0; i < in.get("dividends").size(); i++) {
            earners.add(new DividendSplit.Earner(
                    big(in.get("dividends").get(i)),
                    big(in.get("alpha_stake").get(i)),
                    big(in.get("root_stake").get(i))));
        }
        DividendSplit split = DividendSplit.of(
                earners,
                FixedType.U96F32.raw(big(in.get("tao_weight_u96f32_raw"))),
                big(in.get("pending_validator_alpha")),
                big(in.get("pending_root_alpha")));
        if (c.has("expected_exact")) {
            assertThat(split.alpha())
                    .as(as)
                    .isEqualTo(bigs(c.get("expected_exact").get("alpha")));
            assertThat(split.root())
                    .as(as)
                    .isEqualTo(bigs(c.get("expected_exact").get("root")));
        }
        if (c.has("expected_literal")) {
            JsonNode literal = c.get("expected_literal");
            BigDecimal tolerance = literal.get("tol").decimalValue();
            close(as, sum(split.alpha()), new BigDecimal(big(literal.get("total_alpha"))), tolerance);
            close(as, sum(split.root()), new BigDecimal(big(literal.get("total_root"))), tolerance);
        }
    }

    private static EpochParameters parameters(JsonNode base, JsonNode own) {
        return new EpochParameters(
                integer(pick(base, own, "tempo")),
                pick(base, own, "activity_cutoff").longValue(),
                big(pick(base, own, "stake_threshold")),
                integer(pick(base, own, "max_allowed_validators")),
                integer(pick(base, own, "kappa")),
                integer(pick(base, own, "bonds_penalty")),
                pick(base, own, "bonds_moving_average").longValue(),
                pick(base, own, "yuma3").booleanValue(),
                pick(base, own, "liquid_alpha").booleanValue(),
                integer(pick(base, own, "alpha_low")),
                integer(pick(base, own, "alpha_high")),
                integer(pick(base, own, "alpha_sigmoid_steepness")));
    }

    private static JsonNode pick(JsonNode base, JsonNode own, String field) {
        return own.has(field) ? own.get(field) : base.get(field);
    }

    private static EpochInput input(JsonNode in) {
        int n = integer(in, "n");
        boolean[] permits = new boolean[n];
        for (int i = 0; i < n; i++) {
            permits[i] = in.get("validator_permit").get(i).asInt() == 1;
        }
        Optional<List<OptionalLong>> commits = Optional.empty();
        if (in.path("commit_blocks").isArray()) {
            List<OptionalLong> blocks = new ArrayList<>();
            in.get("commit_blocks")
                    .forEach(block ->
                            blocks.add(block.isNull() ? OptionalLong.empty() : OptionalLong.of(block.longValue())));
            commits = Optional.of(blocks);
        }
        List<Fixed> stake = new ArrayList<>();
        in.get("stake").forEach(value -> stake.add(FixedType.I64F64.of(big(value))));
        JsonNode owner = in.path("owner_uid");
        return new EpochInput(
                in.get("block").longValue(),
                in.get("last_mechanism_step_block").longValue(),
                big(in.get("rao_emission")),
                owner.isNumber() ? OptionalInt.of(owner.intValue()) : OptionalInt.empty(),
                stake,
                longs(in.get("last_update")),
                longs(in.get("block_at_registration")),
                permits,
                rows(in.get("weights"), n),
                rows(in.get("bonds"), n),
                commits);
    }

    private static List<List<UidValue>> rows(JsonNode rows, int n) {
        List<List<UidValue>> result = new ArrayList<>(Collections.nCopies(n, List.of()));
        rows.forEach(row -> {
            List<UidValue> entries = new ArrayList<>();
            row.get(1)
                    .forEach(e -> entries.add(
                            new UidValue(e.get(0).intValue(), e.get(1).intValue())));
            result.set(row.get(0).intValue(), entries);
        });
        return result;
    }

    private static long[] raw(String field, EpochResult result) {
        return switch (field) {
            case "stake" -> result.stake();
            case "active_stake" -> result.activeStake();
            case "consensus" -> result.consensus();
            case "validator_trust" -> result.validatorTrust();
            case "prerank" -> result.prerank();
            case "rank_unnormalized" -> result.rank();
            case "incentive" -> result.incentive();
            case "dividends" -> result.dividends();
            case "normalized_combined_emission" -> result.combined();
            case "normalized_validator_emission" -> result.validatorShare();
            default -> throw new AssertionError("unknown raw field " + field);
        };
    }

    private static List<BigInteger> numbers(String field, EpochResult result) {
        return switch (field) {
            case "active" -> flags(result.active());
            case "validator_permit" -> flags(result.permits());
            case "emission" -> result.emission();
            case "server_emission" -> result.serverEmission();
            case "validator_emission" -> result.validatorEmission();
            default -> {
                String raw = field.replace("_u16", "");
                yield Arrays.stream(EpochResult.proportions(raw(raw.equals("stake_weight") ? "stake" : raw, result)))
                        .mapToObj(BigInteger::valueOf)
                        .toList();
            }
        };
    }

    private static List<BigDecimal> reals(String field, EpochResult result) {
        if (field.equals("legacy.server_trust")) {
            return Arrays.stream(serverTrust(result))
                    .mapToObj(YumaVectorTest::real)
                    .toList();
        }
        if (field.startsWith("raw.")) {
            return Arrays.stream(raw(field.substring(4), result))
                    .mapToObj(YumaVectorTest::real)
                    .toList();
        }
        if (field.endsWith("_real")) {
            return Arrays.stream(EpochResult.proportions(raw(field.replace("_real", ""), result)))
                    .mapToObj(YumaVectorTest::proportion)
                    .toList();
        }
        return numbers(field, result).stream().map(BigDecimal::new).toList();
    }

    private static List<BigInteger> flags(boolean[] flags) {
        List<BigInteger> result = new ArrayList<>();
        for (boolean flag : flags) {
            result.add(flag ? BigInteger.ONE : BigInteger.ZERO);
        }
        return result;
    }

    /** Rank after over rank before clipping: what the chain once stored as trust. */
    private static long[] serverTrust(EpochResult result) {
        long[] trust = new long[result.rank().length];
        for (int j = 0; j < trust.length; j++) {
            trust[j] = I32F32.divide(result.rank()[j], result.prerank()[j]);
        }
        return trust;
    }

    private static int bond(EpochResult result, int row, int column) {
        return result.bonds().get(row).stream()
                .filter(entry -> entry.uid() == column)
                .mapToInt(UidValue::value)
                .findFirst()
                .orElse(0);
    }

    private static BurnPrice burnPrice(JsonNode c) {
        Fixed mult = FixedType.U64F64.one();
        if (c.has("mult_u64f64_raw")) {
            mult = FixedType.U64F64.raw(big(c.get("mult_u64f64_raw")));
        } else if (c.has("mult")) {
            mult = FixedType.U64F64.raw(c.get("mult")
                    .decimalValue()
                    .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(64)))
                    .toBigInteger());
        }
        return new BurnPrice(integer(c, "half_life"), mult, big(c.get("min")), big(c.get("max")));
    }

    private static SparseMatrix matrix(JsonNode rows) {
        SparseMatrix result = new SparseMatrix(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            result.setPositive(i, realRow(rows.get(i)));
        }
        return result;
    }

    private static long[] realRow(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToLong(value -> raw(value.decimalValue()))
                .toArray();
    }

    private static void same(String as, JsonNode expected, SparseMatrix actual, BigDecimal tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            long[] row = actual.dense(i, expected.get(i).size());
            for (int j = 0; j < row.length; j++) {
                close(
                        as + " at " + i + "," + j,
                        real(row[j]),
                        expected.get(i).get(j).decimalValue(),
                        tolerance);
            }
        }
    }

    private static void close(String as, BigDecimal actual, BigDecimal expected, BigDecimal tolerance) {
        assertThat(actual.subtract(expected).abs())
                .as(as + ": " + actual + " for " + expected)
                .isLessThanOrEqualTo(tolerance);
    }

    private static BigDecimal sum(List<BigInteger> values) {
        return new BigDecimal(values.stream().reduce(BigInteger.ZERO, BigInteger::add));
    }

    private static long raw(BigDecimal real) {
        return real.multiply(ONE).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    }

    private static BigDecimal real(long raw) {
        return new BigDecimal(raw).divide(ONE);
    }

    private static BigDecimal proportion(int u16) {
        return new BigDecimal(u16).divide(new BigDecimal(65_535), 12, RoundingMode.HALF_EVEN);
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).asText();
    }

    private static int integer(JsonNode node, String field) {
        return integer(node.get(field));
    }

    private static int integer(JsonNode node) {
        return node.bigIntegerValue().intValueExact();
    }

    private static BigInteger big(JsonNode node) {
        return new BigInteger(node.asText());
    }

    private static List<BigInteger> bigs(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .map(YumaVectorTest::big)
                .toList();
    }

    private static long[] longs(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .mapToLong(value -> big(value).longValueExact())
                .toArray();
    }

    private static int[] ints(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .mapToInt(YumaVectorTest::integer)
                .toArray();
    }

    private static List<Integer> boxed(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .map(YumaVectorTest::integer)
                .toList();
    }
}
