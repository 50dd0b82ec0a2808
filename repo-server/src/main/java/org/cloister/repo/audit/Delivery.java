package org.cloister.repo.audit;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.Answer;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.HostsView.HostEntry;
import org.jspecify.annotations.Nullable;

/**
 * Something that the repository told a host to install and that the host did not report to have: served as far as the log can
 * tell. What is fetched by digest leaves no event.
 *
 * @param failure what the host reported instead; null: nothing yet
 */
public record Delivery(
        HostId host,
        RootName root,
        PackageId requested,
        Occurrence asked,
        @Nullable String failure) {
    /** Of the host's last thousand requests, the oldest first; those that a later success of the same root made good are left out. */
    public static List<Delivery> notInstalled(HostEntry entry) {
        List<Delivery> found = new ArrayList<>();
        for (HostRequest request : entry.state().requests().values()) {
            request.targets().forEach((root, target) -> {
                Answer answer = request.answers().get(root);
                boolean succeeded = answer != null && answer.result() == Answer.Result.SUCCEEDED;
                if (!succeeded && !hasNow(entry, root, target.requested())) {
                    found.add(new Delivery(
                            entry.host(),
                            root,
                            target.requested(),
                            request.asked(),
                            answer == null ? null : answer.reason()));
                }
            });
        }
        return found;
    }

    private static boolean hasNow(HostEntry entry, RootName root, PackageId id) {
        var installed = entry.state().installed(root);
        return installed != null
                && installed.target() != null
                && installed.target().requested().equals(id);
    }
}
