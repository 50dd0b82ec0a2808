package org.cloister.repo.view;

import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.deb.PackageName;

/** The name that an event is about. */
enum PackageEventName implements PackageEvent.Cases<PackageName> {
    NAME;

    @Override
    public PackageName on(PackagePublished event) {
        return event.id().name();
    }

    @Override
    public PackageName on(PackageYanked event) {
        return event.id().name();
    }

    @Override
    public PackageName on(PackageRestored event) {
        return event.id().name();
    }

    @Override
    public PackageName on(PackageSigned event) {
        return event.id().name();
    }
}
