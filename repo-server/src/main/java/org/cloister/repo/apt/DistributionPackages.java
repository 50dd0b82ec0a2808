package org.cloister.repo.apt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.view.ListingsView;

/** What a distribution's state has, for people. Thread-safe; may block where a listing is read from the log. */
public final class DistributionPackages {
    private static final Comparator<Member> ORDER = Comparator.comparing(
                    (Member member) -> member.id().name().text())
            .thenComparing(member -> member.id().version())
            .thenComparing(member -> member.id().architecture());

    private final ListingsView listings;

    public DistributionPackages(ListingsView listings) {
        this.listings = listings;
    }

    /** A package and the component that it stands in. */
    public record Member(PackageId id, String component) {}

    /** Two newest versions of one name and architecture. */
    public record Change(Member before, Member after) {}

    /** Each in order of names. */
    public record Difference(List<Member> added, List<Member> removed, List<Change> changed) {}

    /** In order of name, version and architecture. */
    public List<Member> of(DistributionSnapshot snapshot) {
        Contents contents = snapshot.contents();
        List<Member> members = new ArrayList<>();
        Set<PackageId> known = new HashSet<>();
        for (Contents.Chosen chosen : contents.chosen().values()) {
            if (contents.offers(chosen.publication().id())) {
                members.add(new Member(chosen.publication().id(), chosen.component()));
                known.add(chosen.publication().id());
            }
        }
        DistributionDefined definition = snapshot.definition();
        for (Map.Entry<MirrorName, Position> each : new TreeMap<>(contents.mirrors()).entrySet()) {
            Listing listing = listings.at(each.getKey(), each.getValue());
            for (String component : definition.components()) {
                for (ListedPackage listed : listing.packages(component)) {
                    if (!Collections.disjoint(listed.architectures(), definition.architectures())
                            && contents.offers(listed.id())
                            && known.add(listed.id())) {
                        members.add(new Member(listed.id(), component));
                    }
                }
            }
        }
        members.sort(ORDER);
        return members;
    }

    /** What {@code two} has otherwise than {@code one}, by the newest version of each name and architecture. */
    public Difference difference(DistributionSnapshot one, DistributionSnapshot two) {
        Map<String, Member> before = newest(one);
        Map<String, Member> after = newest(two);
        List<Member> added = new ArrayList<>();
        List<Change> changed = new ArrayList<>();
        after.forEach((key, member) -> {
            Member old = before.remove(key);
            if (old == null) {
                added.add(member);
            } else if (!old.id().version().equals(member.id().version())) {
                changed.add(new Change(old, member));
            }
        });
        return new Difference(added, List.copyOf(before.values()), changed);
    }

    private Map<String, Member> newest(DistributionSnapshot snapshot) {
        Map<String, Member> newest = new TreeMap<>();
        for (Member member : of(snapshot)) {
            newest.put(member.id().name() + " " + member.id().architecture(), member);
        }
        return newest;
    }
}
