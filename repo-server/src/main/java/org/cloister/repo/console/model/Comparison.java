package org.cloister.repo.console.model;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.DistributionName;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.apt.DistributionPackages.Difference;
import org.cloister.repo.apt.DistributionPackages.Member;
import org.cloister.repo.decide.DistributionSnapshot;
import org.jspecify.annotations.Nullable;

/** Two states of distributions side by side, by the newest version of each name and architecture. */
public record Comparison(
        Side left, Side right, int added, int removed, int changed, Limited<Row> rows, List<String> names) {
    /** One of the two. */
    public record Side(DistributionName name, String position, String since) {
        public static Side of(DistributionSnapshot snapshot) {
            return new Side(
                    snapshot.definition().name(),
                    snapshot.at().position().toString(),
                    snapshot.at().at().toString());
        }

        public String href() {
            return DistributionRow.href(name);
        }
    }

    /** A package that isn't the same on both sides; null: not there. */
    public record Row(
            PackageName name,
            String architecture,
            @Nullable String left,
            @Nullable String right) {
        public String tone() {
            return left == null ? "good" : right == null ? "bad" : "info";
        }

        public String word() {
            return left == null ? "added" : right == null ? "removed" : "changed";
        }
    }

    public static Comparison of(Side left, Side right, Difference difference, List<String> names) {
        List<Row> rows = new ArrayList<>();
        difference.changed().forEach(change -> rows.add(row(change.before(), change.before(), change.after())));
        difference.added().forEach(member -> rows.add(row(member, null, member)));
        difference.removed().forEach(member -> rows.add(row(member, member, null)));
        return new Comparison(
                left,
                right,
                difference.added().size(),
                difference.removed().size(),
                difference.changed().size(),
                Limited.of(rows, row -> row),
                names);
    }

    private static Row row(Member member, @Nullable Member left, @Nullable Member right) {
        return new Row(
                member.id().name(),
                member.id().architecture().text(),
                left == null ? null : left.id().version().text(),
                right == null ? null : right.id().version().text());
    }
}
