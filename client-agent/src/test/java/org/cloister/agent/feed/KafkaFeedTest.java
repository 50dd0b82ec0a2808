package org.cloister.agent.feed;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.junit.jupiter.api.Test;

class KafkaFeedTest {
    @Test
    void aBrokerWhoseNameMeansNothingHereIsOneThatCannotBeReached() {
        HostId host = new HostId("h-0011223344556677");

        assertThatThrownBy(() -> KafkaFeed.open("kafka.invalid:9092", host, "", Position.NONE, ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kafka.invalid:9092");
    }
}
