package org.cloister.agent.command.verb;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from the manifest of its jar. */
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = VersionText.class.getPackage().getImplementationVersion();
        return new String[] {"cloister " + (version == null ? "(development build)" : version)};
    }
}
