package org.cloister.agent.command.verb;

import picocli.CommandLine.Command;

@Command(
        name = "audit",
        description = "What was installed where and when, on whose request; and proof that the record wasn't altered.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AuditHostVerb.class,
            AuditPackageVerb.class,
            AuditExposureVerb.class,
            AdvisoryVerb.class,
            AuditFleetVerb.class,
            AuditDriftVerb.class,
            AuditDeliveriesVerb.class,
            AuditCorrelationVerb.class,
            HistoryVerb.class,
            AuditVerifyVerb.class,
            AuditProveVerb.class
        },
        footer = {
            "",
            "Examples:",
            "  cloister audit host build-1 --at 2026-01-31T12:00:00Z",
            "  cloister audit package openssl '<< 3.0.11-1~deb12u2'",
            "  cloister audit exposure CVE-2023-0464",
            "  cloister audit history --package openssl",
            "  cloister audit verify"
        })
final class AuditVerb {}
