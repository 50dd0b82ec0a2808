package Cloister::Relay;
# Carries the bytes of TCP connections to Unix sockets and back, each as it comes. One process, until it is killed.
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(PF_INET PF_UNIX SOCK_STREAM SOL_SOCKET SO_REUSEADDR INADDR_LOOPBACK SHUT_WR sockaddr_in sockaddr_un);

use constant {
    # Of a relay; who comes when they are used up waits in the listener's queue.
    MAX_CONNECTIONS => 128,
    # On the way in one direction of a connection.
    MAX_WAITING     => 262144,
    CHUNK           => 65536,
    BACKLOG         => 16,
};

# On this machine's loopback alone. Dies with a sentence.
sub listener {
    my ($port) = @_;
    socket my $socket, PF_INET, SOCK_STREAM, 0 or die "no socket: $!\n";
    setsockopt $socket, SOL_SOCKET, SO_REUSEADDR, 1;
    bind $socket, sockaddr_in($port, INADDR_LOOPBACK) or die "port $port of a network of one's own: $!\n";
    listen $socket, BACKLOG or die "port $port: $!\n";
    return $socket;
}

# $ways: [[listener, path of the Unix socket]...]. Never returns.
sub run {
    my ($ways) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my %connections;
    my $number = 0;
    while (1) {
        my ($read, $write) = ('', '');
        for my $way (@$ways) { vec($read, fileno $way->[0], 1) = 1 if keys %connections < MAX_CONNECTIONS }
        for my $half (map { @$_ } values %connections) {
            vec($read, fileno $half->{from}, 1) = 1 if !$half->{ended} && length $half->{bytes} < MAX_WAITING;
            vec($write, fileno $half->{to}, 1) = 1 if length $half->{bytes};
        }
        next if select($read, $write, undef, undef) < 0;
        for my $key (keys %connections) {
            my $halves = $connections{$key};
            my $whole = 1;
            for my $half (@$halves) {
                $whole &&= fill($half) if vec $read, fileno $half->{from}, 1;
                $whole &&= drain($half) if vec $write, fileno $half->{to}, 1;
            }
            delete $connections{$key} if !$whole || !grep { !$_->{ended} || length $_->{bytes} } @$halves;
        }
        for my $way (@$ways) {
            next unless vec $read, fileno $way->[0], 1;
            my $halves = accepted(@$way) or next;
            $connections{ $number++ } = $halves;
        }
    }
}

sub accepted {
    my ($listener, $path) = @_;
    accept my $near, $listener or return;
    # Who finds nobody behind the relay is hung up on, as by a server that ends.
    socket my $far, PF_UNIX, SOCK_STREAM, 0 or return;
    connect $far, sockaddr_un($path) or return;
    fcntl $_, F_SETFL, fcntl($_, F_GETFL, 0) | O_NONBLOCK for $near, $far;
    return [{ from => $near, to => $far, bytes => '' }, { from => $far, to => $near, bytes => '' }];
}

# Whether the connection still stands.
sub fill {
    my ($half) = @_;
    my $count = sysread $half->{from}, $half->{bytes}, CHUNK, length $half->{bytes};
    return $!{EAGAIN} || $!{EINTR} unless defined $count;
    $half->{ended} = 1 unless $count;
    shutdown $half->{to}, SHUT_WR if $half->{ended} && !length $half->{bytes};
    return 1;
}

sub drain {
    my ($half) = @_;
    my $count = syswrite $half->{to}, $half->{bytes};
    return $!{EAGAIN} || $!{EINTR} unless defined $count;
    substr $half->{bytes}, 0, $count, '';
    shutdown $half->{to}, SHUT_WR if $half->{ended} && !length $half->{bytes};
    return 1;
}

1;
