package io.github.bittensor4j.core.tls;

import io.github.bittensor4j.core.InvalidValueException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What a neuron proves itself with in TLS: a private key and the certificate over its public key. Either a certificate of your own that a
 * CA has signed ({@link #pem}, {@link #keyStore}), or a key pair made here ({@link #pinned}, {@link #generate}) whose public key is
 * published on chain. Immutable. Its text never shows the private key.
 */
public final class TlsIdentity {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)\\s*-----END \\1-----");
    private static final int LARGEST_FILE = 1 << 20;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;

    private TlsIdentity(PrivateKey privateKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.chain = List.copyOf(chain);
    }

    /**
     * Makes a key pair on P-256 and a certificate that it signs itself, and keeps them nowhere: for tests, and for callers that publish
     * their key anew each time.
     *
     * @return the identity
     */
    public static TlsIdentity generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new TlsIdentity(pair.getPrivate(), List.of(selfSigned(pair)));
        } catch (GeneralSecurityException | IOException e) {
            throw new InvalidValueException(
                    "tls.generate", "this JVM cannot make a key on P-256: " + e.getMessage(), "");
        }
    }

    /**
     * The identity kept in a file; made first when there is no such file. The file holds key and certificate in PEM form, unencrypted, and
     * is the owner's alone from its first byte (0600). Keep it: with a new key, callers refuse the neuron until they have read the new one
     * from the chain.
     *
     * @param file where
     * @return the identity
     * @throws InvalidValueException {@code tls.file} when the file cannot be read or written, is open to others, or holds no key on P-256
     *     with its certificate
     */
    public static TlsIdentity pinned(Path file) {
        try {
            try {
                return kept(file);
            } catch (NoSuchFileException e) {
                TlsIdentity made = generate();
                // false when another process was faster: one key only
                return made.keepIn(file) ? made : kept(file);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static TlsIdentity kept(Path file) throws IOException {
        checkOwnerOnly(file);
        TlsIdentity identity = pem(file, file);
        if (identity.key().isEmpty()) {
            throw new InvalidValueException(
                    "tls.file",
                    "TLS key " + file + " is not on P-256: serve_axon_tls holds no other that this library can pin",
                    "Name another file, and one is made.");
        }
        return identity;
    }

    private static void checkOwnerOnly(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            if (!mode.endsWith("------")) {
                throw new InvalidValueException(
                        "tls.file",
                        "TLS key " + file + " has mode " + mode + " (expected: the owner's alone)",
                        "chmod 600 " + file);
            }
        }
    }

    private static InvalidValueException unreadable(Path file, Exception e) {
        return new InvalidValueException(
                "tls.file", "TLS file " + file + ": " + e.getClass().getSimpleName() + ": " + e.getMessage(), "");
    }

    /** Writes beside and links into place, so that nobody ever reads half a key; false when there is one already. */
    private boolean keepIn(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("no folder");
        }
        Files.createDirectories(folder);
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        Path beside = posix
                ? Files.createTempFile(folder, ".tls", ".tmp", OWNER_ONLY)
                : Files.createTempFile(folder, ".tls", ".tmp");
        try {
            Files.writeString(
                    beside,
                    block("PRIVATE KEY", privateKey.getEncoded())
                            + block("CERTIFICATE", chain.get(0).getEncoded()));
            Files.createLink(file, beside);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } finally {
            Files.delete(beside);
        }
    }

    private static String block(String name, byte[] der) {
        return "-----BEGIN " + name + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + name + "-----\n";
    }

    /**
     * A certificate and key of your own, as a CA gives them.
     *
     * @param chain a PEM file with the certificate first, then those between it and the CA
     * @param key a PEM file with the unencrypted private key in PKCS #8; may be the same file
     * @return the identity
     * @throws InvalidValueException {@code tls.file} when a file cannot be read or holds something else, or the key is not the
     *     certificate's
     */
    public static TlsIdentity pem(Path chain, Path key) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (byte[] der : blocks(chain, "CERTIFICATE")) {
                certificates.add((X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
            }
            List<byte[]> keys = blocks(key, "PRIVATE KEY");
            if (certificates.isEmpty() || keys.size() != 1) {
                throw new InvalidValueException(
                        "tls.file",
                        certificates.isEmpty()
                                ? "TLS file " + chain + " holds no CERTIFICATE"
                                : "TLS file " + key + " holds " + keys.size() + " PRIVATE KEY blocks (expected: one)",
                        "A key in another form: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
            }
            String algorithm = certificates.get(0).getPublicKey().getAlgorithm();
            PrivateKey secret = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
            return checked(new TlsIdentity(secret, certificates));
        } catch (IOException e) {
            throw unreadable(chain, e);
        } catch (GeneralSecurityException e) {
            throw unreadable(key, e);
        }
    }

    private static List<byte[]> blocks(Path file, String name) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException("larger than " + LARGEST_FILE + " bytes");
        }
        List<byte[]> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (name.equals(block.group(1))) {
                try {
                    found.add(Base64.getMimeDecoder().decode(block.group(2)));
                } catch (IllegalArgumentException e) {
                    throw new IOException("a block that is not base64", e);
                }
            }
        }
        return found;
    }

    /**
     * A certificate and key of your own, from a key store.
     *
     * @param store a loaded store
     * @param alias which entry
     * @param password of the entry; not kept
     * @return the identity
     * @throws InvalidValueException {@code tls.store} when there is no such entry with a private key and X.509 certificates, or the
     *     password is another
     */
    public static TlsIdentity keyStore(KeyStore store, String alias, char[] password) {
        try {
            Certificate[] certificates = store.getCertificateChain(alias);
            if (store.getKey(alias, password) instanceof PrivateKey key && certificates != null) {
                List<X509Certificate> chain = new ArrayList<>();
                for (Certificate certificate : certificates) {
                    chain.add((X509Certificate) certificate);
                }
                return checked(new TlsIdentity(key, chain));
            }
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new InvalidValueException("tls.store", "key store entry " + alias + ": " + e.getMessage(), "");
        }
        throw new InvalidValueException(
                "tls.store", "key store entry " + alias + " holds no private key with its certificates", "");
    }

    /** Whether the key is the certificate's is told by using it. */
    private static TlsIdentity checked(TlsIdentity identity) throws GeneralSecurityException {
        String algorithm = identity.privateKey.getAlgorithm().toUpperCase(Locale.ROOT);
        Signature signature = Signature.getInstance(
                algorithm.equals("RSA") ? "SHA256withRSA" : algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
        byte[] probe = {1, 2, 3};
        signature.initSign(identity.privateKey);
        signature.update(probe);
        byte[] made = signature.sign();
        signature.initVerify(identity.chain.get(0).getPublicKey());
        signature.update(probe);
        if (!signature.verify(made)) {
            throw new GeneralSecurityException("the private key is not that of the first certificate");
        }
        return identity;
    }

    private static X509Certificate selfSigned(KeyPair pair) throws GeneralSecurityException, IOException {
        AlgorithmIdentifier ecdsa = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        X500Name name = new X500Name("CN=bittensor4j");
        V3TBSCertificateGenerator fields = new V3TBSCertificateGenerator();
        fields.setSerialNumber(new ASN1Integer(BigInteger.ONE));
        fields.setIssuer(name);
        fields.setSubject(name);
        fields.setSignature(ecdsa);
        fields.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        // only the key counts: the chain says for how long
        fields.setStartDate(new Time(new Date(0)));
        fields.setEndDate(new Time(new Date(253_402_300_799_000L)));
        TBSCertificate signed = fields.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getEncoded("DER"));
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(signed);
        parts.add(ecdsa);
        parts.add(new DERBitString(signature.sign()));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(new DERSequence(parts).getEncoded("DER")));
    }

    /**
     * The private key, for the TLS library.
     *
     * @return the key
     */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /**
     * The certificate, and those between it and its CA.
     *
     * @return at least one; the first is over this identity's own key
     */
    public List<X509Certificate> chain() {
        return chain;
    }

    /**
     * What to publish, and what others pin.
     *
     * @return the public key, or empty when it is of a kind that is not published
     */
    public Optional<TlsKey> key() {
        return TlsKey.of(chain.get(0).getPublicKey());
    }

    /** The public key alone. */
    @Override
    public String toString() {
        return "TlsIdentity(" + key().map(TlsKey::toString).orElse(privateKey.getAlgorithm()) + ")";
    }
}
