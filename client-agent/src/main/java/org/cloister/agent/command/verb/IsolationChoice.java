package org.cloister.agent.command.verb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.control.GuestOptions;
import org.cloister.events.Isolation;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What keeps a program in its root, and the choices that only a guest has. */
final class IsolationChoice {
    /** For picocli. */
    static final class Converter implements ITypeConverter<Isolation> {
        @Override
        public Isolation convert(String text) {
            try {
                return Isolation.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Length of {@code :ro}. */
    private static final int MODE = 3;

    @Option(
            names = "--isolation",
            paramLabel = "KIND",
            converter = Converter.class,
            description =
                    "chroot, which is the default, or guest: a kernel of its own (User-mode Linux) on the same root.")
    private Isolation kind = Isolation.CHROOT;

    @Option(names = "--memory", paramLabel = "SIZE", description = "Of a guest: 512M unless told.")
    private String memory = "";

    @Option(
            names = "--share",
            paramLabel = "DIR[:ro]",
            description = "A directory of this machine that a guest sees at the same path. None is seen unless told.")
    private List<String> shares = new ArrayList<>();

    @Option(names = "--user", paramLabel = "USER", description = "Who runs the program in a guest; root unless told.")
    private String user = "";

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "End a guest after that time, with status 124.")
    private int timeout;

    @Option(names = "--no-network", description = "A guest without any network.")
    private boolean noNetwork;

    boolean isGuest() {
        return kind == Isolation.GUEST;
    }

    /** @throws CommandFailed if a choice is made that a chroot doesn't have */
    void refuseChoicesOfGuests() throws CommandFailed {
        boolean chosen = !memory.isEmpty() || !shares.isEmpty() || !user.isEmpty() || timeout != 0 || noNetwork;
        if (chosen) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "--memory, --share, --user, --timeout and --no-network are for guests.",
                    "Add --isolation guest, or leave them out.");
        }
    }

    /** @param directory of the caller, which relative shares start from */
    GuestOptions options(Path directory) {
        List<String> absolute =
                shares.stream().map(share -> absolute(directory, share)).toList();
        return new GuestOptions(memory, absolute, user, timeout, !noNetwork);
    }

    private static String absolute(Path directory, String share) {
        if (share.startsWith("/")) {
            return share;
        }
        String mode = share.endsWith(":ro") || share.endsWith(":rw") ? share.substring(share.length() - MODE) : "";
        String path = share.substring(0, share.length() - mode.length());
        return directory.resolve(path).normalize() + mode;
    }
}
