package org.cloister.repo.kafka;

import java.io.IOException;
import org.cloister.repo.RepoServices;

final class KafkaRelayIT extends KafkaRelayContract {
    KafkaRelayIT() throws IOException {}

    @Override
    String bootstrapServers() {
        return RepoServices.kafka().bootstrapServers();
    }
}
