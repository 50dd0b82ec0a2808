package org.cloister.agent.command.verb;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, from what Maven writes into its jar. */
final class VersionText implements IVersionProvider {
    private static final String PROPERTIES = "/META-INF/maven/org.cloister/cloister-client-agent/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = VersionText.class.getResourceAsStream(PROPERTIES)) {
            if (in != null) {
                properties.load(in);
            }
        }
        return new String[] {"cloister " + properties.getProperty("version", "(not from a jar)")};
    }
}
