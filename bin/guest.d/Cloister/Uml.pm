package Cloister::Uml;
# The command lines of a guest: of User-mode Linux (its --help; kernel-parameters.txt) and of the sandbox around it (bwrap(1)). Pure: no file is looked at.
use strict;
use warnings;

use constant {
    # What the sandbox shows to the guest stands below this directory. That the guest sees no more is the sandbox's work: a hostfs follows `..`.
    TREE    => '/g',
    UML_DIR => '/run/uml',
    # Its files are sockets and a number; a guest that was taken over fills this much and not the machine's disk.
    UML_DIR_BYTES => 1 << 20,
    # With the socket of slirp4netns(1), which only the runner's side makes.
    NET_DIR => '/run/net',
    # The root's /dev, where it may have devices.
    DEVICES => '/run/dev',
    PRELOAD => '/run/xstate.so',
    UMID    => 'u',
};

# Where the runner finds the kernel's own directory. child: the first process of the sandbox.
sub kernel_directory { return "/proc/$_[0]/root" . UML_DIR }

# In the kernel's own directory.
sub console_socket { return UMID . '/mconsole' }

# memory: MiB; line: number of the inherited descriptor of the serial line; network, desktop: two interfaces, see network().
sub kernel {
    my (%of) = @_;
    return (
        $of{kernel}, "mem=$of{memory}M", 'umid=' . UMID, 'uml_dir=' . UML_DIR . '/', 'hostfs=' . TREE,
        qw(root=/dev/root rootfstype=hostfs rootflags=/init ro con=null ssl=null), "con0=null,fd:1", "ssl0=fd:$of{line}", network(0, $of{network}), network(1, $of{desktop}),
        qw(quiet noreboot panic=1 init=/init),
    );
}

# undef: none; {interface, mac}: an interface of the sandbox's own network namespace; {socket}: name of that of slirp4netns(1) in its bess mode.
sub network {
    my ($number, $of) = @_;
    return () unless $of;
    return "vec$number:transport=raw,ifname=$of->{interface},depth=128,gro=1,mac=$of->{mac}" if $of->{interface};
    return "vec$number:transport=bess,dst=" . NET_DIR . "/$of->{socket},src=" . UML_DIR . "/$of->{socket},depth=128,gro=1";
}

# Sees: the root, the shares, the kernel with its libraries and modules, the guest's first process with its perl, and the kernel's own directory. The
# capabilities count for the files of those, because they are of the user namespace alone (ADR 0042).
#   is_root: whether this process has more ids than one, and made namespaces for users and network
#   info: number of the inherited descriptor to which bwrap tells its first process
#   devices: the root's /dev here, or undef; service_init: the first process of each service, or nothing
#   preload: a library that the kernel's process loads first, or undef
#   root, net_dir, etc, config: paths here; shares: [[path, whether read only]...]; kernel, libraries, init, perl, perl_libraries, loader; modules or undef
sub sandbox {
    my (%of) = @_;
    my @capabilities = map { ('--cap-add', "CAP_$_") } qw(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID),
        $of{network} && $of{network}{interface} ? 'NET_RAW' : ();
    my @command = (
        $of{bwrap}, qw(--die-with-parent --new-session --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --cap-drop ALL --info-fd), $of{info},
        $of{is_root} ? @capabilities : qw(--unshare-user --uid 0 --gid 0 --unshare-net), '--clearenv',
        qw(--proc /proc --dev /dev --tmpfs /dev/shm),
    );
    push @command, '--ro-bind', $_, $_ for $of{kernel}, @{ $of{libraries} };
    my $own = TREE . '/init';
    push @command, '--dir', "$own/$_" for qw(dev new proc tmp);
    push @command, '--ro-bind', $of{init}, "$own/init", '--ro-bind', $of{config}, "$own/config", '--ro-bind', $of{perl}, "$own/usr/bin/perl",
        '--ro-bind', $of{loader}, "$own$of{loader}";
    for my $library (@{ $of{perl_libraries} }) {
        my ($name) = $library =~ m{([^/]+)$};
        push @command, '--ro-bind', $library, "$own/lib/$name";
    }
    push @command, '--bind', $of{root}, TREE . '/root', '--ro-bind', $of{etc}, TREE . '/etc';
    push @command, '--ro-bind', $of{modules}, TREE . '/modules/lib/modules' if defined $of{modules};
    push @command, '--ro-bind', $of{service_init}, TREE . '/service/init' if length($of{service_init} // '');
    push @command, '--dev-bind', $of{devices}, DEVICES if defined $of{devices};
    push @command, '--ro-bind', $of{preload}, PRELOAD, '--setenv', 'LD_PRELOAD', PRELOAD if defined $of{preload};
    my $number = 0;
    for my $share (@{ $of{shares} }) {
        my ($path, $read_only) = @$share;
        push @command, $read_only ? '--ro-bind' : '--bind', $path, TREE . '/share/' . $number++;
    }
    # Files of /proc/sys ask for root's number and no capability, and bwrap's own cover leaves them out where root runs it (seen with 0.8).
    return (@command, '--ro-bind', $of{net_dir}, NET_DIR, '--size', UML_DIR_BYTES, '--tmpfs', UML_DIR, '--chdir', UML_DIR, qw(--remount-ro /proc --remount-ro / --));
}

# "DIR" or "DIR:ro": [path, whether read only]. dies with a sentence.
sub share {
    my ($text) = @_;
    my $read_only = $text =~ s/:ro$// ? 1 : 0;
    $text =~ s/:rw$//;
    $text =~ s{(?<=.)/+$}{};
    die "--share needs an absolute directory, not $text\n" unless $text =~ m{^/} && $text ne '/';
    die "--share $text would cover what the guest itself needs\n" if $text =~ m{^/(?:proc|sys|dev|run|usr|etc|bin|sbin|lib\w*)(?:/|$)};
    die "--share $text: no . or .. may stand in it\n" if grep { $_ eq '.' || $_ eq '..' } split m{/}, $text;
    return [$text, $read_only];
}

# "512", "512M" or "2G" in MiB. dies with a sentence.
sub memory {
    my ($text) = @_;
    $text =~ /^(\d{1,7})([MmGg]?)\z/ or die "--memory needs a size like 512M or 2G, not $text\n";
    my $size = $1 * (uc $2 eq 'G' ? 1024 : 1);
    die "--memory $text: a guest needs at least 64M\n" if $size < 64;
    return $size;
}

1;
