package Cloister::GuestConsoles;
# Who came to a running guest through its socket: consoles and services, each with a channel of its own, and who asks what the guest uses.
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Cloister::Frames;

use constant {
    MAX_CLIENTS => 64,
    CHUNK       => 32768,
    # Of what a client hasn't read.
    MAX_BEHIND  => 1048576,
    # For the guest, before clients are read again.
    MAX_WAITING => 131072,
    SIGHUP      => 1,
    SIGKILL     => 9,
};

# environment: what every program that a client starts has beside its own words, as fields.
sub new {
    my ($class, %of) = @_;
    return bless { %of, clients => {}, left => {} }, $class;
}

# What select(2) is to look at, added to the two sets.
sub interest {
    my ($self, $read, $write) = @_;
    vec($$read, fileno $self->{listener}, 1) = 1;
    for my $client (values %{ $self->{clients} }) {
        vec($$read, fileno $client->{socket}, 1) = 1 if $self->{line}->waiting < MAX_WAITING;
        vec($$write, fileno $client->{socket}, 1) = 1 if length $client->{out};
    }
}

sub count { return scalar keys %{ $_[0]{clients} } }

# Whether a service's keeper hasn't read yet what the guest said; unlike a person it is waited for.
sub full {
    my ($self) = @_;
    return grep { $_->{service} && length $_->{out} >= MAX_WAITING } values %{ $self->{clients} };
}

# $open: whether the guest runs, and new ones may come.
sub turn {
    my ($self, $read, $write, $open) = @_;
    my @clients = values %{ $self->{clients} };
    $self->welcome($open) if vec $read, fileno $self->{listener}, 1;
    $self->serve($_, $read, $write) for @clients;
}

sub welcome {
    my ($self, $open) = @_;
    accept my $socket, $self->{listener} or return;
    my ($channel) = grep { !$self->{clients}{$_} && !$self->{left}{$_} } 1 .. MAX_CLIENTS;
    return if !$channel || !$open;
    fcntl $socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK;
    $self->{clients}{$channel} = { socket => $socket, channel => $channel, out => '', decoder => Cloister::Frames->decoder('cizswqp') };
}

sub serve {
    my ($self, $client, $read, $write) = @_;
    if (vec $write, fileno $client->{socket}, 1) {
        my $count = syswrite $client->{socket}, $client->{out};
        substr $client->{out}, 0, $count, '' if $count;
    }
    if ($client->{over} && !length $client->{out}) { return delete $self->{clients}{ $client->{channel} } }
    return if !vec $read, fileno $client->{socket}, 1;
    my $count = sysread $client->{socket}, my $bytes, CHUNK;
    my @frames = $count ? eval { $client->{decoder}->feed($bytes) } : ();
    if ($count && !$@) { $self->hear($client, @$_) for @frames }
    elsif ($count || defined $count) { $self->leave($client) }
}

sub hear {
    my ($self, $client, $type, undef, $payload) = @_;
    if ($type eq 'c') {
        return if $client->{started}++;
        $client->{service} = 1 if $payload =~ /(?:\A|\0)own=1(?:\0|\z)/;
        $payload = join "\0", $payload, Cloister::Frames::fields(@{ $self->{environment} });
    }
    $self->{line}->put($type, $client->{channel}, $payload);
}

# Its program hears that the terminal is gone. The channel is its own until it ends, which it need not do.
sub leave {
    my ($self, $client) = @_;
    my $channel = $client->{channel};
    delete $self->{clients}{$channel};
    return unless $client->{started} && !$client->{over};
    $self->{left}{$channel} = 1;
    $self->{line}->put('s', $channel, $client->{service} ? SIGKILL : SIGHUP);
}

# A frame of the guest for the client of that channel.
sub tell {
    my ($self, $type, $channel, $payload) = @_;
    delete $self->{left}{$channel} if $type eq 'x';
    my $client = $self->{clients}{$channel} or return;
    $client->{out} .= Cloister::Frames::encode($type, $channel, $payload);
    $client->{over} = 1 if $type eq 'x' || $type eq 'q';
    # Who doesn't read isn't waited for.
    $self->leave($client) if length $client->{out} > MAX_BEHIND && !$client->{service};
}

1;
