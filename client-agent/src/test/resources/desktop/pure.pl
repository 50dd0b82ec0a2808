# What of bin/desktop.d needs no display: files of authority, the X protocol against servers that are made here, names of displays, options. Run by
# GuestScriptsTest; prints "ok NAME" or "not ok NAME: WHY" a line. Random bytes come from a seed that is printed with what failed.
use strict;
use warnings;
use IO::Handle ();
use Socket qw(PF_INET PF_UNIX SHUT_WR SOCK_STREAM INADDR_LOOPBACK sockaddr_in sockaddr_un);
use lib $ARGV[0];
use Cloister::Desktop;
use Cloister::OwnScreen;
use Cloister::Relay;
use Cloister::Runtime;
use Cloister::Sound;
use Cloister::XServer;
use Cloister::Xauthority;

my $seed = pop @ARGV;
srand $seed;
my $directory = `mktemp -d`;
chomp $directory;
END { system 'rm', '-rf', $directory if defined $directory }

sub check {
    my ($name, $test) = @_;
    my $why = eval { $test->() } // (ref $@ ? $@->[0] : $@);
    $why =~ s/\s+/ /g;
    print $why eq '' ? "ok $name\n" : "not ok $name: $why (seed $seed)\n";
}

sub same {
    my ($found, $expected) = map { $_ // 'nothing' } @_[0, 1];
    return $found eq $expected ? '' : "found <$found>, expected <$expected>";
}

sub dies {
    my ($part, $code) = @_;
    my @unused = eval { $code->() };
    my $said = ref $@ ? "@{ $@ }" : $@;
    return $said =~ /\Q$part\E/ ? '' : "no <$part> in <$said>";
}

sub random_bytes { return join '', map { chr int rand 256 } 1 .. $_[0] }

# What gives one connection at a path of its own all answers after its first words, and then hangs up, or waits for that where the client shall.
my $servers = 0;
sub server {
    my ($waits, @answers) = @_;
    my $path = "$directory/x" . $servers++;
    socket my $listener, PF_UNIX, SOCK_STREAM, 0 or die $!;
    bind $listener, sockaddr_un($path) or die $!;
    listen $listener, 1;
    if (!fork) {
        accept(my $client, $listener);
        sysread $client, my $request, 65536;
        syswrite $client, join '', @answers;
        1 while $waits && sysread $client, $request, 65536;
        require POSIX;
        POSIX::_exit(0);
    }
    return $path;
}

my $accepted = pack 'C x v3', 1, 11, 0, 0;

check 'anEntryIsReadAsItWasWritten', sub {
    my $cookie = random_bytes(16);
    my ($entry, @more) = Cloister::Xauthority::entries(Cloister::Xauthority::entry('7', $cookie));
    return same(scalar @more, 0) || same("$entry->{family} $entry->{number} $entry->{protocol}", '65535 7 MIT-MAGIC-COOKIE-1') || same($entry->{data}, $cookie);
};
check 'aClientTakesTheFirstCookieOfItsHostAndDisplay', sub {
    my $entry = sub { return { family => $_[0], address => $_[1], number => $_[2], protocol => $_[4] // 'MIT-MAGIC-COOKIE-1', data => $_[3] } };
    my @entries = ($entry->(0, "\x7f\0\0\1", '0', 'tcp'), $entry->(256, 'other', '0', 'other'), $entry->(256, 'here', '1', 'one'),
        $entry->(256, 'here', '0', 'xdm', 'XDM-AUTHORIZATION-1'), $entry->(256, 'here', '0', 'zero'), $entry->(65535, '', '', 'wild'));
    return same(scalar Cloister::Xauthority::cookie('here', '0', @entries), 'zero') || same(scalar Cloister::Xauthority::cookie('here', '1', @entries), 'one')
        || same(scalar Cloister::Xauthority::cookie('there', '5', @entries), 'wild') || same(scalar Cloister::Xauthority::cookie('there', '5', @entries[0 .. 4]), undef);
};
check 'randomBytesAreEntriesThatFitInThem', sub {
    for (1 .. 3000) {
        my $bytes = (rand() < 0.5 ? Cloister::Xauthority::entry(int rand 99, random_bytes(16)) : '') . random_bytes(int rand 80);
        my $length = 0;
        $length += 10 + length join '', @$_{qw(address number protocol data)} for Cloister::Xauthority::entries($bytes);
        return "entries of $length bytes in " . length $bytes if $length > length $bytes;
    }
    return '';
};
check 'aFileWithoutEndHasALimitedNumberOfEntries', sub {
    my @entries = Cloister::Xauthority::entries("\0" x 20000);
    return same(scalar @entries, Cloister::Xauthority::MAX_ENTRIES);
};
check 'aDisplayIsASocketOfThisMachine', sub {
    for my $text (':0', 'unix:0', ':0.0') { my $why = same((Cloister::XServer::display($text) // {})->{socket}, '/tmp/.X11-unix/X0'); return "$text: $why" if $why ne '' }
    for my $text ('', 'x', 'localhost:10.0', '192.0.2.1:0', ':', ':x', ':0.0.0', ":0\n", ':123456', '/tmp/x:0') { return "$text is taken" if Cloister::XServer::display($text) }
    return same(Cloister::XServer::display(':12.3')->{screen}, 3);
};
check 'aServerThatLetsInMakesACookieThatIsTrustedAndEnds', sub {
    my $query = pack 'C x v V C C x22', 1, 1, 0, 1, 140;
    my $generated = pack 'C x v V V v x18 a16', 1, 2, 4, 77, 16, 'sixteen bytes it';
    my $server = Cloister::XServer->enter(server(1, $accepted, "\x22" . "\0" x 31 . $query, $generated), 'c' x 16);
    return same($server->generate(60), 'sixteen bytes it');
};
check 'aServerWithoutTheExtensionMakesNone', sub {
    my $server = Cloister::XServer->enter(server(1, $accepted, pack 'C x v V C x23', 1, 1, 0, 0), undef);
    return same(scalar $server->generate(60), undef);
};
check 'whoIsNotLetInIsToldTheServersReason', sub {
    return dies('lets nobody in with this cookie: No protocol specified', sub {
        Cloister::XServer->enter(server(1, pack('C C v2 v', 0, 22, 11, 0, 6) . "No protocol specified\n\0\0"), 'c' x 16);
    });
};
check 'whereNobodyListensNoServerAnswers', sub { return dies('no X server answers', sub { Cloister::XServer->enter("$directory/none", undef) }) };
check 'randomAnswersOfAServerAreAnErrorOrAnAnswer', sub {
    for (1 .. 60) {
        my $path = server(0, rand() < 0.5 ? random_bytes(8 + int rand 200) : $accepted, random_bytes(int rand 100), random_bytes(int rand 100));
        eval { Cloister::XServer->enter($path, undef)->generate(1) };
        return 'an error without words' if $@ !~ /^(?:\z|.+\n\z)/;
    }
    return '';
};
check 'soundIsWhereTheEnvironmentSaysOrInTheRuntimeDirectory', sub {
    local @ENV{qw(PULSE_SERVER PULSE_RUNTIME_PATH XDG_RUNTIME_DIR)} = ('', '', '/run/user/7');
    my $why = same((Cloister::Sound::sockets())[0], '/run/user/7/pulse/native');
    for my $server ('unix:/p/native', '/p/native', '{0a1b}unix:/p/native', 'unix:/p/native tcp:h') {
        $ENV{PULSE_SERVER} = $server;
        $why ||= same((Cloister::Sound::sockets())[0], '/p/native');
    }
    $ENV{PULSE_SERVER} = 'tcp:192.0.2.1';
    return $why || dies('not a socket of this machine', \&Cloister::Sound::sockets);
};
check 'optionsAreTheAgents', sub {
    my ($of, @command) = Cloister::Desktop::options(qw(--root vlc --tag 0a1b --display 640x480 --sound -- bwrap --display x));
    return same("$of->{root} $of->{tag} $of->{display} $of->{sound} @command", 'vlc 0a1b 640x480 1 bwrap --display x')
        || dies('--root', sub { Cloister::Desktop::options(qw(--root ../x --tag a --)) }) || dies('--display', sub { Cloister::Desktop::options(qw(--root x --tag a --display all --)) });
};
check 'aDirectoryOfSomebodyElseIsNotTaken', sub {
    local $ENV{XDG_RUNTIME_DIR} = $directory;
    my $path = Cloister::Runtime::directory('0a1b', 'vlc');
    my $why = same($path, "$directory/cloister-desktop/0a1b/vlc") || same((stat $path)[2] & 0777, 0700);
    chmod 0755, "$directory/cloister-desktop";
    return $why || (Cloister::Runtime::private("$directory/cloister-desktop") ? 'one that others may read is' : '')
        || (symlink('/tmp', "$directory/link") && Cloister::Runtime::private("$directory/link") ? 'a link is' : '');
};
check 'aScreenNeedsADisplayToBeShownOn', sub {
    local $ENV{DISPLAY} = '';
    mkdir "$directory/screen", 0700;
    return dies("DISPLAY isn't set", sub { Cloister::OwnScreen::enter("$directory/screen", 'vlc', '640x480') });
};
check 'aScreenNeedsXephyr', sub {
    local @ENV{qw(DISPLAY PATH)} = (':0', '/nonexistent');
    no warnings 'redefine';
    local *Cloister::Runtime::find = sub { return };
    return dies('apt-get install xserver-xephyr', sub { Cloister::OwnScreen::enter("$directory/screen", 'vlc', '640x480') });
};
check 'theRelayCarriesBytesBothWaysWithTheirEnds', sub {
    my $listener = Cloister::Relay::listener(0);
    socket my $server, PF_UNIX, SOCK_STREAM, 0 or die $!;
    bind $server, sockaddr_un("$directory/relayed") or die $!;
    listen $server, 4;
    my @children = map { my $code = $_; fork || do { $code->(); require POSIX; POSIX::_exit(0) } } sub { Cloister::Relay::run([[$listener, "$directory/relayed"]]) }, sub {
        # All that comes, backwards, when it has come.
        for (1 .. 2) {
            accept(my $client, $server);
            local $/;
            my $bytes = reverse scalar <$client>;
            print $client $bytes;
        }
    };
    my $why = '';
    for (1 .. 2) {
        socket my $client, PF_INET, SOCK_STREAM, 0 or die $!;
        connect $client, sockaddr_in((sockaddr_in(getsockname $listener))[0], INADDR_LOOPBACK) or die $!;
        my $bytes = random_bytes(700_000);
        print $client $bytes;
        $client->flush;
        shutdown $client, SHUT_WR;
        local $/;
        $why ||= reverse($bytes) eq <$client> ? '' : 'other bytes came';
    }
    kill 'KILL', @children;
    waitpid $_, 0 for @children;
    return $why;
};
