package org.cloister.repo.decide;

import static org.cloister.repo.decide.Rule.DISTRIBUTION_INVALID;
import static org.cloister.repo.decide.Rule.DISTRIBUTION_NOT_DEFINED;
import static org.cloister.repo.decide.Rule.NOTHING_NAMED;
import static org.cloister.repo.decide.Rule.NOTHING_TO_ROLL_BACK;
import static org.cloister.repo.decide.Rule.NOT_INCLUDED;

import java.util.List;
import java.util.regex.Pattern;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionEvent.ReleaseFields;
import org.cloister.events.DistributionName;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.Nullable;

/** The rules of distributions: what apt couldn't read is never defined, and nothing is moved to where it has no place. */
public final class DistributionDecider {
    /** What stands in an address and in a list of words. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s@]+");

    private DistributionDecider() {}

    /** A later definition replaces an earlier one; the same again ends what a promotion or a rollback held. */
    public static Decision<DistributionEvent> define(DistributionState state, DistributionDefined wanted) {
        String problem = problem(wanted);
        if (problem != null) {
            return Decision.refuse(
                    DISTRIBUTION_INVALID,
                    "distribution " + wanted.name() + ": " + problem,
                    "correct the definition and send it again");
        }
        return wanted.equals(state.definition()) && !state.held() ? Decision.unchanged() : Decision.accept(wanted);
    }

    private static @Nullable String problem(DistributionDefined wanted) {
        if (wanted.components().isEmpty() || wanted.architectures().isEmpty()) {
            return "it needs components and architectures";
        }
        for (String component : wanted.components()) {
            if (!WORD.matcher(component).matches()) {
                return "a component is one word, not \"" + component + "\"";
            }
        }
        if (wanted.architectures().stream().anyMatch(each -> each.text().equals("all"))) {
            return "packages of architecture all stand in the indexes of the others: leave all out";
        }
        if (wanted.verbatim() && (wanted.mirrors().size() != 1 || wanted.uploads())) {
            return "verbatim is one mirror as upstream signed it, and nothing else";
        }
        return problem(wanted.release());
    }

    private static @Nullable String problem(ReleaseFields release) {
        for (String word : List.of(release.suite(), release.codename())) {
            if (!WORD.matcher(word).matches()) {
                return "suite and codename are one word each, not \"" + word + "\"";
            }
        }
        for (String line : List.of(release.origin(), release.label(), release.description())) {
            if (line.length() > 200 || line.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                return "origin, label and description are lines of at most 200 characters";
            }
        }
        Integer days = release.validDays();
        if (days != null && (days < 1 || days > 3650)) {
            return "a Release is valid for 1 to 3650 days, not " + days;
        }
        String address = release.address();
        return address != null && !ADDRESS.matcher(address).matches()
                ? "its address starts with http:// or https://, not " + address
                : null;
    }

    /** @param contents as they are now */
    public static Decision<DistributionEvent> include(
            DistributionState state, @Nullable Contents contents, PackagesIncluded wanted) {
        DistributionDefined definition = state.definition();
        if (definition == null || contents == null) {
            return notDefined(wanted.name());
        }
        if (definition.verbatim()) {
            return verbatim(wanted.name());
        }
        if (!definition.components().contains(wanted.component())) {
            return Decision.refuse(
                    DISTRIBUTION_INVALID,
                    "distribution " + wanted.name() + " has no component " + wanted.component(),
                    "use one of " + String.join(", ", definition.components()));
        }
        List<PackageId> missing = wanted.packages().stream()
                .filter(id -> !isIncluded(contents, id, wanted.component()))
                .toList();
        return missing.isEmpty()
                ? Decision.unchanged()
                : Decision.accept(new PackagesIncluded(wanted.name(), wanted.component(), missing));
    }

    private static boolean isIncluded(Contents contents, PackageId id, String component) {
        Contents.Chosen chosen = contents.chosen().get(id);
        return chosen != null
                && chosen.component().equals(component)
                && !contents.excluded().contains(id);
    }

    /** @param contents as they are now */
    public static Decision<DistributionEvent> exclude(
            DistributionState state, @Nullable Contents contents, PackagesExcluded wanted) {
        DistributionDefined definition = state.definition();
        if (definition == null || contents == null) {
            return notDefined(wanted.name());
        }
        if (definition.verbatim()) {
            return verbatim(wanted.name());
        }
        if (wanted.packages().isEmpty()) {
            return Decision.refuse(NOTHING_NAMED, "no package is named", "name packages that are in it");
        }
        for (PackageId id : wanted.packages()) {
            if (!contents.chosen().containsKey(id) && contents.mirrors().isEmpty()) {
                return Decision.refuse(
                        NOT_INCLUDED,
                        id + " is not in distribution " + wanted.name(),
                        "see what is: cloister distribution show " + wanted.name());
            }
        }
        List<PackageId> present = wanted.packages().stream()
                .filter(id -> !contents.excluded().contains(id))
                .toList();
        return present.isEmpty()
                ? Decision.unchanged()
                : Decision.accept(new PackagesExcluded(wanted.name(), present, wanted.reason()));
    }

    /** @param source {@code from} as of the promotion's position, or null if it was nothing then */
    public static Decision<DistributionEvent> promote(
            DistributionState to, @Nullable DistributionSnapshot source, DistributionPromoted wanted) {
        DistributionDefined target = to.definition();
        if (target == null) {
            return notDefined(wanted.to());
        }
        if (source == null) {
            return Decision.refuse(
                    DISTRIBUTION_NOT_DEFINED,
                    "distribution " + wanted.from() + " was not defined at position " + wanted.asOf(),
                    "see its states: cloister distribution show " + wanted.from());
        }
        if (wanted.from().equals(wanted.to())) {
            return Decision.refuse(
                    DISTRIBUTION_INVALID,
                    "a distribution can't be promoted to itself",
                    "use cloister distribution rollback for an earlier state of it");
        }
        if (target.verbatim() || source.definition().verbatim()) {
            return verbatim(target.verbatim() ? wanted.to() : wanted.from());
        }
        boolean fits = target.components().containsAll(source.definition().components())
                && target.architectures().containsAll(source.definition().architectures());
        if (!fits) {
            return Decision.refuse(
                    DISTRIBUTION_INVALID,
                    "distribution " + wanted.to() + " has not all components and architectures of " + wanted.from(),
                    "define " + wanted.to() + " with components "
                            + String.join(",", source.definition().components()) + " and architectures "
                            + String.join(
                                    ",",
                                    source.definition().architectures().stream()
                                            .map(Object::toString)
                                            .toList()));
        }
        return Decision.accept(wanted);
    }

    /**
     * @param now the distribution as it is, or null if it isn't defined
     * @param then as of the wanted position, or null if it was nothing then
     */
    public static Decision<DistributionEvent> rollBack(
            @Nullable DistributionSnapshot now, @Nullable DistributionSnapshot then, DistributionRolledBack wanted) {
        if (now == null) {
            return notDefined(wanted.name());
        }
        if (now.definition().verbatim()) {
            return verbatim(wanted.name());
        }
        if (then == null || then.at().position().equals(now.at().position())) {
            return Decision.refuse(
                    NOTHING_TO_ROLL_BACK,
                    "distribution " + wanted.name()
                            + (then == null
                                    ? " was not defined at position " + wanted.to()
                                    : " has been as it is since position "
                                            + now.at().position()),
                    "see its states: cloister distribution show " + wanted.name());
        }
        return Decision.accept(wanted);
    }

    private static Decision<DistributionEvent> notDefined(DistributionName name) {
        return Decision.refuse(
                DISTRIBUTION_NOT_DEFINED,
                "no distribution is named " + name,
                "define it first: cloister distribution define " + name);
    }

    private static Decision<DistributionEvent> verbatim(DistributionName name) {
        return Decision.refuse(
                DISTRIBUTION_INVALID,
                "distribution " + name + " is served as upstream signed it, so nothing in it can be changed",
                "define another one that follows the same mirror");
    }
}
