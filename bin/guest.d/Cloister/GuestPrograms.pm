package Cloister::GuestPrograms;
# What a guest needs of this machine's programs.
use strict;
use warnings;

# [what is missing, what to do], or nothing.
sub missing {
    return ['there is no linux.uml here', 'apt-get install user-mode-linux (Debian has it for amd64)'] unless defined find('linux.uml');
    return ['there is no bwrap here', 'apt-get install bubblewrap'] unless defined find('bwrap');
    return;
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
