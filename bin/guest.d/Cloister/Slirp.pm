package Cloister::Slirp;
# slirp4netns(1) in its bess mode, in a PID namespace of its own: it forks, and what it forked would outlive it and whoever started it.
use strict;
use warnings;
use Cloister::Parent;

use constant {
    SYS_UNSHARE   => 272,
    CLONE_NEWUSER => 0x10000000,
    CLONE_NEWPID  => 0x20000000,
    SIGKILL       => 9,
};

# directory: where its socket is made; log: the file for what it says; options: its words. Ends with this process, however that ends.
sub start {
    my ($class, %of) = @_;
    my $parent = $$;
    my $pid = fork;
    defined $pid or die "no process: $!\n";
    if ($pid == 0) {
        eval { become_keeper($parent, %of) };
        warn $@;
        Cloister::Parent::leave();
    }
    return bless { pid => $pid, log => $of{log} }, $class;
}

sub become_keeper {
    my ($parent, %of) = @_;
    Cloister::Parent::die_with($parent);
    # A terminal's Ctrl-C doesn't end it.
    setpgrp;
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP CHLD PIPE);
    chdir $of{directory} or die "$of{directory}: $!\n";
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', $of{log};
    open STDERR, '>&', *STDOUT;
    own_processes();
    pipe my $alive, my $lives or die "no pipe: $!\n";
    my $first = fork;
    defined $first or die "no process: $!\n";
    if ($first == 0) {
        # Its parent has no number in this namespace.
        Cloister::Parent::die_with(0);
        close $lives;
        my $read = '';
        vec($read, fileno $alive, 1) = 1;
        # An end of the pipe is that of a parent that went before.
        Cloister::Parent::leave() if select $read, undef, undef, 0;
        { exec 'slirp4netns', '--target-type=bess', @{ $of{options} } }
        die "slirp4netns: $!\n";
    }
    waitpid $first, 0;
    Cloister::Parent::leave();
}

# An ordinary user needs a user namespace for it, in which it has its one own number.
sub own_processes {
    return if syscall(SYS_UNSHARE, CLONE_NEWPID) == 0;
    my ($uid, $gid) = ($> + 0, $) + 0);
    syscall(SYS_UNSHARE, CLONE_NEWUSER | CLONE_NEWPID) == 0 or die "no namespaces: $!\n";
    for (['setgroups', 'deny'], ['uid_map', "$uid $uid 1"], ['gid_map', "$gid $gid 1"]) {
        my ($file, $text) = @$_;
        open my $out, '>', "/proc/self/$file" or die "$file: $!\n";
        syswrite $out, $text or die "$file: $!\n";
    }
}

sub end {
    my ($self) = @_;
    kill SIGKILL, $self->{pid};
    waitpid $self->{pid}, 0;
    unlink $self->{log};
}

1;
