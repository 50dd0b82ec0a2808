package org.cloister.repo.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.cloister.events.AdvisoryId;
import org.cloister.events.Digest;
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.advisory.AdvisoriesView.Known;
import org.cloister.repo.advisory.AdvisoryFile;
import org.cloister.repo.advisory.AdvisoryImport;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Request;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Advisories are imported and listed. */
final class AdvisoryEndpoints {
    private static final int PAGE = 100;

    private final AdvisoryImport imports;
    private final Views views;
    private final AdvisoriesView advisories;
    private final Spool spool;
    private final Workers workers;

    AdvisoryEndpoints(CommandService commands, Views views, AdvisoriesView advisories, Spool spool, Workers workers) {
        this.imports = new AdvisoryImport(commands, advisories);
        this.views = views;
        this.advisories = advisories;
        this.spool = spool;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("importAdvisories", this::importFile).on("listAdvisories", this::list);
    }

    private record Imported(
            String format,
            Digest file,
            int advisories,
            int recorded,
            int unchanged,
            int leftOut,
            List<String> reasons,
            @Nullable Long position) {}

    private void importFile(Exchange exchange) {
        Request request = exchange.request();
        exchange.then(
                spool.receive(exchange, file -> importFile(request, file)),
                done -> exchange.json(done.recorded() > 0 ? HttpStatus.CREATED : HttpStatus.OK, done));
    }

    private Imported importFile(Request request, Path file) throws IOException {
        AdvisoryFile.Read read;
        try {
            read = AdvisoryFile.read(() -> Files.newInputStream(file));
        } catch (IllegalArgumentException e) {
            throw RefusedException.of(
                    Rule.NOT_AN_ADVISORY,
                    "the file has no advisories: " + e.getMessage(),
                    "send OSV JSON, an array of it, or the JSON of Debian's security tracker");
        }
        AdvisoryImport.Result result = imports.record(request, read);
        if (result.refusal() != null) {
            throw RefusedException.of(result.refusal());
        }
        return new Imported(
                read.format(),
                read.file(),
                read.advisories().size(),
                result.recorded(),
                result.unchanged(),
                read.leftOut(),
                read.reasons(),
                result.recorded() > 0 ? result.last().value() : null);
    }

    private record Page(
            List<AdvisoryBody> advisories, @Nullable AdvisoryId next) {}

    private void list(Exchange exchange) {
        String query = exchange.query("q");
        String wanted = query == null ? "" : query.toLowerCase(Locale.ROOT);
        String after = exchange.query("after");
        int limit = (int) exchange.query("limit", PAGE);
        exchange.current(views, workers, () -> {
            List<Known> found = advisories.all().stream()
                    .filter(known ->
                            after == null || known.advisory().id().text().compareTo(after) > 0)
                    .filter(known -> matches(known, wanted))
                    .limit(limit + 1L)
                    .toList();
            List<Known> page = found.subList(0, Math.min(limit, found.size()));
            AdvisoryId next =
                    found.size() > limit ? page.get(limit - 1).advisory().id() : null;
            return new Page(page.stream().map(AdvisoryBody::of).toList(), next);
        });
    }

    private static boolean matches(Known known, String wanted) {
        var advisory = known.advisory();
        return wanted.isEmpty()
                || advisory.id().text().toLowerCase(Locale.ROOT).contains(wanted)
                || advisory.summary().toLowerCase(Locale.ROOT).contains(wanted)
                || advisory.aliases().stream()
                        .anyMatch(alias -> alias.text().toLowerCase(Locale.ROOT).contains(wanted))
                || advisory.affected().stream()
                        .anyMatch(affected -> affected.source().text().contains(wanted));
    }
}
