package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.Relation;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a set of packages, by a second reading of the rules that shares no code with the resolver but the
 * parser: dpkg's view of a system on which all of them are installed.
 */
final class ClosureCheck {
    private final String host;
    private final Map<String, List<Candidate>> named = new HashMap<>();
    private final Map<String, List<Candidate>> providing = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private ClosureCheck(Collection<Candidate> set, String host) {
        this.host = host;
        for (Candidate candidate : set) {
            named.computeIfAbsent(candidate.name().text(), any -> new ArrayList<>())
                    .add(candidate);
            for (Relation provided : candidate.relations().provides()) {
                providing
                        .computeIfAbsent(provided.name().text(), any -> new ArrayList<>())
                        .add(candidate);
            }
        }
    }

    /** Nothing if the set is a valid system that fulfils the request; {@code essential} as {@link #essential} has it. */
    static List<String> problems(Collection<Candidate> set, Request request, Set<String> essential) {
        ClosureCheck check = new ClosureCheck(set, request.architecture().text());
        request.wanted().forEach(check::wanted);
        essential.forEach(check::essential);
        set.forEach(check::installed);
        return check.problems;
    }

    /** The names of which a native package of the newest version is essential. */
    static Set<String> essential(PackageIndex index, String host) {
        Set<String> names = new TreeSet<>();
        ClosureCheck rules = new ClosureCheck(List.of(), host);
        index.all()
                .filter(candidate -> rules.isNewestEssential(candidate, index))
                .forEach(candidate -> names.add(candidate.name().text()));
        return names;
    }

    private boolean isNewestEssential(Candidate candidate, PackageIndex index) {
        return candidate.essential()
                && isHost(candidate.architecture().text())
                && index.versions(candidate.name()).stream()
                        .filter(other -> isHost(other.architecture().text()))
                        .noneMatch(other ->
                                other.id().version().compareTo(candidate.id().version()) > 0);
    }

    private void wanted(Wanted wanted) {
        if (named(wanted.name().text()).stream()
                .noneMatch(candidate ->
                        wanted.version() == null || candidate.id().version().compareTo(wanted.version()) == 0)) {
            problems.add(wanted + " is asked for and missing");
        }
    }

    private void essential(String name) {
        if (named(name).stream()
                .noneMatch(candidate -> isHost(candidate.architecture().text()))) {
            problems.add(name + " is essential and missing");
        }
    }

    private void installed(Candidate candidate) {
        for (Candidate twin : named(candidate.name().text())) {
            if (twin != candidate && !together(candidate, twin)) {
                problems.add(candidate + " and " + twin + " can't be installed together");
            }
        }
        Relations relations = candidate.relations();
        for (List<Dependency> field : List.of(relations.preDepends(), relations.depends())) {
            for (Dependency dependency : field) {
                if (dependency.alternatives().stream().noneMatch(relation -> fulfilled(candidate, relation))) {
                    problems.add(candidate + " needs " + dependency);
                }
            }
        }
        for (List<Relation> field : List.of(relations.conflicts(), relations.breaks())) {
            field.forEach(relation -> negative(candidate, relation));
        }
    }

    private static boolean together(Candidate one, Candidate other) {
        return one.multiArch() == MultiArch.SAME
                && other.multiArch() == MultiArch.SAME
                && !Objects.equals(one.architecture(), other.architecture())
                && one.id().version().text().equals(other.id().version().text());
    }

    private boolean fulfilled(Candidate owner, Relation relation) {
        for (Candidate real : named(relation.name().text())) {
            if (relation.admits(real.id().version()) && architecture(owner, relation, real, null)) {
                return true;
            }
        }
        for (Candidate provider : providing.getOrDefault(relation.name().text(), List.of())) {
            for (Relation provided : provider.relations().provides()) {
                if (provides(provided, relation) && architecture(owner, relation, provider, provided.qualifier())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean provides(Relation provided, Relation wanted) {
        return provided.name().equals(wanted.name())
                && (wanted.bound() == null
                        || (provided.bound() != null
                                && wanted.admits(provided.bound().version())));
    }

    private boolean architecture(
            Candidate owner, Relation relation, Candidate target, @Nullable String providedQualifier) {
        String offered = providedQualifier == null ? target.architecture().text() : providedQualifier;
        if (relation.qualifier() == null) {
            return target.multiArch() == MultiArch.FOREIGN
                    || real(owner.architecture().text()).equals(real(offered));
        }
        return switch (relation.qualifier()) {
            case "any" -> target.multiArch() == MultiArch.ALLOWED || "any".equals(providedQualifier);
            case "native" -> real(offered).equals(host);
            default -> relation.qualifier().equals(real(offered));
        };
    }

    private void negative(Candidate owner, Relation relation) {
        for (Candidate real : named(relation.name().text())) {
            if (!real.name().equals(owner.name()) && relation.admits(real.id().version()) && hits(relation, real)) {
                problems.add(owner + " doesn't tolerate " + real);
            }
        }
        for (Candidate provider : providing.getOrDefault(relation.name().text(), List.of())) {
            boolean provides =
                    provider.relations().provides().stream().anyMatch(provided -> provides(provided, relation));
            if (provides && !provider.name().equals(owner.name()) && hits(relation, provider)) {
                problems.add(owner + " doesn't tolerate " + relation + ", which " + provider + " provides");
            }
        }
    }

    private boolean hits(Relation relation, Candidate target) {
        String qualifier = relation.qualifier();
        return qualifier == null
                || qualifier.equals("any")
                || real(qualifier).equals(real(target.architecture().text()));
    }

    private List<Candidate> named(String name) {
        return named.getOrDefault(name, List.of());
    }

    private boolean isHost(String architecture) {
        return real(architecture).equals(host);
    }

    private String real(String architecture) {
        return architecture.equals("all") || architecture.equals("native") ? host : architecture;
    }
}
