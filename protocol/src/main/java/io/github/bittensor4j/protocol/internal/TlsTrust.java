package io.github.bittensor4j.protocol.internal;

import io.github.bittensor4j.core.tls.TlsKey;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trust in a key rather than in who signed a certificate: no CA, no host name, no dates. That the other side holds the private key is
 * proven by the TLS handshake itself. An extended trust manager, so that no TLS library adds a check of host names around it.
 */
public final class TlsTrust extends X509ExtendedTrustManager {
    /** With what a {@link CertificateException} about another key begins. */
    public static final String OTHER_KEY = "the other side's TLS key is not the published one";

    private final Optional<TlsKey> only;

    private TlsTrust(Optional<TlsKey> only) {
        this.only = only;
    }

    /**
     * Trusts one key alone.
     *
     * @param key as published on chain
     * @return a trust manager
     */
    public static TlsTrust only(TlsKey key) {
        return new TlsTrust(Optional.of(key));
    }

    /**
     * Takes any key that could be published: whose it is, is checked once it is known who calls.
     *
     * @return a trust manager
     */
    public static TlsTrust anyPublishable() {
        return new TlsTrust(Optional.empty());
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        Optional<TlsKey> theirs = chain.length == 0 ? Optional.empty() : TlsKey.of(chain[0].getPublicKey());
        if (theirs.isEmpty()) {
            throw new CertificateException(OTHER_KEY + ": it is of a kind that is not published");
        }
        if (only.isPresent() && !only.equals(theirs)) {
            throw new CertificateException(OTHER_KEY + ": " + theirs.get() + " (expected: " + only.get() + ")");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
