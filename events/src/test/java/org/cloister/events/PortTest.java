package org.cloister.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cloister.events.PortPolicy.Pin;
import org.junit.jupiter.api.Test;

class PortTest {
    private static final RootName WEB = new RootName("web");

    @Test
    void aPortIsReadAsItIsWritten() {
        for (String text : List.of("tcp/1", "tcp/80", "udp/65535")) {
            assertThat(Port.parse(text)).hasToString(text);
        }
        for (String text : List.of("tcp/0", "tcp/65536", "tcp/080", "sctp/80", "80", "tcp/", "TCP/80", " tcp/80")) {
            assertThatThrownBy(() -> Port.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aPolicyPinsEachPortOnceAndToTheSameProtocol() {
        Pin pin = new Pin(WEB, Port.tcp(80), Port.tcp(8080));
        assertThat(new PortPolicy(1, 2, List.of(pin)).pinned(WEB, Port.tcp(80))).isEqualTo(Port.tcp(8080));
        assertThatThrownBy(() ->
                        new PortPolicy(1, 2, List.of(pin, new Pin(new RootName("b"), Port.tcp(1), Port.tcp(8080)))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortPolicy(1, 2, List.of(pin, new Pin(WEB, Port.tcp(80), Port.tcp(81)))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pin(WEB, Port.tcp(80), Port.udp(80))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PortPolicy(9, 8, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
