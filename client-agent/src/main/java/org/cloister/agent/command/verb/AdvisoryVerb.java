package org.cloister.agent.command.verb;

import picocli.CommandLine.Command;

@Command(
        name = "advisory",
        description = "What is known of security advisories.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AdvisoryImportVerb.class, AdvisoryListVerb.class},
        footer = {
            "",
            "Examples:",
            "  cloister audit advisory import DSA-5417-1.json",
            "  cloister audit advisory list --query openssl"
        })
final class AdvisoryVerb {}
