package org.cloister.repo.console.model;

import java.util.Set;

/**
 * Who looks at a page.
 *
 * @param formToken goes with every form, so that no other site can send one
 * @param allowed the operations of {@code openapi.yaml} that are open to them
 */
public record Viewer(String name, String roles, String formToken, Set<String> allowed) {
    public Viewer {
        allowed = Set.copyOf(allowed);
    }

    public boolean may(String operation) {
        return allowed.contains(operation);
    }

    public boolean sees(Section section) {
        return may(section.operation());
    }
}
