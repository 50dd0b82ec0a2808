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
open_log();
open STDIN, '<', '/dev/null' or die "keeper: $!\n";
open STDOUT, '>&', $file or die "keeper: $!\n";
open STDERR, '>&', $file or die "keeper: $!\n";

limit($_) for split /,/, $limits;
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
        exec_command();
    }
    exec_command();
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

sub exec_command {
    no warnings 'exec';
    exec { $command[0] } @command;
    print STDERR "keeper: can't start $command[0]: $!\n";
    POSIX::_exit(127);
}

# The keeper's own, and so everybody's below. What this user may not have is left as it is.
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
    open $file, '>>', $log or die "keeper: $log: $!\n";
    fcntl $file, F_SETFD, FD_CLOEXEC;
    $size = -s $file;
}

sub rotate {
    close $file;
    for (my $older = MAX_LOG_FILES - 1; $older > 0; $older--) {
        my $from = $older == 1 ? $log : $log . '.' . ($older - 1);
        rename $from, "$log.$older";
    }
    open_log();
}

sub hear {
    my $read = sysread $said, $line, 65536, length $line;
    return if !defined $read && $! == EINTR;
    if (!$read) {
        write_line($line) if length $line;
        undef $said;
        return;
    }
    write_line($1) while $line =~ s/^([^\n]*)\n//;
    while (length $line > MAX_LOG_LINE) {
        write_line(substr $line, 0, MAX_LOG_LINE, '');
    }
}

sub write_line {
    my ($text) = @_;
    my $stamped = POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime) . ' ' . substr($text, 0, MAX_LOG_LINE) . "\n";
    rotate() if $size + length $stamped > MAX_LOG_BYTES;
    write_all($file, $stamped);
    $size += length $stamped;
}

sub leave {
    if (!$gone) {
        kill KILL => $sandbox;
        waitpid $sandbox, 0;
    }
    while (defined $said) { hear() }
    unlink 'control';
    exit 0;
}
