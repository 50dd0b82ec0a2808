package Cloister::KernelLog;
# What a guest's kernel and its sandbox say: a file of limited size, and the last words for whoever asks why it ended.
use strict;
use warnings;
use Cloister::GuestDirectory;

use constant {
    MAX_LOG    => 262144,
    MAX_SAID   => 4096,
    CHUNK      => 32768,
    LAST_LINES => 10,
};

# $from: what is read, which never blocks.
sub new {
    my ($class, $path, $from) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    return bless { file => $file, from => $from, said => '', logged => 0 }, $class;
}

sub from  { return $_[0]{from} }
sub ended { return $_[0]{ended} }

sub keep {
    my ($self) = @_;
    my $count = sysread $self->{from}, my $text, CHUNK;
    if (!$count) {
        $self->{ended} = 1 if defined $count;
        return;
    }
    $self->{said} = substr($self->{said} . $text, -(MAX_SAID)) // $text;
    $self->{logged} += $count;
    if ($self->{logged} > MAX_LOG) {
        # Begins anew with what was said last.
        truncate $self->{file}, 0;
        seek $self->{file}, 0, 0;
        $self->{logged} = $count;
    }
    syswrite $self->{file}, $text;
}

sub lines { return grep { /\S/ } split /\r?\n/, $_[0]{said} }

sub last_lines {
    my @lines = $_[0]->lines;
    return @lines > LAST_LINES ? @lines[ -LAST_LINES .. -1 ] : @lines;
}

# What was said last that tells a reason.
sub reason {
    my ($self) = @_;
    my @lines = $self->lines;
    my ($panic) = grep { /panic|not syncing|cloister:|bwrap:/ } @lines;
    my $line = $panic // $lines[-1] // return '';
    return ': ' . Cloister::GuestDirectory::printable($line =~ s/^\[[^\]]*\]\s*//r);
}

1;
