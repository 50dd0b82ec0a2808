package Cloister::ProgramStreams;
# The standard streams of this process, given to the guest's main program.
use strict;
use warnings;

use constant {
    CHUNK       => 32768,
    # Never blocks a pipe that select(2) calls writable (pipe(7), PIPE_BUF).
    ATOMIC      => 4096,
    # Of input that the program hasn't read, and of output that the caller hasn't.
    MAX_WAITING => 131072,
    SIGPIPE     => 13,
};

# $line: the guest's.
sub new {
    my ($class, $line) = @_;
    return bless { line => $line, out => '', err => '', waiting => 0 }, $class;
}

# What the caller hasn't read yet.
sub unread { return length($_[0]{out}) + length($_[0]{err}) }
sub full   { return $_[0]->unread >= MAX_WAITING }

# $wanted: whether the program is there to read.
sub interest {
    my ($self, $read, $write, $wanted) = @_;
    $self->{wanted} = $wanted && !$self->{ended} && $self->{waiting} < MAX_WAITING;
    vec($$read, 0, 1) = 1 if $self->{wanted};
    vec($$write, 1, 1) = 1 if length $self->{out};
    vec($$write, 2, 1) = 1 if length $self->{err};
}

sub turn {
    my ($self, $read, $write) = @_;
    $self->input if $self->{wanted} && vec $read, 0, 1;
    $self->output('out', *STDOUT) if vec $write, 1, 1;
    $self->output('err', *STDERR) if vec $write, 2, 1;
}

# A frame of the program.
sub take {
    my ($self, $type, $payload) = @_;
    if ($type eq 'o') { $self->{out} .= $payload unless $self->{out_closed} }
    elsif ($type eq 'e') { $self->{err} .= $payload }
    elsif ($type eq 'a') { $self->{waiting} -= $payload if $payload =~ /^\d{1,6}\z/ }
    elsif ($type eq 'z') { $self->{ended} = 1 }
}

sub input {
    my ($self) = @_;
    my $count = sysread STDIN, my $bytes, CHUNK;
    return if !defined $count && ($!{EINTR} || $!{EAGAIN});
    if ($count) {
        $self->{waiting} += $count;
        $self->{line}->put('i', 0, $bytes);
    } else {
        $self->{ended} = 1;
        $self->{line}->put('z', 0, '');
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
        $self->{line}->put('s', 0, SIGPIPE) if $which eq 'out' && !$self->{out_closed}++;
    }
}

1;
