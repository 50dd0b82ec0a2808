#!/usr/bin/perl
# Keeps the sandbox of one service for the agent, and outlives it. Written by the agent; a change to it is lost.
# keeper DIRECTORY LOG LIMITS COMMAND...: starts COMMAND, whose descriptor 3 leads here; listens on DIRECTORY/control for the agent; passes lines
# between both; numbers and keeps what the sandbox tells until the agent has it; writes what the service says to LOG, with the time, in files
# of limited size. LIMITS are options of prlimit(1), separated by commas. Needs perl-base only.
use strict;
use warnings;
use Errno qw(EINTR);
use Fcntl qw(F_SETFD FD_CLOEXEC);
use POSIX ();
use Socket qw(PF_UNIX SOCK_STREAM AF_UNIX PF_UNSPEC SOMAXCONN sockaddr_un);

use constant {
    MAX_LINE      => 1 << 20,
    # A flood of notifications costs the oldest.
    MAX_KEPT      => 10_000,
    MAX_LOG_BYTES => 1 << 20,
    MAX_LOG_FILES => 4,
    MAX_LOG_LINE  => 8_192,
    # Of equal lines that come at once.
    MAX_SAME      => 10,
    # After these seconds a sandbox that was told to end is killed.
    END_SECONDS   => 2,
};

my ($directory, $log, $limits, @command) = @ARGV;
die "usage: keeper DIRECTORY LOG LIMITS COMMAND...\n" unless @command;
POSIX::setsid();
$SIG{$_} = 'IGNORE' for qw(HUP INT PIPE);
$SIG{CHLD} = 'DEFAULT';
chdir $directory or die "keeper: $directory: $!\n";
umask 0077;

my ($file, $size);
open_log() or die "keeper: $log: $!\n";
open STDIN, '<', '/dev/null' or die "keeper: $!\n";
open STDOUT, '>&', $file or die "keeper: $!\n";
open STDERR, '>&', $file or die "keeper: $!\n";

socketpair(my $inside, my $end, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "keeper: $!\n";
pipe(my $said, my $mouth) or die "keeper: $!\n";
my $sandbox = fork // die "keeper: $!\n";
if ($sandbox == 0) {
    close $_ for $inside, $said;
    $SIG{$_} = 'DEFAULT' for qw(HUP INT PIPE);
    umask 0022;
    my $from = fileno $end;
    POSIX::dup2(fileno $mouth, $_) // die "keeper: $!\n" for 1, 2;
    POSIX::dup2($from, 3) // die "keeper: $!\n";
    if ($from == 3) {
        open my $same, '+<&=', 3 or die "keeper: $!\n";
        fcntl $same, F_SETFD, 0;
        become_sandbox();
    }
    become_sandbox();
}
close $end;
close $mouth;

unlink 'control.new';
socket(my $listener, PF_UNIX, SOCK_STREAM, 0) or die "keeper: $!\n";
bind($listener, sockaddr_un('control.new')) or die "keeper: control: $!\n";
listen($listener, SOMAXCONN) or die "keeper: $!\n";
rename 'control.new', 'control' or die "keeper: control: $!\n";

my (@kept, $agent, $killed_at, $left);
my ($number, $gone) = (0, 0);
my ($from_inside, $from_agent, $line) = ('', '', '');

while (1) {
    my $ready = '';
    vec($ready, fileno $_, 1) = 1 for grep { defined } $listener, $agent, $inside, $said;
    my $patience = defined $killed_at && !$gone ? 0.1 : undef;
    my $found = select my $read = $ready, undef, undef, $patience;
    if ($found < 0) { next if $! == EINTR; exit 1 }
    if (defined $killed_at && !$gone && time > $killed_at + END_SECONDS) { kill KILL => $sandbox }
    next unless $found > 0;
    hear() if defined $said && vec $read, fileno $said, 1;
    from_inside() if defined $inside && vec $read, fileno $inside, 1;
    accept_agent() if vec $read, fileno $listener, 1;
    from_agent() if defined $agent && vec $read, fileno $agent, 1;
    leave() if $left;
}

sub become_sandbox {
    limit($_) for split /,/, $limits;
    no warnings 'exec';
    exec { $command[0] } @command;
    print STDERR "keeper: can't start $command[0]: $!\n";
    POSIX::_exit(127);
}

# Of the sandbox's processes, not the keeper's. What this user may not have is left as it is.
sub limit {
    my ($option) = @_;
    system('prlimit', '--pid', $$, $option) == 0 or print STDERR "keeper: $option isn't allowed here\n";
}

sub accept_agent {
    accept(my $new, $listener) or return;
    fcntl $new, F_SETFD, FD_CLOEXEC;
    ($agent, $from_agent) = ($new, '');
}

sub from_agent {
    my $read = sysread $agent, $from_agent, 65536, length $from_agent;
    if (!$read || length $from_agent > MAX_LINE) {
        return if !defined $read && $! == EINTR;
        undef $agent;
        return;
    }
    while ($from_agent =~ s/^([^\n]*)\n//) {
        my $text = $1;
        if ($text =~ /^hello (\d+)$/) {
            forget($1);
            to_agent("$_->[0] $_->[1]\n") for @kept;
        }
        elsif ($text =~ /^ack (\d+)$/) { forget($1) }
        elsif ($text eq 'bye') { $left = 1 }
        elsif ($text eq 'end') { $killed_at //= time; to_inside("end\n") }
        else { to_inside("$text\n") }
    }
}

sub forget {
    my ($up_to) = @_;
    shift @kept while @kept && $kept[0][0] <= $up_to;
}

sub write_all {
    my ($handle, $text) = @_;
    while (length $text) {
        my $sent = syswrite $handle, $text;
        if (!defined $sent) { next if $! == EINTR; return 0 }
        substr $text, 0, $sent, '';
    }
    return 1;
}

sub to_agent { undef $agent if defined $agent && !write_all($agent, $_[0]) }
sub to_inside { write_all($inside, $_[0]) if defined $inside }

sub keep {
    my ($text) = @_;
    push @kept, [++$number, $text];
    shift @kept if @kept > MAX_KEPT;
    to_agent("$number $text\n");
}

sub from_inside {
    my $read = sysread $inside, $from_inside, 65536, length $from_inside;
    return if !defined $read && $! == EINTR;
    if (!$read || length $from_inside > MAX_LINE) {
        undef $inside;
        kill KILL => $sandbox;
        waitpid $sandbox, 0;
        $gone = 1;
        keep('gone ' . ($? & 127 ? 'signal ' . ($? & 127) : 'code ' . ($? >> 8)));
        return;
    }
    keep($1) while $from_inside =~ s/^([^\n]*)\n//;
}

sub open_log {
    open my $new, '>>', $log or return 0;
    ($file, $size) = ($new, -s $new);
    return 1;
}

# Where no new file can be had, the old one goes on: a full disk isn't the service's end.
sub rotate {
    for (my $older = MAX_LOG_FILES - 1; $older > 0; $older--) {
        my $from = $older == 1 ? $log : $log . '.' . ($older - 1);
        rename $from, "$log.$older";
    }
    return if open_log();
    rename "$log.1", $log;
    $size = 0;
}

sub hear {
    my $read = sysread $said, $line, 65536, length $line;
    return if !defined $read && $! == EINTR;
    my @lines;
    while ((my $end = index $line, "\n") >= 0) {
        push @lines, substr $line, 0, $end;
        substr $line, 0, $end + 1, '';
    }
    while (length $line > MAX_LOG_LINE || (!$read && length $line)) {
        push @lines, substr $line, 0, MAX_LOG_LINE, '';
    }
    undef $said if !$read;
    write_lines(@lines);
}

# Who says the same again and again doesn't push what was before out of the log.
sub write_lines {
    my @kept;
    my ($last, $times) = ('', 0);
    for my $text (@_, undef) {
        if (defined $text && $times && $text eq $last) {
            push @kept, $text if ++$times <= MAX_SAME;
            next;
        }
        push @kept, '(the same ' . ($times - MAX_SAME) . ' times more)' if $times > MAX_SAME;
        ($last, $times) = ($text, 1);
        push @kept, $text if defined $text;
    }
    my $now = POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime);
    my $stamped = join '', map { "$now " . substr($_, 0, MAX_LOG_LINE) . "\n" } @kept;
    rotate() if $size + length $stamped > MAX_LOG_BYTES;
    # What doesn't fit on the disk is lost, and what the log has already isn't rotated away for it.
    $size += length $stamped if write_all($file, $stamped);
}

sub leave {
    undef $inside;
    if (!$gone) {
        kill KILL => $sandbox;
        waitpid $sandbox, 0;
    }
    # Whoever else got hold of the log's pipe isn't waited for.
    my $until = time + END_SECONDS;
    while (defined $said && time <= $until) {
        my $ready = '';
        vec($ready, fileno $said, 1) = 1;
        hear() if select($ready, undef, undef, 0.1) > 0;
    }
    unlink 'control';
    exit 0;
}
