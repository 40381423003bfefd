package io.github.bittensor4j.axon;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.protocol.internal.Refusal;
import io.github.bittensor4j.protocol.internal.TlsTrust;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * TLS 1.3 on an axon's port; then nothing else is spoken there. With {@link TlsIdentity#pinned} the neuron publishes its key on chain
 * ({@code serve_axon_tls}), so that callers know without any CA that they speak to that hotkey; with {@link TlsIdentity#pem} or {@link
 * TlsIdentity#keyStore} it shows a certificate that a CA has signed. Immutable.
 */
public final class Tls {
    private final TlsIdentity identity;
    private final Optional<Function<AccountId, Optional<TlsKey>>> callers;

    private Tls(TlsIdentity identity, Optional<Function<AccountId, Optional<TlsKey>>> callers) {
        this.identity = identity;
        this.callers = callers;
    }

    /**
     * TLS in which callers need no key of their own: who they are, their signatures tell.
     *
     * @param identity what the axon proves itself with
     * @return for {@link Axon.Builder#tls}
     */
    public static Tls of(TlsIdentity identity) {
        return new Tls(Objects.requireNonNull(identity, "identity"), Optional.empty());
    }

    /**
     * TLS in which callers show the key that they have published as well. A call whose hotkey has published another, or none, is refused
     * with {@code auth.channel}.
     *
     * @param published the key of a hotkey, as read from the chain and kept at hand; asked once per call on a thread of the network, so it
     *     must not wait
     * @return a changed copy
     */
    public Tls callers(Function<AccountId, Optional<TlsKey>> published) {
        return new Tls(identity, Optional.of(published));
    }

    SslContext context() {
        try {
            return SslContextBuilder.forServer(
                            identity.privateKey(), identity.chain().toArray(X509Certificate[]::new))
                    // measured: no slower than BoringSSL once warm, and the same wherever this runs
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            "h2",
                            "http/1.1"))
                    // who shows no key, or another's, is told so by a refusal with a name
                    .clientAuth(callers.isPresent() ? ClientAuth.OPTIONAL : ClientAuth.NONE)
                    .trustManager(TlsTrust.anyPublishable())
                    .build();
        } catch (SSLException e) {
            throw new AxonException("axon.tls", "no TLS with " + identity + ": " + e.getMessage(), "", e);
        }
    }

    /** Whether a verified caller may use this connection. */
    void check(AccountId caller, Optional<SSLSession> connection) throws Refused {
        if (callers.isPresent()) {
            Optional<TlsKey> shown = connection.flatMap(Tls::shown);
            if (shown.isEmpty() || !shown.equals(callers.get().apply(caller))) {
                throw new Refused(
                        Refusal.AUTH_CHANNEL,
                        shown.isEmpty()
                                ? "this axon asks its callers for their published TLS key, and none was shown"
                                : "the TLS key of this connection is not the one that this hotkey has published");
            }
        }
    }

    private static Optional<TlsKey> shown(SSLSession connection) {
        try {
            Certificate[] chain = connection.getPeerCertificates();
            return chain.length == 0 ? Optional.empty() : TlsKey.of(chain[0].getPublicKey());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** The public key alone. */
    @Override
    public String toString() {
        return "Tls(" + identity + (callers.isPresent() ? ", callers by their published keys)" : ")");
    }
}
