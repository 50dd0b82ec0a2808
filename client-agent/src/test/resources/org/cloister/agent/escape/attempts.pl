#!/usr/bin/perl
# attempts.pl KIND FACTS: tries to reach from inside of a root or a guest what is the host's, and prints a line for each way: "NAME: refused" or
# "NAME: ESCAPED HOW". KIND: chroot or guest (its own kernel's files, modules and clock are its own). FACTS: lines NAME=VALUE about the host:
# victim (another root's directory), state, home, granted (whether the home is), pid (of a process), disk (MAJOR:MINOR). Whatever succeeds is without effect on the
# host, or one that the test looks for. Linux on x86-64; perl-base only.
use strict;
use warnings;
use Fcntl qw(O_RDONLY O_WRONLY O_RDWR O_CREAT O_NONBLOCK O_DIRECTORY S_ISBLK S_ISCHR S_ISDIR);
use POSIX ();
use Socket qw(PF_UNIX PF_INET SOCK_STREAM SOCK_RAW SOCK_DGRAM pack_sockaddr_un);

my %SYS = (
    ioctl => 16, ptrace => 101, syslog => 103, mknod => 133, pivot_root => 155, chroot => 161, acct => 163, mount => 165, umount2 => 166, swapon => 167,
    swapoff => 168, reboot => 169, sethostname => 170, iopl => 172, init_module => 175, delete_module => 176, clock_settime => 227,
    kexec_load => 246, add_key => 248, keyctl => 250, unshare => 272, perf_event_open => 298, open_by_handle_at => 304, process_vm_writev => 311,
    finit_module => 313, bpf => 321,
);
my ($CLONE_NEWNS, $CLONE_NEWCGROUP, $CLONE_NEWUSER) = (0x20000, 0x2000000, 0x10000000);
my ($MS_RDONLY, $MS_REMOUNT, $MS_BIND, $MNT_DETACH) = (1, 32, 4096, 2);
my ($AF_NETLINK, $AF_PACKET, $NETLINK_NETFILTER) = (16, 17, 12);
my $SECRET = qr/ESCAPE-SECRET/;

$| = 1;
my ($kind, $facts) = @ARGV;
if ($kind eq 'bomb') { bomb() }
my %fact = read_facts($facts);
my $guest = $kind eq 'guest';
my $prefix = '';
my @inherited = inherited();
my @prefixes = prefixes();
push @prefixes, hostfs_mounts() if $guest;
reach();
kernel() unless $guest;
report('file descriptors', @inherited);
report('room', fill()) if $guest;
nested() unless $guest;
kill 'KILL', -1;
print "all attempts made\n";

sub report {
    my ($name, @how) = @_;
    print "$prefix$name: ", @how ? 'ESCAPED ' . join('; ', @how > 3 ? @how[ 0 .. 2 ] : @how) : 'refused', "\n";
}

sub read_facts {
    open my $in, '<', $_[0] or die "$_[0]: $!";
    return map { /^(\w+)=(.*)$/ ? ($1, $2) : () } <$in>;
}

# 0 where the kernel says that it may not be; what it says otherwise.
sub call {
    my ($name, @arguments) = @_;
    return "$name is done" if syscall($SYS{$name}, @arguments) >= 0;
    return $!{EPERM} || $!{EACCES} || $!{ENOSYS} || $!{EROFS} ? () : "$name: $!";
}

# Another root, the agent's state, files that weren't granted, sockets, devices, processes.
sub reach {
    my @seen = grep { is_secret("$fact{victim}/secret", $_) } @prefixes;
    report('reading another root', @seen);
    report('writing another root', grep { can_write("$_$fact{victim}/escape") } @prefixes);
    report("reading the agent's state", grep { is_secret("$fact{state}/secret", $_) } @prefixes);
    report("writing the agent's state", grep { can_write("$_$fact{state}/escape") } @prefixes);
    report('linking a file of another root', grep { link "$_$fact{victim}/secret", '/escape' } @prefixes);
    report("reading the home that isn't granted", grep { is_secret("$fact{home}/document", $_) } @prefixes) unless $fact{granted};
    report("reading Cloister's files in the home", hidden());
    report('connecting to sockets', sockets());
    report('opening files by handle', handles());
    report('leaving by chroot', chroot_out());
    report('block devices by number', block_devices());
    report('device nodes that are there', $guest ? () : nodes());
    report('processes of the host', processes());
}

sub prefixes {
    my @all = ('', '/..', '/../../../..', '/proc/1/root', '/proc/1/cwd', '/proc/self/root', '/proc/thread-self/root', '/proc/self/cwd/../../..', '/run/../..', '/dev/..',
        '/proc/sys/../..', '/sys/../..');
    for my $process (grep { m{/\d+$} } glob '/proc/*') { push @all, "$process/root", "$process/cwd", glob "$process/fd/*" }
    return @all;
}

sub is_secret {
    my ($path, $before) = @_;
    open my $in, '<', "$before$path" or return;
    my $text = <$in> // '';
    return $text =~ $SECRET;
}

sub can_write {
    my ($path) = @_;
    return sysopen my $out, $path, O_WRONLY | O_CREAT;
}

# A guest's root sees through its hostfs what its kernel's process sees.
sub hostfs_mounts {
    my @all;
    for my $option ('/', '/..', '/../..', '/../../..', '/../../../proc/1/root', '/../../proc/self/cwd/../../..') {
        my $at = '/tmp/h' . @all;
        mkdir $at;
        my ($none, $type, $options) = ('none', 'hostfs', $option);
        next if syscall($SYS{mount}, $none, $at, $type, 0, $options) < 0;
        push @all, $at, map { ("$_/root", "$_/cwd") } grep { m{/\d+$} } glob "$at/proc/*";
        # Where the sandbox's root is, what sets the host's kernel is too.
        report("the host's kernel through hostfs $option", grep { can_open($_) } "$at/proc/sys/vm/swappiness", "$at/proc/sys/kernel/core_pattern", "$at/proc/sysrq-trigger");
    }
    return @all;
}

sub can_open { return sysopen my $out, $_[0], O_WRONLY | O_NONBLOCK }

# The directory that hides them is a mount; the one above it is not.
sub hidden {
    return unless $fact{granted};
    my @seen = grep { is_secret('/cloister/secret', $_) } "$fact{home}/.config";
    if (rename "$fact{home}/.config", "$fact{home}/.other") {
        push @seen, grep { is_secret('/cloister/secret', $_) } "$fact{home}/.other";
        rename "$fact{home}/.other", "$fact{home}/.config";
    }
    return @seen;
}

sub sockets {
    my @names = map { my $before = $_; map { "$before$fact{state}/$_" } 'agent.sock', 'fuse.sock' } @prefixes;
    if (open my $table, '<', '/proc/net/unix') {
        push @names, map { / @(.*)$/ ? "\0$1" : () } grep { /cloister|\Q$fact{state}\E/ } <$table>;
    }
    my @connected;
    for my $name (grep { length $_ < 108 } @names) {
        socket my $socket, PF_UNIX, SOCK_STREAM, 0 or next;
        push @connected, $name if connect $socket, pack_sockaddr_un($name);
    }
    return @connected;
}

# The root directories of file systems, by their numbers (open_by_handle_at(2)): ext4, FUSE, tmpfs.
sub handles {
    my @opened;
    for my $place (mounts()) {
        sysopen my $at, $place, O_RDONLY | O_DIRECTORY or next;
        for my $handle ([1, pack 'L2', 2, 0], [1, pack 'L2', 128, 0], [0x81, pack 'L3', 0, 1, 0], [0x81, pack 'L3', 0, 2, 0], [1, pack 'L3', 0, 1, 0]) {
            my $packed = pack 'L l a*', length $handle->[1], @$handle;
            push @opened, $place if syscall($SYS{open_by_handle_at}, fileno $at, $packed, O_RDONLY) >= 0;
        }
    }
    return @opened;
}

sub mounts {
    open my $in, '<', '/proc/self/mountinfo' or return ('/');
    return map { (split / /)[4] } <$in>;
}

sub chroot_out {
    my @result = child(sub {
        mkdir '/tmp/c';
        return unless chroot '/tmp/c';
        chdir '..' for 1 .. 64;
        chroot '.';
        return is_secret("$fact{victim}/secret", '') ? 'the host is seen' : ();
    });
    my ($new, $old) = ('/tmp/c', '/tmp/c');
    return (@result, $guest || length $prefix ? () : call('pivot_root', $new, $old));
}

# What a function says, in a process of its own.
sub child {
    my ($code) = @_;
    my $pid = open my $said, '-|';
    defined $pid or return;
    if ($pid == 0) {
        print $code->();
        POSIX::_exit(0);
    }
    local $/;
    my $text = <$said> // '';
    close $said;
    return length $text ? $text : ();
}

sub block_devices {
    my ($major, $minor) = split /:/, $fact{disk};
    my @read;
    for my $place (grep { -d } '/', '/tmp', '/run', '/var/tmp', '/dev', '/dev/shm', '/home', '/run/cloister/dev', '/proc') {
        my $node = "$place/escape-disk";
        unlink $node;
        syscall($SYS{mknod}, $node, 060666, $major << 8 | $minor) >= 0 or next;
        my ($disk, $bytes);
        push @read, $node if sysopen($disk, $node, O_RDONLY) && sysread $disk, $bytes, 512;
        unlink $node;
    }
    return @read;
}

sub nodes {
    my @opened;
    for my $node (glob '/dev/* /dev/*/* /run/cloister/dev/* /run/cloister/dev/*/*') {
        my ($mode, $rdev) = (stat $node)[ 2, 6 ];
        defined $mode && (S_ISBLK($mode) || S_ISCHR($mode)) or next;
        my ($major, $minor) = ($rdev >> 8 & 0xFFF, $rdev & 0xFF);
        next if $major == 1 && grep { $_ == $minor } 3, 5, 7, 8, 9;
        next if $major == 5 || $major >= 136 && $major <= 143;
        push @opened, $node if sysopen my $device, $node, O_RDONLY | O_NONBLOCK;
    }
    return @opened;
}

sub processes {
    my $pid = $fact{pid} + 0;
    my @reached;
    push @reached, 'kill' if kill 'KILL', $pid;
    push @reached, 'ptrace' if syscall($SYS{ptrace}, 16, $pid, 0, 0) >= 0;
    my ($byte, $there) = ('x', 'x');
    my ($own, $its) = map { pack 'P Q', $_, 1 } $byte, $there;
    push @reached, 'process_vm_writev' if syscall($SYS{process_vm_writev}, $pid, $own, 1, $its, 1, 0) >= 0;
    push @reached, 'mem' if can_open("/proc/$pid/mem");
    return @reached;
}

# What is the host's kernel's, for who shares it.
sub kernel {
    report('mounting', mounting()) unless length $prefix;
    my @files = map { files($_, 8) } grep { -e } map { "/proc/$_" } qw(sys acpi asound bus driver dynamic_debug fs irq mtrr scsi sysrq-trigger kcore);
    report("the kernel's files in /proc", grep { can_open($_) } @files);
    report("the kernel's files in /sys", grep { can_open($_) } map { files($_, 7) } grep { -e } map { "/sys/$_" } qw(power kernel fs firmware));
    report("the kernel's own calls", calls());
    report('rules of the network', rules());
    report('raw packets', (socket(my $raw, PF_INET, SOCK_RAW, 1) ? 'raw' : ()), (socket(my $packet, $AF_PACKET, SOCK_RAW, 0) ? 'packet' : ()))
        unless length $prefix;
    my ($type, $name, $payload) = ('user', 'escape', 'x');
    report('keys', syscall($SYS{add_key}, $type, $name, $payload, 1, -4) >= 0 ? 'add_key' : (), syscall($SYS{keyctl}, 0, -4, 0) >= 0 ? 'keyctl' : ());
    my $character = 'x';
    sysopen my $null, '/dev/null', O_RDWR;
    report("typing into the caller's terminal", map { syscall($SYS{ioctl}, fileno $null, $_, $character) < 0 && $!{EPERM} ? () : "ioctl: $!" } 0x5412, 0xA << 32 | 0x5412, 0x541C);
}

sub mounting {
    my ($none, $tmp, $tmpfs, $root, $sys, $nothing) = ('none', '/tmp', 'tmpfs', '/', '/sys', '');
    return (
        call('mount', $none, $tmp, $tmpfs, 0, $nothing), call('mount', $root, $tmp, $nothing, $MS_BIND, $nothing),
        call('mount', $none, $sys, $nothing, $MS_REMOUNT | $MS_BIND, $nothing), (map { call('umount2', $_, $MNT_DETACH) } grep { -e } mounts()), call('unshare', $CLONE_NEWNS),
    );
}

sub files {
    my ($place, $depth) = @_;
    return $place unless -d $place && !-l $place;
    return () unless $depth;
    opendir my $directory, $place or return ();
    return map { files("$place/$_", $depth - 1) } grep { !/^\.\.?$/ && !-l "$place/$_" } readdir $directory;
}

sub calls {
    my ($name, $nothing, $file) = ('escape', '', '/nothing');
    my $zeros = "\0" x 128;
    my $now = pack 'q q', time, 0;
    my $event = pack 'L L Q x112', 1, 112, 0;
    sysopen my $own, '/proc/self/status', O_RDONLY;
    return (
        call('sethostname', $name, 6), call('clock_settime', 0, $now), call('swapon', $file, 0), call('swapoff', $file), call('acct', $file),
        call('reboot', 0xFEE1DEAD, 672274793, 0, $nothing), call('kexec_load', 0, 0, $zeros, 0), call('init_module', $zeros, 128, $nothing),
        call('finit_module', fileno $own, $nothing, 0), call('delete_module', $name, 0), call('iopl', 3), call('syslog', 5, $zeros, 0),
        call('bpf', 5, $zeros, 128), call('perf_event_open', $event, -1, 0, -1, 0),
    );
}

# nfnetlink: a batch that makes a table (linux/netfilter/nf_tables.h). The first answer tells.
sub rules {
    socket my $netlink, $AF_NETLINK, SOCK_RAW, $NETLINK_NETFILTER or return;
    my $message = sub { my ($type, $flags, $number, $body) = @_; return pack('L S S L L', 16 + length $body, $type, $flags, $number, 0) . $body };
    my $table = pack('C C n', 2, 0, 0) . pack('S S a8', 12, 1, "escape\0");
    my $batch = join '', $message->(16, 1, 1, pack 'C C n', 0, 0, 10), $message->(10 << 8, 0x405, 2, $table), $message->(17, 1, 3, pack 'C C n', 0, 0, 10);
    send $netlink, $batch, 0, pack('S S L L', $AF_NETLINK, 0, 0, 0) or return;
    my $ready = '';
    vec($ready, fileno $netlink, 1) = 1;
    select($ready, undef, undef, 1) or return;
    recv $netlink, my $answer, 4096, 0;
    my (undef, undef, undef, undef, undef, $error) = unpack 'L S S L L l', $answer;
    return defined $error && $error == -1 ? () : 'a table is made: ' . ($error // '');
}

# Of the sandbox, and not its own root, there is nothing that can be written beyond a little.
sub fill {
    my @filled;
    my $chunk = 'x' x (1 << 20);
    for my $at (grep { !m{/proc/} && /^\/tmp\/h/ } @prefixes) {
        for my $place ('', '/run', '/run/uml', '/run/net', '/tmp', '/etc', '/proc', '/g/etc', '/g/init') {
            my $file = "$at$place/fill";
            sysopen my $out, $file, O_WRONLY | O_CREAT or next;
            my $written = 0;
            for (1 .. 4) { $written += syswrite($out, $chunk) // last }
            close $out;
            unlink $file;
            # Its own root is seen here too, and memory isn't the disk.
            push @filled, $file if $written == 4 << 20 && !-e "$at/attempts.pl" && !-e "$at$place/tty";
        }
    }
    return @filled;
}

# In a user namespace with all capabilities of it; for who has the number of the machine's root there must be none.
sub nested {
    if ($> == 0 && !$fact{mapped}) {
        return report('a user namespace of the number of root',
            child(sub { return syscall($SYS{unshare}, $CLONE_NEWUSER | $CLONE_NEWNS | $CLONE_NEWCGROUP) < 0 ? () : ('made', limits()) }));
    }
    my $pid = fork;
    if ($pid == 0) {
        my ($uid, $gid) = ($>, $) + 0);
        if (syscall($SYS{unshare}, $CLONE_NEWUSER | $CLONE_NEWNS | $CLONE_NEWCGROUP) < 0) { POSIX::_exit(0) }
        for (['setgroups', 'deny'], ['uid_map', "0 $uid 1"], ['gid_map', "0 $gid 1"]) {
            sysopen my $map, "/proc/self/$_->[0]", O_WRONLY;
            syswrite $map, $_->[1];
        }
        $prefix = 'in a user namespace: ';
        my ($none, $proc, $type, $sys, $nothing, $where) = ('none', '/proc', 'proc', '/sys', '', '/tmp/p');
        mkdir $where;
        syscall $SYS{umount2}, $_, $MNT_DETACH for reverse mounts();
        syscall $SYS{mount}, $none, $_, $nothing, $MS_REMOUNT | $MS_BIND, $nothing for mounts();
        syscall $SYS{mount}, $none, $where, $type, 0, $nothing;
        report('another /proc', grep { can_open($_) } "$where/sys/kernel/core_pattern", "$where/sys/vm/swappiness");
        report('limits', limits());
        reach();
        kernel();
        POSIX::_exit(0);
    }
    waitpid $pid, 0;
}

# Its own control groups (cgroup_namespaces(7)).
sub limits {
    my @raised;
    mkdir '/tmp/g';
    for (['cgroup', 'pids'], ['cgroup', 'memory'], ['cgroup2', '']) {
        my ($none, $at, $type, $option) = ('none', '/tmp/g', @$_);
        next if syscall($SYS{mount}, $none, $at, $type, 0, $option) < 0;
        push @raised, grep { can_open($_) } map { "/tmp/g/$_" } 'pids.max', 'memory.max', 'memory.limit_in_bytes', 'cgroup.procs';
        syscall $SYS{umount2}, $at, $MNT_DETACH;
    }
    return @raised;
}

# What came in with this process, beside its streams and this file.
sub inherited {
    my @open;
    for my $number (grep { $_ > 2 } map { m{/(\d+)$} } glob '/proc/self/fd/*') {
        my $where = readlink "/proc/self/fd/$number" // next;
        push @open, "$number: $where" if $where !~ m{attempts\.pl$|^/proc/\d+/fd$};
    }
    return @open;
}

# As many processes as may be.
sub bomb {
    my $made = 0;
    for (1 .. 6000) {
        my $pid = fork;
        last unless defined $pid;
        if ($pid == 0) { sleep 60; POSIX::_exit(0) }
        $made++;
    }
    print "processes: $made\n";
    kill 'KILL', -1;
    exit 0;
}
