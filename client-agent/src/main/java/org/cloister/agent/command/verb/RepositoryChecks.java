package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.RepositoryUnreachable;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.control.Check;

/** Whether the repository answers, whether it takes our token, whether the clocks agree. */
record RepositoryChecks(Session session) {
    /** Tokens end and certificates begin at times; the record's times are the repository's anyway. */
    private static final Duration TOLERATED = Duration.ofSeconds(30);

    List<Check> all() throws InterruptedException {
        RepositoryApi repository;
        try {
            repository = session.repository();
        } catch (CommandFailed e) {
            return List.of(new Check("your access", Check.Result.WARNING, e.what(), e.remedy()));
        }
        try {
            JsonNode status = repository.get(Target.of("v1", "status"));
            String detail = repository.base() + ", " + status.path("head").asLong() + " events";
            return List.of(new Check("your access", Check.Result.OK, detail, ""), clock(status));
        } catch (RepositoryRefused e) {
            return failed(e.problem().detail(), e.problem().remedy());
        } catch (RepositoryUnreachable e) {
            return failed(
                    String.valueOf(e.getMessage()),
                    "Check the address, the network, and that the repository runs (bin/repo-server).");
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()), "Check the address.");
        }
    }

    private static List<Check> failed(String detail, String remedy) {
        return List.of(new Check("your access", Check.Result.FAILED, detail, remedy));
    }

    /** The repository's time is when it started and how long it has run since. */
    private Check clock(JsonNode status) {
        try {
            Instant there = Instant.parse(status.path("startedAt").asText())
                    .plusSeconds(status.path("uptimeSeconds").asLong());
            Duration apart = Duration.between(there, session.clock().instant()).abs();
            String detail = "differs from the repository's by " + Quantity.time(apart);
            return apart.compareTo(TOLERATED) > 0
                    ? new Check(
                            "clock",
                            Check.Result.WARNING,
                            detail,
                            "Set the clock, better let NTP do it: timedatectl set-ntp true")
                    : new Check("clock", Check.Result.OK, detail, "");
        } catch (DateTimeException e) {
            return new Check("clock", Check.Result.OK, "not compared: the repository doesn't say its time", "");
        }
    }
}
