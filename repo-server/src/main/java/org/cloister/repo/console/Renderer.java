package org.cloister.repo.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.cloister.repo.console.model.Frame;
import org.cloister.repo.console.model.Notice;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.console.model.Trouble;
import org.cloister.repo.console.model.Viewer;
import org.cloister.repo.console.model.When;
import org.jspecify.annotations.Nullable;

/** Makes HTML of templates. Thread-safe; takes processor time, so not on event loops where a page can be long. */
final class Renderer {
    private static final String TEMPLATES = "org.cloister.repo.console.generated";

    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Renderer.class.getClassLoader(), TEMPLATES);
    private final Assets assets;

    Renderer(Assets assets) {
        this.assets = assets;
    }

    String page(Answer.Page page, Visit visit) {
        Notice notice = visit.session().takeNotice();
        return render(
                page.template(),
                Map.of(
                        "frame",
                        frame(page.title(), page.section(), visit.viewer(), notice, visit.now()),
                        page.parameter(),
                        page.model()));
    }

    String part(Answer.Part part, @Nullable Viewer viewer) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put(part.parameter(), part.model());
        if (viewer != null) {
            parameters.put("viewer", viewer);
        }
        return render(part.template(), parameters);
    }

    String trouble(Trouble trouble, @Nullable Viewer viewer, Instant now) {
        return render(
                "trouble.jte", Map.of("frame", frame(trouble.title(), null, viewer, null, now), "trouble", trouble));
    }

    /** @param trouble why nobody was signed in; empty the first time */
    String login(String next, String trouble, Instant now) {
        return render(
                "login.jte",
                Map.of("frame", frame("Sign in", null, null, null, now), "next", next, "trouble", trouble));
    }

    private Frame frame(
            String title, @Nullable Section section, @Nullable Viewer viewer, @Nullable Notice notice, Instant now) {
        return new Frame(
                title, section, viewer, assets.style(), assets.script(), assets.icon(), notice, When.of(now, now));
    }

    private String render(String template, Map<String, Object> parameters) {
        StringOutput output = new StringOutput();
        engine.render(template, parameters, output);
        return output.toString();
    }
}
