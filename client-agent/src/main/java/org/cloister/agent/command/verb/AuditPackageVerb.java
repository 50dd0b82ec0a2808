package org.cloister.agent.command.verb;

import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "package",
        description = {
            "Which hosts have or had a package, and from when to when, as they reported.",
            "Whole closures count: a library that came along with what was asked for too."
        },
        footer = {
            "",
            "RANGE is bounds that all hold: '>= 1.2, << 1.4~'. < and > are strict; a version alone is that one.",
            "",
            "Examples:",
            "  cloister audit package openssl",
            "  cloister audit package libssl3 '>= 3.0, << 3.0.11-1~deb12u2' --lasting",
            "  cloister audit package xz-utils 5.6.1-1 --at 2026-03-29 --csv > xz.csv"
        })
final class AuditPackageVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "PACKAGE", description = "Its name.")
    private String name = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "RANGE", description = "Which versions; all unless told.")
    private @Nullable String range;

    @Mixin
    private Intervals intervals = new Intervals();

    AuditPackageVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        PackageName checked = new PackageName(name);
        intervals.show(
                session,
                () -> Target.of("v1", "audit", "packages", checked.text()).with("version", range));
        return ExitStatus.OK.code();
    }
}
