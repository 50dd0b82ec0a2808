package Cloister::GuestSandbox;
# The process that holds a guest's kernel: makes its namespaces and groups, becomes bubblewrap, and is asked by the kernel's console. Whatever way this
# process ends, the sandbox's end with it (PR_SET_PDEATHSIG and a pid namespace).
use strict;
use warnings;
use Cwd ();
use Fcntl qw(F_SETFD F_GETFL F_SETFL O_NONBLOCK);
use POSIX ();
use Socket qw(AF_UNIX SOCK_STREAM);
use Cloister::GuestPrograms;
use Cloister::Mconsole;
use Cloister::Parent;
use Cloister::Uml;

use constant {
    FAILED        => 125,
    ATOMIC        => 4096,
    SYS_UNSHARE   => 272,
    SYS_SETRLIMIT => 160,
    SYS_GETRLIMIT => 97,
    SYS_SETGROUPS => 116,
    SYS_SETRESGID => 119,
    GUEST_GROUP   => 65533,
    CLONE_NEWUSER => 0x10000000,
    CLONE_NEWNET  => 0x40000000,
    RLIMIT_CORE   => 4,
    RLIMIT_NOFILE => 7,
    SIGKILL       => 9,
    LOADER        => '/lib64/ld-linux-x86-64.so.2',
};

my ($HERE) = __FILE__ =~ m{^(.*)/};

# $of: directory, tree, groups, shares, memory; network: a GuestNetwork, which is attached unless late; desktop: a GuestDesktop or undef. dies where it can't be made.
sub start {
    my ($class, $of) = @_;
    my $self = bless { %$of, is_root => $> == 0 }, $class;
    socketpair my $line, my $far, AF_UNIX, SOCK_STREAM, 0 or die "no sockets: $!\n";
    pipe my $log, my $log_in or die "no pipe: $!\n";
    pipe my $ready, my $ready_in or die "no pipe: $!\n";
    pipe my $go, my $go_in or die "no pipe: $!\n";
    pipe my $info, my $info_in or die "no pipe: $!\n";
    my @command = $self->command_line(fileno $far, fileno $info_in);
    my $parent = $$;
    my $pid = fork;
    defined $pid or die "no process: $!\n";
    if ($pid == 0) {
        eval { $self->become($parent, $far, $info_in, $log_in, $ready_in, $go, @command) };
        syswrite $log_in, "cloister: $@";
        POSIX::_exit(FAILED);
    }
    $self->{pid} = $pid;
    close $_ for $far, $info_in, $log_in, $ready_in, $go;
    if ($self->{is_root}) {
        sysread $ready, my $one, 1 or die "the sandbox can't be made" . last_words($log) . "\n";
        map_ids($pid);
        $self->{network}->attach($pid) unless $self->{late};
        syswrite $go_in, '+';
    }
    fcntl $_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK for $line, $log, $info;
    @$self{qw(line log info)} = ($line, $log, $info);
    return $self;
}

# The serial line's near end, and what the kernel and the sandbox say. Neither blocks.
sub line { return $_[0]{line} }
sub log  { return $_[0]{log} }
sub pid  { return $_[0]{pid} }

# The number of the sandbox's first process, here; undef while there is none.
sub first_process {
    my ($self) = @_;
    if (!defined $self->{first}) {
        sysread $self->{info}, my $text, ATOMIC;
        ($self->{first}) = ($text // '') =~ /"child-pid":\s*(\d+)/;
    }
    return $self->{first};
}

# Asks the guest's kernel from its own directory, which is in the sandbox; says whether it did so.
sub ask_kernel {
    my ($self, $command) = @_;
    my $first = $self->first_process // return 0;
    my $answer = eval { chdir Cloister::Uml::kernel_directory($first) and Cloister::Mconsole::ask(Cloister::Uml::console_socket(), $command, 1) };
    chdir $self->{directory};
    return defined $answer;
}

# The root's /dev, where the union has devices in it; a link in its place would lead out of the root.
sub devices {
    my ($self) = @_;
    my $devices = "$self->{tree}/dev";
    return $self->{is_root} && !-l $devices && -c "$devices/null" ? $devices : undef;
}

sub kill {
    my ($self) = @_;
    kill SIGKILL, $self->{pid} if $self->{pid};
}

# Its number is another process's from here on.
sub reap {
    my ($self) = @_;
    waitpid delete $self->{pid}, 0;
}

sub last_words {
    my ($log) = @_;
    sysread $log, my $text, ATOMIC;
    return defined $text && length $text ? ": $text" : '';
}

# Inside are all ids that this process has, under their own numbers: a file belongs to the same user from the guest as from a chroot.
sub map_ids {
    my ($pid) = @_;
    for my $file (qw(uid_map gid_map)) {
        open my $in, '<', "/proc/self/$file" or die "$file: $!\n";
        my $map = join '', map { my ($inside, undef, $count) = split; "$inside $inside $count\n" } <$in>;
        open my $out, '>', "/proc/$pid/$file" or die "$file of the sandbox: $!\n";
        syswrite $out, $map or die "$file of the sandbox: $!\n";
    }
}

sub become {
    my ($self, $parent, $line, $info, $log, $ready, $go, @command) = @_;
    $SIG{$_} = 'DEFAULT' for keys %SIG;
    Cloister::Parent::die_with($parent);
    limit(RLIMIT_CORE, 0);
    # A hostfs holds a descriptor for each file that the guest's kernel remembers.
    limit(RLIMIT_NOFILE, undef);
    for my $group (@{ $self->{groups} }) {
        # 0 is this process (cgroups(7)).
        if (open my $processes, '>', "$group/cgroup.procs") { syswrite $processes, '0' }
    }
    if ($self->{is_root}) {
        syscall(SYS_UNSHARE, CLONE_NEWUSER | CLONE_NEWNET) == 0 or die "no namespaces: $!\n";
        syswrite $ready, '+';
        sysread $go, my $one, 1 or POSIX::_exit(FAILED);
        # No namespace below this one, in which root would have all capabilities again (namespaces(7)).
        if (open my $namespaces, '>', '/proc/sys/user/max_user_namespaces') { syswrite $namespaces, '0' }
        $self->join_guest_group;
    }
    # Other ids, other namespaces: the kernel has forgotten it (prctl(2)).
    Cloister::Parent::die_with($parent);
    fcntl $_, F_SETFD, 0 for $line, $info;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>&', $log or die "$!\n";
    open STDERR, '>&', $log or die "$!\n";
    $ENV{PATH} //= '/usr/sbin:/usr/bin:/sbin:/bin';
    exec { $command[0] } @command or die "$command[0]: $!\n";
}

# Tells the union file system that a guest makes these files (org.cloister.events.host.GuestGroup). Files in a share would keep the group.
sub join_guest_group {
    my ($self) = @_;
    return if grep { !$_->[1] } @{ $self->{shares} };
    my $none = '';
    syscall SYS_SETGROUPS, 0, $none;
    syscall SYS_SETRESGID, GUEST_GROUP, GUEST_GROUP, GUEST_GROUP;
    # A mount that is its user's alone is closed to that user's other groups, too (fuse(4)).
    my $own = 0;
    syscall SYS_SETRESGID, $own, $own, $own unless -e $self->{tree};
}

sub limit {
    my ($which, $value) = @_;
    my $limits = "\0" x 16;
    syscall SYS_GETRLIMIT, $which, $limits;
    my (undef, $hard) = unpack 'Q2', $limits;
    $limits = defined $value ? pack 'Q2', $value, $value : pack 'Q2', $hard, $hard;
    syscall SYS_SETRLIMIT, $which, $limits;
}

sub command_line {
    my ($self, $line, $info) = @_;
    my $kernel = Cwd::abs_path(Cloister::GuestPrograms::find('linux.uml'));
    my @libraries = Cloister::GuestPrograms::libraries(LOADER, $kernel);
    my ($directory) = grep { defined } map { m{^(.*)/libc\.so} ? $1 : undef } @libraries;
    # Asked for by the kernel's last words only: without it the process aborts.
    push @libraries, "$directory/libgcc_s.so.1" if -e "$directory/libgcc_s.so.1";
    my $perl = Cwd::abs_path($^X);
    my $network = $self->{network}->of_kernel;
    my %sandbox = (
        bwrap => Cloister::GuestPrograms::find('bwrap'), is_root => $self->{is_root}, network => $network, kernel => $kernel, libraries => [@libraries, LOADER],
        init => "$HERE/../init", perl => $perl, perl_libraries => [grep { $_ ne LOADER } Cloister::GuestPrograms::libraries(LOADER, $perl)], loader => LOADER,
        config => "$self->{directory}/config", root => $self->{tree}, etc => $self->{network}->etc, net_dir => "$self->{directory}/net", info => $info,
        shares => $self->{shares}, modules => -d '/usr/lib/uml/modules' ? '/usr/lib/uml/modules' : undef,
        devices => $self->devices, service_init => $self->{service_init},
        preload => Cloister::GuestPrograms::has_large_state() ? Cloister::GuestPrograms::xstate() : undef,
    );
    return (Cloister::Uml::sandbox(%sandbox), Cloister::Uml::kernel(
            kernel => $kernel, memory => $self->{memory}, line => $line, network => $network, desktop => $self->{desktop} && $self->{desktop}->of_kernel));
}

1;
