package Cloister::GuestOptions;
# The words after `guest run`.
use strict;
use warnings;
use Cloister::Uml;

# Values are the command's own; what follows -- or the first word is the program. dies with a sentence.
sub parse {
    my @arguments = @_;
    my %of = (shares => [], groups => [], memory => 512, user => '', timeout => 0, network => '', mapped => '', pass => '', display => '', sound => 0, tag => '', warm => '', service_init => '', dir => '/', command => []);
    while (@arguments) {
        my $word = shift @arguments;
        if ($word eq '--') { last }
        elsif ($word !~ /^--/) { unshift @arguments, $word; last }
        elsif ($word =~ /^--(no-network|holder|entered|sound)\z/) { (my $name = $1) =~ tr/-/_/; $of{$name} = 1 }
        elsif ($word =~ /^--(root|tree|guests|etc|memory|share|user|timeout|network|mapped|pass|dir|group|display|tag|warm|service-init)\z/) {
            (my $name = $1) =~ tr/-/_/;
            die "$word needs a value\n" unless @arguments;
            my $value = shift @arguments;
            if ($name eq 'share') { push @{ $of{shares} }, Cloister::Uml::share($value) }
            elsif ($name eq 'group') { push @{ $of{groups} }, $value }
            elsif ($name eq 'memory') { $of{memory} = Cloister::Uml::memory($value) }
            else { $of{$name} = $value }
        } else { die "there is no option $word\n" }
    }
    die "--timeout needs seconds, not $of{timeout}\n" unless $of{timeout} =~ /^\d{1,7}\z/;
    die "--display and --sound need --tag\n" if (length $of{display} || $of{sound}) && $of{tag} !~ /^[a-z0-9]+\z/;
    $of{command} = \@arguments;
    return \%of;
}

# Fields of the program for the guest's first process. The environment is the root's; of the caller's only what a terminal and a language need.
# $size: of the terminal, or nothing.
sub program {
    my ($of, $size) = @_;
    my $user = $of->{user} =~ /^[a-z_]/ ? $of->{user} : 'root';
    my %environment = (
        PATH => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/usr/games:/sbin:/bin', USER => $user, LOGNAME => $user,
        SHELL => '/bin/sh', CLOISTER_ROOT_NAME => $of->{root},
    );
    for my $name (grep { length($ENV{$_} // '') } split /,/, $of->{pass}) { $environment{$name} = $ENV{$name} }
    return (dir => $of->{dir}, user => $of->{user}, size => $size, (map { (env => "$_=$environment{$_}") } sort keys %environment), map { (arg => $_) } @{ $of->{command} });
}

1;
