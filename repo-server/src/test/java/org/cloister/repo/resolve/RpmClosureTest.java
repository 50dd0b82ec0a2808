package org.cloister.repo.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.junit.jupiter.api.Test;

/** Closures of RPM packages, beside Debian packages in one index. */
class RpmClosureTest {
    private static final Architecture AMD64 = new Architecture("amd64");
    private final List<Candidate> candidates = new ArrayList<>();

    /** @param fields lines of fields beside name, version and architecture */
    private void add(String name, String version, String... fields) {
        String control = "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\n" + "Description: x\n"
                + String.join("\n", fields) + (fields.length == 0 ? "" : "\n");
        try {
            candidates.add(Candidate.read(Paragraph.parse(control, ControlLimits.PACKAGE), name));
        } catch (ControlSyntaxException e) {
            throw new AssertionError(control, e);
        }
    }

    private Resolution resolve(String name) {
        return new ClosureResolver()
                .resolve(PackageIndex.of(candidates), Request.of(new Wanted(new PackageName(name), null), AMD64));
    }

    private List<String> closure(String name) {
        Resolution resolution = resolve(name);
        assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
        return ((Resolution.Resolved) resolution)
                .inConfigurationOrder().stream()
                        .map(candidate ->
                                candidate.name() + "=" + candidate.id().version())
                        .toList();
    }

    private String why(String name) {
        Resolution resolution = resolve(name);
        assertThat(resolution).isInstanceOf(Resolution.Unsatisfiable.class);
        return ((Resolution.Unsatisfiable) resolution).explanation();
    }

    @Test
    void sonamesAndFilesAreWhatPackagesProvide() {
        add(
                "rpm:glibc",
                "2.39-1",
                "Provides:\n libc.so.6()(64bit)\n libc.so.6(GLIBC_2.34)(64bit)",
                "Files:\n /sbin/ldconfig");
        add("rpm:bash", "5.2-1", "Requires:\n libc.so.6()(64bit)", "Files:\n /bin/sh\n /usr/bin/bash");
        add(
                "rpm:tool",
                "1-1",
                "Requires:\n libc.so.6(GLIBC_2.34)(64bit)\n /usr/bin/sh",
                "Requires-Scripts:\n /sbin/ldconfig");
        assertThat(closure("rpm:tool")).containsExactly("rpm:glibc=2.39-1", "rpm:bash=5.2-1", "rpm:tool=1-1");
    }

    @Test
    void aReleaseThatIsNotAskedForIsAny() {
        add("rpm:a", "1-1", "Requires:\n b = 2.0\n c >= 1.5");
        add("rpm:b", "2.0-7");
        add("rpm:c", "9-1", "Provides:\n c = 9-1");
        add("rpm:c", "1.4-1", "Provides:\n c = 1.4-1");
        assertThat(closure("rpm:a")).containsExactlyInAnyOrder("rpm:b=2.0-7", "rpm:c=9-1", "rpm:a=1-1");
    }

    @Test
    void theNewestIsTheNewestForRpm() {
        add("rpm:a", "1.0~rc1-1");
        add("rpm:a", "1.0^git1-1");
        add("rpm:a", "1.0-1");
        assertThat(closure("rpm:a")).containsExactly("rpm:a=1.0^git1-1");
    }

    @Test
    void whatAPackageProvidesItselfItNeedsOfNoOther() {
        add(
                "rpm:a",
                "1-1",
                "Requires:\n config(a) = 1-1\n liba.so()(64bit)",
                "Provides:\n config(a) = 1-1\n liba.so()(64bit)");
        add("rpm:fork", "2-1", "Provides:\n liba.so()(64bit)");
        assertThat(closure("rpm:a")).containsExactly("rpm:a=1-1");
    }

    @Test
    void conflictsMeanWhatIsProvidedAndObsoletesMeanPackages() {
        add("rpm:a", "1-1", "Requires:\n b\n virtual", "Conflicts:\n virtual < 2");
        add("rpm:b", "1-1", "Obsoletes:\n virtual");
        add("rpm:old", "1-1", "Provides:\n virtual = 1");
        add("rpm:new", "1-1", "Provides:\n virtual = 3");
        assertThat(closure("rpm:a")).contains("rpm:new=1-1").doesNotContain("rpm:old=1-1");
        add("rpm:virtual", "5-1");
        assertThat(closure("rpm:a")).contains("rpm:new=1-1").doesNotContain("rpm:virtual=5-1");
    }

    @Test
    void aRootIsOfOneFormat() {
        add("base-files", "12", "Essential: yes");
        add("libfoo", "1", "Provides: foo");
        add("hello", "1");
        add("rpm:hello", "1-1");
        add("rpm:needy", "1-1", "Requires:\n libfoo");
        assertThat(closure("rpm:hello")).containsExactly("rpm:hello=1-1");
        assertThat(closure("hello")).containsExactly("base-files=12", "hello=1");
        assertThat(why("rpm:needy")).contains("rpm:libfoo");
        Wanted deb = new Wanted(new PackageName("hello"), null);
        Wanted rpm = new Wanted(new PackageName("rpm:hello"), null);
        assertThatThrownBy(() -> new Request(List.of(deb, rpm), AMD64, Preferences.DEFAULT))
                .hasMessageContaining("one format");
    }

    @Test
    void aMissingLibraryIsNamed() {
        add("rpm:a", "1-1", "Requires:\n libz.so.1()(64bit)");
        assertThat(why("rpm:a")).contains("nothing provides rpm:libz.so.1()(64bit)");
    }
}
