package Cloister::WarmStart;
# A caller's way into a guest that waits for it: gives it the streams and the program, and becomes its shadow. Loads little: this is the fast way.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM SOL_SOCKET SO_RCVTIMEO sockaddr_un);
use Cloister::Descriptors;
use Cloister::Frames;
use Cloister::GuestOptions;

use constant {
    # For a guest that waits to answer.
    ANSWER_SECONDS => 2,
    MAX_RECORD     => 16384,
    MAX_FRAME      => 65536,
    SOCKET         => 'claim.sock',
};

my ($HERE) = __FILE__ =~ m{^(.*)/};

# What a guest was booted from and shows, by number and time of the files: another one now is another guest.
sub identity {
    my ($of) = @_;
    opendir my $modules, $HERE or return '';
    my @code = ((map { "$HERE/$_" } sort grep { /\.pm\z/ } readdir $modules), "$HERE/../init", '/usr/bin/linux.uml');
    my @seen = map { join ':', (stat $_)[ 0, 1, 7, 9 ] } @code;
    # Of directories not the time, which changes with what is in them.
    push @seen, map { join ':', (stat $_)[ 0, 1 ] } $of->{tree}, $of->{etc}, (length $of->{network} ? $of->{network} : ()), map { $_->[0] } @{ $of->{shares} };
    return join ' ', @seen;
}

# Names of the guests of this user that wait for exactly that.
sub waiting {
    my ($of) = @_;
    opendir my $guests, $of->{guests} or return;
    my @names = grep { /^\Q$of->{root}\E-\d+\z/ } readdir $guests;
    return unless @names;
    my $identity = identity($of);
    return grep { fits("$of->{guests}/$_", $of->{warm}, $identity) } @names;
}

sub fits {
    my ($directory, $warm, $identity) = @_;
    my $owner = (lstat $directory)[4];
    # Others of the machine may have made it.
    return 0 unless defined $owner && -d _ && $owner == $> && -S "$directory/" . SOCKET;
    my $record = record($directory);
    return ($record->{state} // '') eq 'waiting' && ($record->{warm} // '') eq $warm && ($record->{identity} // '') eq $identity;
}

sub record {
    my ($directory) = @_;
    open my $in, '<', "$directory/guest" or return {};
    read $in, my $text, MAX_RECORD;
    return { map { split /=/, $_, 2 } grep { /=/ } split /\0/, $text // '' };
}

# The program's exit status; undef where no guest waits, or none took it: nothing of the streams was used then.
sub try {
    my @arguments = @_;
    my $of = eval { Cloister::GuestOptions::parse(@arguments) };
    return unless $of && length $of->{warm} && defined fileno STDIN && defined fileno STDOUT && defined fileno STDERR;
    for my $name (waiting($of)) {
        my $status = eval { claim($of, "$of->{guests}/$name") };
        return $status if defined $status;
    }
    return;
}

sub claim {
    my ($of, $directory) = @_;
    opendir my $here, '.' or return;
    chdir $directory or return;
    socket my $socket, PF_UNIX, SOCK_STREAM, 0 or return;
    my $connected = connect $socket, sockaddr_un(SOCKET);
    chdir $here;
    return unless $connected;
    setsockopt $socket, SOL_SOCKET, SO_RCVTIMEO, pack 'q2', ANSWER_SECONDS, 0;
    my $size = '';
    if (-t STDIN && -t STDOUT) {
        require Cloister::Terminal;
        $size = Cloister::Terminal::size();
    }
    my $words = join ' ', @{ $of->{command} };
    my $fields = Cloister::Frames::fields(Cloister::GuestOptions::program($of, $size));
    return unless length $fields < MAX_FRAME && Cloister::Descriptors::send($socket);
    my $offer = Cloister::Frames::encode('c', 0, $fields) . Cloister::Frames::encode('n', 0, Cloister::Frames::fields(timeout => $of->{timeout}, command => substr $words, 0, 200));
    return unless syswrite($socket, $offer) == length $offer;
    my $taken = '';
    return unless sysread($socket, $taken, 1) && $taken eq '+';
    setsockopt $socket, SOL_SOCKET, SO_RCVTIMEO, pack 'q2', 0, 0;
    return shadow($socket, $size);
}

# Until the program has ended: hands on what this process is told.
sub shadow {
    my ($socket, $size) = @_;
    my $terminal = $size eq '' ? undef : Cloister::Terminal->make_raw;
    my $tell = sub { syswrite $socket, Cloister::Frames::encode($_[0], 0, $_[1]) };
    local $SIG{PIPE} = 'IGNORE';
    local @SIG{qw(INT QUIT USR1 USR2 TERM HUP)} = map { my $name = $_; sub { $tell->('s', $name) } } qw(INT QUIT USR1 USR2 TERM HUP);
    local $SIG{WINCH} = sub { $tell->('w', Cloister::Terminal::size()) if $terminal };
    my $answer = '';
    while (1) {
        my $count = sysread $socket, $answer, 16, length $answer;
        next if !defined $count && $!{EINTR};
        last unless $count;
    }
    $terminal->restore if $terminal;
    return $1 if $answer =~ /^(\d{1,3})\n/;
    print STDERR "cloister: the guest ended: its runner was killed\n  What to do: `cloister history` has the reason; start it again\n";
    return 125;
}

1;
