package org.cloister.agent.command.verb;

import picocli.CommandLine.Command;

@Command(
        name = "pool",
        description = "What the repository's pool has, whether it is whole, and what of it goes when.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PoolStatsVerb.class,
            PoolVerifyVerb.class,
            PoolGcVerb.class,
            PoolRetentionVerb.class,
            PoolHoldVerb.class,
            PoolReleaseVerb.class
        },
        footer = {
            "",
            "Examples:",
            "  cloister pool stats",
            "  cloister pool gc --dry-run",
            "  cloister pool hold case-7 --package openssl --reason \"asked for by counsel\"",
            "  cloister pool retention --days 90"
        })
final class PoolVerb {}
