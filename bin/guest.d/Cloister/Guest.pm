package Cloister::Guest;
# One guest from its first process to its last: starts the sandbox, carries the program's streams, ends everything. It is the caller's foreground
# process; whatever way it ends, the sandbox's processes end with it (PR_SET_PDEATHSIG and a pid namespace).
use strict;
use warnings;
use Cwd ();
use Fcntl qw(F_SETFD F_GETFL F_SETFL O_NONBLOCK);
use POSIX ();
use Socket qw(AF_UNIX PF_UNIX SOCK_STREAM sockaddr_un);
use Cloister::Frames;
use Cloister::GuestDesktop;
use Cloister::GuestDevices;
use Cloister::GuestNetwork;
use Cloister::Mconsole;
use Cloister::Terminal;
use Cloister::Uml;

use constant {
    FAILED         => 125,
    TIMED_OUT      => 124,
    BOOT_SECONDS   => 60,
    # For the programs of an ordered end, then for the kernel's halt, then for the processes of a killed sandbox.
    TERM_SECONDS   => 5,
    LEAVE_SECONDS  => 3,
    HALT_SECONDS   => 2,
    GONE_SECONDS   => 5,
    LOOK_SECONDS   => 0.5,
    CHUNK          => 32768,
    # Never blocks a pipe that select(2) calls writable (pipe(7), PIPE_BUF).
    ATOMIC         => 4096,
    # On the way to the guest. Its tty has 4095 bytes (n_tty(4)); where they are full the kernel doesn't always go on.
    LINE_WINDOW    => 3072,
    # Of input that the program hasn't read, and of output that the caller hasn't.
    MAX_WAITING    => 131072,
    MAX_LOG        => 262144,
    MAX_CONSOLES   => 16,
    LAST_LINES     => 10,
    FORCED         => 3,
    SYS_UNSHARE    => 272,
    SYS_SETRLIMIT  => 160,
    SYS_GETRLIMIT  => 97,
    SYS_SETGROUPS  => 116,
    SYS_SETRESGID  => 119,
    GUEST_GROUP    => 65533,
    CLONE_NEWUSER  => 0x10000000,
    CLONE_NEWNET   => 0x40000000,
    RLIMIT_CORE    => 4,
    RLIMIT_NOFILE  => 7,
};
use constant SIGKILL => 9;

my ($HERE) = __FILE__ =~ m{^(.*)/};

my %SIGNALS = (INT => 2, QUIT => 3, USR1 => 10, USR2 => 12);
# These end the guest in order.
my %ENDINGS = (TERM => 15, HUP => 1);

sub run {
    my @arguments = @_;
    # A stream that the caller closed: its number would go to a file of this process.
    my $spare;
    do { $spare = POSIX::open('/dev/null', POSIX::O_RDWR()) } while defined $spare && $spare < 3;
    POSIX::close($spare);
    my $of = eval { options(@arguments) };
    return usage($@) unless $of;
    my $problem = missing();
    return trouble(@$problem) if $problem;
    return trouble($@, '`cloister doctor` says what is missing') unless $of->{entered} || eval { enter($of, @arguments); 1 };
    my $self = bless { %$of, id => "$of->{root}-$$", reason => '', consoles => {}, left => {}, frames => [], out => '', err => '', waiting => 0, line_out => '', in_flight => 0 }, __PACKAGE__;
    my $status = eval { $self->live };
    my $died = $@;
    $self->clear;
    if (!defined $status) {
        print STDERR map { '  its kernel: ' . printable($_) . "\n" } last_lines($self->{said});
        return trouble($died, '`cloister doctor` says what is missing');
    }
    return $status;
}

sub usage {
    my ($reason) = @_;
    chomp $reason;
    print STDERR "cloister: $reason\n  What to do: see `cloister run --help`\n";
    return 2;
}

sub trouble {
    my ($reason, $remedy) = @_;
    chomp $reason;
    print STDERR "cloister: the guest can't run: $reason\n  What to do: $remedy\n";
    return FAILED;
}

# Values are the command's own; what follows -- or the first word is the program.
sub options {
    my @arguments = @_;
    my %of = (shares => [], groups => [], memory => 512, user => '', timeout => 0, network => '', mapped => '', pass => '', display => '', sound => 0, tag => '', dir => '/', command => []);
    while (@arguments) {
        my $word = shift @arguments;
        if ($word eq '--') { last }
        elsif ($word !~ /^--/) { unshift @arguments, $word; last }
        elsif ($word =~ /^--(no-network|holder|entered|sound)\z/) { (my $name = $1) =~ tr/-/_/; $of{$name} = 1 }
        elsif ($word =~ /^--(root|tree|guests|etc|memory|share|user|timeout|network|mapped|pass|dir|group|display|tag)\z/) {
            my $name = $1;
            die "$word needs a value\n" unless @arguments;
            my $value = shift @arguments;
            if ($name eq 'share') { push @{ $of{shares} }, Cloister::Uml::share($value) }
            elsif ($name eq 'group') { push @{ $of{groups} }, $value }
            elsif ($name eq 'memory') { $of{memory} = Cloister::Uml::memory($value) }
            else { $of{$name} = $value }
        } else { die "there is no option $word\n" }
    }
    die "--timeout needs seconds, not $of{timeout}\n" unless $of{timeout} =~ /^\d{1,7}\z/;
    die "--display and --sound need --tag\n" if (length $of{display} || $of{sound}) && $of{tag} !~ /^[a-z0-9]+\z/;
    for my $share (@{ $of{shares} }) { die "--share: there is no directory $share->[0]\n" unless -d $share->[0] }
    $of{command} = \@arguments;
    return \%of;
}

sub missing {
    return ['there is no linux.uml here', 'apt-get install user-mode-linux (Debian has it for amd64)'] unless defined find('linux.uml');
    return ['there is no bwrap here', 'apt-get install bubblewrap'] unless defined find('bwrap');
    return;
}

sub find {
    my ($name) = @_;
    for my $directory (split(/:/, $ENV{PATH} // ''), '/usr/bin', '/usr/sbin', '/bin', '/sbin') {
        return "$directory/$name" if $directory =~ m{^/} && -x "$directory/$name";
    }
    return;
}

# An ordinary user becomes root of a namespace of its own ids first, or of the one that holds the root's network. The process stays the same one.
sub enter {
    my ($of, @arguments) = @_;
    return if $> == 0;
    my @before;
    if ($of->{holder} && length $of->{network}) {
        open my $in, '<', $of->{network} or die "the root's network isn't there: $!\n";
        my $holder = <$in>;
        chomp $holder;
        @before = ('nsenter', '--target', $holder, '--user', '--net', '--preserve-credentials', '--') if $holder =~ /^\d+\z/;
    } elsif (length $of->{mapped}) {
        @before = split / /, $of->{mapped};
    }
    return unless @before;
    { exec { $before[0] } @before, "$HERE/../../guest", 'run', '--entered', @arguments }
    die "$before[0]: $!\n";
}

sub live {
    my ($self) = @_;
    $self->{is_root} = $> == 0;
    $self->{directory} = "$self->{guests}/$self->{id}";
    $self->prepare;
    $self->boot;
    $self->{terminal} = Cloister::Terminal->make_raw if $self->{size} ne '';
    my $status = eval { $self->carry };
    my $problem = $@;
    $self->{terminal}->restore if $self->{terminal};
    if (!defined $status) {
        $self->{reason} = $problem =~ s/\n\z//r;
        die $problem;
    }
    return $status;
}

sub prepare {
    my ($self) = @_;
    my $directory = $self->{directory};
    $self->{began} = time;
    mkdir $directory, 0700 or die "$directory can't be made: $!\n";
    $self->{made} = 1;
    mkdir "$directory/$_", 0700 or die "$directory/$_ can't be made: $!\n" for qw(net etc);
    $self->{size} = -t STDIN && -t STDOUT ? Cloister::Terminal::size() : '';
    $self->{network_of} = Cloister::GuestNetwork->new($self);
    $self->{desktop} = Cloister::GuestDesktop->new($self) if length $self->{display} || $self->{sound};
    write_file("$directory/config", Cloister::Frames::fields($self->configuration));
    $self->record('guest', state => 'booting');
    # A socket's path has 107 bytes at most.
    chdir $directory or die "$directory: $!\n";
    socket $self->{listener}, PF_UNIX, SOCK_STREAM, 0 or die "no socket: $!\n";
    bind $self->{listener}, sockaddr_un('console.sock') or die "$directory/console.sock: $!\n";
    listen $self->{listener}, MAX_CONSOLES;
    open $self->{log}, '>', "$directory/console.log" or die "$directory/console.log: $!\n";
}

sub configuration {
    my ($self) = @_;
    my $network = $self->{network_of};
    return (
        host => hostname(), dir => $self->{dir}, user => $self->{user}, size => $self->{size}, etc => 1, address => $network->address, $self->{desktop} ? $self->{desktop}->fields : (),
        (map { (share => ($_->[1] ? 'ro' : 'rw') . ":$_->[0]") } @{ $self->{shares} }), $self->environment,
        map { (arg => $_) } @{ $self->{command} },
    );
}

sub hostname {
    my (undef, $name) = POSIX::uname();
    return $name;
}

# The environment is the root's; of the caller's only what a terminal and a language need.
sub environment {
    my ($self) = @_;
    my $user = $self->{user} =~ /^[a-z_]/ ? $self->{user} : 'root';
    my %environment = (
        PATH => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/usr/games:/sbin:/bin', USER => $user, LOGNAME => $user,
        SHELL => '/bin/sh', CLOISTER_ROOT_NAME => $self->{root},
    );
    for my $name (grep { length($ENV{$_} // '') } split /,/, $self->{pass}) { $environment{$name} = $ENV{$name} }
    return map { (env => "$_=$environment{$_}") } sort keys %environment;
}

# What the agent reads. Replaced as a whole.
sub record {
    my ($self, $name, @fields) = @_;
    return unless $self->{made};
    my $directory = $self->{directory};
    write_file("$directory/.$name", Cloister::Frames::fields(
        id => $self->{id}, root => $self->{root}, pid => $$, start => start_of($$), since => int $self->{began}, memory => $self->{memory},
        command => printable(join ' ', @{ $self->{command} }), network => $self->{network_of} ? $self->{network_of}->kind : 'none', @fields));
    rename "$directory/.$name", "$directory/$name" or die "$directory/$name: $!\n";
}

sub printable {
    my ($text) = @_;
    $text =~ s/[^\x20-\x7e]/?/g;
    return length $text > 200 ? substr($text, 0, 199) . '~' : $text;
}

# In clock ticks since the boot (proc(5), stat, field 22): with the number it names a process for ever.
sub start_of {
    my ($pid) = @_;
    open my $in, '<', "/proc/$pid/stat" or return 0;
    my $text = <$in>;
    $text =~ s/^.*\)//s;
    return (split ' ', $text)[19];
}

sub write_file {
    my ($path, $text) = @_;
    open my $out, '>', $path or die "$path: $!\n";
    print $out $text;
    close $out or die "$path: $!\n";
}

sub boot {
    my ($self) = @_;
    socketpair my $line, my $far, AF_UNIX, SOCK_STREAM, 0 or die "no sockets: $!\n";
    pipe my $log, my $log_in or die "no pipe: $!\n";
    pipe my $ready, my $ready_in or die "no pipe: $!\n";
    pipe my $go, my $go_in or die "no pipe: $!\n";
    pipe my $info, my $info_in or die "no pipe: $!\n";
    my @command = $self->command_line(fileno $far, fileno $info_in);
    my $pid = fork;
    defined $pid or die "no process: $!\n";
    if ($pid == 0) {
        eval { become_sandbox($self, $far, $info_in, $log_in, $ready_in, $go, @command) };
        syswrite $log_in, "cloister: $@";
        POSIX::_exit(FAILED);
    }
    $self->{pid} = $pid;
    close $_ for $far, $info_in, $log_in, $ready_in, $go;
    if ($self->{is_root}) {
        sysread $ready, my $one, 1 or die "the sandbox can't be made" . $self->last_words($log) . "\n";
        map_ids($pid);
        $self->{network_of}->attach($pid);
        syswrite $go_in, '+';
    }
    fcntl $_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK for $line, $log, $info;
    if (defined(my $devices = $self->devices_directory)) {
        $self->{devices} = Cloister::GuestDevices->new(dev => $devices, ask => sub { $self->ask_kernel($_[0]) }, tell => sub { $self->to_guest('d', 0, $_[0]) });
    }
    @$self{qw(line kernel_log info)} = ($line, $log, $info);
}

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

sub last_words {
    my ($self, $log) = @_;
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

sub become_sandbox {
    my ($self, $line, $info, $log, $ready, $go, @command) = @_;
    $SIG{$_} = 'DEFAULT' for keys %SIG;
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
        $self->{network_of}->up;
        $self->join_guest_group;
    }
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
    my $kernel = Cwd::abs_path(find('linux.uml'));
    my $loader = '/lib64/ld-linux-x86-64.so.2';
    my @libraries = libraries($loader, $kernel);
    my ($directory) = grep { defined } map { m{^(.*)/libc\.so} ? $1 : undef } @libraries;
    # Asked for by the kernel's last words only: without it the process aborts.
    push @libraries, "$directory/libgcc_s.so.1" if -e "$directory/libgcc_s.so.1";
    my $perl = Cwd::abs_path($^X);
    my $network = $self->{network_of}->of_kernel;
    my %sandbox = (
        bwrap => find('bwrap'), is_root => $self->{is_root}, network => $network, kernel => $kernel, libraries => [@libraries, $loader],
        init => "$HERE/../init", perl => $perl, perl_libraries => [grep { $_ ne $loader } libraries($loader, $perl)], loader => $loader,
        config => "$self->{directory}/config", root => $self->{tree}, etc => $self->{network_of}->etc, net_dir => "$self->{directory}/net", info => $info,
        shares => $self->{shares}, modules => -d '/usr/lib/uml/modules' ? '/usr/lib/uml/modules' : undef,
        devices => $self->devices_directory,
    );
    return (Cloister::Uml::sandbox(%sandbox), Cloister::Uml::kernel(
            kernel => $kernel, memory => $self->{memory}, line => $line, network => $network, desktop => $self->{desktop} && $self->{desktop}->of_kernel));
}

# The root's /dev, where the union has devices in it; a link in its place would lead out of the root.
sub devices_directory {
    my ($self) = @_;
    my $devices = "$self->{tree}/dev";
    return $self->{is_root} && !-l $devices && -c "$devices/null" ? $devices : undef;
}

# As ldd(1) does it.
sub libraries {
    my ($loader, $program) = @_;
    open my $list, '-|', $loader, '--list', $program or die "$loader: $!\n";
    return grep { defined } map { m{=> (/\S+)} ? $1 : undef } <$list>;
}

# Until the guest is gone; the exit status.
sub carry {
    my ($self) = @_;
    my %got;
    local $SIG{PIPE} = 'IGNORE';
    local @SIG{ keys %SIGNALS, keys %ENDINGS, 'WINCH' } = map { my $name = $_; sub { $got{$name}++ } } keys %SIGNALS, keys %ENDINGS, 'WINCH';
    local $SIG{CHLD} = sub { };
    my $decoder = Cloister::Frames->decoder('roeakxmqz');
    $self->{boot_by} = $self->{began} + BOOT_SECONDS;
    while (1) {
        my ($read, $write, $clients) = $self->interest;
        my $found = select $read, $write, undef, LOOK_SECONDS;
        ($read, $write) = ('', '') if $found <= 0;
        $self->signals(\%got);
        $self->keep_log if vec $read, fileno $self->{kernel_log}, 1;
        $self->receive($decoder) if $self->{line} && vec $read, fileno $self->{line}, 1;
        $self->send_line if $self->{line} && vec $write, fileno $self->{line}, 1;
        $self->input if $self->{input_wanted} && vec $read, 0, 1;
        $self->output('out', *STDOUT) if vec $write, 1, 1;
        $self->output('err', *STDERR) if vec $write, 2, 1;
        $self->accept_console if vec $read, fileno $self->{listener}, 1;
        $self->console($_, $read, $write) for @$clients;
        $self->{devices}->look if $self->{devices} && $self->{running} && !$self->{stopping} && !defined $self->{status};
        my $status = $self->watch;
        return $status if defined $status;
    }
}

sub interest {
    my ($self) = @_;
    my ($read, $write) = ('', '');
    vec($read, fileno $self->{kernel_log}, 1) = 1 unless $self->{log_ended};
    vec($read, fileno $self->{line}, 1) = 1 if $self->{line} && length($self->{out}) + length($self->{err}) < MAX_WAITING;
    vec($write, fileno $self->{line}, 1) = 1 if $self->{line} && $self->{up} && length $self->{line_out} && $self->{in_flight} < LINE_WINDOW;
    $self->{input_wanted} = $self->{up} && !$self->{input_ended} && $self->{waiting} < MAX_WAITING;
    vec($read, 0, 1) = 1 if $self->{input_wanted};
    vec($write, 1, 1) = 1 if length $self->{out};
    vec($write, 2, 1) = 1 if length $self->{err};
    vec($read, fileno $self->{listener}, 1) = 1;
    my @clients = values %{ $self->{consoles} };
    for my $client (@clients) {
        vec($read, fileno $client->{socket}, 1) = 1 if length $self->{line_out} < MAX_WAITING;
        vec($write, fileno $client->{socket}, 1) = 1 if length $client->{out};
    }
    return ($read, $write, \@clients);
}

sub signals {
    my ($self, $got) = @_;
    for my $name (grep { $got->{$_} } keys %SIGNALS) {
        $self->{forced} += $got->{$name} if $name eq 'INT';
        $got->{$name} = 0;
        $self->to_guest('s', 0, $SIGNALS{$name});
        # A guest that doesn't run anything yet, or doesn't listen, ends all the same.
        if (!$self->{running}) { $self->stop("ended by SIG$name", 128 + $SIGNALS{$name}, 'now') }
        elsif (($self->{forced} // 0) >= FORCED) { $self->stop('ended by SIGINT', 130, 'now') }
    }
    for my $name (grep { $got->{$_} } keys %ENDINGS) {
        $got->{$name} = 0;
        $self->stop("ended by SIG$name", 128 + $ENDINGS{$name});
    }
    if ($got->{WINCH}) {
        $got->{WINCH} = 0;
        $self->to_guest('w', 0, Cloister::Terminal::size()) if $self->{terminal};
    }
}

# An ordered end first, then the kernel's halt, then SIGKILL: watch() goes from one to the next.
sub stop {
    my ($self, $reason, $status, $now) = @_;
    return if $self->{stopping} && !$now;
    $self->{reason} = $reason unless length $self->{reason};
    $self->{stop_status} //= $status;
    if ($self->{running} && !$now) {
        $self->{stopping} = 'order';
        $self->{stop_by} = time + TERM_SECONDS + LEAVE_SECONDS;
        $self->to_guest('t', 0, TERM_SECONDS);
    } else {
        $self->{stopping} = 'kill';
        $self->{stop_by} = 0;
        kill SIGKILL, $self->{pid};
    }
}

# The exit status when all is over.
sub watch {
    my ($self) = @_;
    my $now = time;
    if (!$self->{running} && $now > $self->{boot_by} && !$self->{stopping}) {
        $self->stop('its program was not started in ' . BOOT_SECONDS . ' seconds', FAILED, 'now');
    }
    if ($self->{timeout} && $now > $self->{began} + $self->{timeout} && !$self->{timed_out}++) {
        $self->stop("its $self->{timeout} seconds are over", TIMED_OUT);
    }
    if (($self->{stopping} // '') eq 'order' && $now > $self->{stop_by}) {
        $self->{stopping} = 'halt';
        $self->{stop_by} = $now + HALT_SECONDS;
        $self->{reason} .= '; it did not end in order and was halted';
        $self->ask_kernel($_) for 'sysrq s', 'halt';
    } elsif (($self->{stopping} // '') eq 'halt' && $now > $self->{stop_by}) {
        $self->{stopping} = 'kill';
        kill SIGKILL, $self->{pid};
    }
    if (defined $self->{status} && !$self->{killed}++) {
        # It has written everything to its root before it said so; its own way down would take longer.
        kill SIGKILL, $self->{pid};
    }
    if (!$self->{log_ended}) {
        $self->{gone_by} //= $now + GONE_SECONDS if defined $self->{status};
        return if !defined $self->{gone_by} || $now < $self->{gone_by};
    }
    # A caller that reads has all that the program said; who stops the guest doesn't wait for one that doesn't.
    if (length $self->{out} || length $self->{err}) {
        $self->{read_by} //= $now + GONE_SECONDS if $self->{stopping};
        return if !defined $self->{read_by} || $now < $self->{read_by};
    }
    return $self->over;
}

sub over {
    my ($self) = @_;
    # Its number is another process's from here on.
    waitpid delete $self->{pid}, 0;
    if (defined $self->{stop_status}) {
        # A program that ends by the signal that it was sent, and one that ends by itself then, have the same status for the caller.
        return $self->{stop_status};
    }
    if (defined $self->{status}) {
        $self->{reason} = "its program ended with status $self->{status}";
        return $self->{status};
    }
    die +($self->{problem} // 'its kernel ended' . kernel_words($self->{said})) . "\n";
}

# The agent removes the rest with the guest's directory.
sub last_lines {
    my @lines = grep { /\S/ } split /\r?\n/, $_[0] // '';
    return @lines > LAST_LINES ? @lines[ -LAST_LINES .. -1 ] : @lines;
}

# What the kernel said last that tells a reason.
sub kernel_words {
    my ($said) = @_;
    my @lines = grep { /\S/ } split /\r?\n/, $said // '';
    my ($panic) = grep { /panic|not syncing|cloister:|bwrap:/ } @lines;
    my $line = $panic // $lines[-1] // return '';
    return ': ' . printable($line =~ s/^\[[^\]]*\]\s*//r);
}

sub keep_log {
    my ($self) = @_;
    my $count = sysread $self->{kernel_log}, my $text, CHUNK;
    if (!$count) {
        $self->{log_ended} = 1 if defined $count;
        return;
    }
    $self->{said} = substr(($self->{said} // '') . $text, -ATOMIC) // $text;
    $self->{logged} += $count;
    if ($self->{logged} > MAX_LOG) {
        # Begins anew with what was said last.
        truncate $self->{log}, 0;
        seek $self->{log}, 0, 0;
        $self->{logged} = $count;
    }
    syswrite $self->{log}, $text;
}

sub receive {
    my ($self, $decoder) = @_;
    my $count = sysread $self->{line}, my $bytes, CHUNK;
    return if !defined $count;
    if (!$count) {
        delete $self->{line};
        return;
    }
    my @frames = eval { $decoder->feed($bytes) };
    if ($@) {
        delete $self->{line};
        my $reason = $@ =~ s/\n\z//r;
        $self->stop("it broke the line's protocol with $reason", FAILED, 'now');
        return;
    }
    $self->handle(@$_) for @frames;
}

sub handle {
    my ($self, $type, $channel, $payload) = @_;
    $self->{up} = 1;
    if ($channel) { return $self->to_console($type, $channel, $payload) }
    if ($type eq 'r') {
        $self->{running} = 1;
        $self->record('guest', state => 'running', kernel => $self->first_process // '');
    }
    elsif ($type eq 'o') { $self->{out} .= $payload unless $self->{out_closed} }
    elsif ($type eq 'e') { $self->{err} .= $payload }
    elsif ($type eq 'a') { $self->{waiting} -= $payload if $payload =~ /^\d{1,6}\z/ }
    elsif ($type eq 'k') { $self->{in_flight} -= $payload if $payload =~ /^\d{1,5}\z/ && $payload <= $self->{in_flight} }
    elsif ($type eq 'z') { $self->{input_ended} = 1 }
    elsif ($type eq 'm') { $self->{problem} = printable($payload) }
    elsif ($type eq 'x') { $self->{status} = $payload =~ /^\d{1,3}\z/ && $payload < 256 ? $payload : FAILED }
}

sub to_guest {
    my ($self, $type, $channel, $payload) = @_;
    $self->{line_out} .= Cloister::Frames::encode($type, $channel, $payload);
}

sub send_line {
    my ($self) = @_;
    my $count = syswrite $self->{line}, substr $self->{line_out}, 0, LINE_WINDOW - $self->{in_flight};
    return unless $count;
    $self->{in_flight} += $count;
    substr $self->{line_out}, 0, $count, '';
}

sub input {
    my ($self) = @_;
    my $count = sysread STDIN, my $bytes, CHUNK;
    return if !defined $count && ($!{EINTR} || $!{EAGAIN});
    if ($count) {
        $self->{waiting} += $count;
        $self->to_guest('i', 0, $bytes);
    } else {
        $self->{input_ended} = 1;
        $self->to_guest('z', 0, '');
    }
}

sub output {
    my ($self, $which, $handle) = @_;
    my $count = syswrite $handle, $self->{$which}, ATOMIC;
    if (defined $count) {
        substr $self->{$which}, 0, $count, '';
    } elsif (!$!{EINTR} && !$!{EAGAIN}) {
        $self->{$which} = '';
        # As a program whose output nobody reads.
        if ($which eq 'out' && !$self->{out_closed}++) { $self->to_guest('s', 0, 13) }
    }
}

sub accept_console {
    my ($self) = @_;
    accept my $socket, $self->{listener} or return;
    my ($channel) = grep { !$self->{consoles}{$_} && !$self->{left}{$_} } 1 .. MAX_CONSOLES;
    return if !$channel || !$self->{running};
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    $self->{consoles}{$channel} = { socket => $socket, channel => $channel, out => '', decoder => Cloister::Frames->decoder('cizswq') };
}

sub console {
    my ($self, $client, $read, $write) = @_;
    if (vec $write, fileno $client->{socket}, 1) {
        my $count = syswrite $client->{socket}, $client->{out};
        substr $client->{out}, 0, $count, '' if $count;
    }
    if ($client->{over} && !length $client->{out}) { return delete $self->{consoles}{ $client->{channel} } }
    return if !vec $read, fileno $client->{socket}, 1;
    my $count = sysread $client->{socket}, my $bytes, CHUNK;
    my @frames = $count ? eval { $client->{decoder}->feed($bytes) } : ();
    if ($count && !$@) {
        for my $frame (@frames) {
            $client->{started} = 1 if $frame->[0] eq 'c';
            $self->to_guest($frame->[0], $client->{channel}, $frame->[2]);
        }
    } elsif ($count || defined $count) {
        $self->leave($client);
    }
}

# Its program hears that the terminal is gone. The channel is its own until it ends, which it need not do.
sub leave {
    my ($self, $client) = @_;
    my $channel = $client->{channel};
    delete $self->{consoles}{$channel};
    return unless $client->{started} && !$client->{over};
    $self->{left}{$channel} = 1;
    $self->to_guest('s', $channel, 1);
}

sub to_console {
    my ($self, $type, $channel, $payload) = @_;
    delete $self->{left}{$channel} if $type eq 'x';
    my $client = $self->{consoles}{$channel} or return;
    $client->{out} .= Cloister::Frames::encode($type, $channel, $payload);
    $client->{over} = 1 if $type eq 'x' || $type eq 'q';
    # Who doesn't read isn't waited for.
    $self->leave($client) if length $client->{out} > 8 * MAX_WAITING;
}

# What is left of the directory the agent removes.
sub clear {
    my ($self) = @_;
    return unless $self->{made};
    kill SIGKILL, $self->{pid} if $self->{pid};
    $self->{network_of}->end if $self->{network_of};
    $self->{desktop}->end if $self->{desktop};
    chdir '/';
    unlink "$self->{directory}/$_" for qw(config console.sock);
    eval { $self->record('ended', ended => int time, status => $self->{status} // '', reason => printable($self->{reason})) };
}

1;
