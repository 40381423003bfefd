package io.github.bittensor4j.dendrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.axon.AccessPolicy;
import io.github.bittensor4j.axon.Axon;
import io.github.bittensor4j.axon.Tls;
import io.github.bittensor4j.core.Dialect;
import io.github.bittensor4j.core.Endpoint;
import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.SynapseType;
import io.github.bittensor4j.core.crypto.Keypair;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.dendrite.QueryOutcome.Answered;
import io.github.bittensor4j.dendrite.QueryOutcome.Invalid;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Axons whose certificates a CA has signed, as a public one does, and what a dendrite makes of them. */
@Timeout(60)
class ByCertificateTest {
    private static final SynapseType<byte[], byte[]> ECHO = SynapseType.bytes("echo.v1");
    private static final Duration DAY = Duration.ofDays(1);

    private final Keypair miner = Keypair.development("Bob");

    private QueryOutcome<byte[]> asked(
            TlsIdentity shown, String host, X509Certificate trusted, Dialect dialect, boolean sessions)
            throws Exception {
        DendriteOptions options = DendriteOptions.defaults()
                .tls(TlsUse.BY_CERTIFICATE)
                .authorities(List.of(trusted))
                .dialect(dialect)
                .sessions(sessions);
        try (Axon axon = Axon.builder(miner)
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .access(AccessPolicy.open())
                        .serve(ECHO, (call, bytes) -> bytes)
                        .tls(Tls.of(shown))
                        .start();
                Dendrite dendrite = Dendrite.open(Keypair.development("Alice"), options)) {
            return dendrite.query(
                    Target.of(miner.account(), new Endpoint(host, axon.port())),
                    ECHO,
                    new byte[] {1},
                    Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @CsvSource({"GRPC, false", "GRPC, true", "HTTP, false"})
    void a_certificate_counts_under_the_trusted_ca_for_its_name_within_its_dates(Dialect dialect, boolean sessions)
            throws Exception {
        CertificateAuthority root = CertificateAuthority.root("root");
        CertificateAuthority lower = root.below("lower");
        TlsIdentity good = lower.server(DAY, "localhost", "127.0.0.1");
        X509Certificate anchor = root.certificate();
        assertThat(asked(good, "localhost", anchor, dialect, sessions)).isInstanceOf(Answered.class);
        assertThat(asked(good, "127.0.0.1", anchor, dialect, sessions)).isInstanceOf(Answered.class);

        TlsIdentity otherName = lower.server(DAY, "axon.example.org");
        TlsIdentity noName = lower.server(DAY);
        TlsIdentity expired = lower.server(Duration.ofMinutes(-1), "localhost");
        TlsIdentity otherCa = CertificateAuthority.root("root").server(DAY, "localhost");
        TlsIdentity nobodys = TlsIdentity.generate();
        for (TlsIdentity bad : List.of(otherName, noName, expired, otherCa, nobodys)) {
            assertThat(asked(bad, "localhost", anchor, dialect, sessions)).isInstanceOf(Invalid.class);
        }
        TlsIdentity onlyName = lower.server(DAY, "localhost");
        assertThat(asked(onlyName, "127.0.0.1", anchor, dialect, sessions)).isInstanceOf(Invalid.class);
    }

    @Test
    void a_server_is_no_authority() throws Exception {
        CertificateAuthority root = CertificateAuthority.root("root");
        TlsIdentity server = root.server(DAY, "localhost");
        TlsIdentity other = root.server(DAY, "localhost");
        // trusted itself, it vouches for itself and for nobody else
        X509Certificate own = server.chain().get(0);
        assertThat(asked(server, "localhost", own, Dialect.GRPC, false)).isInstanceOf(Answered.class);
        assertThat(asked(other, "localhost", own, Dialect.GRPC, false)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> DendriteOptions.defaults().authorities(List.of()))
                .isInstanceOf(InvalidValueException.class);
    }
}
