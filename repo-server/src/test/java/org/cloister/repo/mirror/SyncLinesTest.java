package org.cloister.repo.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncLinesTest {
    private final ObjectMapper json = new ObjectMapper();

    @Test
    void stepsThenDone() throws IOException {
        SyncLines lines = new SyncLines();
        lines.progress(SyncProgress.message("index", "stable"));
        lines.end(new SyncResult.Synchronized(List.of(), 7, 9));
        assertThat(lines.next()).isEqualTo("{\"step\":\"index\",\"message\":\"stable\"}");
        JsonNode last = json.readTree(lines.next());
        assertThat(last.path("done").asBoolean()).isTrue();
        assertThat(last.path("position").asLong()).isEqualTo(9);
        assertThat(lines.next()).isNull();
        assertThat(lines.next()).isNull();
    }

    @Test
    void aFailureIsAProblemDocument() throws IOException {
        SyncLines lines = new SyncLines();
        lines.end(new SyncResult.Failed("expired", "too old", "wait"));
        JsonNode problem = json.readTree(lines.next()).path("problem");
        assertThat(problem.path("type").asText()).isEqualTo("urn:cloister:problem:expired");
        assertThat(problem.path("status").asInt()).isEqualTo(502);
        assertThat(problem.path("detail").asText()).isEqualTo("too old");
        assertThat(lines.next()).isNull();
    }

    @Test
    void aSlowReaderMissesStepsButNotTheEnd() throws Exception {
        SyncLines lines = new SyncLines();
        Thread writer = new Thread(() -> {
            for (long i = 0; i < 1_000; i++) {
                lines.progress(new SyncProgress("fetch", null, i, 1_000L, null, null, null));
            }
            lines.end(new SyncResult.Synchronized(List.of(), 0, 1));
        });
        writer.start();
        String last = "";
        int count = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            last = line;
            count++;
        }
        writer.join();
        assertThat(last).contains("\"done\":true");
        assertThat(count).isLessThanOrEqualTo(1_001);
    }

    @Test
    void aReaderThatLeavesEndsItAndBlocksNobody() {
        SyncLines lines = new SyncLines();
        assertThat(lines.stillWanted()).isTrue();
        lines.close();
        assertThat(lines.stillWanted()).isFalse();
        for (int i = 0; i < 200; i++) {
            lines.progress(SyncProgress.message("index", "stable"));
        }
        lines.end(new SyncResult.Synchronized(List.of(), 0, 1));
    }
}
