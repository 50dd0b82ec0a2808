package Cloister::GuestLine;
# The runner's end of a guest's serial line: frames, and no more on the way than the guest's kernel bears.
use strict;
use warnings;
use Cloister::Frames;

use constant {
    CHUNK  => 32768,
    # On the way to the guest. Its tty has 4095 bytes (n_tty(4)); where they are full the kernel doesn't always go on.
    WINDOW => 3072,
    KNOWN  => 'broeakxmqzp',
};

# $handle: of the line, which never blocks.
sub new {
    my ($class, $handle) = @_;
    return bless { handle => $handle, decoder => Cloister::Frames->decoder(KNOWN), out => '', in_flight => 0 }, $class;
}

# undef when the guest has closed it, or said what is no frame.
sub handle  { return $_[0]{handle} }
sub waiting { return length $_[0]{out} }

# Nothing is sent before the guest has said something: its line isn't set up.
sub may_send {
    my ($self) = @_;
    return $self->{handle} && $self->{up} && length $self->{out} && $self->{in_flight} < WINDOW;
}

sub put {
    my ($self, $type, $channel, $payload) = @_;
    $self->{out} .= Cloister::Frames::encode($type, $channel, $payload);
}

sub send {
    my ($self) = @_;
    my $count = syswrite $self->{handle}, substr $self->{out}, 0, WINDOW - $self->{in_flight};
    return unless $count;
    $self->{in_flight} += $count;
    substr $self->{out}, 0, $count, '';
}

# Gives each frame that came to $take (type, channel, payload). dies with a sentence on what is none; the line is closed then.
sub receive {
    my ($self, $take) = @_;
    my $count = sysread $self->{handle}, my $bytes, CHUNK;
    return if !defined $count;
    return delete $self->{handle} if !$count;
    my @frames = eval { $self->{decoder}->feed($bytes) };
    if (my $problem = $@) {
        delete $self->{handle};
        die $problem;
    }
    for my $frame (@frames) {
        $self->{up} = 1;
        my ($type, undef, $payload) = @$frame;
        if ($type eq 'k') { $self->{in_flight} -= $payload if $payload =~ /^\d{1,5}\z/ && $payload <= $self->{in_flight} }
        else { $take->(@$frame) }
    }
}

1;
