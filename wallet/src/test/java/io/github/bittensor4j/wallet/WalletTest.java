package io.github.bittensor4j.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.KeyScheme;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.crypto.Signatures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalletTest {
    private static final String PHRASE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
    private static final AccountId OWNER = AccountId.fromSs58("5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV");
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path base;

    private WalletRef ref;

    @BeforeEach
    void choose_a_place() {
        ref = new WalletRef(base.resolve("wallets"), "mine", "hot");
    }

    @Test
    void a_created_wallet_has_the_layout_that_the_official_tools_expect() throws IOException {
        try (KeyMaterial cold = KeyMaterial.generate();
                KeyMaterial hot = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveColdkey(cold, Protection.none());
            wallet.saveHotkey(hot, Protection.none());
            assertThat(wallet.coldkeyAccount()).isEqualTo(cold.account());
            assertThat(wallet.hotkeyAccount()).isEqualTo(hot.account());
            signs(wallet.coldkey(), cold.account());
            signs(wallet.hotkey(), hot.account());
        }
        try (Stream<Path> files = Files.walk(base.resolve("wallets"))) {
            assertThat(files.map(file -> base.relativize(file).toString().replace('\\', '/')))
                    .containsExactlyInAnyOrder(
                            "wallets",
                            "wallets/mine",
                            "wallets/mine/coldkey",
                            "wallets/mine/coldkeypub.txt",
                            "wallets/mine/hotkeys",
                            "wallets/mine/hotkeys/hot",
                            "wallets/mine/hotkeys/hotpub.txt");
        }
    }

    @Test
    void key_files_are_the_json_of_the_official_wallet() throws IOException {
        try (KeyMaterial key = development();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveHotkey(key, Protection.none());
        }
        String publicKey = "0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a";
        assertThat(ref.hotkeyFile())
                .hasContent("{\"accountId\":\"" + publicKey + "\",\"publicKey\":\"" + publicKey
                        + "\",\"privateKey\":\"0x05d65584630d16cd4af6d0bec10f34bb504a5dcb62dba2122d49f5a663763d0a"
                        + "fd190cce74df356432b410bd64682309d6dedb27c76845daf388557cbac3ca34\",\"secretPhrase\":\""
                        + PHRASE
                        + "\",\"secretSeed\":\"0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e\","
                        + "\"ss58Address\":\"" + OWNER + "\"}");
        assertThat(ref.hotkeypubFile())
                .hasContent("{\"accountId\":\"" + publicKey + "\",\"publicKey\":\"" + publicKey
                        + "\",\"ss58Address\":\"" + OWNER + "\"}");
    }

    @Test
    void only_the_owner_can_read_what_is_written() throws IOException {
        Assumptions.assumeTrue(
                base.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        try (KeyMaterial key = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveColdkey(key, Protection.none());
            wallet.saveHotkey(key, Protection.none());
        }
        try (Stream<Path> files = Files.walk(base.resolve("wallets"))) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void an_encrypted_coldkey_opens_with_its_password_and_its_address_without() throws IOException {
        char[] password = "thisisafakepassword".toCharArray();
        try (KeyMaterial owner = development();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveColdkey(owner, Protection.password(password));
        }
        byte[] file = Files.readAllBytes(ref.coldkeyFile());
        assertThat(KeyfileFormat.detect(file)).isEqualTo(KeyfileFormat.NACL);
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).doesNotContain("secretPhrase", "bottom");
        // What libsodium's Argon2i makes of this password.
        byte[] key = HexFormat.of().parseHex("a17c46ecafdd501ecb1da0651d35abfecf60df14bffa8e949f58aaecd75cb3c8");
        assertThat(new String(Vault.open(file, key), StandardCharsets.UTF_8)).contains(PHRASE);
        for (int changed : new int[] {5, 29, 45, file.length - 1}) {
            byte[] copy = file.clone();
            copy[changed] ^= 1;
            fails(WalletException.PASSWORD_WRONG, () -> Vault.open(copy, key));
        }
        try (Wallet wallet = Wallet.open(ref)) {
            assertThat(wallet.coldkeyAccount()).isEqualTo(OWNER);
            fails(WalletException.PASSWORD_REQUIRED, wallet::coldkey);
            signs(wallet.coldkey(password), OWNER);
            // Unlocked once, it needs neither password nor time.
            signs(wallet.coldkey(), OWNER);
        }
    }

    @Test
    void wrong_right_and_environment_passwords_are_told_apart() throws IOException {
        Files.createDirectories(ref.folder());
        Files.writeString(ref.coldkeyFile(), OLD_FILE);
        try (Wallet wallet = Wallet.open(ref)) {
            assertThat(wallet.coldkeyFormat()).contains(KeyfileFormat.ANSIBLE_VAULT);
            fails(WalletException.PASSWORD_WRONG, () -> wallet.coldkey("wrong".toCharArray()));
            fails(WalletException.PASSWORD_WRONG, () -> wallet.coldkey(new char[0]));
            assertThat(wallet.coldkey("ansible_password".toCharArray())
                            .account()
                            .ss58())
                    .isEqualTo("5GbmZ6NeyEzKULQyMwNEvsdHuueczyXwh7U1rDVuJHoKEoU2");
        }
        String variable = PasswordVariable.name(ref.coldkeyFile());
        String value = PasswordVariable.encode(variable, "ansible_password".toCharArray());
        try (Wallet wallet = Wallet.open(ref, Map.of(variable, value)::get)) {
            assertThat(wallet.coldkey().account().ss58()).isEqualTo("5GbmZ6NeyEzKULQyMwNEvsdHuueczyXwh7U1rDVuJHoKEoU2");
        }
        try (Wallet wallet = Wallet.open(ref, Map.of(variable, "ansible_password")::get)) {
            fails(WalletException.PASSWORD_VARIABLE, wallet::coldkey);
        }
    }

    @Test
    void an_older_encryption_is_saved_again_in_todays_only_when_asked() throws IOException {
        Files.createDirectories(ref.folder());
        Files.writeString(ref.coldkeyFile(), OLD_FILE);
        try (Wallet wallet = Wallet.open(ref);
                KeyMaterial key = wallet.exportColdkey("ansible_password".toCharArray())) {
            assertThat(key.mnemonic()).isPresent();
            fails(WalletException.FILE_EXISTS, () -> wallet.saveColdkey(key, Protection.none()));
            assertThat(ref.coldkeyFile()).hasContent(OLD_FILE);
            wallet.saveColdkey(key, Protection.none(), Overwrite.REPLACE);
            signs(wallet.coldkey(), key.account());
        }
        try (Stream<Path> kept = Files.list(ref.folder().resolve("replaced"))) {
            assertThat(kept).singleElement().satisfies(file -> assertThat(file).hasContent(OLD_FILE));
        }
    }

    @Test
    void no_key_is_ever_overwritten_unasked() throws IOException {
        try (KeyMaterial first = KeyMaterial.generate();
                KeyMaterial second = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveColdkey(first, Protection.none());
            wallet.saveHotkey(first, Protection.none());
            byte[] before = Files.readAllBytes(ref.coldkeyFile());
            fails(WalletException.FILE_EXISTS, () -> wallet.saveColdkey(second, Protection.none()));
            // Refused before the password's key is derived, which would take seconds.
            fails(
                    WalletException.FILE_EXISTS,
                    () -> wallet.saveColdkey(second, Protection.password("some password".toCharArray())));
            fails(WalletException.FILE_EXISTS, () -> wallet.saveHotkey(second, Protection.none()));
            fails(WalletException.FILE_EXISTS, () -> wallet.saveColdkeypub(second.account(), Overwrite.REFUSE));
            assertThat(Files.readAllBytes(ref.coldkeyFile())).isEqualTo(before);
            assertThat(wallet.coldkeyAccount()).isEqualTo(first.account());

            wallet.saveHotkey(second, Protection.none(), Overwrite.REPLACE);
            assertThat(wallet.hotkey().account()).isEqualTo(second.account());
            assertThat(wallet.hotkeyAccount()).isEqualTo(second.account());
        }
        try (Stream<Path> hotkeys = Files.list(ref.folder().resolve("hotkeys"))) {
            assertThat(hotkeys.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("hot", "hotpub.txt");
        }
    }

    @Test
    void of_many_who_save_at_once_one_wins_and_the_others_are_told() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 25; round++) {
                WalletRef contested = ref.withHotkey("hot" + round);
                CyclicBarrier start = new CyclicBarrier(4);
                List<Callable<Optional<AccountId>>> savers = Collections.nCopies(4, () -> {
                    try (KeyMaterial key = KeyMaterial.generate();
                            Wallet wallet = Wallet.create(contested)) {
                        start.await();
                        wallet.saveHotkey(key, Protection.none());
                        return Optional.of(key.account());
                    } catch (WalletException e) {
                        assertThat(e.code()).isEqualTo(WalletException.FILE_EXISTS);
                        return Optional.empty();
                    }
                });
                List<AccountId> winners = new ArrayList<>();
                for (Future<Optional<AccountId>> result : threads.invokeAll(savers)) {
                    result.get().ifPresent(winners::add);
                }
                try (Wallet wallet = Wallet.open(contested)) {
                    assertThat(winners).containsExactly(wallet.hotkey().account());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_machine_with_only_the_public_coldkey_takes_its_secret_but_no_other() {
        try (KeyMaterial key = development();
                KeyMaterial other = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveColdkeypub(OWNER, Overwrite.REFUSE);
            assertThat(wallet.coldkeyAccount()).isEqualTo(OWNER);
            assertThat(wallet.coldkeyFormat()).isEmpty();
            fails(WalletException.PUBLIC_ONLY, wallet::coldkey);
            fails(WalletException.FILE_EXISTS, () -> wallet.saveColdkey(other, Protection.none()));
            wallet.saveColdkey(key, Protection.none());
            signs(wallet.coldkey(), OWNER);
        }
    }

    @Test
    void a_secret_that_is_not_the_public_files_is_not_used() throws IOException {
        try (KeyMaterial key = development();
                KeyMaterial other = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveHotkey(key, Protection.none());
            Files.delete(ref.hotkeypubFile());
            wallet.saveHotkeypub(other.account(), Overwrite.REFUSE);
            fails(WalletException.MISMATCH, wallet::hotkey);
        }
    }

    @Test
    void a_file_whose_secret_makes_another_address_than_it_names_is_refused() throws IOException {
        try (KeyMaterial other = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            writeHotkey("{\"secretPhrase\":\"" + PHRASE + "\",\"ss58Address\":\"" + other.account() + "\"}");
            fails(WalletException.MISMATCH, wallet::hotkey);
        }
    }

    @Test
    void links_are_not_written_over() throws IOException {
        Path elsewhere = Files.writeString(base.resolve("elsewhere"), "precious");
        Files.createDirectories(ref.hotkeyFile().getParent());
        Files.createSymbolicLink(ref.hotkeyFile(), elsewhere);
        try (KeyMaterial key = KeyMaterial.generate();
                Wallet wallet = Wallet.create(ref)) {
            fails(WalletException.FILE_EXISTS, () -> wallet.saveHotkey(key, Protection.none()));
            fails(WalletException.FILE_EXISTS, () -> wallet.saveHotkey(key, Protection.none(), Overwrite.REPLACE));
        }
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void ed25519_keys_are_written_with_their_kind_and_read_with_or_without_it() throws IOException {
        try (Mnemonic mnemonic = Mnemonic.parse(PHRASE);
                KeyMaterial key = KeyMaterial.fromMnemonic(KeyScheme.ED25519, mnemonic);
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveHotkey(key, Protection.none());
            String json = Files.readString(ref.hotkeyFile());
            assertThat(json).contains("\"cryptoType\":0");
            assertThat(wallet.hotkey().scheme()).isEqualTo(KeyScheme.ED25519);
            signs(wallet.hotkey(), key.account());
            wallet.lock();
            writeHotkey(json.replace(",\"cryptoType\":0", ""));
            assertThat(wallet.hotkey().scheme()).isEqualTo(KeyScheme.ED25519);
        }
    }

    @Test
    void every_way_to_make_a_key_gives_the_same_account() {
        try (Mnemonic mnemonic = Mnemonic.parse(PHRASE);
                KeyMaterial ofPhrase = KeyMaterial.fromMnemonic(KeyScheme.SR25519, mnemonic);
                KeyMaterial ofSeed = KeyMaterial.fromSeed(KeyScheme.SR25519, mnemonic.miniSecret());
                SecretUri uri = SecretUri.parse("");
                KeyMaterial ofUri = KeyMaterial.fromUri(KeyScheme.SR25519, uri);
                KeyMaterial ofSecret = KeyMaterial.fromSeed(
                        KeyScheme.SR25519, ofPhrase.keypair().secretBytes())) {
            assertThat(List.of(ofPhrase.account(), ofSeed.account(), ofUri.account(), ofSecret.account()))
                    .containsOnly(OWNER);
            assertThat(ofSeed.mnemonic()).isEmpty();
        }
    }

    @Test
    void what_is_no_folder_is_not_taken_for_a_folder_without_wallets() throws IOException {
        Path file = Files.writeString(base.resolve("file"), "");
        WalletRef inside = new WalletRef(base, "file", "hot");

        assertThatThrownBy(() -> Wallet.list(file))
                .isInstanceOfSatisfying(
                        WalletException.class, e -> assertThat(e.code()).isEqualTo(WalletException.FILE_ACCESS));
        assertThatThrownBy(() -> Wallet.open(inside))
                .isInstanceOfSatisfying(
                        WalletException.class, e -> assertThat(e.code()).isEqualTo(WalletException.FILE_ACCESS));
    }

    @Test
    void wallets_are_listed_by_name_without_stray_files() throws IOException {
        Path folder = base.resolve("wallets");
        assertThat(Wallet.list(folder)).isEmpty();
        try (KeyMaterial key = development();
                Wallet second = Wallet.create(new WalletRef(folder, "b", "z"));
                Wallet first = Wallet.create(new WalletRef(folder, "a", "x"))) {
            second.saveHotkey(key, Protection.none());
            second.saveColdkeypub(OWNER, Overwrite.REFUSE);
            first.saveColdkey(key, Protection.none());
        }
        Files.writeString(folder.resolve(".DS_Store"), "stray");
        Files.writeString(folder.resolve("notes"), "stray");
        Files.createDirectories(folder.resolve("empty"));
        Files.writeString(folder.resolve("b/hotkeys/.DS_Store"), "stray");
        Files.writeString(folder.resolve("b/hotkeys/broken"), "stray");
        assertThat(Wallet.list(folder))
                .containsExactly(
                        new WalletEntry("a", Optional.of(OWNER), Optional.of(KeyfileFormat.PLAIN), List.of()),
                        new WalletEntry(
                                "b",
                                Optional.of(OWNER),
                                Optional.empty(),
                                List.of(
                                        new WalletEntry.Hotkey(
                                                "broken", Optional.empty(), Optional.of(KeyfileFormat.PLAIN)),
                                        new WalletEntry.Hotkey(
                                                "z", Optional.of(OWNER), Optional.of(KeyfileFormat.PLAIN)))));
    }

    @Test
    void a_closed_or_locked_wallet_signs_no_more() {
        Wallet wallet = Wallet.create(ref);
        try (KeyMaterial key = KeyMaterial.generate()) {
            wallet.saveHotkey(key, Protection.none());
            Signer signer = wallet.hotkey();
            wallet.lock();
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(BittensorException.class);
            signs(wallet.hotkey(), key.account());
            wallet.close();
            wallet.close();
            fails(WalletException.CLOSED, wallet::hotkey);
            fails(WalletException.CLOSED, () -> wallet.saveColdkey(key, Protection.none()));
        }
    }

    @Test
    void missing_wallets_and_keys_say_so() {
        fails(WalletException.WALLET_MISSING, () -> Wallet.open(ref));
        try (Wallet wallet = Wallet.create(ref)) {
            fails(WalletException.FILE_MISSING, wallet::hotkey);
            fails(WalletException.FILE_MISSING, wallet::coldkeyAccount);
            assertThat(wallet.hotkeyFormat()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "a\\b", "a b", "ü", "a\0b"})
    void names_cannot_leave_the_folder(String name) {
        fails(WalletException.NAME, () -> new WalletRef(base, name, "default"));
        fails(WalletException.NAME, () -> new WalletRef(base, "default", name));
    }

    @Test
    void a_folder_that_cannot_be_made_says_why_in_the_systems_words() throws IOException {
        Path file = Files.writeString(base.resolve("file"), "");
        assertThatThrownBy(() -> Wallet.create(new WalletRef(file, "w", "default")))
                .isInstanceOf(WalletException.class)
                .message()
                .contains("cannot be made (")
                .doesNotContain("Exception");
    }

    @Test
    void a_hotkey_is_not_named_like_a_public_file() {
        fails(WalletException.NAME, () -> new WalletRef(base, "default", "xpub.txt"));
        assertThat(new WalletRef(Path.of("~", "w"), "a", "b").path())
                .isEqualTo(Path.of(System.getProperty("user.home"), "w"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "null",
                "\"text\"",
                "$NACL",
                "$NACLshort",
                "$ANSIBLE_VAULT;1.1;AES256\nzz",
                "$ANSIBLE_VAULT;9.9;AES256\n00",
                "$ANSIBLE_VAULT",
                "gAAAAA",
                "gAAAAA==??",
                "{\"secretSeed\":\"0x00\"}",
                "{\"secretSeed\":12}",
                "{\"secretPhrase\":\"a b c\"}",
                "{\"privateKey\":\"0x0123\"}",
                "{\"ss58Address\":\"x\"}",
                "{\"encoded\":\"\",\"encoding\":{}}",
                "{\"secretSeed\":\"0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e\",\"cryptoType\":7}",
                "{\"secretSeed\":null,\"secretSeed\":null}",
                "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e"
            })
    void bytes_that_are_no_key_file_fail_cleanly_and_name_the_file(String content) throws IOException {
        try (Wallet wallet = Wallet.create(ref)) {
            writeHotkey(content);
            assertThatThrownBy(() -> wallet.hotkey("password".toCharArray()))
                    .isInstanceOf(WalletException.class)
                    .hasMessageContaining(ref.hotkeyFile().toString())
                    .hasMessageNotContaining("fac7959d");
        }
    }

    @Test
    void every_truncation_of_a_key_file_fails_cleanly() throws IOException {
        try (KeyMaterial key = development();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveHotkey(key, Protection.none());
            Files.delete(ref.hotkeypubFile());
            byte[] whole = Files.readAllBytes(ref.hotkeyFile());
            for (int length = 0; length < whole.length; length++) {
                Files.write(ref.hotkeyFile(), Arrays.copyOf(whole, length));
                fails(WalletException.FILE_DAMAGED, wallet::hotkey);
            }
        }
    }

    @Test
    void random_damage_gives_the_right_key_or_a_clean_error() throws IOException {
        Random random = new Random(20261125);
        try (KeyMaterial key = development();
                Wallet wallet = Wallet.create(ref)) {
            wallet.saveHotkey(key, Protection.none());
            byte[] whole = Files.readAllBytes(ref.hotkeyFile());
            for (int round = 0; round < 300; round++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                Files.write(ref.hotkeyFile(), damaged);
                try {
                    assertThat(wallet.hotkey().account()).isEqualTo(OWNER);
                } catch (WalletException e) {
                    assertThat(e.getMessage())
                            .contains(ref.hotkeyFile().toString())
                            .doesNotContain("bottom");
                }
                wallet.lock();
            }
        }
    }

    @Test
    void a_huge_file_is_not_read_into_memory() throws IOException {
        try (Wallet wallet = Wallet.create(ref)) {
            writeHotkey("x".repeat(70_000));
            fails(WalletException.FILE_DAMAGED, wallet::hotkey);
        }
    }

    @Test
    void secrets_show_in_no_text() {
        try (KeyMaterial key = development();
                Wallet wallet = Wallet.create(ref)) {
            assertThat(key.toString() + wallet + Protection.password("hush-hush".toCharArray()))
                    .doesNotContain("bottom", "fac7959d", "hush");
        }
    }

    @Test
    void an_empty_password_is_no_protection() {
        fails(WalletException.PASSWORD_WEAK, () -> Protection.password(new char[0]));
        fails(WalletException.PASSWORD_WEAK, () -> PasswordPolicy.require("abcabc".toCharArray()));
        PasswordPolicy.require("Tr0ub4dor&3".toCharArray());
    }

    private static KeyMaterial development() {
        try (Mnemonic mnemonic = Mnemonic.parse(PHRASE)) {
            return KeyMaterial.fromMnemonic(KeyScheme.SR25519, mnemonic);
        }
    }

    private void writeHotkey(String content) throws IOException {
        Files.createDirectories(ref.hotkeyFile().getParent());
        Files.writeString(ref.hotkeyFile(), content);
    }

    private static void signs(Signer signer, AccountId account) {
        assertThat(signer.account()).isEqualTo(account);
        assertThat(Signatures.verify(signer.scheme(), account, MESSAGE, signer.sign(MESSAGE)))
                .isTrue();
    }

    private static void fails(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(WalletException.class)
                .satisfies(e -> assertThat(((WalletException) e).code()).isEqualTo(code))
                .satisfies(e -> assertThat(((WalletException) e).hint()).isNotEmpty());
    }

    /** A coldkey as the official wallet of 2022 encrypted it. */
    private static final String OLD_FILE = """
            $ANSIBLE_VAULT;1.1;AES256
            33386162363166313639306561643331383230666533626439646339363466613032303136313938
            6638343234326338613734356535323365366364356264640a323166393465653866396132393939
            35636136366564306364383838313230383162643832616561653834356263323361383562356230
            3339666564303934620a663665386464383630633264323132646162666238373962336264383437
            31393866343362356333383233626264666139366362653361616561393064646639346434616662
            66613262343639393134386630346362383038626435663331313230646263616139343330303161
            37396334616562323031373337633731653030663437383236323232366434323537633638373332
            38343561373335613934356565333862356663343463386232366334633263333133373763353437
            63333363613165613133313639343031313036363264326562366334613335353466626630613064
            30343338613435356239393835393865633037626635316131646361393935383761633530363635
            39306563633365396639346463393135653632623266386239393733626133336532343439613233
            38643162613034386132396337643764383833316433663038666266643036313433353730643065
            39363436633464373063356665656661633361316632326265386433633864666364623339313137
            35646530626364353239646234313664613965326333613935326138373234666361313932303136
            39376338353263313536303463663337613333623237666239333735396135353339626461313561
            64626335666339623137626631346463323062633034366661653835373238316139363465376561
            31666134623666333161666538626438633037393732363836643232323938623938376565353664
            34393661356139616665616537613030356366313861366263626639313364343866323330633762
            63376431353436356331626362313032636434353131386661633639653263383761383635346366
            62326236333638373039383839323862663636376435373464643237386231656139366631616334
            35643632663366363636663866336362376233666539653736343139383238363132613239393438
            35336336353466323331343064636430636464363164623064666630313063333166616537353161
            34633265643762663038623037666132323530643830666433396463633166326533343863636461
            66303261346133333862616438666337306237623139643736633463396338386434386138643235
            61636335663332663232313162393232386566643263333630306536323761636436363232303961
            37626362376262613265313235353264663038393361343530376265353264386663333363313865
            36363233303462656265303735333566313330333632376362343065353738613935393064383331
            65643834306636366365313435303833646263323837363731343939633437386661303866323665
            63666133366563396237373262623866363066646637356266663566633762343165323339323333
            34343331353437346564303432663730643663376236656230653531383931333131383465643338
            61626232623732366637613362376533363366646666313031303231663132666466366536613362
            30373039343063396663326636323737383934653063326235643839366564363334306265353265
            6138
            """;
}
