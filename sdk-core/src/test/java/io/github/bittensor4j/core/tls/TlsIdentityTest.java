package io.github.bittensor4j.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bittensor4j.core.InvalidValueException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
    @Test
    void what_is_published_is_the_point_of_the_key() throws Exception {
        for (int i = 0; i < 64; i++) { // coordinates with leading zeros among them, now and then
            TlsIdentity identity = TlsIdentity.generate();
            TlsKey key = identity.key().orElseThrow();
            byte[] certificate = key.certificate();
            assertThat(certificate).hasSize(65).startsWith(4);
            assertThat(TlsKey.ofChain(4, Arrays.copyOfRange(certificate, 1, 65)))
                    .contains(key);
            // a public key on P-256 in DER ends with the uncompressed point
            assertThat(identity.chain().get(0).getPublicKey().getEncoded()).endsWith(certificate);
            assertThat(key.publicKey()).isEqualTo(identity.chain().get(0).getPublicKey());
        }
    }

    @Test
    void the_certificate_is_signed_by_its_own_key_and_does_not_expire() throws Exception {
        TlsIdentity identity = TlsIdentity.generate();
        identity.chain().get(0).verify(identity.chain().get(0).getPublicKey());
        identity.chain().get(0).checkValidity();
        assertThat(identity.chain().get(0).getNotAfter()).isAfter("9999-01-01");
    }

    @Test
    void what_is_no_point_of_the_curve_is_no_key() {
        byte[] good =
                Arrays.copyOfRange(TlsIdentity.generate().key().orElseThrow().certificate(), 1, 65);
        byte[] moved = good.clone();
        moved[40] ^= 1;
        byte[] unreduced = new byte[64];
        Arrays.fill(unreduced, (byte) 0xff);
        assertThat(TlsKey.ofChain(4, good)).isPresent();
        assertThat(TlsKey.ofChain(4, moved)).isEmpty();
        assertThat(TlsKey.ofChain(4, unreduced)).isEmpty();
        assertThat(TlsKey.ofChain(4, new byte[64])).isEmpty();
        assertThat(TlsKey.ofChain(4, new byte[0])).isEmpty();
        assertThat(TlsKey.ofChain(3, good)).isEmpty();
        assertThat(TlsKey.ofChain(4, Arrays.copyOf(good, 65))).isEmpty();
    }

    @Test
    void a_key_of_another_kind_is_not_published() throws Exception {
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec("secp384r1"));
        assertThat(TlsKey.of(ec.generateKeyPair().getPublic())).isEmpty();
        assertThat(TlsKey.of(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic()))
                .isEmpty();
    }

    @Test
    void a_pinned_identity_is_made_once_and_is_the_owners_alone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("neuron").resolve("tls.pem");
        TlsIdentity made = TlsIdentity.pinned(file);
        assertThat(TlsIdentity.pinned(file).key()).isEqualTo(made.key());
        assertThat(Files.list(file.getParent())).containsExactly(file);
        assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix"))
                .isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> TlsIdentity.pinned(file))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("rw-r-----");
    }

    @Test
    void a_key_that_is_not_the_certificates_is_refused(@TempDir Path folder) {
        Path one = folder.resolve("one.pem");
        Path other = folder.resolve("other.pem");
        TlsIdentity.pinned(one);
        TlsIdentity.pinned(other);
        assertThat(TlsIdentity.pem(one, one).key())
                .isNotEqualTo(TlsIdentity.pem(other, other).key());
        assertThatThrownBy(() -> TlsIdentity.pem(one, other))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("not that of the first certificate");
    }

    @Test
    void files_that_hold_something_else_are_refused_by_name(@TempDir Path folder) throws Exception {
        Path good = folder.resolve("good.pem");
        TlsIdentity.pinned(good);
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path old = Files.writeString(
                folder.resolve("old.pem"), Files.readString(good).replace("PRIVATE KEY", "EC PRIVATE KEY"));
        Path broken = Files.writeString(
                folder.resolve("broken.pem"), Files.readString(good).replaceFirst("MI", "AA"));
        for (Path bad : new Path[] {empty, old, broken, folder, folder.resolve("absent.pem")}) {
            assertThatThrownBy(() -> TlsIdentity.pem(bad, bad))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining(bad.toString());
        }
    }

    @Test
    void a_key_store_gives_the_same_identity() throws Exception {
        TlsIdentity identity = TlsIdentity.generate();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = "pass".toCharArray();
        store.setKeyEntry(
                "neuron", identity.privateKey(), password, identity.chain().toArray(Certificate[]::new));
        assertThat(TlsIdentity.keyStore(store, "neuron", password).key()).isEqualTo(identity.key());
        assertThatThrownBy(() -> TlsIdentity.keyStore(store, "absent", password))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> TlsIdentity.keyStore(store, "neuron", "other".toCharArray()))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    void its_text_shows_no_secret() {
        TlsIdentity identity = TlsIdentity.generate();
        assertThat(identity.toString())
                .isEqualTo("TlsIdentity(" + identity.key().orElseThrow() + ")");
    }
}
