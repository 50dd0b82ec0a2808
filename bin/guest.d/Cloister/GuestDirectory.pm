package Cloister::GuestDirectory;
# A guest's directory, by which the agent and whoever looks for a guest know it (docs/protocol.md, "Runner of a guest").
use strict;
use warnings;
use Socket qw(PF_UNIX SOCK_STREAM sockaddr_un);
use Cloister::Frames;

use constant MAX_PENDING => 16;

# $always: fields of every record, a hash. Makes the directory; dies with a sentence.
sub new {
    my ($class, $path, $always) = @_;
    mkdir $path, 0700 or die "$path can't be made: $!\n";
    my $self = bless { path => $path, always => $always, began => time }, $class;
    mkdir "$path/$_", 0700 or die "$path/$_ can't be made: $!\n" for qw(net etc);
    return $self;
}

sub path { return $_[0]{path} }

# Replaced as a whole.
sub record {
    my ($self, $name, @fields) = @_;
    my $path = $self->{path};
    write_file("$path/.$name", Cloister::Frames::fields(pid => $$, start => start_of($$), since => int $self->{began}, %{ $self->{always} }, @fields));
    rename "$path/.$name", "$path/$name" or die "$path/$name: $!\n";
}

# Of what comes later as well.
sub always {
    my ($self, %fields) = @_;
    $self->{always} = { %{ $self->{always} }, %fields };
}

# From now on it is another's.
sub begin_again {
    my ($self, %fields) = @_;
    $self->{began} = time;
    $self->always(%fields);
}

# It is the working directory from here on: a socket's path has 107 bytes at most.
sub listener {
    my ($self, $name) = @_;
    chdir $self->{path} or die "$self->{path}: $!\n";
    socket my $listener, PF_UNIX, SOCK_STREAM, 0 or die "no socket: $!\n";
    bind $listener, sockaddr_un($name) or die "$self->{path}/$name: $!\n";
    listen $listener, MAX_PENDING;
    return $listener;
}

sub write_file {
    my ($path, $text) = @_;
    open my $out, '>', $path or die "$path: $!\n";
    print $out $text;
    close $out or die "$path: $!\n";
}

# In clock ticks since the boot (proc(5), stat, field 22): with the number it names a process for ever.
sub start_of {
    my ($pid) = @_;
    open my $in, '<', "/proc/$pid/stat" or return 0;
    my $text = <$in>;
    $text =~ s/^.*\)//s;
    return (split ' ', $text)[19];
}

sub printable {
    my ($text) = @_;
    $text =~ s/[^\x20-\x7e]/?/g;
    return length $text > 200 ? substr($text, 0, 199) . '~' : $text;
}

# What is left of the directory the agent removes.
sub end {
    my ($self, @fields) = @_;
    chdir '/';
    unlink "$self->{path}/$_" for qw(config console.sock claim.sock);
    eval { $self->record('ended', ended => int time, @fields) };
}

1;
