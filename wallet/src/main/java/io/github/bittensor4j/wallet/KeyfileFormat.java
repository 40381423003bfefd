package io.github.bittensor4j.wallet;

import java.nio.charset.StandardCharsets;

/** How the bytes of a key file are kept, told by their first bytes. */
public enum KeyfileFormat {
    /** Encrypted by Argon2i and XSalsa20-Poly1305: what every wallet writes today. */
    NACL("$NACL"),
    /** Encrypted by Ansible Vault: an older wallet's; read only. */
    ANSIBLE_VAULT("$ANSIBLE_VAULT"),
    /** Encrypted as a Fernet token: the oldest wallet's; read only. */
    FERNET("gAAAAA"),
    /** Not encrypted. */
    PLAIN("");

    private final byte[] marker;

    KeyfileFormat(String marker) {
        this.marker = marker.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The format of a key file's bytes; whatever is not marked as encrypted counts as plain, readable or not.
     *
     * @param data the whole file, or its first 14 bytes
     * @return the format
     */
    public static KeyfileFormat detect(byte[] data) {
        for (KeyfileFormat format : values()) {
            if (Bytes.startsWith(data, format.marker)) {
                return format;
            }
        }
        return PLAIN;
    }

    /**
     * Whether a password is needed to read the secret.
     *
     * @return false only for {@link #PLAIN}
     */
    public boolean encrypted() {
        return this != PLAIN;
    }
}
