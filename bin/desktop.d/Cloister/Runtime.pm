package Cloister::Runtime;
# Files of the caller that last as long as a session: one directory for each agent and root, the caller's alone.
use strict;
use warnings;

# Made where it isn't there. Dies with [what happened, what to do].
sub directory {
    my ($tag, $root) = @_;
    my @places = (grep { length && -d && (stat _)[4] == $> } $ENV{XDG_RUNTIME_DIR} // '', "/run/user/$>");
    push @places, '/run' if $> == 0;
    for my $path ((map { "$_/cloister-desktop" } @places), "/tmp/cloister-desktop-$>") {
        return "$path/$tag/$root" if private($path) && private("$path/$tag") && private("$path/$tag/$root");
    }
    die ["there is no directory for the files of a session: /tmp/cloister-desktop-$> is another user's", 'log in with a session that sets XDG_RUNTIME_DIR, or remove that directory'];
}

# Whether it is a directory of the caller that nobody else can look into; made where nothing is.
sub private {
    my ($path) = @_;
    mkdir $path, 0700;
    my ($mode, $owner) = (lstat $path)[2, 4];
    return defined $mode && -d _ && $owner == $> && !($mode & 077);
}

# At most $most bytes, or undef.
sub content {
    my ($path, $most) = @_;
    open my $in, '<:raw', $path or return;
    my $bytes = '';
    while (length $bytes < $most) { sysread $in, $bytes, $most - length $bytes, length $bytes or last }
    return $bytes;
}

# As a whole, and for the caller alone.
sub write_file {
    my ($path, $bytes) = @_;
    my $fresh = "$path.$$";
    sysopen my $out, $fresh, 0301, 0600 or die ["$fresh can't be written: $!", 'make room there'];
    syswrite $out, $bytes;
    close $out;
    rename $fresh, $path or die ["$path can't be written: $!", 'make room there'];
}

sub random {
    my ($count) = @_;
    my $bytes = content('/dev/urandom', $count);
    die ['there are no random numbers: /dev/urandom', 'mend /dev of this machine'] unless length($bytes // '') == $count;
    return $bytes;
}

sub find {
    my ($name) = @_;
    for my $directory (split(/:/, $ENV{PATH} // ''), '/usr/bin', '/bin') {
        return "$directory/$name" if $directory =~ m{^/} && -x "$directory/$name";
    }
    return;
}

1;
