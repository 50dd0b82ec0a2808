package org.cloister.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.cloister.agent.control.AgentControl.Enrolment;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.HostKey;
import org.cloister.events.HostId;
import org.cloister.events.codec.EventCodec;

/** {@code STATE/enrolment.json}: who this host is at which repository, and its token. Readable by its owner only. */
final class EnrolmentFile {
    private final Path file;

    EnrolmentFile(Path file) {
        this.file = file;
    }

    /** The enrolment, made now if there is none. @throws IOException with what to do */
    Enrolment get(AgentConfig config, HostKey key, SSLContext tls) throws IOException, InterruptedException {
        Optional<Enrolment> present = read();
        if (present.isPresent()) {
            Enrolment known = present.get();
            return new Enrolment(
                    config.repository().orElse(known.repository()), known.host(), known.name(), known.token());
        }
        URI repository = config.repository()
                .orElseThrow(() -> new IOException(
                        "this host isn't enrolled: start once with --repo URL --enrol-token-file FILE"));
        Path tokenFile = config.enrolTokenFile()
                .orElseThrow(() -> new IOException("this host isn't enrolled at " + repository
                        + ": start once with --enrol-token-file FILE (cloister token issue --role agent makes one)"));
        String token = Files.readString(tokenFile).strip();
        Repository.Enrolled enrolled = new Repository(new Connection(repository, token, tls))
                .enrol(config.name(), key.publicKey(), key.signEnrolment(config.name()));
        Enrolment enrolment = new Enrolment(repository, enrolled.host(), config.name(), enrolled.token());
        write(enrolment);
        return enrolment;
    }

    private Optional<Enrolment> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode json = EventCodec.json().readTree(Files.readString(file));
        return Optional.of(new Enrolment(
                URI.create(json.path("repository").asText()),
                new HostId(json.path("host").asText()),
                json.path("name").asText(),
                json.path("token").asText()));
    }

    private void write(Enrolment enrolment) throws IOException {
        ObjectNode json = EventCodec.json().createObjectNode();
        json.put("repository", enrolment.repository().toString());
        json.put("host", enrolment.host().text());
        json.put("name", enrolment.name());
        json.put("token", enrolment.token());
        Path temporary = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                ".enrolment",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, json.toPrettyString() + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
