package org.cloister.repo.view;

import java.util.List;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.log.EventStore;

/** All views and the projection that feeds them. */
public record Views(
        Projection projection,
        Catalog catalog,
        ClosuresView closures,
        HostsView hosts,
        UsersView users,
        MirrorsView mirrors,
        ListingsView listings,
        TokensView tokens,
        DistributionsView distributions,
        PeopleView people,
        TrustView trust)
        implements AutoCloseable {

    /** Not started yet: {@code projection().start()} does, and {@code projection().add(…)} before it adds others. */
    public static Views of(EventStore store, EventCodec codec) {
        Catalog catalog = new Catalog();
        ClosuresView closures = new ClosuresView();
        HostsView hosts = new HostsView(closures);
        UsersView users = new UsersView();
        MirrorsView mirrors = new MirrorsView();
        ListingsView listings = new ListingsView(store, codec);
        TokensView tokens = new TokensView();
        DistributionsView distributions = new DistributionsView();
        PeopleView people = new PeopleView();
        TrustView trust = new TrustView();
        List<View> all =
                List.of(catalog, closures, hosts, users, mirrors, listings, tokens, distributions, people, trust);
        return new Views(
                new Projection(store, codec, all),
                catalog,
                closures,
                hosts,
                users,
                mirrors,
                listings,
                tokens,
                distributions,
                people,
                trust);
    }

    @Override
    public void close() {
        projection.close();
    }
}
