package org.cloister.agent.command.verb;

import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code NAME} or {@code NAME=VERSION}. */
record PackageSpec(PackageName name, @Nullable Version version) {
    /** @throws IllegalArgumentException if a part is malformed */
    static PackageSpec parse(String text) {
        int equals = text.indexOf('=');
        PackageName named = new PackageName(equals < 0 ? text : text.substring(0, equals));
        return equals < 0
                ? new PackageSpec(named, null)
                : new PackageSpec(named, Version.of(named, text.substring(equals + 1)));
    }

    @Override
    public String toString() {
        return version == null ? name.text() : name + "=" + version;
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<PackageSpec> {
        @Override
        public PackageSpec convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
