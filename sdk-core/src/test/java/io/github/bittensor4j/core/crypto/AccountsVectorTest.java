package io.github.bittensor4j.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.testkit.Vectors;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class AccountsVectorTest {
    private static final Vectors FILE = Vectors.open("accounts.json");

    private static void same(JsonNode c, AccountId account) {
        assertThat(account.ss58()).isEqualTo(c.get("ss58").asText());
        if (c.hasNonNull("accountId")) {
            assertThat("0x" + HexFormat.of().formatHex(account.bytes()))
                    .isEqualTo(c.get("accountId").asText());
        }
    }

    @TestFactory
    Stream<DynamicTest> multisig() {
        return FILE.cases("multisig.vectors", c -> {
            List<AccountId> signatories = new ArrayList<>();
            c.get("signatories").forEach(s -> signatories.add(AccountId.fromSs58(s.asText())));
            same(c, DerivedAccounts.multisig(c.get("threshold").asInt(), signatories));
            List<String> sorted = new ArrayList<>();
            c.get("sorted").forEach(s -> sorted.add(s.asText()));
            assertThat(signatories.stream().sorted().map(AccountId::ss58)).isEqualTo(sorted);
        });
    }

    @TestFactory
    Stream<DynamicTest> pallet() {
        return FILE.cases(
                "palletAccounts.vectors",
                c -> same(c, DerivedAccounts.pallet(c.get("palletId").asText())));
    }

    @TestFactory
    Stream<DynamicTest> subnet() {
        return FILE.cases(
                "subnetAccount.vectors",
                c -> same(c, DerivedAccounts.subnet(Netuid.of(c.get("netuid").asInt()))));
    }

    @TestFactory
    Stream<DynamicTest> evm() {
        return FILE.cases(
                "evm",
                c -> same(
                        c,
                        DerivedAccounts.evm(
                                HexFormat.of().parseHex(c.get("h160").asText().substring(2)))));
    }

    @AfterAll
    static void report() {
        FILE.report();
    }
}
