package org.cloister.repo.view;

import java.util.ArrayList;
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
        TokensView tokens)
        implements AutoCloseable {

    /** Not started yet: {@code projection().start()} does. {@code others} are fed after these. */
    public static Views of(EventStore store, EventCodec codec, View... others) {
        Catalog catalog = new Catalog();
        ClosuresView closures = new ClosuresView();
        HostsView hosts = new HostsView(closures);
        UsersView users = new UsersView();
        MirrorsView mirrors = new MirrorsView();
        TokensView tokens = new TokensView();
        List<View> all = new ArrayList<>(List.of(catalog, closures, hosts, users, mirrors, tokens));
        all.addAll(List.of(others));
        return new Views(new Projection(store, codec, all), catalog, closures, hosts, users, mirrors, tokens);
    }

    @Override
    public void close() {
        projection.close();
    }
}
