# What benches of servers share: processes that end with the bench, commands whose words are shown when they fail, files, time.
# The bench sets $main::directory to a directory of its own and $main::status to 0 at its end.
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep);

our ($directory, $bench);
our $status = 1;
my @started;
$SIG{INT} = $SIG{TERM} = sub { exit 130 };
END { if (defined $directory) { local $?; clean_up() } }

sub now { return clock_gettime(CLOCK_MONOTONIC) }

sub median { return (sort { $a <=> $b } @_)[ $#_ / 2 ] }

# Installs Debian packages of which a program isn't there: package => program.
sub require_programs {
    my %programs = @_;
    my @missing = sort grep { my $program = $programs{$_}; !grep { -x "$_/$program" } split(/:/, $ENV{PATH}), '/usr/sbin' } keys %programs;
    return unless @missing;
    progress("install @missing");
    quietly('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y', '--no-install-recommends', 'install', @missing);
}

sub start {
    my ($name, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        setpgrp;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$directory/$name.log";
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    push @started, $pid;
    return $pid;
}

# A repository on a port of its own, without Kafka; the caller's `cloister` is logged in to it. Returns its address and its process.
sub start_repository {
    my ($bin) = @_;
    my $port = free_port();
    my $pid = start('repo-server', "$bin/repo-server", '--state', "$directory/repo", '--port', $port, '--kafka', 'none');
    my $url = "http://127.0.0.1:$port";
    await('the repository', sub { -s "$directory/repo/admin.token" && quiet('curl', '-fsS', '--max-time', 2, "$url/readyz") });
    quietly("$bin/cloister", 'login', '--repo', $url, '--token-file', "$directory/repo/admin.token");
    return ($url, $pid);
}

sub publish {
    my ($url, $deb) = @_;
    my ($token) = slurp("$directory/repo/admin.token") =~ /(\S+)/;
    quietly('curl', '-fsS', '-o', "$directory/answer", '-H', "Authorization: Bearer $token", '-H',
        'Content-Type: application/vnd.debian.binary-package', '-T', $deb, '-X', 'POST', "$url/v1/packages");
}

sub await {
    my ($what, $condition, $pause) = @_;
    my $end = now() + 300;
    until ($condition->()) {
        die "bench $bench: waited in vain for $what; see $directory/*.log\n" if now() > $end;
        sleep($pause // 0.2);
    }
}

# Ends the bench with the command's own words when it fails.
sub quietly {
    my @command = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$directory/last.log";
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    return if $? == 0;
    my $failed = $? >> 8;
    print STDERR slurp("$directory/last.log");
    die "bench $bench: '@command[0 .. ($#command > 8 ? 8 : $#command)]' ended with status $failed\n";
}

sub quiet {
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        exec @_ or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    return $? == 0;
}

sub output {
    open my $pipe, '-|', @_ or die "bench $bench: $_[0]: $!\n";
    local $/;
    return <$pipe> // '';
}

sub slurp { open my $in, '<:raw', $_[0] or return ''; local $/; return <$in> // '' }

sub write_file {
    my ($path, $text) = @_;
    open my $out, '>:raw', $path or die "bench $bench: $path: $!\n";
    print {$out} $text;
    close $out;
}

sub free_port {
    require IO::Socket::INET;
    return IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')->sockport;
}

sub progress { print STDERR "$bench: @_\n" }

sub machine {
    my ($cpu) = slurp('/proc/cpuinfo') =~ /^model name\s*:\s*(.*)/m;
    my $cores = () = slurp('/proc/cpuinfo') =~ /^processor/mg;
    my ($memory) = slurp('/proc/meminfo') =~ /^MemTotal:\s*(\d+)/;
    printf qq({"machine":{"cpu":"%s","cores":%d,"memoryMiB":%d}}\n), $cpu // 'unknown', $cores, $memory / 1024;
    $| = 1;
}

sub clean_up {
    for my $pid (reverse @started) {
        kill 'TERM', -$pid, $pid;
        for (1 .. 150) { last if waitpid($pid, 1) != 0; sleep 0.1 }
        kill 'KILL', -$pid;
    }
    if ($status == 0) { system 'rm', '-rf', '--one-file-system', $directory }
    else { print STDERR "$bench: logs are in $directory\n" }
}

# A Debian package as dpkg-deb makes it, without a process for each. Returns its file.
sub deb {
    my ($place, $name, $version, $control, $content) = @_;
    my $file = "$place/${name}_${version}_amd64.deb";
    write_file($file, "!<arch>\n" . member('debian-binary', "2.0\n") . member('control.tar.gz', packed('./control', $control))
        . member('data.tar.gz', packed("./usr/share/doc/$name/text", $content)));
    return $file;
}

sub member {
    my ($name, $content) = @_;
    my $head = sprintf "%-16s%-12d%-6d%-6d%-8s%-10d`\n", $name, 1_700_000_000, 0, 0, '100644', length $content;
    return $head . $content . (length($content) % 2 ? "\n" : '');
}

sub packed {
    my ($path, $content) = @_;
    require IO::Compress::Gzip;
    my $tar = '';
    my @parts = split m{/}, $path;
    $tar .= tar_head(join('/', @parts[0 .. $_]) . '/', 0, '5', 0755) for 0 .. $#parts - 1;
    $tar .= tar_head($path, length $content, '0', 0644) . $content . "\0" x (-length($content) % 512) . "\0" x 1024;
    IO::Compress::Gzip::gzip(\$tar, \my $gz, -Level => 1);
    return $gz;
}

sub tar_head {
    my ($path, $size, $type, $mode) = @_;
    my $head = pack 'a100 a8 a8 a8 a12 a12 a8 a1 a100 a6 a2 a32 a32 a8 a8 a155 x12', $path, sprintf('%07o', $mode), '0000000', '0000000',
        sprintf('%011o', $size), sprintf('%011o', 1_700_000_000), ' ' x 8, $type, '', "ustar\0", '00', 'root', 'root', '0000000', '0000000', '';
    substr $head, 148, 8, sprintf("%06o\0 ", unpack '%32C*', $head);
    return $head;
}

1;
