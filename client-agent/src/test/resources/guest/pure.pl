# The pure parts of bin/guest.d: command lines, frames, the kernel's console. Run by GuestScriptsTest with the directory of the modules; prints
# "ok NAME" or "not ok NAME: WHY" a line. Random bytes come from a seed that is printed with what failed.
use strict;
use warnings;
use lib shift @ARGV;
use Socket qw(AF_UNIX PF_UNSPEC SOCK_STREAM);
use Cloister::Descriptors;
use Cloister::Frames;
use Cloister::GuestEnd;
use Cloister::GuestOptions;
use Cloister::Mconsole;
use Cloister::Spare;
use Cloister::Uml;

my $seed = shift @ARGV;
srand $seed;

sub check {
    my ($name, $test) = @_;
    my $why = eval { $test->() } // $@;
    $why =~ s/\s+/ /g;
    print $why eq '' ? "ok $name\n" : "not ok $name: $why (seed $seed)\n";
}

sub same {
    my ($found, $expected) = @_;
    return $found eq $expected ? '' : "found <$found>, expected <$expected>";
}

sub dies {
    my ($part, $code) = @_;
    my @unused = eval { $code->() };
    return $@ =~ /\Q$part\E/ ? '' : "no <$part> in <$@>";
}

sub contains {
    my ($sequence, @words) = @_;
    my $text = join "\0", '', @words, '';
    return index($text, join "\0", '', @$sequence, '') >= 0 ? '' : "no <@$sequence> in <@words>";
}

sub random_bytes { return join '', map { chr int rand 256 } 1 .. $_[0] }

my %kernel = (kernel => '/usr/bin/linux.uml', memory => 512, line => 7, network => undef);
my %sandbox = (
    bwrap => '/usr/bin/bwrap', is_root => 1, network => undef, kernel => '/usr/bin/linux.uml', libraries => ['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld.so'],
    init => '/c/init', perl => '/usr/bin/perl', perl_libraries => ['/lib/x86_64-linux-gnu/libm.so.6'], loader => '/lib64/ld.so', config => '/s/config',
    root => '/packages/hello', etc => '/s/etc', net_dir => '/s/net', info => 9, shares => [], modules => undef,
);

check 'theKernelStartsWithTheTreeOfItsSandbox', sub {
    my @command = Cloister::Uml::kernel(%kernel);
    return contains(['hostfs=/g'], @command) || contains(['rootflags=/init'], @command) || contains(['ssl0=fd:7'], @command) || contains(['mem=512M'], @command);
};
check 'aGuestWithoutNetworkHasNoInterface', sub { return (grep { /^vec/ } Cloister::Uml::kernel(%kernel)) ? 'it has one' : '' };
check 'rawNetworkNamesInterfaceAndHardwareAddress', sub {
    contains(['vec0:transport=raw,ifname=g0,depth=128,gro=1,mac=02:00:00:00:00:01'],
        Cloister::Uml::kernel(%kernel, network => { interface => 'g0', mac => '02:00:00:00:00:01' }));
};
check 'slirpIsReachedThroughItsSocket', sub {
    contains(['vec0:transport=bess,dst=/run/net/s,src=/run/uml/s,depth=128,gro=1'], Cloister::Uml::kernel(%kernel, network => { socket => 's' }));
};
check 'displayAndSoundAreASecondInterfaceWhateverTheFirstIs', sub {
    my @command = Cloister::Uml::kernel(%kernel, desktop => { socket => 'd' });
    return contains(['vec1:transport=bess,dst=/run/net/d,src=/run/uml/d,depth=128,gro=1'], @command) || ((grep { /^vec0/ } @command) ? 'it has a first one' : '');
};
check 'theSandboxShowsTheRootAndNoOtherPathWritable', sub {
    my @command = Cloister::Uml::sandbox(%sandbox);
    my @writable = map { $command[ $_ + 1 ] } grep { $command[$_] eq '--bind' } 0 .. $#command;
    return same("@writable", '/packages/hello') || contains(['--cap-drop', 'ALL'], @command) || contains(['--remount-ro', '/'], @command);
};
check 'aProcessorWithMoreStateHasItsLibraryLoadedByTheKernelAlone', sub {
    my @without = grep { /LD_PRELOAD/ } Cloister::Uml::sandbox(%sandbox);
    return @without ? "it has @without" : contains(['--ro-bind', '/c/x.so', '/run/xstate.so', '--setenv', 'LD_PRELOAD', '/run/xstate.so'], Cloister::Uml::sandbox(%sandbox, preload => '/c/x.so'));
};
check 'theRootsDevicesAreTheOnlyOnes', sub {
    my @without = grep { /^--dev-bind/ } Cloister::Uml::sandbox(%sandbox);
    return @without ? "it has @without" : contains(['--dev-bind', '/packages/hello/dev', '/run/dev'], Cloister::Uml::sandbox(%sandbox, devices => '/packages/hello/dev'));
};
check 'theKernelsOwnDirectoryIsBounded', sub { contains(['--size', 1 << 20, '--tmpfs', '/run/uml'], Cloister::Uml::sandbox(%sandbox)) };
check 'nothingOfTheHostsKernelIsChangedByRootsNumberAlone', sub { contains(['--remount-ro', '/proc'], Cloister::Uml::sandbox(%sandbox)) };
check 'rawPacketsAreForAGuestWithTheRootsNetworkOnly', sub {
    my $without = contains(['CAP_NET_RAW'], Cloister::Uml::sandbox(%sandbox));
    my $with = contains(['CAP_NET_RAW'], Cloister::Uml::sandbox(%sandbox, network => { interface => 'g0', mac => 'm' }));
    return $without eq '' ? 'it may without' : $with;
};
check 'anOrdinaryUserWithoutOtherIdsGetsANamespaceOfItsOwn', sub {
    my @command = Cloister::Uml::sandbox(%sandbox, is_root => 0);
    return contains([qw(--unshare-user --uid 0 --gid 0 --unshare-net)], @command) || ((grep { /^CAP_/ } @command) ? 'it has capabilities' : '');
};
check 'sharesAreReadOnlyWhereSaid', sub {
    my @command = Cloister::Uml::sandbox(%sandbox, shares => [Cloister::Uml::share('/home/a'), Cloister::Uml::share('/srv/b/:ro')]);
    return contains(['--bind', '/home/a', '/g/share/0'], @command) || contains(['--ro-bind', '/srv/b', '/g/share/1'], @command);
};
check 'aShareThatCoversTheGuestsOwnPlacesIsRefused', sub {
    for my $path ('/', '/proc', '/usr/share', '/lib64/x', '/etc') { return "$path is taken" if dies('--share', sub { Cloister::Uml::share($path) }) ne '' }
    return dies('absolute', sub { Cloister::Uml::share('x') }) || dies('no . or ..', sub { Cloister::Uml::share('/home/../etc') });
};
check 'memoryIsInMiB', sub { return same(join(' ', map { Cloister::Uml::memory($_) } '512', '96M', '2G', '1g'), '512 96 2048 1024') };
check 'nonsenseIsNoMemory', sub {
    for my $text ('', 'x', '-1', '63M', '1T', "512\n", '99999999999') { return "$text is taken" if dies('--memory', sub { Cloister::Uml::memory($text) }) ne '' }
    return '';
};

check 'framesComeOutAsTheyWentInHoweverTheyAreCut', sub {
    for (1 .. 200) {
        my @sent = map { [(qw(o e a x))[rand 4], int rand 256, random_bytes(int rand 3 ? int rand 40 : int rand 65537)] } 1 .. 1 + rand 5;
        my $bytes = join '', map { Cloister::Frames::encode(@$_) } @sent;
        my $decoder = Cloister::Frames->decoder('oeax');
        my @got;
        while (length $bytes) { push @got, $decoder->feed(substr $bytes, 0, 1 + int rand 4000, '') }
        my $why = same(join('|', map { @$_ } @got), join('|', map { @$_ } @sent));
        return 'they differ' if $why ne '';
    }
    return '';
};
check 'randomBytesAreFramesOrAnErrorAndNeverHeldWithoutLimit', sub {
    for (1 .. 2000) {
        my $decoder = Cloister::Frames->decoder('oeaxq');
        for (1 .. 20) {
            my $bytes = random_bytes(int rand 200);
            substr $bytes, 0, 1, 'o' if length $bytes && rand() < 0.5;
            last unless eval { $decoder->feed($bytes); 1 };
            return 'it holds ' . length $decoder->{bytes} if length $decoder->{bytes} > Cloister::Frames::HEADER + Cloister::Frames::MAX_PAYLOAD + 200;
        }
    }
    return '';
};
check 'aFrameThatIsTooLongIsRefusedBeforeItCame', sub {
    dies('65537 bytes', sub { Cloister::Frames->decoder('o')->feed(pack 'a C L', 'o', 0, 65537) });
};
check 'aNulInAWordIsRefused', sub { dies('NUL in arg', sub { Cloister::Frames::fields(arg => "a\0b") }) };

check 'aRequestIsAsTheKernelReadsIt', sub {
    return same(unpack('H*', substr Cloister::Mconsole::request('halt'), 0, 17), 'bebafeca' . '02000000' . '04000000' . unpack('H*', "halt\0"))
        || same(length Cloister::Mconsole::request('halt'), 524);
};
check 'aRequestThatWouldBeCutIsRefused', sub { dies('are allowed', sub { Cloister::Mconsole::request('x' x 512) }) };
check 'aReplyIsRead', sub { return same(join('|', map { $_ ? $_ : 0 } Cloister::Mconsole::reply(pack 'L3 a512', 1, 1, 5, "OK \0x")), '1|1|OK ') };
check 'randomDatagramsAreRepliesOrAnError', sub {
    my $read = 0;
    for (1 .. 5000) {
        my $datagram = rand() < 0.5 ? random_bytes(int rand 600) : pack('L3', 0, 0, int rand 600) . random_bytes(int rand 513);
        my @reply = eval { Cloister::Mconsole::reply($datagram) };
        next unless @reply;
        $read++;
        return 'a text of ' . length $reply[2] if length $reply[2] > Cloister::Mconsole::MAX_DATA;
    }
    return $read ? '' : 'none was one';
};

check 'threeStreamsGoOverASocketAndOtherBytesAreNone', sub {
    socketpair my $near, my $far, AF_UNIX, SOCK_STREAM, PF_UNSPEC or return "no sockets: $!";
    syswrite $near, '+';
    my @none = Cloister::Descriptors::receive($far);
    return "it got @none" if @none;
    return 'not sent' unless Cloister::Descriptors::send($near);
    my @streams = Cloister::Descriptors::receive($far);
    return 'it got ' . scalar @streams unless @streams == 3;
    return same(join(' ', map { join ':', (stat "/proc/self/fd/$_")[ 0, 1 ] } @streams), join ' ', map { join ':', (stat "/proc/self/fd/$_")[ 0, 1 ] } 0 .. 2);
};
check 'whatACallerOffersIsTwoFramesOrNothing', sub {
    my $read = 0;
    for (1 .. 300) {
        socketpair my $near, my $far, AF_UNIX, SOCK_STREAM, PF_UNSPEC or return "no sockets: $!";
        my $bytes = join '', map { rand() < 0.8 ? Cloister::Frames::encode((qw(c n))[rand 2], 0, random_bytes(int rand 100)) : random_bytes(int rand 20) } 1 .. 1 + rand 3;
        syswrite $near, $bytes;
        close $near;
        my @offer = Cloister::Spare::offer($far);
        return scalar(@offer) . ' parts' if @offer && @offer != 2;
        $read++ if @offer;
    }
    return $read ? '' : 'none was one';
};
check 'aGuestGoesDownInOrderThenByItsKernelThenByForce', sub {
    my @done;
    my $end = Cloister::GuestEnd->new(map { my $way = $_; $way => sub { push @done, $way } } qw(order halt kill));
    $end->begin('first', 1, 'in order');
    $end->begin('second', 2, 'in order');
    $end->look(time) for 1 .. 2;
    $end->look(time + 60 * $_) for 1 .. 3;
    return same("@done", 'order halt kill') || same($end->status, 1) || same($end->reason, 'first; it did not end in order and was halted');
};
check 'whoIsKilledOnTheWayDownIsKilledAtOnce', sub {
    my @done;
    my $end = Cloister::GuestEnd->new(map { my $way = $_; $way => sub { push @done, $way } } qw(order halt kill));
    $end->begin('first', 1, 'in order');
    $end->begin('second', 2);
    $end->look(time + 60);
    return same("@done", 'order kill') || same($end->status, 1);
};
check 'whatFollowsTheOptionsIsTheProgram', sub {
    my $of = Cloister::GuestOptions::parse(qw(--root a --no-network --memory 1G --share /srv:ro -- ls --memory x));
    return same("@{ $of->{command} } $of->{memory} $of->{no_network} $of->{shares}[0][1] $of->{warm}", 'ls --memory x 1024 1 1 ')
        || dies('no option --colour', sub { Cloister::GuestOptions::parse('--colour') }) || dies('needs a value', sub { Cloister::GuestOptions::parse('--root') })
        || dies('--timeout', sub { Cloister::GuestOptions::parse(qw(--timeout soon)) });
};
check 'aProgramHasOfItsCallerOnlyWhatIsPassedOn', sub {
    local %ENV = (TERM => 'vt100', SECRET => 's', LANG => 'C');
    my %environment = map { split /=/, $_, 2 } do { my @f = Cloister::GuestOptions::program(Cloister::GuestOptions::parse('--root', 'a', '--pass', 'TERM,HOME', '--', 'ls'), ''); map { $f[ $_ * 2 ] eq 'env' ? $f[ $_ * 2 + 1 ] : () } 0 .. $#f / 2 };
    return same($environment{TERM}, 'vt100') || same(join(',', sort grep { exists $environment{$_} } qw(SECRET LANG HOME)), '') || same($environment{CLOISTER_ROOT_NAME}, 'a');
};
