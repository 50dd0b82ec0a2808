package Cloister::GuestClient;
# What others want of a running guest, through the socket of its runner.
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM sockaddr_un);
use Cloister::Frames;
use Cloister::Mconsole;
use Cloister::Terminal;
use Cloister::Uml;

use constant {
    UNREACHABLE  => 4,
    CHUNK        => 32768,
    MAX_WAITING  => 131072,
    LOOK_SECONDS => 0.5,
    STATS_SECONDS => 5,
    HANGUP       => 129,
    CONTROL      => 3,
    FROM_GUEST   => 'roeaxmzqp',
};

sub connect_to {
    my ($directory) = @_;
    chdir $directory or die "there is no guest in $directory\n";
    socket my $socket, PF_UNIX, SOCK_STREAM, 0 or die "no socket: $!\n";
    connect $socket, sockaddr_un('console.sock') or die "the guest in $directory doesn't answer: $!\n";
    return $socket;
}

sub refused {
    my ($reason) = @_;
    chomp $reason;
    print STDERR "cloister: $reason\n  What to do: `cloister guest list` shows the guests that run.\n";
    return UNREACHABLE;
}

sub write_all {
    my ($handle, $bytes) = @_;
    while (length $bytes) {
        my $count = syswrite $handle, $bytes;
        if (defined $count) { substr $bytes, 0, $count, '' }
        elsif (!$!{EINTR}) { return 0 }
    }
    return 1;
}

# One line: KiB in all, KiB available, load, processes, seconds.
sub stats {
    my ($directory) = @_;
    my $text = eval {
        local $SIG{ALRM} = sub { die "the guest in $directory doesn't answer\n" };
        # A runner that is stopped takes no connection either.
        alarm STATS_SECONDS;
        my $socket = connect_to($directory);
        write_all($socket, Cloister::Frames::encode('q', 0, ''));
        my $decoder = Cloister::Frames->decoder('q');
        my @frames;
        until (@frames) {
            sysread $socket, my $bytes, CHUNK or die "the guest in $directory has ended\n";
            @frames = $decoder->feed($bytes);
        }
        alarm 0;
        $frames[0][2];
    };
    return refused($@) unless defined $text;
    $text =~ /^\d+ \d+ [\d.]+ \d+ \d+\z/ or return refused("the guest in $directory answers nonsense");
    print "$text\n";
    return 0;
}

# As the guest's record says it.
sub kernel_directory {
    my ($directory) = @_;
    open my $in, '<', "$directory/guest" or die "there is no guest in $directory\n";
    local $/;
    my ($first) = <$in> =~ /(?:\A|\0)kernel=(\d+)(?:\0|\z)/ or die "the guest in $directory doesn't run yet\n";
    return Cloister::Uml::kernel_directory($first);
}

sub mconsole {
    my ($directory, $command) = @_;
    my $text = eval {
        chdir kernel_directory($directory) or die "the kernel of the guest in $directory isn't there: $!\n";
        Cloister::Mconsole::ask(Cloister::Uml::console_socket(), $command // 'version', STATS_SECONDS);
    };
    return refused($@) unless defined $text;
    print $text, $text =~ /\n\z/ ? '' : "\n";
    return 0;
}

# A program on this terminal, root in the guest.
sub console {
    my ($directory, @command) = @_;
    shift @command if @command && $command[0] eq '--';
    my $socket = eval { connect_to($directory) };
    return refused($@) unless $socket;
    my $size = -t STDIN && -t STDOUT ? Cloister::Terminal::size() : '';
    my $fields = Cloister::Frames::fields(dir => '/', user => '', size => $size, env => 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        env => 'HOME=/root', env => 'TERM=' . ($ENV{TERM} // 'dumb'), map { (arg => $_) } @command);
    write_all($socket, Cloister::Frames::encode('c', 0, $fields)) or return refused('the guest has ended');
    my $terminal = $size eq '' ? undef : Cloister::Terminal->make_raw;
    my $status = eval { carry($socket, $terminal) };
    my $problem = $@;
    $terminal->restore if $terminal;
    return defined $status ? $status : refused($problem);
}

# The first process of a service, in a guest that holds services: standard output and error are its, and what it writes to its descriptor 3 and reads from
# there is this process's descriptor 3.
sub service {
    my ($directory, @command) = @_;
    shift @command if @command && $command[0] eq '--';
    open my $control, '+<&=', CONTROL or return refused('there is no descriptor 3');
    my $socket = eval { connect_to($directory) };
    return refused($@) unless $socket;
    my @environment = map { (env => "$_=$ENV{$_}") } grep { length($ENV{$_} // '') } qw(LANG LC_ALL TZ CLOISTER_ROOT_NAME);
    my $fields = Cloister::Frames::fields(dir => '/', user => '', size => '', own => 1, env => 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        @environment, map { (arg => $_) } @command);
    write_all($socket, Cloister::Frames::encode('c', 0, $fields) . Cloister::Frames::encode('z', 0, '')) or return refused('the guest has ended');
    my $status = eval { relay($socket, $control) };
    return defined $status ? $status : refused($@);
}

sub relay {
    my ($socket, $control) = @_;
    my $decoder = Cloister::Frames->decoder(FROM_GUEST);
    local $SIG{PIPE} = 'IGNORE';
    while (1) {
        my $read = '';
        vec($read, fileno $_, 1) = 1 for $socket, $control;
        next if select($read, undef, undef, undef) < 0;
        if (vec $read, fileno $control, 1) {
            # Whoever keeps the service is gone, and then so is the service.
            sysread $control, my $bytes, CHUNK or return HANGUP;
            write_all($socket, Cloister::Frames::encode('p', 0, $bytes));
        }
        next unless vec $read, fileno $socket, 1;
        sysread $socket, my $bytes, CHUNK or return HANGUP;
        for ($decoder->feed($bytes)) {
            my ($type, undef, $payload) = @$_;
            if ($type eq 'o') { write_all(*STDOUT, $payload) }
            elsif ($type eq 'e') { write_all(*STDERR, $payload) }
            elsif ($type eq 'p') { write_all($control, $payload) }
            elsif ($type eq 'x') { return $payload =~ /^\d{1,3}\z/ ? $payload : 1 }
        }
    }
}

sub carry {
    my ($socket, $terminal) = @_;
    my ($resized, $waiting, $input_ended) = (0, 0, 0);
    local $SIG{WINCH} = sub { $resized = 1 };
    local $SIG{PIPE} = 'IGNORE';
    my $decoder = Cloister::Frames->decoder(FROM_GUEST);
    while (1) {
        my $read = '';
        vec($read, fileno $socket, 1) = 1;
        vec($read, 0, 1) = 1 if !$input_ended && $waiting < MAX_WAITING;
        my $found = select $read, undef, undef, LOOK_SECONDS;
        if ($resized && $terminal) {
            $resized = 0;
            write_all($socket, Cloister::Frames::encode('w', 0, Cloister::Terminal::size()));
        }
        next if $found <= 0;
        if (vec $read, 0, 1) {
            my $count = sysread STDIN, my $bytes, CHUNK;
            $waiting += $count // 0;
            $input_ended = 1 unless $count;
            write_all($socket, $count ? Cloister::Frames::encode('i', 0, $bytes) : Cloister::Frames::encode('z', 0, ''));
        }
        if (vec $read, fileno $socket, 1) {
            sysread $socket, my $bytes, CHUNK or return HANGUP;
            for ($decoder->feed($bytes)) {
                my ($type, undef, $payload) = @$_;
                if ($type eq 'o') { write_all(*STDOUT, $payload) }
                elsif ($type eq 'e') { write_all(*STDERR, $payload) }
                elsif ($type eq 'a') { $waiting -= $payload if $payload =~ /^\d{1,6}\z/ }
                elsif ($type eq 'x') { return $payload =~ /^\d{1,3}\z/ ? $payload : 1 }
            }
        }
    }
}

1;
