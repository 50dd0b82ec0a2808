package org.cloister.agent.command.verb;

import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.AdvisoryId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "exposure",
        description = {
            "Which hosts had a version that an advisory affects, and from when to when.",
            "Hosts that are retired or fixed are among them; so are libraries that came along with what was asked for."
                    + " Advisories speak of source packages, and each package is judged by the version that it was built"
                    + " from."
        },
        footer = {
            "",
            "JUDGEMENT is possible where nothing tells of which release a package is, and the releases differ.",
            "",
            "Examples:",
            "  cloister audit exposure CVE-2023-0464",
            "  cloister audit exposure DSA-5417-1 --lasting         who has it now",
            "  cloister audit exposure CVE-2024-3094 --csv > xz.csv"
        })
final class AuditExposureVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ADVISORY", description = "Its name or an alias, such as its CVE.")
    private String advisory = "";

    @Mixin
    private Intervals intervals = new Intervals();

    AuditExposureVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        AdvisoryId id = new AdvisoryId(advisory);
        intervals.show(
                session,
                () -> Target.of("v1", "audit", "exposure", id.text()),
                Intervals.text("SOURCE", "source"),
                Intervals.text("SOURCE VERSION", "sourceVersion"),
                Intervals.text("RELEASE", "release"),
                Intervals.text("JUDGEMENT", "judgement"));
        return ExitStatus.OK.code();
    }
}
