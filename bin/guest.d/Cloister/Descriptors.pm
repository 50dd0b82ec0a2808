package Cloister::Descriptors;
# A process's three standard streams over a Unix socket (unix(7), SCM_RIGHTS). Linux on x86-64: sendmsg(2), recvmsg(2), cmsg(3).
use strict;
use warnings;

use constant {
    SYS_SENDMSG      => 46,
    SYS_RECVMSG      => 47,
    MSG_CMSG_CLOEXEC => 0x40000000,
    SOL_SOCKET       => 1,
    SCM_RIGHTS       => 1,
    # Of the header with three descriptors; the kernel's own room for it.
    LENGTH           => 28,
    ROOM             => 32,
};

# Whether they were sent.
sub send {
    my ($socket) = @_;
    my $control = pack 'Q l l l3 x4', LENGTH, SOL_SOCKET, SCM_RIGHTS, 0, 1, 2;
    my $byte = '+';
    my $part = pack 'P Q', $byte, 1;
    my $header = pack 'Q L x4 P Q P Q L x4', 0, 0, $part, 1, $control, length $control, 0;
    return syscall(SYS_SENDMSG, fileno $socket, $header, 0) == 1;
}

# Their numbers here; nothing where something else came. Takes no more of what was sent than they came with.
sub receive {
    my ($socket) = @_;
    my $control = "\0" x ROOM;
    my $byte = "\0";
    my $part = pack 'P Q', $byte, 1;
    my $header = pack 'Q L x4 P Q P Q L x4', 0, 0, $part, 1, $control, length $control, 0;
    return unless syscall(SYS_RECVMSG, fileno $socket, $header, MSG_CMSG_CLOEXEC) == 1;
    my ($length, $level, $type, @numbers) = unpack 'Q l l l3', $control;
    return $length == LENGTH && $level == SOL_SOCKET && $type == SCM_RIGHTS ? @numbers : ();
}

1;
