#!/usr/bin/perl
# The first process of a service's sandbox. Written by the agent; a change to it is lost.
# Starts, signals and reaps processes as the lines on descriptor 3 say, and tells there what becomes of them. It decides nothing. Its end, and the
# end of descriptor 3, is the end of every process in the sandbox (pid_namespaces(7)). Needs perl-base only.
use strict;
use warnings;
use Errno qw(EINTR EAGAIN);
use Fcntl qw(F_SETFD FD_CLOEXEC O_RDONLY O_WRONLY O_CREAT O_APPEND);
use POSIX ();
use Socket qw(PF_UNIX SOCK_DGRAM sockaddr_un);

use constant {
    MAX_LINE     => 1 << 20,
    MAX_DATAGRAM => 1 << 16,
    MAX_GROUPS   => 1_000,
    # A child that ends just before select(2) isn't noticed sooner; nor is the end of what is nobody's child here.
    LOOK_SECONDS => 1,
    POLL_SECONDS => 0.2,
    # Of this sandbox alone, while a machine's agent shares /dev among all programs of a root.
    NOTIFY       => '/dev/shm/cloister-notify',
    SYSLOG       => '/dev/shm/cloister-log',
    LOG_LINK     => '/dev/log',
    # As systemd's: no message of sd_notify(3) is longer.
    MAX_NOTICE   => 4_096,
    # In one second; who sends more waits. The agent hears all services on one thread.
    MAX_NOTICES  => 100,
};

open my $control, '+<&=', 3 or die "init: no descriptor 3: $!\n";
binmode $control;
fcntl $control, F_SETFD, FD_CLOEXEC;
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM PIPE USR1 USR2);
my $exited = 0;
$SIG{CHLD} = sub { $exited = 1 };
my $notify = datagrams(NOTIFY);
my $syslog = datagrams(SYSLOG);
if ((readlink(LOG_LINK) // '') ne SYSLOG) {
    unlink LOG_LINK;
    symlink SYSLOG, LOG_LINK or $!{EEXIST} or complain('no ' . LOG_LINK . ": $!");
}
my (%children, %watched, %polled, $present);
my $buffer = '';
my ($second, $notices) = (0, 0);
tell_agent('up');

while (1) {
    reap();
    my $ready = '';
    ($second, $notices) = (time, 0) if $second != time;
    vec($ready, fileno $_, 1) = 1 for grep { defined } $control, $notices < MAX_NOTICES ? $notify : undef, $syslog;
    my $found = select my $read = $ready, undef, undef, %polled ? POLL_SECONDS : LOOK_SECONDS;
    if ($found < 0) { next if $! == EINTR; exit 1 }
    look_at_polled() if %polled;
    next unless $found;
    relay($notify, \&heard) if defined $notify && vec $read, fileno $notify, 1;
    relay($syslog, \&logged) if defined $syslog && vec $read, fileno $syslog, 1;
    take() if vec $read, fileno $control, 1;
}

sub datagrams {
    my ($path) = @_;
    unlink $path;
    socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or return complain("no socket: $!");
    bind($socket, sockaddr_un($path)) or return complain("no $path: $!");
    chmod 0666, $path;
    fcntl $socket, F_SETFD, FD_CLOEXEC;
    return $socket;
}

sub complain { print STDERR "init: $_[0]\n"; return }

sub encoded { my ($text) = @_; $text =~ s/([^A-Za-z0-9_.\/:=+,@-])/sprintf '%%%02X', ord $1/ge; return $text }
sub decoded { my ($text) = @_; $text =~ s/%([0-9A-F]{2})/chr hex $1/ge; return $text }

sub tell_agent {
    my $line = join(' ', map { encoded($_) } @_) . "\n";
    while (length $line) {
        my $sent = syswrite $control, $line;
        if (!defined $sent) { next if $! == EINTR; exit 1 }
        substr $line, 0, $sent, '';
    }
}

sub relay {
    my ($socket, $to) = @_;
    my $text = '';
    defined recv $socket, $text, MAX_DATAGRAM, 0 and $to->($text);
}

sub heard { $notices++; tell_agent('notify', substr $_[0], 0, MAX_NOTICE) }

# RFC 3164 as the C library writes it: <PRI>Mmm dd hh:mm:ss TAG: TEXT
sub logged {
    my ($text) = @_;
    $text =~ s/^<\d{1,3}>//;
    $text =~ s/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d //;
    $text =~ s/[\0\n]+$//;
    $text =~ s/\n/ /g;
    print STDERR "$text\n";
}

sub reap {
    return unless $exited || $present;
    $exited = 0;
    while (1) {
        my $pid = waitpid -1, POSIX::WNOHANG();
        last if $pid == 0;
        if ($pid < 0) {
            tell_agent('empty') if $present;
            $present = 0;
            last;
        }
        my $status = $?;
        delete $polled{$pid};
        if (delete($children{$pid}) || delete $watched{$pid}) {
            tell_agent('exited', $pid, $status & 127 ? ('signal', $status & 127) : ('code', $status >> 8));
        }
    }
}

# Whose parent isn't this process: its status is its parent's to know.
sub look_at_polled {
    for my $pid (keys %polled) {
        next if defined parent_of($pid);
        delete $polled{$pid};
        tell_agent('exited', $pid, 'code', 0) if delete $watched{$pid};
    }
}

# Nothing for one that is gone, or that only waits to be reaped.
sub parent_of {
    my ($pid) = @_;
    open my $stat, '<', "/proc/$pid/stat" or return;
    my $text = <$stat> // '';
    return $text =~ /^\d+ \(.*\) [^Z] (\d+) /s ? $1 : undef;
}

sub take {
    my $read = sysread $control, $buffer, 65536, length $buffer;
    if (!defined $read) { return if $! == EINTR || $! == EAGAIN; exit 1 }
    exit 0 if $read == 0 || length $buffer > MAX_LINE;
    while ($buffer =~ s/^([^\n]*)\n//) {
        my ($operation, @words) = map { decoded($_) } split / /, $1;
        if ($operation eq 'spawn') { spawn(@words) }
        elsif ($operation eq 'signal') { signal(@words) }
        elsif ($operation eq 'watch') { watch($words[0]) }
        elsif ($operation eq 'list') { list() }
        elsif ($operation eq 'pidfile') { read_pid_file($words[0]) }
        elsif ($operation eq 'directory') { directory(@words) }
        elsif ($operation eq 'remove') { system '/bin/rm', '-rf', '--', @words }
        elsif ($operation eq 'end') { exit 0 }
        else { complain("unknown: $operation") }
    }
}

sub signal {
    my ($number, $whom) = @_;
    kill $number, $whom eq 'all' ? -1 : $whom if $whom eq 'all' || $whom > 1;
}

sub watch {
    my ($pid) = @_;
    return if $children{$pid};
    $watched{$pid} = 1;
    $polled{$pid} = 1 if (parent_of($pid) // 0) != $$;
}

# Every process but this one, with its parent.
sub list {
    opendir my $proc, '/proc' or return tell_agent('processes');
    my @processes;
    for my $pid (grep { /^\d+$/ && $_ != $$ } readdir $proc) {
        my $parent = parent_of($pid);
        push @processes, "$pid:$parent" if defined $parent;
    }
    tell_agent('processes', @processes);
}

# Says nothing of a file that isn't there yet, or has no number; 0 of a process that isn't there.
sub read_pid_file {
    my ($path) = @_;
    -f $path && open my $in, '<', $path or return;
    my $text = <$in> // '';
    tell_agent('pidfile', $1 != $$ && defined parent_of($1) ? $1 : 0) if $text =~ /^\s*([1-9]\d{0,8})\s*$/;
}

# directory PATH MODE USER GROUP
sub directory {
    my ($path, $mode, $user, $group) = @_;
    eval {
        my ($uid, $gid) = identity($user, $group);
        make_directory($path, oct $mode, $uid, $gid);
        1;
    } or complain($@);
}

# spawn TOKEN KEY=VALUE... -- PROGRAM ARGUMENT...
sub spawn {
    my ($token, @words) = @_;
    my (%one, %many);
    while (@words && (my $word = shift @words) ne '--') {
        my ($key, $value) = split /=/, $word, 2;
        $one{$key} = $value;
        push @{ $many{$key} }, $value;
    }
    if (!pipe my $result, my $failure) { return tell_agent('failed', $token, "no pipe: $!") }
    else {
        my $pid = fork;
        return tell_agent('failed', $token, "no process: $!") unless defined $pid;
        if ($pid == 0) {
            close $result;
            fcntl $failure, F_SETFD, FD_CLOEXEC;
            eval { become(\%one, \%many, @words); 1 } or syswrite $failure, substr $@, 0, 4000;
            POSIX::_exit(203);
        }
        close $failure;
        $present = 1;
        $children{$pid} = 1;
        local $/;
        my $reason = <$result> // '';
        $reason =~ s/ at \S+ line \d+\.?\s*$//;
        if (length $reason) {
            delete $children{$pid};
            tell_agent('failed', $token, $reason);
        } else {
            tell_agent('started', $token, $pid);
        }
    }
}

sub become {
    my ($one, $many, @command) = @_;
    POSIX::setsid();
    $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM USR1 USR2 CHLD);
    $SIG{PIPE} = $one->{pipe} ? 'DEFAULT' : 'IGNORE';
    my ($uid, $gid, $name, $home, $shell) = identity($one->{user}, $one->{group});
    my @groups = defined $name ? groups_of($name) : ();
    push @groups, map { group_id($_) } @{ $many->{groups} // [] };
    for my $directory (@{ $many->{directory} // [] }) {
        my ($mode, $path) = split /:/, $directory, 2;
        make_directory($path, oct $mode, $uid, $gid);
    }
    for my $directory (@{ $many->{rootsdirectory} // [] }) {
        my ($mode, $path) = split /:/, $directory, 2;
        make_directory($path, oct $mode);
    }
    my %environment = (PATH => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
    $environment{$_} = $ENV{$_} for grep { exists $ENV{$_} } qw(LANG LC_ALL TZ CLOISTER_ROOT_NAME);
    @environment{qw(USER LOGNAME HOME SHELL)} = ($name, $name, $home, $shell) if defined $name;
    $environment{NOTIFY_SOCKET} = NOTIFY if $one->{notify};
    for my $variable (@{ $many->{env} // [] }) {
        my ($key, $value) = split /=/, $variable, 2;
        $environment{$key} = $value;
    }
    %ENV = %environment;
    umask oct($one->{umask} // '0022');
    POSIX::nice($one->{nice}) or die "can't have nice $one->{nice}: $!" if $one->{nice};
    open STDIN, '<', $one->{in} // '/dev/null' or die "can't read $one->{in}: $!";
    redirect(*STDOUT, $one->{out}) if defined $one->{out};
    redirect(*STDERR, $one->{err}) if defined $one->{err};
    if (defined $uid && $one->{ambient}) {
        # A process that has become another user has nothing left to hand on: setpriv(1) does both at once.
        my $all = join ',', $gid, splice @groups, 0, MAX_GROUPS;
        unshift @command, '/usr/bin/setpriv', "--reuid=$uid", "--regid=$gid", "--groups=$all", "--inh-caps=$one->{ambient}",
            "--ambient-caps=$one->{ambient}", '--';
    } elsif (defined $uid) {
        local $! = 0;
        $) = join ' ', $gid, $gid, splice @groups, 0, MAX_GROUPS;
        die "can't have the groups of $one->{user}: $!" if $!;
        POSIX::setgid($gid) or die "can't become group $gid: $!";
        POSIX::setuid($uid) or die "can't become user $one->{user}: $!";
    }
    my $cwd = $one->{cwd} // '/';
    $cwd = $home // '/root' if $cwd eq '~';
    chdir '/' or die "user $one->{user} may not see this root: its mount is closed to all but the agent's user. "
        . "Say user_allow_other in /etc/fuse.conf and start the agent again, or use root's agent";
    chdir $cwd or $one->{cwdoptional} or die "can't go to $cwd: $!";
    my $program = $command[0];
    $command[0] = $one->{argv0} if defined $one->{argv0} && !$one->{ambient};
    no warnings 'exec';
    exec { $program } @command;
    die "can't start $program: $!";
}

sub redirect {
    my ($handle, $path) = @_;
    sysopen my $file, $path, O_WRONLY | O_CREAT | O_APPEND, 0644 or die "can't write $path: $!";
    open $handle, '>>&', $file or die "can't write $path: $!";
}

sub identity {
    my ($user, $group) = @_;
    return unless defined $user || defined $group;
    my ($name, undef, $uid, $gid, undef, undef, undef, $home, $shell) =
        !defined $user ? (undef, undef, $>, $) + 0)
        : $user =~ /^\d+$/ ? (getpwuid $user) : (getpwnam $user);
    if (!defined $uid) {
        die "there is no user $user in this root" unless $user =~ /^\d+$/;
        ($uid, $gid, $home) = ($user, $user, '/');
    }
    $gid = group_id($group) if defined $group;
    return ($uid, $gid, $name, $home, $shell);
}

sub group_id {
    my ($group) = @_;
    return $group if $group =~ /^\d+$/;
    return getgrnam($group) // die "there is no group $group in this root";
}

sub groups_of {
    my ($name) = @_;
    my @groups;
    while (my (undef, undef, $gid, $members) = getgrent) {
        push @groups, $gid if grep { $_ eq $name } split / /, $members;
    }
    return @groups;
}

sub make_directory {
    my ($path, $mode, $uid, $gid) = @_;
    my $made = '';
    for my $name (grep { length } split m{/}, $path) {
        $made .= "/$name";
        mkdir $made, 0755 or $!{EEXIST} or die "can't make $made: $!";
    }
    if (defined $uid) { chown $uid, $gid, $path or die "can't give away $path: $!" }
    chmod $mode, $path or die "can't change $path: $!";
}
