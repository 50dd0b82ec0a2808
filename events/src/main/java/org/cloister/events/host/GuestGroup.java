package org.cloister.events.host;

/**
 * The group of the processes through which a guest reaches its root's files. A hostfs makes every file as the process that serves it, which is root, and
 * tells nobody which user of the guest asked; this group tells at least that it was a guest. Debian gives the number to nobody (policy 9.2.2: reserved).
 */
public final class GuestGroup {
    public static final int ID = 65533;

    private GuestGroup() {}
}
