package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.PublisherKey;
import org.cloister.events.sign.SignedRoot;
import org.cloister.events.sign.TrustRoot;

/** Trust roots as files of the caller, and as they are shown. */
final class TrustRootFile {
    private TrustRootFile() {}

    static Instant end(Session session, String days) throws CommandFailed {
        if (!days.matches("[1-9][0-9]{0,3}d")) {
            throw new CommandFailed(ExitStatus.USAGE, "Not a time: " + days + ".", "Days, such as 365d.");
        }
        Duration lifetime = Duration.ofDays(Long.parseLong(days.substring(0, days.length() - 1)));
        return session.clock().instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
    }

    static List<Ed25519Key> keys(Session session, List<String> files) throws CommandFailed, IOException {
        List<Ed25519Key> keys = new ArrayList<>();
        for (String file : files) {
            String text = text(session.caller().file(file), PublisherKey.MAX_LENGTH);
            if (PublisherKey.parse(text) instanceof Ed25519Key key) {
                keys.add(key);
            } else {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        file + " is an OpenPGP key, and root keys are Ed25519 keys.",
                        "Make one: cloister key new FILE");
            }
        }
        return keys;
    }

    static SignedRoot read(Session session, String file) throws CommandFailed, IOException {
        try {
            return SignedRoot.parse(text(session.caller().file(file), SignedRoot.MAX_LENGTH));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    file + " can't be used: " + e.getMessage() + ".",
                    "Name what `cloister trust init`, `rotate` or `show --raw` wrote, unchanged.",
                    e);
        }
    }

    private static String text(Path path, int limit) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(limit + 1), StandardCharsets.UTF_8);
        }
    }

    static int written(Session session, String file, TrustRoot root) throws CommandFailed, IOException {
        Path path = session.caller().file(file);
        SignedRoot unsigned = new SignedRoot(root, List.of());
        try {
            Files.writeString(path, unsigned.document(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed(ExitStatus.FAILED, file + " is there already.", "Name another file.", e);
        }
        if (session.json()) {
            session.print(document(session, unsigned));
        } else {
            print(session, unsigned);
        }
        return ExitStatus.OK.code();
    }

    static ObjectNode document(Session session, SignedRoot signed) {
        TrustRoot root = signed.root();
        ObjectNode document = session.mapper()
                .createObjectNode()
                .put("origin", root.origin())
                .put("version", root.version())
                .put("expires", root.expires().toString())
                .put("threshold", root.threshold())
                .put("signers", signed.signers(root.rootKeys()));
        root.rootKeys()
                .forEach(key -> document.withArray("rootKeys")
                        .addObject()
                        .put("key", key.id().text())
                        .put("signed", signed.isSignedBy(key)));
        root.checkpointKeys()
                .forEach(key -> document.withArray("checkpointKeys").add(key.text()));
        root.releaseKeys().forEach(key -> document.withArray("releaseKeys").add(key));
        return document;
    }

    static void print(Session session, SignedRoot signed) {
        TrustRoot root = signed.root();
        PrintStream out = session.terminal().out();
        out.println(Table.printable("trust root " + root.version() + " of " + root.origin()));
        out.println("  expires     " + root.expires());
        root.rootKeys()
                .forEach(key -> out.println(
                        "  root key    " + key.id() + (signed.isSignedBy(key) ? "  signed" : "  has not signed")));
        out.println("  signed by   " + signed.signers(root.rootKeys()) + " of its own root keys; " + root.threshold()
                + " must" + (root.version() == 1 ? "" : ", and enough of those of version " + (root.version() - 1)));
        root.checkpointKeys().forEach(key -> out.println(Table.printable("  log key     " + key.text())));
        root.releaseKeys().forEach(key -> out.println("  release key " + key));
    }
}
