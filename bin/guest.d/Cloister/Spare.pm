package Cloister::Spare;
# A guest that was booted ahead and waits, without a program: for a caller of the same user who wants the same root with the same grants. Whatever of that
# has changed meanwhile is in its key, which the agent makes, or in its identity; such a caller doesn't find it. One program runs in it, as in any other.
use strict;
use warnings;
use POSIX ();
use Socket qw(SOL_SOCKET SO_RCVTIMEO);
use Cloister::Descriptors;
use Cloister::Frames;
use Cloister::WarmStart;

use constant {
    IDLE_SECONDS  => 600,
    # For a caller to say what it wants.
    OFFER_SECONDS => 1,
    CHUNK         => 4096,
    MAX_OFFER     => 200_000,
    FAILED        => 125,
    MAX_NUMBER    => 1024,
};

my ($HERE) = __FILE__ =~ m{^(.*)/};

sub identity { return Cloister::WarmStart::identity(@_) }

# Boots one for the next caller of that guest, unless one waits; of this process only the user is left in it.
sub prepare {
    my ($of) = @_;
    return if Cloister::WarmStart::waiting($of);
    my @words = @{ $of->{arguments} };
    splice @words, @words - @{ $of->{command} } if @{ $of->{command} };
    my $pid = fork;
    return unless defined $pid;
    if ($pid == 0) {
        # Twice: nobody has to wait for it.
        my $other = fork;
        POSIX::_exit(0) if !defined $other || $other;
        POSIX::setsid();
        chdir '/';
        $SIG{$_} = 'DEFAULT' for keys %SIG;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        POSIX::close($_) for 3 .. MAX_NUMBER;
        my %kept = map { $_ => $ENV{$_} // '' } qw(PATH HOME USER);
        %ENV = %kept;
        { exec { "$HERE/../../guest" } "$HERE/../../guest", 'spare', @words }
        POSIX::_exit(FAILED);
    }
    waitpid $pid, 0;
}

# $record: its directory. claimed (timeout, words of the command, fields of its program) dies with a sentence where it can't be started; signal (name),
# size (text), end (reason).
sub new {
    my ($class, $record, %of) = @_;
    return bless { %of, record => $record, listener => $record->listener(Cloister::WarmStart::SOCKET), idle_by => time + IDLE_SECONDS }, $class;
}

sub interest {
    my ($self, $read) = @_;
    vec($$read, fileno($self->{listener} // $self->{caller}), 1) = 1 if $self->{listener} || $self->{caller};
}

sub turn {
    my ($self, $read) = @_;
    if ($self->{listener}) {
        if (vec $read, fileno $self->{listener}, 1) { $self->welcome }
        elsif (time > $self->{idle_by}) { $self->{end}->('nobody needed it') }
    } elsif ($self->{caller} && vec $read, fileno $self->{caller}, 1) {
        $self->hear;
    }
}

sub welcome {
    my ($self) = @_;
    accept my $socket, $self->{listener} or return;
    setsockopt $socket, SOL_SOCKET, SO_RCVTIMEO, pack 'q2', OFFER_SECONDS, 0;
    my @streams = Cloister::Descriptors::receive($socket);
    my ($program, $note) = @streams ? offer($socket) : ();
    if (defined $note) {
        POSIX::dup2($streams[$_], $_) for 0 .. 2;
    }
    POSIX::close($_) for @streams;
    return unless defined $note;
    # From here on it is this caller's, and nobody else's.
    delete $self->{listener};
    unlink Cloister::WarmStart::SOCKET;
    return $self->{end}->('its caller went away') unless syswrite $socket, '+';
    $self->{caller} = $socket;
    $self->{decoder} = Cloister::Frames->decoder('sw');
    my %note = map { split /=/, $_, 2 } split /\0/, $note;
    return if eval { $self->{claimed}->($note{timeout} =~ /^(\d{1,7})\z/ ? $1 : 0, $note{command} // '', $program); 1 };
    my $reason = $@ =~ s/\n\z//r;
    print STDERR "cloister: the guest can't run: $reason\n  What to do: `cloister doctor` says what is missing\n";
    $self->{end}->($reason, FAILED);
}

# Fields of the program, and of the note beside it.
sub offer {
    my ($socket) = @_;
    my $decoder = Cloister::Frames->decoder('cn');
    my ($taken, @frames) = (0);
    while (@frames < 2) {
        my $count = sysread $socket, my $bytes, CHUNK;
        return unless $count && ($taken += $count) <= MAX_OFFER;
        push @frames, eval { $decoder->feed($bytes) };
        return if $@;
    }
    return $frames[0][0] eq 'c' && $frames[1][0] eq 'n' ? ($frames[0][2], $frames[1][2]) : ();
}

sub hear {
    my ($self) = @_;
    my $count = sysread $self->{caller}, my $bytes, CHUNK;
    my @frames = $count ? eval { $self->{decoder}->feed($bytes) } : ();
    if (!$count || $@) {
        delete $self->{caller};
        return $self->{end}->('its caller was killed');
    }
    for my $frame (@frames) {
        my ($type, undef, $payload) = @$frame;
        if ($type eq 'w') { $self->{size}->($payload) if $payload =~ /^\d{1,5},\d{1,5}\z/ }
        elsif ($payload =~ /^(?:INT|QUIT|USR1|USR2|TERM|HUP)\z/) { $self->{signal}->($payload) }
    }
}

# The caller hears how it ended, after all that its program said.
sub tell {
    my ($self, $status) = @_;
    syswrite $self->{caller}, "$status\n" if $self->{caller};
}

1;
