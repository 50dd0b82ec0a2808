package org.cloister.repo.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.cloister.repo.RunningRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may do what in the console, without a browser: what a browser wouldn't send is sent too. */
@ExtendWith(SharedConsole.class)
class ConsoleAccessIT {
    private static final String HOST = "/console/hosts/" + SampleFleet.WEB;
    private static final List<String> PATHS = List.of(
            "/console/",
            HOST,
            HOST + "/moment",
            "/console/packages",
            "/console/packages/nginx",
            "/console/events",
            "/console/events/3",
            "/console/audit",
            "/console/audit/proof",
            "/console/mirrors",
            "/console/distributions",
            "/console/distributions/testing",
            "/console/distributions/testing/compare",
            "/console/tokens",
            "/console/search",
            "/console/login");
    private static final List<String> FIELDS = List.of(
            "q",
            "page",
            "health",
            "change",
            "at",
            "after",
            "stream",
            "type",
            "person",
            "correlation",
            "before",
            "with",
            "withAt",
            "position",
            "next",
            "form");
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "-1",
            "1",
            "99999999999999999999",
            "2147483648",
            "host:",
            "host:x",
            ":",
            "2026-01-01T00:00:00Z",
            "2026-11-01T10:00",
            "+999999999-12-31T23:59:59Z",
            "%00",
            "%",
            "%zz",
            "%ff%fe",
            "'%20or%201=1--",
            "%3Cscript%3Ealert(1)%3C/script%3E",
            "..%2f..%2fetc",
            "//evil.example.org",
            "a".repeat(399),
            "a".repeat(401),
            "%F0%9F%90%A7",
            "failed",
            "InstallRequested",
            "alice");

    private ConsoleServer server;

    @BeforeEach
    void start() throws Exception {
        server = ConsoleServer.shared();
    }

    private static List<String> refused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body().lines().toList();
    }

    @Test
    void browsersAreShownTheWayAndOthersGetTheAnswerOfTheDescribedSurface() throws Exception {
        HttpResponse<String> browser = server.send(
                HttpRequest.newBuilder(URI.create(server.url("/"))).header("Accept", "text/html,*/*;q=0.8"));
        assertThat(browser.headers().firstValue("Location")).contains("/console/");
        HttpResponse<String> other = server.send(HttpRequest.newBuilder(URI.create(server.url("/"))));
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(other.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void withoutASessionEveryPageLeadsToTheSignInAndBack() throws Exception {
        for (String page : ConsoleServer.pages()) {
            HttpResponse<String> answer = server.send(HttpRequest.newBuilder(URI.create(server.url(page))));
            if (answer.statusCode() != 404) {
                assertThat(answer.headers().firstValue("Location"))
                        .as(page)
                        .contains("/console/login?next=" + ConsoleServer.encoded(page));
            }
        }
        assertThat(server.send(HttpRequest.newBuilder(URI.create(server.url("/console/live"))))
                        .statusCode())
                .isEqualTo(401);
        HttpResponse<String> signedIn = server.send(HttpRequest.newBuilder(URI.create(server.url("/console/login")))
                .POST(BodyPublishers.ofString("next=%2Fconsole%2Fmirrors&token=" + server.repository.token())));
        assertThat(signedIn.headers().firstValue("Location")).contains("/console/mirrors");
        HttpResponse<String> elsewhere = server.send(HttpRequest.newBuilder(URI.create(server.url("/console/login")))
                .POST(BodyPublishers.ofString(
                        "next=https%3A%2F%2Fevil.example.org%2F&token=" + server.repository.token())));
        assertThat(elsewhere.headers().firstValue("Location")).contains("/console/");
    }

    @Test
    void theCookieIsForThisServerAloneAndEveryAnswerHasThePolicy() throws Exception {
        HttpResponse<String> answer = server.signIn(server.repository.token());
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Strict")
                .contains("Path=/console")
                .doesNotContain(server.repository.token());
        ConsoleServer.Person person = server.person(server.repository.token());
        for (String page : ConsoleServer.pages()) {
            HttpResponse<String> shown = person.get(page);
            assertThat(shown.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self';")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(shown.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(shown.headers().firstValue("Cache-Control")).contains("no-store");
        }
    }

    @Test
    void whatARoleMayNotDoIsNotOfferedAndRefusedIfTried() throws Exception {
        ConsoleServer.Person reader = server.person(server.token("reader"));
        assertThat(reader.get("/console/").body()).doesNotContain("/console/tokens");
        assertThat(reader.get(HOST).body())
                .contains("nginx")
                .doesNotContain("/install\"")
                .doesNotContain("/retire\"")
                .doesNotContain("/roots\"");
        assertThat(reader.get("/console/packages/nginx").body()).doesNotContain("/yank\"");
        assertThat(refused(reader.get("/console/tokens"), 403)).anyMatch(line -> line.contains("administrator"));
        refused(reader.post(HOST + "/install", "package", "jq"), 403);
        refused(reader.post(HOST + "/roots", "root", "nginx", "do", "remove"), 403);
        refused(reader.post(HOST + "/retire", "reason", "x"), 403);
        refused(
                reader.post(
                        "/console/packages/nginx/yank", "version", "1.24.0-1", "architecture", "amd64", "reason", "x"),
                403);
        refused(reader.post("/console/tokens", "principal", "me", "role", "administrator"), 403);
        assertThat(reader.get("/console/distributions/stable").body()).doesNotContain("/promote\"");
        refused(reader.post("/console/distributions/testing/promote", "to", "stable"), 403);
        refused(reader.post("/console/distributions/stable/rollback", "to", "1", "reason", "x"), 403);
        await().untilAsserted(() -> assertThat(server.person(server.repository.token())
                        .get("/console/events?type=RequestsRefused")
                        .body())
                .contains("promoteDistribution"));

        ConsoleServer.Person operator = server.person(server.token("operator"));
        assertThat(operator.get(HOST).body()).contains("/install\"").contains("/roots\"");
        refused(operator.post("/console/tokens/revoke", "id", "abcdefghijkl"), 403);
        HttpResponse<String> publisher =
                server.person(server.token("publisher")).get("/console/packages/nginx");
        assertThat(publisher.body()).contains("/yank\"");
    }

    @Test
    void aProofThatIsTakenAwayStandsByItself() throws Exception {
        ConsoleServer.Person reader = server.person(server.token("reader"));
        HttpResponse<String> file = reader.get("/console/audit/proof?position=5");
        assertThat(file.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"cloister-event-5.json\"");
        JsonNode proof = RunningRepository.json(file);
        List<byte[]> path = new ArrayList<>();
        proof.path("inclusion").forEach(hash -> path.add(Base64.getDecoder().decode(hash.asText())));
        RecordedEvent event = EventLine.parse(proof.path("event").asText().getBytes(StandardCharsets.UTF_8));
        byte[] leaf = MerkleHash.leaf(event.leafData());
        assertThat(leaf)
                .isEqualTo(Base64.getDecoder().decode(proof.path("leafHash").asText()));
        Checkpoint checkpoint = Checkpoint.parse(proof.path("checkpoint").asText());
        assertThat(MerkleProof.includes(4, checkpoint.size(), leaf, path, checkpoint.root()))
                .isTrue();
    }

    @Test
    void aPackageTellsWhoHadWhichVersionFromWhenToWhen() throws Exception {
        String page = server.person(server.token("reader"))
                .get("/console/packages/nginx")
                .body();
        String exposure = page.substring(page.indexOf("Exposure"), page.indexOf("Newest events"));
        assertThat(exposure).contains("web-1", "1.22.1-9", "8 days", "1.24.0-1", "still there");
    }

    @Test
    void theHashesOfTokensAreForAdministratorsAlone() throws Exception {
        ConsoleServer.Person reader = server.person(server.token("reader"));
        Matcher link = Pattern.compile("href=\"(/console/events/[0-9]+)\"")
                .matcher(reader.get("/console/events?type=TokenIssued").body());
        assertThat(link.find()).isTrue();
        assertThat(reader.get(link.group(1)).body()).contains("withheld").doesNotContain("secretHash");
        assertThat(server.person(server.repository.token()).get(link.group(1)).body())
                .contains("secretHash");
    }

    @Test
    void pagesAreThereAtOnce() throws Exception {
        ConsoleServer.Person person = server.person(server.repository.token());
        for (String page : ConsoleServer.pages()) {
            long[] times = new long[9];
            for (int i = 0; i < times.length; i++) {
                long begin = System.nanoTime();
                person.get(page);
                times[i] = System.nanoTime() - begin;
            }
            Arrays.sort(times);
            Duration median = Duration.ofNanos(times[times.length / 2]);
            System.out.printf("%5.1f ms %s%n", median.toNanos() / 1e6, page);
            assertThat(median).as(page).isLessThan(Duration.ofMillis(300));
        }
    }

    @Test
    void aFormOfAnotherSiteOrSessionDoesNothing() throws Exception {
        ConsoleServer.Person person = server.person(server.repository.token());
        long head = head();
        refused(person.postWith("", HOST + "/retire", "reason", "x"), 400);
        refused(person.postWith("AAAA", HOST + "/retire", "reason", "x"), 400);
        refused(
                server.send(person.request("/console/logout")
                        .header("Sec-Fetch-Site", "cross-site")
                        .POST(BodyPublishers.ofString("form=x"))),
                400);
        refused(
                server.send(person.request(HOST + "/retire").POST(BodyPublishers.ofString("x=" + "y".repeat(20_000)))),
                413);
        assertThat(head()).isEqualTo(head);
        assertThat(person.get("/console/").statusCode()).isEqualTo(200);
    }

    private long head() throws Exception {
        return RunningRepository.json(server.repository.get("/v1/status"))
                .path("head")
                .asLong();
    }

    @Test
    void whoTriesTooManyTokensWaitsAndNobodyElseDoes() throws Exception {
        String tried = "token=clo_abcdefghijkl_0123456789ABCDEFGHIJKLMNOPQRST";
        for (int i = 0; i < Attempts.MAX; i++) {
            assertThat(statusFrom("127.0.0.2", tried)).isEqualTo(401);
        }
        assertThat(statusFrom("127.0.0.2", tried)).isEqualTo(429);
        assertThat(statusFrom("127.0.0.2", "token=" + server.repository.token()))
                .isEqualTo(429);
        assertThat(server.signIn(server.repository.token()).statusCode()).isEqualTo(303);
    }

    /** Of a sign-in from another address of this machine, which Java's client can't choose before 19. */
    private int statusFrom(String address, String form) throws Exception {
        URI at = server.repository.address();
        try (Socket socket = new Socket(at.getHost(), at.getPort(), InetAddress.getByName(address), 0)) {
            String request = "POST /console/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                    + form.length() + "\r\n\r\n" + form;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }

    @Test
    void aSessionEndsWithItsSignOutAndWithItsToken() throws Exception {
        ConsoleServer.Person person = server.person(server.token("reader"));
        assertThat(person.post("/console/logout").headers().firstValue("Location"))
                .contains("/console/login");
        assertThat(person.get("/console/").statusCode()).isEqualTo(303);

        String token = server.token("reader");
        ConsoleServer.Person other = server.person(token);
        assertThat(other.get("/console/").statusCode()).isEqualTo(200);
        String id = token.split("_")[1];
        server.send(server.repository.request("/v1/tokens/" + id).DELETE());
        assertThat(other.get("/console/").statusCode()).isEqualTo(303);
    }

    @Test
    void nothingThatIsAskedForIsTheServersFault() throws Exception {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        ConsoleServer.Person person = server.person(server.repository.token());
        for (int round = 0; round < 400; round++) {
            StringBuilder query = new StringBuilder(PATHS.get(random.nextInt(PATHS.size())) + "?");
            for (int i = random.nextInt(4); i >= 0; i--) {
                query.append(FIELDS.get(random.nextInt(FIELDS.size())))
                        .append('=')
                        .append(VALUES.get(random.nextInt(VALUES.size())))
                        .append('&');
            }
            URI uri;
            try {
                uri = URI.create(server.url(query.toString()));
            } catch (IllegalArgumentException e) {
                continue; // the client refuses to send it
            }
            HttpResponse<String> answer =
                    person.get(uri.toString().substring(server.url("").length()));
            assertThat(answer.statusCode())
                    .as("seed %d: %s → %s", seed, query, answer.body())
                    .isIn(200, 303, 400, 404);
            assertThat(answer.body()).as("seed %d: %s", seed, query).doesNotContain("<script>alert(1)");
        }
    }
}
