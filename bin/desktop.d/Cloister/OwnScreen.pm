package Cloister::OwnScreen;
# A screen that is a root's alone: an Xephyr(1) in a window of the caller's display, shared by the programs that the caller runs in the root. A keeper starts it
# for the first and ends it after the last. Who uses it holds a lock on the file `use`, which ends with the process however that ends; the keeper waits for
# that lock. Failures are [what happened and why, what to do].
use strict;
use warnings;
use Fcntl qw(LOCK_SH LOCK_EX);
use POSIX ();
use Cloister::Runtime;
use Cloister::XServer;
use Cloister::Xauthority;

use constant {
    # Display numbers: above those of desktops and of ssh(1).
    FIRST => 100,
    LAST  => 999,
    START_SECONDS => 10,
    LOOK_SECONDS  => 0.02,
    END_SECONDS   => 5,
    MAX_NOTE      => 64,
    MAX_LOG       => 4096,
    SYS_PRCTL     => 157,
    PR_SET_PDEATHSIG => 1,
    SIGTERM => 15,
    SIGKILL => 9,
};

# As Cloister::Display::of_caller. $directory is the root's; $size is that of a screen that isn't there yet.
sub enter {
    my ($directory, $root, $size) = @_;
    my $use = opened("$directory/use");
    # A keeper that ends the screen just now is waited for.
    flock $use, LOCK_SH or die ["$directory/use can't be locked: $!", 'see that directory'];
    my $start = opened("$directory/start");
    flock $start, LOCK_EX or die ["$directory/start can't be locked: $!", 'see that directory'];
    return running($directory, $use) // begun($directory, $root, $size, $use);
}

sub opened {
    my ($path) = @_;
    open my $handle, '>>', $path or die ["$path can't be opened: $!", 'make room there'];
    return $handle;
}

sub running {
    my ($directory, $use) = @_;
    my ($number) = (Cloister::Runtime::content("$directory/screen", MAX_NOTE) // '') =~ /^(\d{1,5})\n\z/ or return;
    my $cookie = Cloister::Runtime::content("$directory/cookie", Cloister::Xauthority::COOKIE) // return;
    my $display = Cloister::XServer::display(":$number");
    eval { Cloister::XServer->enter($display->{socket}, $cookie) } or return;
    return { name => ":$number.0", number => $number, socket => $display->{socket}, cookie => $cookie, held => $use };
}

sub begun {
    my ($directory, $root, $size, $use) = @_;
    my $remedy = 'a screen is a window of your display: start it from a terminal of your desktop, or set DISPLAY to that of yours';
    die ["a screen of its own can't be shown: DISPLAY isn't set", $remedy] unless length($ENV{DISPLAY} // '');
    my $program = Cloister::Runtime::find('Xephyr') or die ["a screen of its own needs Xephyr, which isn't here", 'apt-get install xserver-xephyr'];
    my $cookie = Cloister::Runtime::random(Cloister::Xauthority::COOKIE);
    Cloister::Runtime::write_file("$directory/cookie", $cookie);
    Cloister::Runtime::write_file("$directory/authority", Cloister::Xauthority::entry('', $cookie));
    pipe my $told, my $tell or die ["no pipe: $!", 'close something'];
    my $pid = fork // die ["no process: $!", 'end something'];
    if ($pid == 0) {
        # Not a child of the program that this process becomes.
        my $keeper = fork;
        POSIX::_exit(defined $keeper ? 0 : 1) if !defined $keeper || $keeper;
        close $use;
        close $told;
        eval { keep($directory, $root, $size, $program, $cookie, $tell) };
        POSIX::_exit(0);
    }
    waitpid $pid, 0;
    close $tell;
    sysread $told, my $answer, MAX_LOG;
    return running($directory, $use) // die ["Xephyr doesn't let its own programs in", "see $directory/log"] if ($answer // '') eq 'up';
    die ["Xephyr doesn't start on DISPLAY=$ENV{DISPLAY}: " . (length($answer // '') ? $answer : 'its keeper ended'), $remedy];
}

# The keeper's life.
sub keep {
    my ($directory, $root, $size, $program, $cookie, $tell) = @_;
    POSIX::setsid();
    chdir '/';
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', "$directory/log";
    open STDERR, '>&', *STDOUT;
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP CHLD PIPE);
    # What the caller has open is none of the keeper's.
    for my $number (map { /(\d+)\z/ } glob '/proc/self/fd/*') { POSIX::close($number) if $number > 2 && $number != fileno $tell }
    my ($number, $screen);
    for ($number = FIRST; $number <= LAST; $number++) {
        # Xephyr locks the number; who locks none has at least the socket.
        next if -e "/tmp/.X$number-lock" || -e Cloister::XServer::display(":$number")->{socket};
        $screen = shown($number, $cookie, $program, ":$number", '-screen', $size, qw(-resizeable -noreset -nolisten tcp -nolisten local -auth), "$directory/authority", '-title', $root);
        last if $screen || last_words($directory) !~ /already (?:active|running)/;
    }
    if (!$screen) {
        syswrite $tell, last_words($directory);
        return;
    }
    Cloister::Runtime::write_file("$directory/screen", "$number\n");
    my $lock = opened("$directory/use");
    my $waiter = fork // return end($screen);
    if ($waiter == 0) {
        close $tell;
        flock $lock, LOCK_EX;
        POSIX::_exit(0);
    }
    syswrite $tell, 'up';
    close $tell;
    # The last program ended, or its screen did: somebody closed the window.
    my $ended = wait;
    unlink "$directory/screen";
    kill SIGKILL, $waiter if $ended == $screen;
    end($screen) if $ended != $screen;
}

# The process of a server that lets in who has the cookie; undef if it ended or took too long.
sub shown {
    my ($number, $cookie, $program, @options) = @_;
    my $pid = fork // return;
    if ($pid == 0) {
        my $none = 0;
        syscall SYS_PRCTL, PR_SET_PDEATHSIG, SIGTERM, $none, $none, $none;
        { exec { $program } $program, @options }
        POSIX::_exit(127);
    }
    my $socket = Cloister::XServer::display(":$number")->{socket};
    my $until = time + START_SECONDS;
    while (time <= $until) {
        return $pid if eval { Cloister::XServer->enter($socket, $cookie) };
        return if waitpid($pid, POSIX::WNOHANG()) != 0;
        select undef, undef, undef, LOOK_SECONDS;
    }
    end($pid);
    return;
}

sub end {
    my ($pid) = @_;
    kill SIGTERM, $pid;
    for (1 .. END_SECONDS * 10) {
        return if waitpid($pid, POSIX::WNOHANG()) != 0;
        select undef, undef, undef, 0.1;
    }
    kill SIGKILL, $pid;
    waitpid $pid, 0;
}

sub last_words {
    my ($directory) = @_;
    my @lines = grep { /\S/ } split /\n/, Cloister::Runtime::content("$directory/log", MAX_LOG) // '';
    my $line = $lines[-1] // 'it said nothing';
    $line =~ s/[^\x20-\x7e]/?/g;
    return substr $line, 0, 400;
}

1;
