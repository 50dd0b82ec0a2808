package Cloister::Desktop;
# What a root was granted of a desktop, and how its sandbox shows it (bwrap(1)). What can't be had is told on standard error and left out: a program may do
# without, and most that a root has never ask.
use strict;
use warnings;
use Fcntl qw(F_SETFD);
use Cloister::Display;
use Cloister::OwnScreen;
use Cloister::Runtime;
use Cloister::Sound;
use Cloister::Xauthority;

# Inside, before all else there.
use constant PLACE => '/run/cloister/desktop';

# What stands before "--", and the command after it. Dies with a sentence.
sub options {
    my @arguments = @_;
    my %of = (root => '', tag => '', display => '', sound => 0);
    while (@arguments) {
        my $word = shift @arguments;
        last if $word eq '--';
        if ($word eq '--sound') { $of{sound} = 1 }
        elsif ($word =~ /^--(root|tag|display)\z/ && @arguments) { $of{$1} = shift @arguments }
        else { die "desktop: there is no option $word\n" }
    }
    die "desktop: --root and --tag are needed\n" unless $of{root} =~ m{^[^/.][^/]*\z} && $of{tag} =~ /^[a-z0-9]+\z/;
    die "desktop: --display $of{display}\n" unless $of{display} =~ /^(?:|shared|\d{1,5}x\d{1,5})\z/;
    return (\%of, @arguments);
}

# undef where there is none, which was told unless a compositor stands in.
sub display {
    my ($of) = @_;
    return unless length $of->{display};
    return if defined wayland_socket($of) && !length($ENV{DISPLAY} // '');
    return had($of->{root}, 'display', sub {
        my $directory = Cloister::Runtime::directory($of->{tag}, $of->{root});
        return $of->{display} eq 'shared' ? Cloister::Display::of_caller("$directory/shared-cookie") : Cloister::OwnScreen::enter($directory, $of->{root}, $of->{display});
    });
}

sub sound {
    my ($of) = @_;
    return unless $of->{sound};
    return had($of->{root}, 'sound', \&Cloister::Sound::of_caller);
}

sub had {
    my ($root, $what, $code) = @_;
    my $had = eval { $code->() };
    return $had if $had;
    my ($reason, $remedy) = ref $@ ? @{ $@ } : ($@ =~ s/\n\z//r, 'see the message');
    print STDERR "cloister: $root has no $what now: $reason.\n  What to do: $remedy.\n";
    return;
}

# Options of bwrap(1), to be read after those that make /tmp and /run and that clear the environment.
sub sandbox {
    my ($of) = @_;
    my $display = display($of);
    my $sound = sound($of);
    my @options = ($display ? of_display($display) : (), wayland($of), $sound ? of_sound($sound) : ());
    return @options ? ('--perms', '0711', '--tmpfs', PLACE, @options) : ();
}

sub of_display {
    my ($display) = @_;
    my @options = ('--ro-bind', $display->{socket}, "/tmp/.X11-unix/X$display->{number}", '--setenv', 'DISPLAY', $display->{name});
    if (defined $display->{cookie}) {
        my $file = descriptor_of(Cloister::Xauthority::entry($display->{number}, $display->{cookie}));
        push @options, '--perms', '0400', '--file', $file, PLACE . '/Xauthority', '--setenv', 'XAUTHORITY', PLACE . '/Xauthority';
    }
    # bwrap keeps it open while the sandbox runs, and from the program.
    return (@options, '--sync-fd', inherited($display->{held}));
}

# The compositor's, for a program that may show itself on the caller's display.
sub wayland_socket {
    my ($of) = @_;
    my $name = $ENV{WAYLAND_DISPLAY} // '';
    return unless $of->{display} eq 'shared' && length $name;
    my $socket = $name =~ m{^/} ? $name : ($ENV{XDG_RUNTIME_DIR} // "/run/user/$>") . "/$name";
    return -S $socket ? $socket : undef;
}

sub wayland {
    my ($of) = @_;
    my $socket = wayland_socket($of) // return;
    return ('--ro-bind', $socket, PLACE . '/wayland-0', '--setenv', 'WAYLAND_DISPLAY', 'wayland-0', '--setenv', 'XDG_RUNTIME_DIR', PLACE);
}

sub of_sound {
    my ($sound) = @_;
    my @options = ('--ro-bind', $sound->{socket}, PLACE . '/pulse', '--setenv', 'PULSE_SERVER', 'unix:' . PLACE . '/pulse');
    return @options unless defined $sound->{cookie};
    my $cookie = Cloister::Runtime::content($sound->{cookie}, 4096) // '';
    return (@options, '--perms', '0400', '--file', descriptor_of($cookie), PLACE . '/pulse-cookie', '--setenv', 'PULSE_COOKIE', PLACE . '/pulse-cookie');
}

# From which the bytes can be read, once.
sub descriptor_of {
    my ($bytes) = @_;
    pipe my $out, my $in or die "no pipe: $!\n";
    syswrite $in, $bytes;
    return inherited($out);
}

# Handles that are open until this process is another program, and stay open in it.
my @kept;

sub inherited {
    my ($handle) = @_;
    fcntl $handle, F_SETFD, 0;
    push @kept, $handle;
    return fileno $handle;
}

1;
