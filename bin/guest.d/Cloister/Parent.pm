package Cloister::Parent;
# The end of a process with its parent's.
use strict;
use warnings;

use constant {
    SYS_PRCTL        => 157,
    PR_SET_PDEATHSIG => 1,
    SIGKILL          => 9,
};

# The kernel kills this process when its parent is gone; a parent that went before is found here. Holds until ids or namespaces change (prctl(2)).
sub die_with {
    my ($parent) = @_;
    my $none = 0;
    syscall SYS_PRCTL, PR_SET_PDEATHSIG, SIGKILL, $none, $none, $none;
    leave() if getppid != $parent;
}

# Without what a process does at its end for its parent's handles.
sub leave {
    require POSIX;
    POSIX::_exit(127);
}

1;
