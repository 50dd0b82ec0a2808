package org.cloister.repo.rpm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.artifact.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Who the package is, and its control paragraph: what of the header people and closures want, in the form that Debian's packages have it
 * in. {@code Format: rpm} says that relations are rpm's, a line each.
 *
 * @param text one paragraph that ends with a newline
 */
record RpmControl(PackageId id, String text) {
    /** Debian's words, which hosts are described with. */
    private static final Map<String, String> ARCHITECTURES = Map.ofEntries(
            Map.entry("noarch", "all"),
            Map.entry("x86_64", "amd64"),
            Map.entry("aarch64", "arm64"),
            Map.entry("i386", "i386"),
            Map.entry("i486", "i386"),
            Map.entry("i586", "i386"),
            Map.entry("i686", "i386"),
            Map.entry("armv7hl", "armhf"),
            Map.entry("ppc64le", "ppc64el"),
            Map.entry("s390x", "s390x"),
            Map.entry("riscv64", "riscv64"));

    /** The files that packages may require by name without further ado: what createrepo lists in its primary index. */
    private static final Pattern PRIMARY_FILE = Pattern.compile("(?:[!-~]*bin/[!-~]*|etc/[!-~]*|usr/lib/sendmail)");

    private static final int KIB = 1024;

    static RpmControl of(RpmHeader header, List<RpmFile> files, RpmScriptlets scriptlets, ImportLimits limits)
            throws RefusedException {
        PackageId id = id(header);
        Text text = new Text();
        text.field("Package", id.name().text());
        text.field("Version", id.version().text());
        text.field("Architecture", id.architecture().text());
        text.field("Format", "rpm");
        text.field("Rpm-Architecture", header.text(RpmTag.ARCH));
        String packager = header.text(RpmTag.PACKAGER);
        text.field("Maintainer", packager == null ? header.text(RpmTag.VENDOR) : packager);
        long bytes = files.stream().mapToLong(file -> file.entry().size()).sum();
        text.field("Installed-Size", Long.toString((bytes + KIB - 1) / KIB));
        text.field("Section", header.text(RpmTag.GROUP));
        text.field("License", header.text(RpmTag.LICENSE));
        text.field("Homepage", header.text(RpmTag.URL));
        text.field("Source-Rpm", header.text(RpmTag.SOURCE_RPM));
        text.field("Scriptlets", String.join(", ", scriptlets.files().keySet()));
        text.field("Scriptlets-Not-Run", String.join(", ", scriptlets.notRun()));
        relations(header, text);
        text.list("Files", primaryFiles(files));
        text.description(header.text(RpmTag.SUMMARY), header.text(RpmTag.DESCRIPTION));
        if (text.out.length() > limits.controlBytes()) {
            throw new RefusedException(
                    Refusal.CONTROL_TOO_LARGE, "what it says of itself is beyond " + limits.controlBytes() + " bytes");
        }
        return new RpmControl(id, text.out.toString());
    }

    private static PackageId id(RpmHeader header) throws RefusedException {
        long epoch = header.number(RpmTag.EPOCH, 0);
        String version = (epoch == 0 ? "" : epoch + ":") + header.require(RpmTag.VERSION, "version") + "-"
                + header.require(RpmTag.RELEASE, "release");
        String named = header.require(RpmTag.ARCH, "architecture");
        String architecture = ARCHITECTURES.get(named);
        if (architecture == null) {
            throw new RefusedException(
                    Refusal.BAD_CONTROL,
                    "the architecture " + named.replaceAll("[^!-~]", "?") + " isn't one of "
                            + String.join(
                                    ", ",
                                    ARCHITECTURES.keySet().stream().sorted().toList()));
        }
        try {
            return PackageId.of("rpm:" + header.require(RpmTag.NAME, "name"), version, architecture);
        } catch (IllegalArgumentException e) {
            RefusedException refused = new RefusedException(
                    Refusal.BAD_CONTROL, String.valueOf(e.getMessage()).replaceAll("[^ -~]", "?"));
            refused.initCause(e);
            throw refused;
        }
    }

    private static void relations(RpmHeader header, Text text) throws RefusedException {
        RpmDependencies dependencies = new RpmDependencies(header);
        text.list("Requires-Scripts", dependencies.ofScripts());
        for (RpmDependencies.Kind kind : RpmDependencies.Kind.values()) {
            text.list(kind.field(), dependencies.lines(kind));
        }
    }

    private static List<String> primaryFiles(List<RpmFile> files) {
        List<String> paths = new ArrayList<>();
        for (RpmFile file : files) {
            if (PRIMARY_FILE.matcher(file.path()).matches() && file.path().length() < 250) {
                paths.add("/" + file.path());
            }
        }
        return paths;
    }

    /** A paragraph that is being written. Whatever a header says can't add a field to it. */
    private static final class Text {
        private final StringBuilder out = new StringBuilder();

        void field(String name, @Nullable String value) {
            String line = value == null ? "" : clean(value).strip();
            if (!line.isEmpty()) {
                out.append(name).append(": ").append(line).append('\n');
            }
        }

        void list(String name, List<String> lines) {
            if (!lines.isEmpty()) {
                out.append(name).append(":\n");
                lines.forEach(line -> out.append(' ').append(line).append('\n'));
            }
        }

        void description(@Nullable String summary, @Nullable String text) {
            String first = summary == null ? "" : clean(summary).strip();
            out.append("Description: ")
                    .append(first.isEmpty() ? "(none)" : first)
                    .append('\n');
            if (text != null) {
                text.lines()
                        .map(Text::clean)
                        .forEach(line -> out.append(' ')
                                .append(line.isBlank() ? "." : line.stripTrailing())
                                .append('\n'));
            }
        }

        private static String clean(String value) {
            return value.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
        }
    }
}
