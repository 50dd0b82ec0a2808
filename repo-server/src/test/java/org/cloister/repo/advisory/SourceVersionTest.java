package org.cloister.repo.advisory;

import static org.assertj.core.api.Assertions.assertThat;

import org.cloister.events.deb.PackageId;
import org.junit.jupiter.api.Test;

/** Binary packages and what they were built from (Debian Policy 5.6.1). */
class SourceVersionTest {
    private static String source(String name, String version, String field) {
        String control = "Package: " + name + "\n" + field + "Version: " + version + "\n";
        SourceVersion source = SourceVersion.of(PackageId.of(name, version, "amd64"), control);
        return source.name() + " " + source.version();
    }

    @Test
    void withoutTheFieldNameAndVersionAreThoseOfTheBinary() {
        assertThat(source("bash", "5.2.15-2", "")).isEqualTo("bash 5.2.15-2");
    }

    @Test
    void theFieldNamesTheSourceAndItsVersionWhereThatIsAnother() {
        assertThat(source("libssl3", "3.0.9-1", "Source: openssl\n")).isEqualTo("openssl 3.0.9-1");
        assertThat(source("libssl3", "3.0.9-1+b2", "Source: openssl (3.0.9-1)\n"))
                .isEqualTo("openssl 3.0.9-1");
        assertThat(source("libgcc-s1", "12.2.0-14", "source: gcc-12  (12.2.0-13)\n"))
                .isEqualTo("gcc-12 12.2.0-13");
    }

    @Test
    void aRebuildIsOfTheSameSource() {
        assertThat(source("bash", "5.2.15-2+b7", "")).isEqualTo("bash 5.2.15-2");
        assertThat(source("libssl3", "3.0.9-1+b1", "Source: openssl\n")).isEqualTo("openssl 3.0.9-1");
        assertThat(source("x", "1.0+b1-1", "")).as("that is upstream's version").isEqualTo("x 1.0+b1-1");
        assertThat(source("x", "1.0-1+b1~x", "")).isEqualTo("x 1.0-1+b1~x");
    }

    @Test
    void aControlThatCantBeReadIsAsOneWithoutTheField() {
        PackageId id = PackageId.of("a", "1-1+b1", "amd64");
        assertThat(SourceVersion.of(id, "").version().text()).isEqualTo("1-1");
        assertThat(SourceVersion.of(id, "Source: (1)\n").name().text()).isEqualTo("a");
        assertThat(SourceVersion.of(id, "Source: b (not a version)\n").name().text())
                .isEqualTo("a");
    }
}
