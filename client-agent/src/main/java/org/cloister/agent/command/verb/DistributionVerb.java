package org.cloister.agent.command.verb;

import picocli.CommandLine.Command;

@Command(
        name = "distribution",
        description = "Distributions that stock apt reads: mirrors and packages of your own, signed by the repository.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DistributionDefineVerb.class,
            DistributionListVerb.class,
            DistributionShowVerb.class,
            DistributionIncludeVerb.class,
            DistributionExcludeVerb.class,
            DistributionPromoteVerb.class,
            DistributionRollbackVerb.class,
            DistributionCompareVerb.class,
            DistributionKeyVerb.class
        },
        footer = {
            "",
            "Examples:",
            "  cloister distribution define testing --uploads --mirror debian",
            "  cloister distribution define stable",
            "  cloister distribution promote testing stable",
            "  cloister distribution key > /usr/share/keyrings/cloister.asc"
        })
final class DistributionVerb {}
