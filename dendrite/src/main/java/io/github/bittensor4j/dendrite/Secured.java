package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.InvalidValueException;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.core.tls.TlsKey;
import io.github.bittensor4j.protocol.internal.TlsTrust;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 towards axons. */
final class Secured {
    private static final String PROTOCOL = "TLSv1.3";

    static final End NO_KEY =
            new End.Invalid("this target has published no TLS key, and without one it is not asked (TlsUse.REQUIRED)");

    private Secured() {}

    /** Whether a target must not be asked at all. */
    static boolean forbids(TlsUse use, Target target) {
        return use == TlsUse.REQUIRED && target.tlsKey().isEmpty();
    }

    /** Whether an endpoint is spoken to over TLS: with just this key, or by certificate. */
    static boolean uses(DendriteOptions options, Optional<TlsKey> pinned) {
        return pinned.isPresent() || options.tls() == TlsUse.BY_CERTIFICATE;
    }

    /** For gRPC; empty where there is no TLS. */
    static Optional<SslContext> context(DendriteOptions options, Optional<TlsKey> pinned) {
        if (!uses(options, pinned)) {
            return Optional.empty();
        }
        SslContextBuilder builder = SslContextBuilder.forClient().protocols(PROTOCOL);
        builder.trustManager(trust(options, pinned));
        if (options.tlsIdentity().isPresent()) {
            TlsIdentity own = options.tlsIdentity().get();
            builder.keyManager(own.privateKey(), own.chain().toArray(X509Certificate[]::new));
        }
        try {
            return Optional.of(
                    GrpcSslContexts.configure(builder, SslProvider.JDK).build());
        } catch (SSLException e) {
            throw impossible(e);
        }
    }

    /** For HTTP: the same client, speaking TLS. */
    static OkHttpClient over(OkHttpClient plain, DendriteOptions options, Optional<TlsKey> pinned) {
        try {
            X509TrustManager trust = trust(options, pinned);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(options), new TrustManager[] {trust}, null);
            OkHttpClient.Builder secured = plain.newBuilder()
                    .sslSocketFactory(context.getSocketFactory(), trust)
                    .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                    .connectionSpecs(List.of(new ConnectionSpec.Builder(ConnectionSpec.RESTRICTED_TLS)
                            .tlsVersions(TlsVersion.TLS_1_3)
                            .build()));
            if (pinned.isPresent()) {
                // the key was compared with the published one: a name would add nothing
                secured.hostnameVerifier((host, session) -> true);
            }
            return secured.build();
        } catch (GeneralSecurityException | IOException e) {
            throw impossible(e);
        }
    }

    private static X509TrustManager trust(DendriteOptions options, Optional<TlsKey> pinned) {
        if (pinned.isPresent()) {
            return TlsTrust.only(pinned.get());
        }
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(options.authorities().isEmpty() ? null : store(options.authorities()));
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509TrustManager trust) {
                    return trust;
                }
            }
            throw new GeneralSecurityException("this JVM trusts no CA");
        } catch (GeneralSecurityException | IOException e) {
            throw impossible(e);
        }
    }

    private static KeyStore store(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate each : authorities) {
            store.setCertificateEntry("ca" + store.size(), each);
        }
        return store;
    }

    private static KeyManager[] keys(DendriteOptions options) throws GeneralSecurityException, IOException {
        if (options.tlsIdentity().isEmpty()) {
            return new KeyManager[0];
        }
        TlsIdentity own = options.tlsIdentity().get();
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.privateKey(), none, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    private static InvalidValueException impossible(Exception e) {
        return new InvalidValueException("dendrite.tls", "no TLS: " + e.getMessage(), "");
    }

    /** What is wrong with a target's TLS, where that is why there is no connection: somebody answers, but not who was asked. */
    static Optional<String> wrong(@Nullable Throwable cause) {
        boolean tls = false;
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SslHandshakeTimeoutException) {
                return Optional.empty(); // nobody answered
            }
            if (each instanceof CertificateException) {
                return Optional.of(Words.of(String.valueOf(each.getMessage())));
            }
            tls |= each instanceof SSLException;
        }
        return tls ? Optional.of(Words.of("TLS with the target failed", cause, "")) : Optional.empty();
    }
}
