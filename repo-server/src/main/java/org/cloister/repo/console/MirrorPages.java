package org.cloister.repo.console;

import org.cloister.repo.console.model.Limited;
import org.cloister.repo.console.model.MirrorRow;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.view.Views;

/** The mirrors of upstream archives. */
final class MirrorPages {
    private final Views views;

    MirrorPages(Views views) {
        this.views = views;
    }

    void register(Routes routes) {
        routes.page(
                "/mirrors",
                "listMirrors",
                visit -> new Answer.Page(
                        "Mirrors",
                        Section.MIRRORS,
                        "mirrors.jte",
                        "mirrors",
                        Limited.of(views.mirrors().all().values(), state -> MirrorRow.of(state, visit.now()))));
    }
}
