package org.cloister.agent.control;

import java.util.List;

/**
 * How a guest is to be, in the words of the command line; the runner reads them and says what is wrong with them.
 *
 * @param memory such as {@code 512M}; empty for the default
 * @param shares directories of the host that the guest sees, each {@code DIR} or {@code DIR:ro}
 * @param user who runs the program in the guest; empty for root
 * @param timeout seconds after which it is ended; 0 for never
 * @param network whether it has any
 */
public record GuestOptions(String memory, List<String> shares, String user, int timeout, boolean network) {
    public GuestOptions {
        shares = List.copyOf(shares);
    }
}
