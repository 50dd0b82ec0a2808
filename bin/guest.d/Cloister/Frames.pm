package Cloister::Frames;
# Frames of the line between a guest and its runner, and of a console's socket (docs/protocol.md): a byte of type, a byte of channel, four bytes of
# length in the machine's order, the payload.
use strict;
use warnings;

use constant {
    HEADER      => 6,
    MAX_PAYLOAD => 65536,
};

# dies on a payload that is too long, which is the caller's fault.
sub encode {
    my ($type, $channel, $payload) = @_;
    die "a payload of " . length($payload) . " bytes\n" if length $payload > MAX_PAYLOAD;
    return pack('a C L', $type, $channel, length $payload) . $payload;
}

# $known: the types that may come, as a string.
sub decoder {
    my ($class, $known) = @_;
    return bless { known => $known, bytes => '' }, $class;
}

# The frames that are complete now, each [type, channel, payload]. Never holds more than one frame and what was fed last.
# dies with a sentence on what is no frame; nothing may be fed afterwards.
sub feed {
    my ($self, $bytes) = @_;
    $self->{bytes} .= $bytes;
    my @frames;
    while (length $self->{bytes} >= HEADER) {
        my ($type, $channel, $length) = unpack 'a C L', $self->{bytes};
        die sprintf "a frame of the unknown type 0x%02x\n", ord $type if index($self->{known}, $type) < 0;
        die "a frame of $length bytes, where " . MAX_PAYLOAD . " are allowed\n" if $length > MAX_PAYLOAD;
        last if length $self->{bytes} < HEADER + $length;
        push @frames, [$type, $channel, substr $self->{bytes}, HEADER, $length];
        substr $self->{bytes}, 0, HEADER + $length, '';
    }
    return @frames;
}

# NUL-separated NAME=VALUE of what the guest runs. dies on a NUL in a value.
sub fields {
    my @pairs = @_;
    my @texts;
    while (my ($name, $value) = splice @pairs, 0, 2) {
        die "there is a NUL in $name\n" if $value =~ /\0/;
        push @texts, "$name=$value";
    }
    return join "\0", @texts;
}

1;
