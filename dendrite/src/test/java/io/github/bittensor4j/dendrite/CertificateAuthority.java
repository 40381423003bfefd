package io.github.bittensor4j.dendrite;

import io.github.bittensor4j.core.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** A certificate authority as there are in the world: it signs itself, others below it, and servers. */
final class CertificateAuthority {
    private final KeyPair keys = keyPair();
    private final X500Name name;
    private final List<X509Certificate> chain = new ArrayList<>();

    private CertificateAuthority(String name) {
        this.name = new X500Name("CN=" + name);
    }

    static CertificateAuthority root(String name) throws GeneralSecurityException, IOException {
        CertificateAuthority root = new CertificateAuthority(name);
        root.chain.add(root.signed(root.name, root.keys, Duration.ofDays(1), true));
        return root;
    }

    /** An authority whose certificate this one signs. */
    CertificateAuthority below(String lower) throws GeneralSecurityException, IOException {
        CertificateAuthority made = new CertificateAuthority(lower);
        made.chain.add(signed(made.name, made.keys, Duration.ofDays(1), true));
        made.chain.addAll(chain);
        return made;
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /**
     * A server's key with its certificate and those up to the root's, which is left out as servers do.
     *
     * @param validFor from an hour ago; negative when it is over
     * @param names host names and addresses
     */
    TlsIdentity server(Duration validFor, String... names) throws GeneralSecurityException, IOException {
        KeyPair own = keyPair();
        List<Certificate> shown = new ArrayList<>();
        shown.add(signed(new X500Name("CN=server"), own, validFor, false, names));
        shown.addAll(chain.subList(0, chain.size() - 1));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", own.getPrivate(), new char[0], shown.toArray(Certificate[]::new));
        return TlsIdentity.keyStore(store, "server", new char[0]);
    }

    private X509Certificate signed(
            X500Name subject, KeyPair subjects, Duration validFor, boolean authority, String... names)
            throws GeneralSecurityException, IOException {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        Instant from = Instant.now().minus(Duration.ofHours(1));
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        extensions.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
        if (names.length > 0) {
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(Arrays.stream(names)
                            .map(each -> new GeneralName(
                                    each.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, each))
                            .toArray(GeneralName[]::new)));
        }
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(BigInteger.valueOf(System.nanoTime())));
        generator.setSignature(algorithm);
        generator.setIssuer(name);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(from.minus(Duration.ofDays(2)))));
        generator.setEndDate(new Time(Date.from(from.plus(validFor))));
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(subjects.getPublic().getEncoded()));
        generator.setExtensions(extensions.generate());
        TBSCertificate body = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body.getEncoded("DER"));
        byte[] der = new DERSequence(new ASN1Encodable[] {body, algorithm, new DERBitString(signature.sign())})
                .getEncoded("DER");
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
