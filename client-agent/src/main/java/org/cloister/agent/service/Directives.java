package org.cloister.agent.service;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which directives of service units have an effect here. {@code docs/services.md} is this for people. */
final class Directives {
    /** What becomes of a directive. */
    enum Meaning {
        /** It is carried out. */
        KNOWN,
        /** It has no effect, and nothing would be different if it had. */
        HARMLESS,
        /** It has no effect, and would only take rights away. */
        HARDENING,
        /** It has no effect, which may matter. */
        UNSUPPORTED
    }

    private static final Set<String> SERVICE = Set.of(
            ("Type PIDFile GuessMainPID RemainAfterExit ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost"
                            + " Restart RestartSec RestartPreventExitStatus RestartForceExitStatus SuccessExitStatus TimeoutSec TimeoutStartSec"
                            + " TimeoutStopSec StartLimitInterval StartLimitBurst KillMode KillSignal FinalKillSignal ReloadSignal SendSIGHUP"
                            + " SendSIGKILL User Group SupplementaryGroups Environment EnvironmentFile UnsetEnvironment WorkingDirectory UMask"
                            + " Nice IgnoreSIGPIPE AmbientCapabilities StandardInput StandardOutput StandardError RuntimeDirectory"
                            + " RuntimeDirectoryMode RuntimeDirectoryPreserve StateDirectory StateDirectoryMode CacheDirectory"
                            + " CacheDirectoryMode LogsDirectory LogsDirectoryMode ConfigurationDirectory ConfigurationDirectoryMode")
                    .split(" "));

    /** Of them the last two are what every root is: no new privileges, a private /tmp. */
    private static final Set<String> HARMLESS = Set.of(
            ("BusName NotifyAccess SyslogIdentifier SyslogFacility SyslogLevel SyslogLevelPrefix LogLevelMax LogNamespace LogRateLimitIntervalSec"
                            + " LogRateLimitBurst OOMPolicy OOMScoreAdjust Slice TasksAccounting MemoryAccounting CPUAccounting IOAccounting"
                            + " IPAccounting TimeoutAbortSec NonBlocking PrivateTmp NoNewPrivileges")
                    .split(" "));

    private static final Pattern HARDENING = Pattern.compile(
            "(Private|Protect|Restrict|SystemCall|ReadOnly|ReadWrite|Inaccessible|NoExec|ExecPaths|TemporaryFileSystem|Device(Allow|Policy)).*"
                    + "|CapabilityBoundingSet|MemoryDenyWriteExecute|LockPersonality|RemoveIPC|IPAddress(Allow|Deny)|ProcSubset|SecureBits"
                    + "|KeyringMode|SocketBind(Allow|Deny)");

    private static final Set<String> UNIT = Set.of(
            ("Description Documentation Requires Requisite Wants BindsTo PartOf Conflicts After Before StartLimitIntervalSec StartLimitBurst"
                            + " DefaultDependencies SourcePath AllowIsolate IgnoreOnIsolate CollectMode")
                    .split(" "));

    private static final Map<String, String> LIMITS = Map.ofEntries(
            Map.entry("LimitCPU", "--cpu"),
            Map.entry("LimitFSIZE", "--fsize"),
            Map.entry("LimitDATA", "--data"),
            Map.entry("LimitSTACK", "--stack"),
            Map.entry("LimitCORE", "--core"),
            Map.entry("LimitRSS", "--rss"),
            Map.entry("LimitNOFILE", "--nofile"),
            Map.entry("LimitAS", "--as"),
            Map.entry("LimitNPROC", "--nproc"),
            Map.entry("LimitMEMLOCK", "--memlock"),
            Map.entry("LimitLOCKS", "--locks"),
            Map.entry("LimitSIGPENDING", "--sigpending"),
            Map.entry("LimitMSGQUEUE", "--msgqueue"),
            Map.entry("LimitNICE", "--nice"),
            Map.entry("LimitRTPRIO", "--rtprio"),
            Map.entry("LimitRTTIME", "--rttime"));

    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})([KMGTPE]?)");
    private static final String UNITS = "KMGTPE";
    private static final int SHIFT = 10;

    private Directives() {}

    static Meaning meaning(String section, String key) {
        if (section.startsWith("X-") || key.startsWith("X-") || section.equals("Install")) {
            return Meaning.HARMLESS;
        }
        if (section.equals("Unit")) {
            boolean condition = key.startsWith("Condition") || key.startsWith("Assert");
            return UNIT.contains(key) || condition ? Meaning.KNOWN : Meaning.UNSUPPORTED;
        }
        if (!section.equals("Service")) {
            return Meaning.UNSUPPORTED;
        }
        if (SERVICE.contains(key) || LIMITS.containsKey(key)) {
            return Meaning.KNOWN;
        }
        if (HARMLESS.contains(key)) {
            return Meaning.HARMLESS;
        }
        return HARDENING.matcher(key).matches() ? Meaning.HARDENING : Meaning.UNSUPPORTED;
    }

    /** The option of prlimit(1) for a resource limit, or null. */
    static @Nullable String limit(String key) {
        return LIMITS.get(key);
    }

    /** @throws IllegalArgumentException if it is none */
    static long amount(String key, String value) {
        Matcher matcher = AMOUNT.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(value + " is no amount for " + key);
        }
        long number = Long.parseLong(matcher.group(1));
        int shift = matcher.group(2).isEmpty() ? 0 : SHIFT * (UNITS.indexOf(matcher.group(2)) + 1);
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException(value + " is too large for " + key);
        }
        return number << shift;
    }
}
