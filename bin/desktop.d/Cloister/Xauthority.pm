package Cloister::Xauthority;
# Files of authority for X (Xsecurity(7), libXau's Xauth structure): a family of two bytes, then address, display number, protocol and its data, each with a
# length of two bytes, most significant first. Pure: no file is looked at.
use strict;
use warnings;

use constant {
    # Whatever the address; and this machine, whose address is its host name.
    WILD        => 65535,
    LOCAL       => 256,
    PROTOCOL    => 'MIT-MAGIC-COOKIE-1',
    COOKIE      => 16,
    MAX_BYTES   => 262144,
    MAX_ENTRIES => 1000,
};

# The entries up to the first that is cut, at most MAX_ENTRIES: each {family, address, number, protocol, data}.
sub entries {
    my ($bytes) = @_;
    my ($at, @entries) = (0);
    while (@entries < MAX_ENTRIES && $at + 2 <= length $bytes) {
        my %entry = (family => unpack 'n', substr $bytes, $at, 2);
        $at += 2;
        for my $name (qw(address number protocol data)) {
            return @entries if $at + 2 > length $bytes;
            my $length = unpack 'n', substr $bytes, $at, 2;
            return @entries if $at + 2 + $length > length $bytes;
            $entry{$name} = substr $bytes, $at + 2, $length;
            $at += 2 + $length;
        }
        push @entries, \%entry;
    }
    return @entries;
}

# One entry with a cookie, for any address. $number: of the display; '' for any.
sub entry {
    my ($number, $cookie) = @_;
    return pack 'n (n/a*)4', WILD, '', $number, PROTOCOL, $cookie;
}

# The cookie that a client on $host takes for a display of this machine (XauGetBestAuthByAddr(3)), or undef.
sub cookie {
    my ($host, $number, @entries) = @_;
    for my $entry (@entries) {
        next if $entry->{protocol} ne PROTOCOL || length $entry->{data} > 255;
        next if length $entry->{number} && $entry->{number} ne $number;
        return $entry->{data} if $entry->{family} == WILD || ($entry->{family} == LOCAL && $entry->{address} eq $host);
    }
    return;
}

1;
