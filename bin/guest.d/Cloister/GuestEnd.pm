package Cloister::GuestEnd;
# The way down of a guest that shall end: in order, then by its kernel's halt, then by force. Knows why and with which status; the first reason stays.
use strict;
use warnings;

use constant {
    # For the programs of an ordered end, then until the guest has said so, then for the kernel's halt.
    TERM_SECONDS  => 5,
    LEAVE_SECONDS => 3,
    HALT_SECONDS  => 2,
};

# order, halt, kill: carry these out; order is given seconds.
sub new {
    my ($class, %of) = @_;
    return bless { %of, reason => '', stage => '' }, $class;
}

sub begun  { return $_[0]{stage} ne '' }
sub status { return $_[0]{status} }
sub reason { return $_[0]{reason} }

# $in_order: whether its programs are asked to end; otherwise it is killed, also on its way down.
sub begin {
    my ($self, $reason, $status, $in_order) = @_;
    return if $self->begun && $in_order;
    $self->{reason} = $reason unless length $self->{reason};
    $self->{status} //= $status;
    if ($in_order) {
        $self->{stage} = 'order';
        $self->{by} = time + TERM_SECONDS + LEAVE_SECONDS;
        $self->{order}->(TERM_SECONDS);
    } else {
        $self->{stage} = 'kill';
        $self->{kill}->();
    }
}

# Goes on where a stage has had its time.
sub look {
    my ($self, $now) = @_;
    return unless defined $self->{by} && $now > $self->{by};
    if ($self->{stage} eq 'order') {
        $self->{stage} = 'halt';
        $self->{by} = $now + HALT_SECONDS;
        $self->{reason} .= '; it did not end in order and was halted';
        $self->{halt}->();
    } elsif ($self->{stage} eq 'halt') {
        $self->{stage} = 'kill';
        $self->{kill}->();
    }
}

1;
