package Cloister::Display;
# The display of whoever calls: its socket, and a cookie for one start of a program. Failures are [what happened and why, what to do].
use strict;
use warnings;
use POSIX ();
use Cloister::Runtime;
use Cloister::XServer;
use Cloister::Xauthority;

use constant {
    # What a cookie outlives its program.
    COOKIE_SECONDS => 60,
    # A server looks at its file again when its time has changed, in whole seconds.
    ATTEMPTS       => 4,
    PAUSE_SECONDS  => 0.5,
    MAX_ARGUMENTS  => 65536,
};

# {name, number, socket, cookie, held}: DISPLAY inside, the cookie or undef where the server asks for none, and a handle that is to stay open as long as the
# cookie is to count. $keep: where a cookie that the server keeps is remembered for the next start.
sub of_caller {
    my ($keep) = @_;
    my $text = $ENV{DISPLAY} // '';
    die ["there is no display here: DISPLAY isn't set", 'start it from a terminal of your desktop, or set DISPLAY to that of yours'] if $text eq '';
    my $display = Cloister::XServer::display($text)
        or die ["DISPLAY=$text is not a socket of this machine", 'a display that comes over a network can be shown in a screen of its own: cloister display grant ROOT --own-screen'];
    my $own = Cloister::Xauthority::cookie(hostname(), $display->{number}, caller_entries());
    my $server = eval { Cloister::XServer->enter($display->{socket}, $own) } or die [sentence($@), advice($@, $text)];
    my ($cookie, $held) = made_by_server($server, $display->{socket});
    ($cookie, $held) = added_to_servers_file($server, $display->{socket}, $keep) unless $held;
    ($cookie, $held) = ($own, $server) unless $held;
    return { name => ":$display->{number}.$display->{screen}", number => $display->{number}, socket => $display->{socket}, cookie => $cookie, held => $held->handle };
}

sub hostname { return (POSIX::uname())[1] }

sub sentence { return $_[0] =~ s/\n\z//r }

sub advice {
    my ($reason, $text) = @_;
    return "start the X server of $text, or set DISPLAY to one that runs" if $reason =~ /no X server/;
    return 'XAUTHORITY, or ~/.Xauthority, is to be the file with the cookie of your desktop (xauth list)';
}

# Where the caller's cookies are (Xsecurity(7)).
sub caller_entries {
    my $file = length($ENV{XAUTHORITY} // '') ? $ENV{XAUTHORITY} : ($ENV{HOME} // '') . '/.Xauthority';
    return Cloister::Xauthority::entries(Cloister::Runtime::content($file, Cloister::Xauthority::MAX_BYTES) // '');
}

# The connection that uses the cookie keeps it, and keeps a server that resets itself without clients.
sub made_by_server {
    my ($server, $socket) = @_;
    my $cookie = eval { $server->generate(COOKIE_SECONDS) } // return;
    my $held = eval { Cloister::XServer->enter($socket, $cookie) } or return;
    return ($cookie, $held);
}

# A server without the extension SECURITY takes what stands in the file that it was started with (Xserver(1), -auth), for those who may write it. Servers forget
# nothing of it before they are reset, so the same cookie is used again.
sub added_to_servers_file {
    my ($server, $socket, $keep) = @_;
    my $kept = Cloister::Runtime::content($keep, Cloister::Xauthority::COOKIE);
    my $held = defined $kept && length $kept == Cloister::Xauthority::COOKIE && eval { Cloister::XServer->enter($socket, $kept) };
    return ($kept, $held) if $held;
    my $file = authority_of($server->listener) // return;
    # The calling user's own file, or root's: never created, never through a link that others made.
    return unless -f $file && !-l $file;
    open my $out, '>>', $file or return;
    my $cookie = Cloister::Runtime::random(Cloister::Xauthority::COOKIE);
    syswrite $out, Cloister::Xauthority::entry('', $cookie) or return;
    close $out;
    for (1 .. ATTEMPTS) {
        $held = eval { Cloister::XServer->enter($socket, $cookie) };
        if ($held) {
            Cloister::Runtime::write_file($keep, $cookie);
            return ($cookie, $held);
        }
        select undef, undef, undef, PAUSE_SECONDS;
        utime undef, undef, $file;
    }
    return;
}

sub authority_of {
    my ($pid) = @_;
    my @arguments = split /\0/, ($pid > 0 ? Cloister::Runtime::content("/proc/$pid/cmdline", MAX_ARGUMENTS) : undef) // '';
    for my $at (1 .. $#arguments - 1) {
        return $arguments[ $at + 1 ] if $arguments[$at] eq '-auth' && $arguments[ $at + 1 ] =~ m{^/};
    }
    return;
}

1;
