package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.LogContradicted;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.junit.jupiter.api.Test;

class ReportFormTest {
    private static final Pattern TYPES = Pattern.compile("enum: \\[(InstallationSucceeded[^]]*)]");

    @Test
    void whatAnAgentMayReportIsOfTheDescribedForm() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/openapi.yaml"))) {
            Matcher types = TYPES.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(types.find()).isTrue();
            assertThat(types.group(1).split(", "))
                    .containsExactlyInAnyOrder(
                            InstallationSucceeded.class.getSimpleName(),
                            InstallationFailed.class.getSimpleName(),
                            RemovalCompleted.class.getSimpleName(),
                            RollbackCompleted.class.getSimpleName(),
                            IntegrityViolated.class.getSimpleName(),
                            IntegrityRestored.class.getSimpleName(),
                            LogContradicted.class.getSimpleName(),
                            DeviceAttached.class.getSimpleName(),
                            DeviceDetached.class.getSimpleName(),
                            GuestStarted.class.getSimpleName(),
                            GuestStopped.class.getSimpleName(),
                            ServiceEnabled.class.getSimpleName(),
                            ServiceDisabled.class.getSimpleName(),
                            ServiceStarted.class.getSimpleName(),
                            ServiceExited.class.getSimpleName(),
                            ServicesIsolated.class.getSimpleName());
        }
    }
}
