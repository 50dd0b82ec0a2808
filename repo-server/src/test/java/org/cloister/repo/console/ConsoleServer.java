package org.cloister.repo.console;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.repo.RepoServices;
import org.cloister.repo.RunningRepository;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.log.SettableClock;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A whole repository with the sample fleet in its log, for all tests of a JVM; {@link SharedConsole} ends it. */
@NullMarked
final class ConsoleServer {
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");
    private static @Nullable ConsoleServer shared;

    final RunningRepository repository;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ConsoleServer(RunningRepository repository) {
        this.repository = repository;
    }

    /** Writes what the log has at the start. */
    interface Past {
        void write(SampleLog log) throws Exception;
    }

    static ConsoleServer shared() throws Exception {
        return shared(SampleFleet::write);
    }

    /** @param past of the first call counts */
    static synchronized ConsoleServer shared(Past past) throws Exception {
        if (shared == null) {
            DatabaseAccess access = RepoServices.access();
            Instant begin = Instant.now().minus(SampleFleet.LENGTH);
            SettableClock clock = new SettableClock(begin);
            try (PostgresDatabase database = PostgresDatabase.open(access);
                    PostgresEventStore store = PostgresEventStore.open(database, clock)) {
                past.write(new SampleLog(store, clock, begin));
            }
            RunningRepository repository =
                    new RunningRepository(RepoServices.directory("console"), Optional.of(access), "none");
            shared = new ConsoleServer(repository);
        }
        return shared;
    }

    static synchronized void end() {
        if (shared != null) {
            shared.repository.close();
            shared = null;
        }
    }

    String url(String path) {
        return repository.address() + path;
    }

    /** A new token with these roles; without any it is a reader's. */
    String token(String... roles) throws Exception {
        String list = "[\"" + String.join("\",\"", roles.length == 0 ? new String[] {"reader"} : roles) + "\"]";
        HttpResponse<String> answer =
                repository.post("/v1/tokens", "{\"principal\":\"someone\",\"roles\":" + list + "}");
        return RunningRepository.json(answer).path("token").asText();
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> signIn(String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url("/console/login")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + encoded(token))));
    }

    /** Somebody who is signed in. */
    Person person(String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = signIn(token);
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return new Person(cookie.substring(0, cookie.indexOf(';')));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A person without a browser. */
    final class Person {
        private final String cookie;

        private Person(String cookie) {
            this.cookie = cookie;
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return send(request(path).GET());
        }

        HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(url(path))).header("Cookie", cookie);
        }

        /** @param fields name, value, name, value …; the session's form token goes with them */
        HttpResponse<String> post(String path, String... fields) throws IOException, InterruptedException {
            return postWith(formToken(), path, fields);
        }

        HttpResponse<String> postWith(String formToken, String path, String... fields)
                throws IOException, InterruptedException {
            StringBuilder form = new StringBuilder("form=" + encoded(formToken));
            for (int i = 0; i < fields.length; i += 2) {
                form.append('&').append(fields[i]).append('=').append(encoded(fields[i + 1]));
            }
            return send(request(path)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form.toString())));
        }

        private String formToken() throws IOException, InterruptedException {
            Matcher matcher = FORM_TOKEN.matcher(get("/console/").body());
            if (!matcher.find()) {
                throw new IllegalStateException("the page has no form");
            }
            return matcher.group(1);
        }
    }

    /** Every page that somebody may come to from the navigation and from links. */
    static List<String> pages() {
        return List.of(
                "/console/",
                "/console/?health=failed",
                "/console/?q=no-such-host",
                "/console/hosts/" + SampleFleet.WEB,
                "/console/hosts/" + SampleFleet.WEB + "?change=5",
                "/console/hosts/" + SampleFleet.EVIL,
                "/console/hosts/h-0000000000000008",
                "/console/packages",
                "/console/packages?q=zzz-nothing",
                "/console/packages/nginx",
                "/console/packages/evil",
                "/console/packages/g%2B%2B",
                "/console/events",
                "/console/events?type=InstallationFailed",
                "/console/events/5",
                "/console/mirrors",
                "/console/distributions",
                "/console/distributions/stable",
                "/console/distributions/testing/compare?with=stable",
                "/console/audit",
                "/console/tokens",
                "/console/search?q=web",
                "/console/search?q=nothing-at-all",
                "/console/hosts/h-ffffffffffffffff",
                "/console/no-such-page");
    }
}
