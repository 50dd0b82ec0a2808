package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionName;
import org.cloister.events.Event;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.Version;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.DistributionDecider;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.DistributionState;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.view.Catalog;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.DistributionsView;
import org.cloister.repo.view.ListingsView;
import org.jspecify.annotations.Nullable;

/** Commands on distributions. */
final class DistributionCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final CurrentViews views;
    private final Catalog catalog;
    private final DistributionsView distributions;
    private final ListingsView listings;

    DistributionCommands(
            CommandRunner runner,
            Streams streams,
            CurrentViews views,
            Catalog catalog,
            DistributionsView distributions,
            ListingsView listings) {
        this.runner = runner;
        this.streams = streams;
        this.views = views;
        this.catalog = catalog;
        this.distributions = distributions;
        this.listings = listings;
    }

    CompletionStage<Outcome<DistributionEvent>> define(Request request, DistributionDefined wanted) {
        return run(request, wanted.name(), Role.OPERATOR, wanted, state -> {
            for (MirrorName mirror : wanted.mirrors()) {
                MirrorState known =
                        streams.load(StreamFamily.MIRROR, StreamId.of(mirror)).state();
                if (known.definition() == null) {
                    return Decision.refuse(
                            Rule.MIRROR_NOT_DEFINED,
                            "no mirror is named " + mirror,
                            "define it first: cloister mirror add " + mirror);
                }
            }
            return DistributionDecider.define(state, wanted);
        });
    }

    CompletionStage<Outcome<DistributionEvent>> include(
            Request request, DistributionName name, List<PackageChoice> packages, @Nullable String component) {
        PackagesIncluded empty = new PackagesIncluded(name, "main", List.of());
        return run(request, name, Role.PUBLISHER, empty, state -> {
            DistributionDefined definition = state.definition();
            String place = component != null
                    ? component
                    : definition == null ? "main" : definition.components().get(0);
            List<PackageId> ids = new ArrayList<>();
            for (PackageChoice choice : packages) {
                if (choice.name().isRpm()) {
                    return Decision.refuse(
                            Rule.MALFORMED_REQUEST,
                            choice
                                    + " is an RPM package, and a distribution is an apt archive: it has Debian packages only",
                            "install it with cloister install " + choice.name());
                }
                List<PackageId> found = published(choice);
                if (found.isEmpty()) {
                    return Decision.refuse(
                            Rule.NOT_PUBLISHED,
                            "no package " + choice + " is published, or it is yanked",
                            "publish it first: cloister publish FILE");
                }
                ids.addAll(found);
            }
            return DistributionDecider.include(state, contents(name), new PackagesIncluded(name, place, ids));
        });
    }

    /** The wanted version, or the newest, of each architecture that has it. */
    private List<PackageId> published(PackageChoice choice) {
        CatalogEntry entry = catalog.find(choice.name());
        if (entry == null) {
            return List.of();
        }
        List<PackageId> available = entry.versions().stream()
                .filter(version -> !version.yanked())
                .map(Published::event)
                .map(event -> event.id())
                .filter(choice::matches)
                .toList();
        if (available.isEmpty()) {
            return List.of();
        }
        Version newest = available.get(0).version();
        return available.stream().filter(id -> id.version().equals(newest)).toList();
    }

    CompletionStage<Outcome<DistributionEvent>> exclude(
            Request request, DistributionName name, List<PackageChoice> packages, String reason) {
        PackagesExcluded empty = new PackagesExcluded(name, List.of(), reason);
        return run(request, name, Role.PUBLISHER, empty, state -> {
            Contents contents = contents(name);
            List<PackageId> ids = new ArrayList<>();
            for (PackageChoice choice : packages) {
                List<PackageId> found = contents == null ? List.of() : present(contents, choice);
                if (contents != null && found.isEmpty()) {
                    return Decision.refuse(
                            Rule.NOT_INCLUDED,
                            "distribution " + name + " has no package " + choice,
                            "see what it has: cloister distribution show " + name + " --packages");
                }
                ids.addAll(found);
            }
            return DistributionDecider.exclude(state, contents, new PackagesExcluded(name, ids, reason));
        });
    }

    private List<PackageId> present(Contents contents, PackageChoice choice) {
        Stream<PackageId> listed = contents.mirrors().entrySet().stream()
                .flatMap(listing -> listings.at(listing.getKey(), listing.getValue()).versions(choice.name()).stream())
                .map(ListedPackage::id);
        return Stream.concat(contents.chosen().keySet().stream(), listed)
                .filter(choice::matches)
                .distinct()
                .toList();
    }

    CompletionStage<Outcome<DistributionEvent>> promote(
            Request request, DistributionName from, DistributionName to, @Nullable Position asOf) {
        DistributionPromoted unknown = new DistributionPromoted(from, to, asOf == null ? Position.NONE : asOf);
        return run(request, to, Role.OPERATOR, unknown, state -> {
            DistributionSnapshot source = snapshot(from, asOf);
            Position position = asOf != null || source == null
                    ? unknown.asOf()
                    : source.at().position();
            return DistributionDecider.promote(state, source, new DistributionPromoted(from, to, position));
        });
    }

    CompletionStage<Outcome<DistributionEvent>> rollBack(
            Request request, DistributionName name, Position to, String reason) {
        DistributionRolledBack wanted = new DistributionRolledBack(name, to, reason);
        return run(
                request,
                name,
                Role.OPERATOR,
                wanted,
                state -> DistributionDecider.rollBack(snapshot(name, null), snapshot(name, to), wanted));
    }

    private @Nullable DistributionSnapshot snapshot(DistributionName name, @Nullable Position at) {
        DistributionHistory history = distributions.find(name);
        if (history == null) {
            return null;
        }
        return at == null ? history.now() : history.at(at);
    }

    private @Nullable Contents contents(DistributionName name) {
        DistributionSnapshot now = snapshot(name, null);
        return now == null ? null : now.contents();
    }

    /** @param unchanged what to answer where nothing is recorded */
    private CompletionStage<Outcome<DistributionEvent>> run(
            Request request,
            DistributionName name,
            Role role,
            DistributionEvent unchanged,
            Function<DistributionState, Decision<DistributionEvent>> rule) {
        StreamId stream = StreamId.of(name);
        Refusal refusal = Authority.unbound(request.caller(), role);
        return runner.run(request, refusal, new Plan<DistributionEvent>() {
            @Override
            public CompletionStage<Attempt<DistributionEvent>> attempt() {
                return views.then(() -> {
                    Loaded<DistributionState> loaded = streams.load(StreamFamily.DISTRIBUTION, stream);
                    return Attempt.of(
                            rule.apply(loaded.state()), stream, loaded.version(), events -> events.get(0), unchanged);
                });
            }

            @Override
            public @Nullable DistributionEvent repeated(List<Event> events) {
                return events.get(0) instanceof DistributionEvent event ? event : null;
            }
        });
    }
}
