package org.cloister.repo.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Map;
import org.cloister.repo.console.SignIn.Signed;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.console.model.Trouble;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.Failures;
import org.cloister.repo.http.Problem;
import org.cloister.repo.http.RefusedException;

/** What browsers get. On the request's event loop only. A client that hung up is nobody's failure. */
final class Replies {
    private final Renderer renderer;
    private final Visits visits;
    private final InstantSource clock;

    Replies(Renderer renderer, Visits visits, InstantSource clock) {
        this.renderer = renderer;
        this.visits = visits;
        this.clock = clock;
    }

    /** An answer and, where it is HTML, its text. */
    record Rendered(Answer answer, String html) {}

    /** Blocks for as long as it takes to make the text. */
    Rendered rendered(Answer answer, Visit visit) {
        if (answer instanceof Answer.Page page) {
            return new Rendered(answer, renderer.page(page, visit));
        }
        return new Rendered(answer, answer instanceof Answer.Part part ? renderer.part(part, visit.viewer()) : "");
    }

    void send(RoutingContext context, Rendered rendered) {
        if (rendered.answer() instanceof Answer.Elsewhere other) {
            elsewhere(context, other.href());
        } else if (rendered.answer() instanceof Answer.File file) {
            context.response()
                    .putHeader("Content-Type", file.type())
                    .putHeader("Content-Disposition", "attachment; filename=\"" + file.name() + "\"")
                    .end(Buffer.buffer(file.content()))
                    .onFailure(gone -> {});
        } else {
            html(context, 200, rendered.html());
        }
    }

    /** A browser asks there with GET, whatever it asked here with (RFC 9110, section 15.4.4). */
    static void elsewhere(RoutingContext context, String href) {
        context.response().setStatusCode(303).putHeader("Location", href).end().onFailure(gone -> {});
    }

    static void html(RoutingContext context, int status, String text) {
        HttpServerResponse response = context.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "text/html; charset=utf-8")
                    .end(text)
                    .onFailure(gone -> {});
        }
    }

    /** To the sign-in, and from there to the page that was asked for. */
    void signInFirst(RoutingContext context) {
        boolean page = context.request().method().equals(HttpMethod.GET);
        elsewhere(
                context,
                Links.query("/login", Map.of("next", page ? context.request().uri() : "")));
    }

    /** @param trouble why nobody was signed in; empty the first time */
    void signIn(RoutingContext context, int status, String next, String trouble) {
        html(context, status, renderer.login(next, trouble, clock.instant()));
    }

    void noSuchPage(RoutingContext context) {
        trouble(
                context,
                RefusedException.of(
                        Rule.NOT_FOUND,
                        "the console has no page " + context.normalizedPath(),
                        "look for what you want in the search box, or begin with the fleet"));
    }

    /** A page that tells what went wrong. */
    void trouble(RoutingContext context, Throwable failure) {
        Problem problem = Failures.of(context, failure);
        Signed signed = visits.signed(context);
        Trouble trouble = new Trouble(problem.status(), problem.title(), problem.detail(), problem.remedy());
        html(
                context,
                problem.status(),
                renderer.trouble(trouble, signed == null ? null : visits.viewer(signed), clock.instant()));
    }
}
