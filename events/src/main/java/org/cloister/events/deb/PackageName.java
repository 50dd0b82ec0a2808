package org.cloister.events.deb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A package's name: Debian's (Debian Policy 5.6.1; one character is allowed, as dpkg does; at most 128 characters), or {@code
 * rpm:NAME} for an RPM package's. The two formats have a name space each: {@code bash} and {@code rpm:bash} are two packages. What
 * RPM packages provide and require ({@code rpm:libc.so.6()(64bit)}, {@code rpm:/bin/sh}) are names of the second space too; {@link
 * PackageId} takes only those that a package can have.
 */
public record PackageName(String text) implements Comparable<PackageName> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9+.-]{0,127}");
    private static final String RPM = "rpm:";

    /** As rpm's packages are called; capabilities have any printable character. */
    private static final Pattern RPM_PACKAGE = Pattern.compile("rpm:[A-Za-z0-9][A-Za-z0-9+._-]{0,127}");

    private static final Pattern RPM_CAPABILITY = Pattern.compile("rpm:[!-~]{1,255}");

    @JsonCreator
    public PackageName {
        if (!FORM.matcher(text).matches() && !RPM_CAPABILITY.matcher(text).matches()) {
            throw new IllegalArgumentException("not a package name: " + text
                    + " (lower-case letters, digits, + - . ; Debian Policy 5.6.1; an RPM package is rpm:NAME)");
        }
    }

    /**
     * @param name as RPM's header has it: a package's name or a capability
     * @throws IllegalArgumentException if it has other than 1 to 255 printable ASCII characters
     */
    public static PackageName ofRpm(String name) {
        return new PackageName(RPM + name);
    }

    /** Whether it is of RPM's name space. */
    public boolean isRpm() {
        return text.startsWith(RPM);
    }

    /** Whether a package, and not only a capability, can be called so. */
    boolean isPackage() {
        return !isRpm() || RPM_PACKAGE.matcher(text).matches();
    }

    /** As its own format has it, without {@code rpm:}. */
    public String plain() {
        return isRpm() ? text.substring(RPM.length()) : text;
    }

    @Override
    public int compareTo(PackageName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
