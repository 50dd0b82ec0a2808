package org.cloister.repo.console.model;

import java.util.List;
import java.util.Optional;

/** What a word of the search box could mean. */
public record SearchPage(String text, List<HostRow> hosts, List<PackageList.Row> packages) {
    /** Of each. */
    public static final int MAX = 20;

    /** Where the one thing is that was found, if it is called exactly so. */
    public Optional<String> only() {
        if (hosts.size() == 1 && packages.isEmpty()) {
            return Optional.of(hosts.get(0).href());
        }
        return hosts.isEmpty()
                ? packages.stream()
                        .filter(row -> row.name().text().equals(text))
                        .findFirst()
                        .map(row -> Links.pkg(row.name()))
                : Optional.empty();
    }

    public boolean isEmpty() {
        return hosts.isEmpty() && packages.isEmpty();
    }
}
