package Cloister::GuestPrograms;
# What a guest needs of this machine's programs.
use strict;
use warnings;
use Cwd ();

use constant { CPUINFO => '/proc/cpuinfo', CPUINFO_BYTES => 16384 };

my ($HERE) = __FILE__ =~ m{^(.*)/};

# [what is missing, what to do], or nothing.
sub missing {
    return ['there is no linux.uml here', 'apt-get install user-mode-linux (Debian has it for amd64)'] unless defined find('linux.uml');
    return ['there is no bwrap here', 'apt-get install bubblewrap'] unless defined find('bwrap');
    return ["linux.uml has no room for this processor's state (AMX), and what mends that wasn't built", 'apt-get install gcc, and build Cloister again (mvn package)']
        if has_large_state() && !defined xstate();
    return;
}

# Whether a process has more floating point state here than linux.uml 6.1 keeps (xstate.c).
sub has_large_state {
    open my $in, '<', CPUINFO or return 0;
    sysread $in, my $text, CPUINFO_BYTES or return 0;
    return $text =~ /^flags\s*:.*\bamx_tile\b/m ? 1 : 0;
}

# The library that a kernel needs on such a processor, or undef.
sub xstate {
    my ($library) = map { Cwd::abs_path($_) } grep { -r $_ } "$HERE/../../../client-agent/target/native/xstate.so";
    return $library;
}

# Words before those of a kernel that runs in no sandbox.
sub bare {
    return has_large_state() && defined xstate() ? ('env', 'LD_PRELOAD=' . xstate()) : ();
}

sub find {
    my ($name) = @_;
    for my $directory (split(/:/, $ENV{PATH} // ''), '/usr/bin', '/usr/sbin', '/bin', '/sbin') {
        return "$directory/$name" if $directory =~ m{^/} && -x "$directory/$name";
    }
    return;
}

# As ldd(1) does it.
sub libraries {
    my ($loader, $program) = @_;
    open my $list, '-|', $loader, '--list', $program or die "$loader: $!\n";
    return grep { defined } map { m{=> (/\S+)} ? $1 : undef } <$list>;
}

1;
