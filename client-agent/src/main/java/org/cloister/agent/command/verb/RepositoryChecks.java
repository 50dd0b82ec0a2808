package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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
        List<Check> checks = new ArrayList<>();
        RepositoryApi repository;
        try {
            repository = session.repository();
        } catch (CommandFailed e) {
            return List.of(new Check("login", Check.Result.WARNING, e.what(), e.remedy()));
        }
        String name = "repository";
        try {
            HttpResponse<byte[]> health = repository.probe(Target.of("healthz"));
            checks.add(clock(health));
            JsonNode status = repository.get(Target.of("v1", "status"));
            checks.add(new Check(
                    name,
                    Check.Result.OK,
                    repository.base() + ", " + status.path("head").asLong() + " events",
                    ""));
        } catch (RepositoryRefused e) {
            checks.add(new Check(
                    name, Check.Result.FAILED, e.problem().detail(), e.problem().remedy()));
        } catch (RepositoryUnreachable e) {
            checks.add(new Check(
                    name,
                    Check.Result.FAILED,
                    String.valueOf(e.getMessage()),
                    "Check the address, the network, and that the repository runs (bin/repo-server)."));
        } catch (IOException e) {
            checks.add(new Check(name, Check.Result.FAILED, String.valueOf(e.getMessage()), "Check the address."));
        }
        return checks;
    }

    private Check clock(HttpResponse<byte[]> answer) {
        String date = answer.headers().firstValue("Date").orElse("");
        try {
            Instant there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
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
