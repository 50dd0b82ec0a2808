package Cloister::GuestDevices;
# The drives and disks that a root was granted, in its guest while it runs. The union shows them in the root's /dev (ADR 0043); the guest's kernel opens
# them there and has block devices of its own (ubd), which the guest's first process shows under the names that the root has for them.
use strict;
use warnings;
use Fcntl qw(S_ISBLK);
use Cloister::Uml;

use constant {
    # Of the kernel's sixteen; the first stands for a file root_fs unless told otherwise, and is not asked for another.
    MAX_DEVICES  => 8,
    LOOK_SECONDS => 1,
    NAME         => qr/^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}\z/,
};

# dev: the root's /dev here. ask: gives the kernel a command and says whether it took it. tell: gives the guest's first process a payload.
sub new {
    my ($class, %of) = @_;
    return bless { %of, shown => {}, next_look => 0 }, $class;
}

# By name of the node: [mode, uid, gid, major:minor, names of links...]. What programs of the root put there is no device.
sub present {
    my ($self) = @_;
    opendir my $directory, $self->{dev} or return {};
    my (%nodes, %links);
    for my $name (sort grep { $_ =~ NAME } readdir $directory) {
        my $target = readlink "$self->{dev}/$name";
        if (defined $target) { $links{$name} = $target; next }
        my ($mode, $uid, $gid, $rdev) = (lstat "$self->{dev}/$name")[ 2, 4, 5, 6 ];
        $nodes{$name} = [$mode & 0777, $uid, $gid, ($rdev >> 8 & 0xFFF) . ':' . ($rdev & 0xFF | $rdev >> 12 & 0xFFF00)] if defined $mode && S_ISBLK($mode);
    }
    for my $name (sort keys %links) { push @{ $nodes{ $links{$name} } }, $name if $nodes{ $links{$name} } }
    return \%nodes;
}

# Shows what came and takes away what went; what the guest has open is taken away when it has closed it.
sub look {
    my ($self) = @_;
    return if time < $self->{next_look};
    $self->{next_look} = time + LOOK_SECONDS;
    my $present = $self->present;
    my $shown = $self->{shown};
    for my $number (sort keys %$shown) {
        my $one = $shown->{$number};
        my $node = $present->{ $one->{name} };
        next if $node && "@$node" eq $one->{node};
        $self->{tell}->($number) unless $one->{hidden}++;
        delete $shown->{$number} if $self->{ask}->("remove ubd$number");
    }
    my %names = map { $_->{name} => 1 } values %$shown;
    for my $name (grep { !$names{$_} } sort keys %$present) {
        my ($number) = grep { !$shown->{$_} } 1 .. MAX_DEVICES;
        last unless defined $number;
        my ($mode, $uid, $gid, $device, @links) = @{ $present->{$name} };
        my $flag = is_read_only($name, $device) ? 'r' : '';
        next unless $self->{ask}->("config ubd$number$flag=" . Cloister::Uml::DEVICES . "/$name");
        $shown->{$number} = { name => $name, node => "@{ $present->{$name} }" };
        $self->{tell}->(join ' ', $number, sprintf('%o', $mode), $uid, $gid, $name, @links);
    }
}

# Drives, and what the host's kernel writes to for nobody.
sub is_read_only {
    my ($name, $device) = @_;
    return 1 if $name =~ /^sr\d/;
    open my $in, '<', "/sys/dev/block/$device/ro" or return 0;
    return (<$in> // '') =~ /^1/;
}

1;
