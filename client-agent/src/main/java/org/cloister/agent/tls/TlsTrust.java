package org.cloister.agent.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * What is told of TLS on this machine.
 *
 * @param authority PEM: the authorities that a repository's certificate may come from; empty: those that Java trusts
 * @param certificate PEM: shown to a repository that asks for one; with {@code key} or not at all
 * @param key PEM, PKCS #8 without a pass phrase
 */
public record TlsTrust(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {
    public static final TlsTrust USUAL = new TlsTrust(Optional.empty(), Optional.empty(), Optional.empty());

    private static final char[] NO_PASSWORD = {};

    /** @throws IllegalArgumentException if only one of certificate and key is told */
    public TlsTrust {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("a client's certificate needs its key, and the key its certificate");
        }
    }

    /** @throws IOException if a file can't be read or isn't what it shall be, naming it */
    public SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trusted(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private KeyManager[] keys() throws IOException, GeneralSecurityException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return new KeyManager[0];
        }
        List<Certificate> chain = PemFile.certificates(certificate.get());
        KeyStore store = empty();
        store.setKeyEntry("client", PemFile.key(key.get()), NO_PASSWORD, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private TrustManager[] trusted() throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (authority.isEmpty()) {
            factory.init((KeyStore) null);
            return factory.getTrustManagers();
        }
        KeyStore store = empty();
        int number = 0;
        for (Certificate one : PemFile.certificates(authority.get())) {
            store.setCertificateEntry("authority-" + number, one);
            number++;
        }
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
