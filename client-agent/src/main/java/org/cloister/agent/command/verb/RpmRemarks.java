package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.deb.PackageName;

/** What whoever publishes an RPM package should hear: which of its scriptlets nobody runs. */
final class RpmRemarks {
    /** The field of an RPM package's control paragraph. */
    static final String NOT_RUN = "Scriptlets-Not-Run";

    private RpmRemarks() {}

    /** For people; empty if all is as with rpm. @param published the repository's answer to a publication */
    static String of(JsonNode published, RepositoryApi repository)
            throws CommandFailed, IOException, InterruptedException {
        PackageName name = new PackageName(published.path("name").asText());
        if (!name.isRpm()) {
            return "";
        }
        for (JsonNode version :
                repository.get(Target.of("v1", "packages", name.text())).path("versions")) {
            if (version.path("version").equals(published.path("version"))
                    && version.path("architecture").equals(published.path("architecture"))) {
                String notRun = version.path("fields").path(NOT_RUN).asText();
                return notRun.isEmpty()
                        ? ""
                        : "Not run where it is installed: " + notRun + ". `cloister show " + name + "` says so too.";
            }
        }
        return "";
    }
}
