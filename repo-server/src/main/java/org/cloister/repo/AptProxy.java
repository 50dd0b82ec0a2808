package org.cloister.repo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What apt.conf(5) says under {@code Acquire::http::Proxy}, as apt itself reads it. */
final class AptProxy {
    private static final long PATIENCE_SECONDS = 5;

    private AptProxy() {}

    /** Empty where there is no apt, or nothing is said. */
    static String read() {
        try {
            Process process = new ProcessBuilder("apt-config", "shell", "proxy", "Acquire::http::Proxy")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? value(said) : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Of {@code proxy='http://proxy.example.org:3128/'}. */
    static String value(String said) {
        String line = said.strip();
        return line.matches("proxy='[^']*'") ? line.substring("proxy='".length(), line.length() - 1) : "";
    }
}
