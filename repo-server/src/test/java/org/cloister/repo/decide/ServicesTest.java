package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.junit.jupiter.api.Test;

class ServicesTest {
    @Test
    void aHostThatNamesRootsWithoutEndIsNotRemembered() {
        Services services = Services.NONE;
        for (int i = 0; i < Services.MAX_ROOTS + 5; i++) {
            services = services.on(Given.at(1), new ServiceEnabled(new RootName("root" + i), new ServiceName("web")));
        }
        assertThat(services.byRoot()).hasSize(Services.MAX_ROOTS);
        assertThat(services.on(Given.at(2), new ServiceEnabled(new RootName("root1"), new ServiceName("db")))
                        .isEnabled(new RootName("root1"), new ServiceName("db")))
                .isTrue();
    }
}
