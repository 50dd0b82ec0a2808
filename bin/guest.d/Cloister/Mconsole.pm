package Cloister::Mconsole;
# Client of a User-mode Linux kernel's management console (arch/um/drivers/mconsole.h): datagrams over a Unix socket. The kernel's answer is foreign:
# whoever is root in a guest may have taken it over.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_DGRAM sockaddr_un);

use constant {
    MAGIC       => 0xcafebabe,
    VERSION     => 2,
    MAX_DATA    => 512,
    HEADER      => 12,
    # An answer in more pieces than this isn't one.
    MAX_PIECES  => 64,
};

# dies on a command that the kernel would cut.
sub request {
    my ($command) = @_;
    die "the command has " . length($command) . " bytes, where " . (MAX_DATA - 1) . " are allowed\n" if length $command >= MAX_DATA;
    die "there is a NUL in the command\n" if $command =~ /\0/;
    return pack 'L3 a' . MAX_DATA, MAGIC, VERSION, length $command, $command;
}

# One datagram: (is an error, has a successor, text). dies with a sentence on what is no reply.
sub reply {
    my ($datagram) = @_;
    die "an answer of " . length($datagram) . " bytes\n" if length $datagram < HEADER || length $datagram > HEADER + MAX_DATA;
    my ($error, $more, $length) = unpack 'L3', $datagram;
    die "an answer that says it has $length bytes\n" if $length > length($datagram) - HEADER;
    my $text = substr $datagram, HEADER, $length;
    $text =~ s/\0.*//s;
    return ($error != 0, $more != 0, $text);
}

# What the kernel answers within $seconds; dies with the reason where it refuses or doesn't answer. Works in the kernel's own directory, which must be the
# working directory of this process and of the kernel: it sends its answer to the name by which this end is bound.
sub ask {
    my ($socket, $command, $seconds) = @_;
    my $own = "runner.$$";
    unlink $own;
    socket my $handle, PF_UNIX, SOCK_DGRAM, 0 or die "no socket: $!\n";
    bind $handle, sockaddr_un($own) or die "no socket at $own: $!\n";
    my $text = eval { converse($handle, $socket, $command, $seconds) };
    my $problem = $@;
    unlink $own;
    die $problem if $problem;
    return $text;
}

sub converse {
    my ($handle, $socket, $command, $seconds) = @_;
    defined send $handle, request($command), 0, sockaddr_un($socket) or die "the guest's kernel isn't there: $!\n";
    my ($text, $end) = ('', time + $seconds);
    for (1 .. MAX_PIECES) {
        my $read = '';
        vec($read, fileno $handle, 1) = 1;
        my $left = $end - time;
        $left > 0 && select($read, undef, undef, $left) > 0 or die "the guest's kernel doesn't answer\n";
        defined recv $handle, my $datagram, HEADER + MAX_DATA + 1, 0 or die "no answer: $!\n";
        my ($error, $more, $part) = reply($datagram);
        $text .= $part;
        die "the guest's kernel refuses $command: $text\n" if $error;
        return $text unless $more;
    }
    die "the guest's kernel doesn't come to an end\n";
}

1;
