package org.cloister.repo.advisory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.jspecify.annotations.Nullable;

/**
 * What a binary package was built from: security trackers speak of source packages. {@code libssl3 3.0.9-1+b1} is built from
 * {@code openssl 3.0.9-1}.
 */
public record SourceVersion(PackageName name, Version version) {
    /** {@code name} or {@code name (version)} (Debian Policy 5.6.1). */
    private static final Pattern FIELD = Pattern.compile("(\\S+)(?:\\s+\\((\\S+)\\))?");

    /** A binary-only rebuild's suffix (Debian Developer's Reference 5.10.2.1). */
    private static final Pattern REBUILD = Pattern.compile("\\+b[0-9]+$");

    /**
     * By the field {@code Source} of a binary package's control paragraph, which is absent where name and version are those of the
     * binary, and names the version where it is another. A rebuild's suffix is no part of a source version.
     *
     * @param control as it was shipped; one that can't be read is as one without the field
     */
    public static SourceVersion of(PackageId binary, String control) {
        String field = source(control);
        Matcher matcher = FIELD.matcher(field == null ? binary.name().text() : field);
        if (!matcher.matches()) {
            return new SourceVersion(binary.name(), withoutRebuild(binary.version()));
        }
        try {
            PackageName name = new PackageName(matcher.group(1));
            return new SourceVersion(
                    name,
                    matcher.group(2) == null ? withoutRebuild(binary.version()) : new DebianVersion(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            return new SourceVersion(binary.name(), withoutRebuild(binary.version()));
        }
    }

    private static @Nullable String source(String control) {
        try {
            return Paragraph.parse(control, ControlLimits.PACKAGE).get("Source");
        } catch (ControlSyntaxException e) {
            return null;
        }
    }

    private static Version withoutRebuild(Version version) {
        if (!(version instanceof DebianVersion)) {
            return version;
        }
        Matcher matcher = REBUILD.matcher(version.text());
        return matcher.find() ? new DebianVersion(matcher.replaceFirst("")) : version;
    }
}
