package org.cloister.repo.apt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.DistributionSnapshot;

/** What a distribution's state has, for people. */
public final class DistributionPackages {
    private static final Comparator<Member> ORDER = Comparator.comparing(
                    (Member member) -> member.id().name().text())
            .thenComparing(member -> member.id().version())
            .thenComparing(member -> member.id().architecture());

    private DistributionPackages() {}

    /** A package and the component that it stands in. */
    public record Member(PackageId id, String component) {}

    /** Two newest versions of one name and architecture. */
    public record Change(Member before, Member after) {}

    /** Each in order of names. */
    public record Difference(List<Member> added, List<Member> removed, List<Change> changed) {}

    /** In order of name, version and architecture. */
    public static List<Member> of(DistributionSnapshot snapshot) {
        Contents contents = snapshot.contents();
        List<Member> members = new ArrayList<>();
        for (Contents.Chosen chosen : contents.chosen().values()) {
            if (contents.offers(chosen.publication().id())) {
                members.add(new Member(chosen.publication().id(), chosen.component()));
            }
        }
        members.sort(ORDER);
        return members;
    }

    /** What {@code two} has otherwise than {@code one}, by the newest version of each name and architecture. */
    public static Difference difference(DistributionSnapshot one, DistributionSnapshot two) {
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

    private static Map<String, Member> newest(DistributionSnapshot snapshot) {
        Map<String, Member> newest = new TreeMap<>();
        for (Member member : of(snapshot)) {
            newest.put(member.id().name() + " " + member.id().architecture(), member);
        }
        return newest;
    }
}
