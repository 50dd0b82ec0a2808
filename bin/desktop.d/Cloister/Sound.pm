package Cloister::Sound;
# The sound server of whoever calls: PulseAudio, or PipeWire in its place, which speaks the same protocol. Failures are [what happened and why, what to do].
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM sockaddr_un);

use constant NEEDED => 'log in to a desktop, or start one: pulseaudio --start, or pipewire-pulse';

# {socket, cookie}: the cookie is a file, or undef where there is none: a server lets its own user in without.
sub of_caller {
    my ($socket) = grep { defined && -S } sockets();
    die ['no sound server runs for this user: there is no socket of PulseAudio or PipeWire', NEEDED] unless defined $socket;
    socket my $connection, PF_UNIX, SOCK_STREAM, 0 or die ["no socket: $!", NEEDED];
    length $socket <= 107 && connect $connection, sockaddr_un($socket) or die ["no sound server answers at $socket: $!", NEEDED];
    my ($cookie) = grep { defined && -f && -r _ } cookies();
    return { socket => $socket, cookie => $cookie };
}

# Where clients look (pulseaudio(1), pulse-client.conf(5)). A server on another machine has no socket.
sub sockets {
    my $server = $ENV{PULSE_SERVER} // '';
    if (length $server) {
        my ($path) = $server =~ m{^(?:\{[^\}]*\})?(?:unix:)?(/[^ ]+)};
        die ["PULSE_SERVER=$server is not a socket of this machine", 'unset it, or make it unix:PATH'] unless defined $path;
        return $path;
    }
    my $runtime = length($ENV{PULSE_RUNTIME_PATH} // '') ? $ENV{PULSE_RUNTIME_PATH} : ($ENV{XDG_RUNTIME_DIR} // "/run/user/$>") . '/pulse';
    return ("$runtime/native", "/run/user/$>/pulse/native", '/run/pulse/native');
}

sub cookies {
    my $home = $ENV{HOME} // '';
    return ($ENV{PULSE_COOKIE}, ($ENV{XDG_CONFIG_HOME} // "$home/.config") . '/pulse/cookie', "$home/.pulse-cookie", '/run/pulse/.config/pulse/cookie');
}

1;
