package Cloister::GuestNetwork;
# The guest's way into a network: the one that the package's root has of its own, with the same address, or slirp4netns(1) for a root that has none.
use strict;
use warnings;
use Cloister::Slirp;

use constant {
    INTERFACE      => 'g0',
    # slirp4netns(1): the network's only host, the gateway and who answers questions for names.
    SLIRP_ADDRESS  => '10.0.2.100/24,10.0.2.2,1500',
    SLIRP_RESOLVER => '10.0.2.3',
    SLIRP_SOCKET   => 'slirp.sock',
    ATTEMPTS       => 20,
    PAUSE_SECONDS  => 0.1,
    COPIED         => 'hosts hostname localtime',
};

# $of: directory (of the guest), etc (the host's files for roots), network, holder, no_network, is_root. dies where the root's network isn't there.
sub new {
    my ($class, $of) = @_;
    my $self = bless { directory => $of->{directory}, etc => $of->{etc}, of_host => $of->{etc}, kind => 'slirp', address => SLIRP_ADDRESS, of_kernel => { socket => SLIRP_SOCKET } }, $class;
    if ($of->{no_network}) {
        @$self{qw(kind address of_kernel resolver)} = ('none', '', undef, '');
        $self->refresh;
    } elsif (length $of->{network} && $of->{is_root}) {
        $self->{enter} = $of->{holder} ? [] : ['nsenter', "--net=$of->{network}", '--'];
        $self->{kind} = 'own';
        $self->own;
    } else {
        $self->{resolver} = SLIRP_RESOLVER;
        $self->refresh;
        $self->slirp;
    }
    return $self;
}

sub kind      { return $_[0]{kind} }
sub address   { return $_[0]{address} }
sub etc       { return $_[0]{etc} }
sub of_kernel { return $_[0]{of_kernel} }

# The guest has the address and the hardware address of the root's own interface, which it takes over while it runs: who reaches the root reaches it.
sub own {
    my ($self) = @_;
    for my $line ($self->said('ip', '-4', '-o', 'address', 'show', 'scope', 'global')) {
        ($self->{link}, my $address) = $line =~ /^\d+:\s+(\S+)\s+inet\s+(\S+)/ or next;
        my ($gateway) = join('', $self->said('ip', '-4', 'route', 'show', 'default')) =~ /via (\S+)/;
        my ($mtu, $mac) = join('', $self->said('ip', '-o', 'link', 'show', 'dev', $self->{link})) =~ m{mtu (\d+).*link/ether (\S+)}s;
        die "the root's network has no way out\n" unless defined $gateway && defined $mac;
        $self->{address} = "$address,$gateway,$mtu";
        $self->{of_kernel} = { interface => INTERFACE, mac => $mac };
        return;
    }
    die "the root's network isn't there; `cloister doctor` says why\n";
}

sub said {
    my ($self, @command) = @_;
    open my $out, '-|', @{ $self->{enter} }, @command or die "$command[0]: $!\n";
    return <$out>;
}

# A macvlan in passthru mode (ip-link(8)) takes all that comes in on the root's interface. It is made in the guest's namespace at once and gone with it,
# some time after the guest's last process: a guest that follows another waits for that.
sub attach {
    my ($self, $pid) = @_;
    return unless $self->{kind} eq 'own';
    my @add = (@{ $self->{enter} }, 'ip', 'link', 'add', 'link', $self->{link}, 'name', INTERFACE, 'netns', $pid, 'up', 'type', 'macvlan', 'mode', 'passthru');
    my $words;
    for (1 .. ATTEMPTS) {
        my $out = open my $said, '-|';
        defined $out or die "no process: $!\n";
        if ($out == 0) {
            open STDERR, '>&', *STDOUT;
            { exec { $add[0] } @add }
            require POSIX;
            POSIX::_exit(127);
        }
        $words = join '', <$said>;
        return if close $said;
        select undef, undef, undef, PAUSE_SECONDS;
    }
    $words =~ s/\s+/ /g;
    die "the root's network can't be given to the guest; another guest may have it (cloister guest list), or this kernel has no macvlan: $words\n";
}

sub slirp {
    my ($self) = @_;
    $self->{slirp} = Cloister::Slirp->start(directory => "$self->{directory}/net", log => "$self->{directory}/slirp.log", options => ['--disable-host-loopback', SLIRP_SOCKET]);
}

# What a root sees of the host's /etc, right for this network, as it is there now.
sub refresh {
    my ($self) = @_;
    return if $self->{kind} eq 'own';
    my $to = "$self->{directory}/etc";
    for my $name (split / /, COPIED) {
        open my $in, '<', "$self->{of_host}/$name" or next;
        local $/;
        my $text = <$in>;
        open my $out, '>', "$to/$name" or die "$to/$name: $!\n";
        print $out $text // '';
    }
    my @lines = length $self->{resolver} ? "nameserver $self->{resolver}\n" : ();
    if (open my $in, '<', "$self->{of_host}/resolv.conf") { push @lines, grep { /^\s*(?:search|domain|options)\s/ } <$in> }
    open my $out, '>', "$to/resolv.conf" or die "$to/resolv.conf: $!\n";
    print $out @lines;
    $self->{etc} = $to;
}

sub end {
    my ($self) = @_;
    $self->{slirp}->end if $self->{slirp};
}

1;
