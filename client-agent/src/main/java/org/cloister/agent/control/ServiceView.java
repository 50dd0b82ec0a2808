package org.cloister.agent.control;

import java.time.Instant;
import java.util.List;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;

/**
 * A service of a root as it is now.
 *
 * @param kind {@code unit}, {@code template} or {@code init script}
 * @param file where it is described, in the root
 * @param from the package that ships it; empty where none does
 * @param own whether that is the root's own
 * @param enabled whether it is started by itself
 * @param installable whether its unit says that it may be enabled
 * @param state in lower case: {@code up}, {@code down}, {@code failed} and what is between
 * @param up whether it does what it is for
 * @param settled whether nothing is going on
 * @param detail why it is down, in words; maybe empty
 * @param told what it says of itself; maybe empty
 * @param main the main process as the service's processes see it; 0 where there is none
 * @param since when it came up, or null
 * @param isolation in which it runs, or would
 * @param unsupported what isn't as its unit says
 * @param hardening directives that would only take rights away and have no effect
 */
public record ServiceView(
        RootName root,
        ServiceName name,
        String description,
        String kind,
        String file,
        String from,
        boolean own,
        boolean masked,
        boolean enabled,
        boolean installable,
        String state,
        boolean up,
        boolean settled,
        String detail,
        String told,
        long main,
        @Nullable Instant since,
        int restarts,
        Isolation isolation,
        List<String> unsupported,
        List<String> hardening) {
    public ServiceView {
        unsupported = List.copyOf(unsupported);
        hardening = List.copyOf(hardening);
    }
}
