package org.cloister.agent.command.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ClientConfigTest {
    private static final String TOKEN = "clo_abcdefgh_0123456789abcdef";

    @Test
    void whatIsWrittenIsReadBack() {
        ClientConfig config = new ClientConfig(ClientConfig.repository("https://cloister.example.org/x"), TOKEN, null);
        assertThat(ClientConfig.parse(config.text())).isEqualTo(config);
        assertThat(ClientConfig.parse("")).isEqualTo(ClientConfig.empty());
    }

    @Test
    void theTokenIsInNoMessage() {
        assertThat(new ClientConfig(null, TOKEN, null).toString()).doesNotContain("0123456789");
        assertThatThrownBy(() -> ClientConfig.parse("token = hunter2\n")).hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> ClientConfig.parse("# x\nhunter2\n"))
                .hasMessage("line 2 is not of the form key = value");
    }

    @Test
    void onlyAddressesOfTheWebAreTaken() {
        for (String wrong :
                new String[] {"ftp://a", "a", "http://", "http://a?x", "http://a b", "file:///etc/passwd"}) {
            assertThatThrownBy(() -> ClientConfig.repository(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anyTextIsReadOrRefused() {
        Random random = new Random(11);
        String text = "repository = http://a\ntoken = " + TOKEN + "\n";
        for (int round = 0; round < 2000; round++) {
            StringBuilder mutated = new StringBuilder(text);
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutated.setCharAt(random.nextInt(text.length()), (char) random.nextInt(300));
            }
            try {
                assertThat(ClientConfig.parse(mutated.toString())).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }
}
