package org.cloister.repo.console;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.http.Surface;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.view.Views;

/** The console, as a surface of the repository: which pages there are. */
public final class Console implements Surface {
    /** Before the routes of the described surface, which answer whatever nobody else does. */
    private static final int FIRST = -1;

    private final Parts parts;

    /** What the console shows and does. */
    public record Parts(
            EventStore store,
            Views views,
            CommandService commands,
            Audit audit,
            LogProofs proofs,
            LogAudit logAudit,
            InstantSource clock) {}

    public Console(Parts parts) {
        this.parts = parts;
    }

    @Override
    public void mount(Router router, Means means) {
        Router console = Router.router(means.vertx());
        console.route().handler(context -> {
            SecurityHeaders.add(context);
            context.next();
        });
        register(console, means);
        router.get("/").order(FIRST - 2).handler(Console::toConsole);
        router.get(Links.ROOT).order(FIRST - 1).handler(Console::toConsole);
        router.route(Links.ROOT + "/*").order(FIRST).subRouter(console);
    }

    /**
     * Browsers ask for HTML; whoever else asks for the root gets the described surface's answer. The router takes {@code /console/}
     * for {@code /console}.
     */
    private static void toConsole(RoutingContext context) {
        String accept = context.request().getHeader("Accept");
        boolean browser = accept != null && accept.contains("text/html");
        boolean there = context.normalizedPath().equals(Links.ROOT + "/");
        if (browser && !there) {
            Replies.elsewhere(context, Links.ROOT + "/");
        } else {
            context.next();
        }
    }

    private void register(Router console, Means means) {
        Assets assets = new Assets();
        assets.register(console);
        Renderer renderer = new Renderer(assets);
        InstantSource clock = parts.clock();
        SignIn signIn = new SignIn(
                means.authenticator(),
                new Sessions(new SecureRandom(), clock),
                new Attempts(clock),
                means.refusals(),
                clock);
        Visits visits = new Visits(signIn, means.refusals(), clock);
        Replies replies = new Replies(renderer, visits, clock);
        Gate gate = new Gate(console, visits, replies, parts.views(), means.readers());

        HostRows hosts = new HostRows(parts.views(), parts.store());
        EventRows events = new EventRows(parts.audit());
        LiveEvents live = new LiveEvents(parts.store(), means.tail(), means.readers(), events, renderer, clock);
        new SignInPages(signIn, visits, replies).register(console);
        new LivePages(live, signIn, visits, replies).register(console);
        new FleetPages(parts.views(), parts.store(), hosts).register(gate);
        new HostPages(parts.views(), parts.store(), parts.audit(), hosts, events).register(gate);
        new HostActions(parts.commands(), parts.views()).register(gate);
        new PackagePages(parts.views(), parts.store(), parts.audit(), events).register(gate);
        new PackageActions(parts.commands(), parts.views()).register(gate);
        new EventPages(parts.store(), parts.proofs(), events).register(gate);
        new DistributionPages(parts.commands(), parts.views()).register(gate);
        new MirrorPages(parts.views()).register(gate);
        new AuditPages(parts.store(), parts.proofs(), new Verification(parts.logAudit(), means.verifiers(), clock))
                .register(gate);
        new TokenPages(parts.commands(), parts.views()).register(gate);
        console.route().handler(replies::noSuchPage);
    }
}
