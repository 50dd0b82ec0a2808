package org.cloister.repo.audit;

import org.cloister.repo.view.Projection;
import org.cloister.repo.view.Views;

/** What is kept in memory for questions about the past. */
public record AuditViews(HistoryView history, InstallationsView installations, HostCheckpoints checkpoints) {
    /** Fed by the projection of {@code views}, which isn't started yet. */
    public static AuditViews addedTo(Views views) {
        AuditViews past = new AuditViews(
                new HistoryView(views.hosts()),
                new InstallationsView(views.hosts(), views.closures()),
                new HostCheckpoints(views.hosts()));
        past.feed(views.projection());
        return past;
    }

    void feed(Projection projection) {
        projection.add(history);
        projection.add(installations);
        projection.add(checkpoints);
    }
}
