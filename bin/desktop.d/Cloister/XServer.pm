package Cloister::XServer;
# As much of the X protocol as it takes to see whether a server lets somebody in, and to have it make a cookie (X Window System Protocol, version 11,
# "Connection Setup"; Security Extension Specification). Little-endian, over a Unix socket. Every answer is waited for ANSWER_SECONDS at most.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM SOL_SOCKET sockaddr_un);
use Cloister::Xauthority;

use constant {
    ANSWER_SECONDS  => 5,
    MAX_SETUP       => 1 << 20,
    MAX_REPLY       => 65536,
    QUERY_EXTENSION => 98,
    GENERATE        => 1,
    # Bits of the values that follow, and the values: seconds that the cookie outlives its last client; trusted.
    TIMEOUT_AND_TRUST => 3,
    TRUSTED           => 0,
    SO_PEERCRED       => 17,
};

# What DISPLAY names (X(7), "DISPLAY NAMES"): {number, screen, socket}; undef for one that isn't a socket of this machine.
sub display {
    my ($text) = @_;
    return unless $text =~ /^(?:unix)?:(\d{1,5})(?:\.(\d{1,3}))?\z/;
    return { number => $1, screen => $2 // 0, socket => "/tmp/.X11-unix/X$1" };
}

# Dies with a sentence where nobody answers, or the server doesn't let in who has $cookie, which may be undef.
sub enter {
    my ($class, $path, $cookie) = @_;
    socket my $socket, PF_UNIX, SOCK_STREAM, 0 or die "no socket: $!\n";
    connect $socket, sockaddr_un($path) or die "no X server answers at $path: $!\n";
    my $self = bless { socket => $socket, sequence => 0 }, $class;
    my ($protocol, $data) = defined $cookie ? (Cloister::Xauthority::PROTOCOL, $cookie) : ('', '');
    $self->send_all(pack('a x v4 x2', 'l', 11, 0, length $protocol, length $data) . padded($protocol) . padded($data));
    my ($status, $reason, $units) = unpack 'C C x4 v', $self->received(8);
    die "an answer of @{[ 4 * $units ]} bytes\n" if 4 * $units > MAX_SETUP;
    my $rest = $self->received(4 * $units);
    return $self if $status == 1;
    my $words = substr $rest, 0, $reason;
    $words =~ s/[^\x20-\x7e]+/ /g;
    $words =~ s/\s+\z//;
    die "the X server at $path lets nobody in with " . (defined $cookie ? 'this cookie' : 'no cookie') . ": $words\n";
}

sub handle { return $_[0]{socket} }

# A cookie that the server knows from now on, until it has no client with it for $seconds; undef where the server can't, or lets nobody make one.
sub generate {
    my ($self, $seconds) = @_;
    my ($present, $opcode) = unpack 'x8 C C', $self->asked(pack('C x v v x2', QUERY_EXTENSION, 4, 8) . 'SECURITY') // return;
    return unless $present;
    my $protocol = Cloister::Xauthority::PROTOCOL;
    my $request = pack('v v V', length $protocol, 0, TIMEOUT_AND_TRUST) . padded($protocol) . pack 'V V', $seconds, TRUSTED;
    my $reply = $self->asked(pack('C C v', $opcode, GENERATE, 1 + length($request) / 4) . $request) // return;
    return substr $reply, 32, unpack 'x12 v', $reply;
}

# Number of the process that listens, or 0 (unix(7), SO_PEERCRED).
sub listener {
    my ($self) = @_;
    my $credentials = getsockopt $self->{socket}, SOL_SOCKET, SO_PEERCRED;
    return $credentials ? unpack 'l', $credentials : 0;
}

# The reply, or undef for an error. Events that come meanwhile are dropped.
sub asked {
    my ($self, $request) = @_;
    $self->send_all($request);
    while (1) {
        my $answer = $self->received(32);
        my ($kind, $units) = unpack 'C x3 V', $answer;
        return if $kind == 0;
        next if $kind != 1;
        die "a reply of $units units\n" if $units > MAX_REPLY / 4;
        return $answer . $self->received(4 * $units);
    }
}

sub padded {
    my ($text) = @_;
    return $text . "\0" x (-length($text) % 4);
}

sub send_all {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $count = syswrite $self->{socket}, $bytes;
    die "the X server hung up\n" unless defined $count && $count == length $bytes;
}

sub received {
    my ($self, $wanted) = @_;
    my $bytes = '';
    while (length $bytes < $wanted) {
        my $read = '';
        vec($read, fileno $self->{socket}, 1) = 1;
        select($read, undef, undef, ANSWER_SECONDS) > 0 or die "the X server doesn't answer\n";
        sysread $self->{socket}, $bytes, $wanted - length $bytes, length $bytes or die "the X server hung up\n";
    }
    return $bytes;
}

1;
