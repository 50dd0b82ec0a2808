package Cloister::GuestDesktop;
# The display and the sound that the guest's root was granted: a network of the guest with nobody in it but a relay to these two sockets. slirp4netns(1), which
# carries the packets, and the relay are in a network namespace without any other way: what the guest reaches there as its gateway is the relay's loopback.
use strict;
use warnings;
use Socket qw(PF_INET SOCK_DGRAM);
use Cloister::Desktop;
use Cloister::Parent;
use Cloister::Relay;
use Cloister::Runtime;
use Cloister::Slirp;
use Cloister::Xauthority;

use constant {
    # Of a block that no network has (RFC 5737, TEST-NET-1), so that it is in nobody's way.
    NETWORK        => '192.0.2.0/24',
    ADDRESS        => '192.0.2.100/24,,1500',
    GATEWAY        => '192.0.2.2',
    SOCKET         => 'desktop.sock',
    X_PORT         => 6000,
    MAX_DISPLAY    => 59535,
    PULSE_PORT     => 4713,
    PLACE          => '/run/cloister/desktop',
    MAX_COOKIE     => 4096,
    MAX_WORDS      => 400,
    SIOCGIFFLAGS   => 0x8913,
    SIOCSIFFLAGS   => 0x8914,
    IFF_UP         => 1,
    SYS_UNSHARE    => 272,
    CLONE_NEWUSER  => 0x10000000,
    CLONE_NEWNET   => 0x40000000,
    SIGKILL        => 9,
};

# $of: root, tag, display, sound, directory (of the guest). What can't be had is told and left out. undef where nothing is left.
sub new {
    my ($class, $of) = @_;
    if (!Cloister::Runtime::find('slirp4netns')) {
        print STDERR "cloister: the guest has no display and no sound: there is no slirp4netns here.\n  What to do: apt-get install slirp4netns.\n";
        return;
    }
    my $display = Cloister::Desktop::display($of);
    my $sound = Cloister::Desktop::sound($of);
    undef $display if $display && $display->{number} > MAX_DISPLAY;
    return unless $display || $sound;
    # What a display holds open ends with this process.
    my $self = bless { directory => $of->{directory}, display => $display, sound => $sound }, $class;
    $self->begin;
    return $self;
}

sub of_kernel { return { socket => SOCKET } }

# Of the guest's configuration.
sub fields {
    my ($self) = @_;
    my ($display, $sound) = @$self{qw(display sound)};
    my @fields = (desktop => ADDRESS, $self->environment);
    push @fields, Xauthority => unpack 'H*', Cloister::Xauthority::entry($display->{number}, $display->{cookie}) if $display && defined $display->{cookie};
    push @fields, 'pulse-cookie' => unpack 'H*', Cloister::Runtime::content($sound->{cookie}, MAX_COOKIE) // '' if $sound && defined $sound->{cookie};
    return @fields;
}

# Of every program in the guest, as fields.
sub environment {
    my ($self) = @_;
    my ($display, $sound) = @$self{qw(display sound)};
    my @fields;
    push @fields, env => 'DISPLAY=' . GATEWAY . $display->{name} if $display;
    push @fields, env => 'XAUTHORITY=' . PLACE . '/Xauthority' if $display && defined $display->{cookie};
    push @fields, env => 'PULSE_SERVER=tcp:' . GATEWAY . ':' . PULSE_PORT if $sound;
    push @fields, env => 'PULSE_COOKIE=' . PLACE . '/pulse-cookie' if $sound && defined $sound->{cookie};
    return @fields;
}

sub begin {
    my ($self) = @_;
    pipe my $told, my $tell or die "no pipe: $!\n";
    my $parent = $$;
    my $pid = fork;
    defined $pid or die "no process: $!\n";
    if ($pid == 0) {
        close $told;
        eval { $self->live($parent, $tell) };
        syswrite $tell, $@;
        require POSIX;
        POSIX::_exit(1);
    }
    $self->{pid} = $pid;
    close $tell;
    sysread $told, my $words, MAX_WORDS;
    return if ($words // '') eq 'up';
    my $reason = $words // '';
    $reason =~ s/\s+\z//;
    die "display and sound can't be given to the guest: $reason\n";
}

# Never returns: ends with the runner, and the process that carries packets with it.
sub live {
    my ($self, $parent, $tell) = @_;
    Cloister::Parent::die_with($parent);
    # A terminal's Ctrl-C doesn't end it.
    setpgrp;
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP CHLD PIPE);
    own_network();
    my @ways;
    push @ways, [Cloister::Relay::listener(X_PORT + $self->{display}{number}), $self->{display}{socket}] if $self->{display};
    push @ways, [Cloister::Relay::listener(PULSE_PORT), $self->{sound}{socket}] if $self->{sound};
    # Kept: it ends with this process.
    my $slirp = Cloister::Slirp->start(directory => "$self->{directory}/net", log => "$self->{directory}/desktop.log", options => ['--cidr=' . NETWORK, '--disable-dns', SOCKET]);
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>&', *STDOUT;
    syswrite $tell, 'up';
    close $tell;
    Cloister::Relay::run(\@ways);
}

sub own_network {
    my ($uid, $gid) = ($> + 0, $) + 0);
    my $flags = CLONE_NEWNET | ($uid == 0 ? 0 : CLONE_NEWUSER);
    syscall(SYS_UNSHARE, $flags) == 0 or die "no namespaces: $!\n";
    if ($uid != 0) {
        for (['setgroups', 'deny'], ['uid_map', "$uid $uid 1"], ['gid_map', "$gid $gid 1"]) {
            my ($file, $text) = @$_;
            open my $out, '>', "/proc/self/$file" or die "$file: $!\n";
            syswrite $out, $text or die "$file: $!\n";
        }
    }
    socket my $socket, PF_INET, SOCK_DGRAM, 0 or die "no socket: $!\n";
    my $request = pack 'a16 x24', 'lo';
    ioctl $socket, SIOCGIFFLAGS, $request or die "lo: $!\n";
    $request = pack 'a16 S x22', 'lo', IFF_UP | unpack 'x16 S', $request;
    ioctl $socket, SIOCSIFFLAGS, $request or die "lo: $!\n";
}

sub end {
    my ($self) = @_;
    kill SIGKILL, $self->{pid};
    waitpid $self->{pid}, 0;
    unlink "$self->{directory}/desktop.log";
}

1;
