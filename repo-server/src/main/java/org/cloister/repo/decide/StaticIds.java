package org.cloister.repo.decide;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.cloister.events.UserEvent.IdKind;
import org.jspecify.annotations.Nullable;

/**
 * The ids that Debian gave out for ever: {@code passwd.master} and {@code group.master} of base-passwd 3.6.1 and its registry of
 * the range 60000–64999 (Debian Policy 9.2.2). They are never allocated to another name.
 */
final class StaticIds {
    private static final String USERS = """
            root 0 daemon 1 bin 2 sys 3 sync 4 games 5 man 6 lp 7 mail 8 news 9 uucp 10 proxy 13 www-data 33 backup 34
            list 38 irc 39 _apt 42 nobody 65534
            netplan 63434 ftn 64000 mysql 64001 tac-plus 64005 alias 64010 qmaild 64011 qmails 64012 qmailr 64013
            qmailq 64015 qmaill 64016 qmailp 64017 asterisk 64020 vpopmail 64025 slurm 64030 hacluster 64035 ceph 64045
            opensrf 64050 libvirt-qemu 64055 nova 64060 cinder 64061 glance 64062 gnocchi 64065
            """;
    private static final String GROUPS = """
            root 0 daemon 1 bin 2 sys 3 adm 4 tty 5 disk 6 lp 7 mail 8 news 9 uucp 10 man 12 proxy 13 kmem 15 dialout 20
            fax 21 voice 22 cdrom 24 floppy 25 tape 26 sudo 27 audio 29 dip 30 www-data 33 backup 34 operator 37 list 38
            irc 39 src 40 shadow 42 utmp 43 video 44 sasl 45 plugdev 46 staff 50 games 60 users 100 nogroup 65534
            netplan 63434 ftn 64000 mysql 64001 tac-plus 64005 qmail 64010 asterisk 64020 vchkpw 64025 slurm 64030
            haclient 64035 grsec-tpe 64040 grsec-sock-all 64041 grsec-sock-clt 64042 grsec-sock-srv 64043
            grsec-proc 64044 ceph 64045 opensrf 64050 libvirt-qemu 64055 nova 64060 cinder 64061 glance 64062
            gnocchi 64065
            """;

    private static final Map<SystemName, Integer> IDS = new HashMap<>();
    private static final Set<Integer> TAKEN = new HashSet<>();

    static {
        add(IdKind.USER, USERS);
        add(IdKind.GROUP, GROUPS);
    }

    private StaticIds() {}

    static @Nullable Integer of(SystemName name) {
        return IDS.get(name);
    }

    /** Whether a user or a group has this id. */
    static boolean isTaken(int id) {
        return TAKEN.contains(id);
    }

    private static void add(IdKind kind, String table) {
        String[] words = table.strip().split("\\s+");
        for (int i = 0; i < words.length; i += 2) {
            int id = Integer.parseInt(words[i + 1]);
            IDS.put(new SystemName(kind, words[i]), id);
            TAKEN.add(id);
        }
    }
}
