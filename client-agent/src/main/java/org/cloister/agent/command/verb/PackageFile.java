package org.cloister.agent.command.verb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.sign.SigningKeyFile;
import org.cloister.events.Digest;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.PackageStatement;

/** A package in a file of the caller's, and what is signed of it. */
record PackageFile(Path path) {
    private static final int CHUNK = 64 * 1024;

    /** @throws CommandFailed if there is no such file */
    static PackageFile of(Session session, String name) throws CommandFailed {
        Path path = session.caller().file(name);
        if (!Files.isRegularFile(path)) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    name + " is no file.",
                    "Name the .deb or .rpm that dpkg-deb, debuild or rpmbuild made.");
        }
        return new PackageFile(path);
    }

    /** What a publisher signs; reads the whole file. */
    byte[] statement() throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha256.update(chunk, 0, n);
            }
        }
        return PackageStatement.of(Digest.ofHash(sha256.digest()));
    }

    /** @throws CommandFailed saying why the key can't be used */
    static SigningKeyFile signingKey(Session session, String name) throws CommandFailed {
        try {
            return SigningKeyFile.read(session.caller().file(name));
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    e.getMessage() + ".",
                    "An OpenPGP key signs by itself: cloister key statement FILE | gpg --armor --detach-sign > SIGNATURE,"
                            + " then cloister publish FILE --signature SIGNATURE",
                    e);
        }
    }

    /** @throws CommandFailed if that file has no signature in it */
    static DetachedSignature signature(Session session, String name) throws CommandFailed, IOException {
        Path path = session.caller().file(name);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(DetachedSignature.MAX_LENGTH + 2);
            return DetachedSignature.parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    path + " can't be used: " + e.getMessage() + ".",
                    "Sign the statement: cloister key statement FILE | gpg --armor --detach-sign > SIGNATURE",
                    e);
        }
    }
}
