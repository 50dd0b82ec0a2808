package org.cloister.repo.view;

import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.repo.decide.PackageState;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.view.Catalog.PublicationListener;

/** Turns a change of a package into what a closure can choose from now on. */
record Availability(PackageState before, PublicationListener listener) implements PackageEvent.Cases<Boolean> {

    static void tell(PackageState before, PackageEvent change, PublicationListener listener) {
        change.match(new Availability(before, listener));
    }

    @Override
    public Boolean on(PackagePublished event) {
        listener.available(event);
        return true;
    }

    @Override
    public Boolean on(PackageYanked event) {
        Published present = before.version(event.id());
        if (present != null && !present.yanked()) {
            listener.withdrawn(present.event());
        }
        return true;
    }

    @Override
    public Boolean on(PackageRestored event) {
        Published present = before.version(event.id());
        if (present != null && present.yanked()) {
            listener.available(present.event());
        }
        return true;
    }

    /** It could be chosen before. */
    @Override
    public Boolean on(PackageSigned event) {
        return false;
    }
}
