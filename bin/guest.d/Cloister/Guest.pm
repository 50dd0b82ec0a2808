package Cloister::Guest;
# One guest from its first process to its last, in one loop: the caller's foreground process for a program, a process of its own for a guest that waits for
# a caller (Spare) or holds services.
use strict;
use warnings;
use POSIX ();
use Cloister::Frames;
use Cloister::GuestConsoles;
use Cloister::GuestDesktop;
use Cloister::GuestDevices;
use Cloister::GuestDirectory;
use Cloister::GuestEnd;
use Cloister::GuestLine;
use Cloister::GuestNetwork;
use Cloister::GuestOptions;
use Cloister::GuestPrograms;
use Cloister::GuestSandbox;
use Cloister::KernelLog;
use Cloister::ProgramStreams;
use Cloister::Spare;
use Cloister::Terminal;

use constant {
    FAILED       => 125,
    TIMED_OUT    => 124,
    BOOT_SECONDS => 60,
    # For the processes of a killed sandbox, and for a caller that doesn't read.
    GONE_SECONDS => 5,
    # Without any service a guest of services waits for the next one.
    HOLD_SECONDS => 3,
    SPARE_SECONDS => 1,
    LOOK_SECONDS => 0.5,
    FORCED       => 3,
    SIGKILL_STATUS => 137,
};

my ($HERE) = __FILE__ =~ m{^(.*)/};

my %SIGNALS = (INT => 2, QUIT => 3, USR1 => 10, USR2 => 12);
# These end the guest in order.
my %ENDINGS = (TERM => 15, HUP => 1);

# For a program, of the caller's streams.
sub run { return guest('run', @_) }

# Waits for a caller who wants what these words say.
sub spare { return guest('spare', @_) }

# Has no program of its own: for what comes through its socket, and until nothing does.
sub hold { return guest('hold', @_) }

sub guest {
    my ($purpose, @arguments) = @_;
    # A stream that the caller closed: its number would go to a file of this process.
    my $spare;
    do { $spare = POSIX::open('/dev/null', POSIX::O_RDWR()) } while defined $spare && $spare < 3;
    POSIX::close($spare);
    my $of = eval { Cloister::GuestOptions::parse(@arguments) };
    return usage($@) unless $of;
    for my $share (@{ $of->{shares} }) { return usage("--share: there is no directory $share->[0]") unless -d $share->[0] }
    my $problem = Cloister::GuestPrograms::missing();
    return trouble(@$problem) if $problem;
    return trouble($@, '`cloister doctor` says what is missing') unless $of->{entered} || eval { enter($purpose, $of, @arguments); 1 };
    my $self = bless { %$of, purpose => $purpose, arguments => \@arguments, reason => '' }, __PACKAGE__;
    my $status = eval { $self->live };
    my $died = $@;
    $self->clear;
    $self->{spare}->tell($status // FAILED) if $self->{spare};
    if (!defined $status) {
        print STDERR map { '  its kernel: ' . Cloister::GuestDirectory::printable($_) . "\n" } $self->{log} ? $self->{log}->last_lines : ();
        return trouble($died, '`cloister doctor` says what is missing');
    }
    return $status;
}

sub usage {
    my ($reason) = @_;
    chomp $reason;
    print STDERR "cloister: $reason\n  What to do: see `cloister run --help`\n";
    return 2;
}

sub trouble {
    my ($reason, $remedy) = @_;
    chomp $reason;
    print STDERR "cloister: the guest can't run: $reason\n  What to do: $remedy\n";
    return FAILED;
}

# An ordinary user becomes root of a namespace of its own ids first, or of the one that holds the root's network. The process stays the same one.
sub enter {
    my ($purpose, $of, @arguments) = @_;
    return if $> == 0;
    my @before;
    if ($of->{holder} && length $of->{network}) {
        open my $in, '<', $of->{network} or die "the root's network isn't there: $!\n";
        my $holder = <$in>;
        chomp $holder;
        @before = ('nsenter', '--target', $holder, '--user', '--net', '--preserve-credentials', '--') if $holder =~ /^\d+\z/;
    } elsif (length $of->{mapped}) {
        @before = split / /, $of->{mapped};
    }
    return unless @before;
    { exec { $before[0] } @before, "$HERE/../../guest", $purpose, '--entered', @arguments }
    die "$before[0]: $!\n";
}

sub live {
    my ($self) = @_;
    $self->prepare;
    $self->boot;
    $self->{terminal} = Cloister::Terminal->make_raw if $self->{size} ne '';
    my $status = eval { $self->carry };
    my $problem = $@;
    $self->{terminal}->restore if $self->{terminal};
    if (!defined $status) {
        $self->{reason} = $problem =~ s/\n\z//r;
        die $problem;
    }
    return $status;
}

sub prepare {
    my ($self) = @_;
    my $id = "$self->{root}-$$";
    $self->{directory} = "$self->{guests}/$id";
    $self->{record} = Cloister::GuestDirectory->new($self->{directory}, { id => $id, root => $self->{root}, memory => $self->{memory}, network => 'none', command => $self->command_text, $self->warmth });
    $self->{size} = $self->{purpose} eq 'run' && -t STDIN && -t STDOUT ? Cloister::Terminal::size() : '';
    $self->{network_of} = Cloister::GuestNetwork->new({ %$self, is_root => $> == 0 });
    $self->{record}->always(network => $self->{network_of}->kind);
    $self->{desktop} = Cloister::GuestDesktop->new($self) if length $self->{display} || $self->{sound};
    Cloister::GuestDirectory::write_file("$self->{directory}/config", Cloister::Frames::fields($self->configuration));
    $self->{record}->record('guest', state => 'booting');
    $self->{listener} = $self->{record}->listener('console.sock');
}

sub command_text {
    my ($self) = @_;
    return $self->{purpose} eq 'hold' ? 'services' : Cloister::GuestDirectory::printable(join ' ', @{ $self->{command} });
}

sub warmth {
    my ($self) = @_;
    return $self->{purpose} eq 'run' ? () : $self->{purpose} eq 'hold' ? (services => $self->{warm}) : (warm => $self->{warm}, identity => Cloister::Spare::identity($self));
}

sub configuration {
    my ($self) = @_;
    my (undef, $host) = POSIX::uname();
    my $waits = $self->{purpose} ne 'run';
    return (
        host => $host, etc => 1, wait => $waits ? 1 : 0, $self->{purpose} eq 'spare' ? () : (address => $self->{network_of}->address),
        length $self->{service_init} ? (services => 1) : (), $self->{desktop} ? $self->{desktop}->fields : (), (map { (share => ($_->[1] ? 'ro' : 'rw') . ":$_->[0]") } @{ $self->{shares} }),
        $waits ? () : Cloister::GuestOptions::program($self, $self->{size}),
    );
}

sub boot {
    my ($self) = @_;
    $self->{sandbox} = Cloister::GuestSandbox->start({
        (map { $_ => $self->{$_} } qw(directory tree groups shares memory desktop service_init)), network => $self->{network_of}, late => $self->{purpose} eq 'spare' });
    $self->{log} = Cloister::KernelLog->new("$self->{directory}/console.log", $self->{sandbox}->log);
    $self->{line} = Cloister::GuestLine->new($self->{sandbox}->line);
    $self->{streams} = Cloister::ProgramStreams->new($self->{line});
    $self->{consoles} = Cloister::GuestConsoles->new(listener => $self->{listener}, line => $self->{line}, environment => $self->{desktop} ? [$self->{desktop}->environment] : []);
    $self->{end} = Cloister::GuestEnd->new(
        order => sub { $self->{line}->put('t', 0, $_[0]) },
        halt => sub { $self->{sandbox}->ask_kernel($_) for 'sysrq s', 'halt' },
        kill => sub { $self->{sandbox}->kill });
    if (defined(my $devices = $self->{sandbox}->devices)) {
        $self->{devices} = Cloister::GuestDevices->new(
            dev => $devices, ask => sub { $self->{sandbox}->ask_kernel($_[0]) }, tell => sub { $self->{line}->put('d', 0, $_[0]) });
    }
}

# Until the guest is gone; the exit status.
sub carry {
    my ($self) = @_;
    my %got;
    local $SIG{PIPE} = 'IGNORE';
    local @SIG{ keys %SIGNALS, keys %ENDINGS, 'WINCH' } = map { my $name = $_; sub { $got{$name}++ } } keys %SIGNALS, keys %ENDINGS, 'WINCH';
    local $SIG{CHLD} = sub { };
    $self->{boot_by} = time + BOOT_SECONDS;
    $self->{began} = time;
    while (1) {
        my ($read, $write) = $self->interest;
        my $found = select $read, $write, undef, LOOK_SECONDS;
        ($read, $write) = ('', '') if $found <= 0;
        for my $name (grep { $got{$_} } keys %got) { $self->signal($name) while $got{$name}-- > 0; $got{$name} = 0 }
        $self->{log}->keep if vec $read, fileno $self->{log}->from, 1;
        $self->receive if $self->{line}->handle && vec $read, fileno $self->{line}->handle, 1;
        $self->{line}->send if $self->{line}->handle && vec $write, fileno $self->{line}->handle, 1;
        $self->{streams}->turn($read, $write);
        $self->{consoles}->turn($read, $write, $self->{running});
        $self->{spare}->turn($read) if $self->{spare};
        $self->{devices}->look if $self->{devices} && $self->{running} && !$self->{end}->begun && !defined $self->{status};
        my $status = $self->watch;
        return $status if defined $status;
    }
}

sub interest {
    my ($self) = @_;
    my ($read, $write) = ('', '');
    my $line = $self->{line};
    vec($read, fileno $self->{log}->from, 1) = 1 unless $self->{log}->ended;
    vec($read, fileno $line->handle, 1) = 1 if $line->handle && !$self->{streams}->full && !$self->{consoles}->full;
    vec($write, fileno $line->handle, 1) = 1 if $line->may_send;
    $self->{streams}->interest(\$read, \$write, $self->{running} && $self->{purpose} ne 'hold');
    $self->{consoles}->interest(\$read, \$write);
    $self->{spare}->interest(\$read) if $self->{spare};
    return ($read, $write);
}

sub signal {
    my ($self, $name) = @_;
    if ($name eq 'WINCH') {
        $self->{line}->put('w', 0, Cloister::Terminal::size()) if $self->{terminal};
    } elsif ($ENDINGS{$name}) {
        $self->stop("ended by SIG$name", 128 + $ENDINGS{$name});
    } else {
        $self->{forced}++ if $name eq 'INT';
        $self->{line}->put('s', 0, $SIGNALS{$name});
        # A guest that doesn't run anything yet, or doesn't listen, ends all the same.
        if (!$self->{running}) { $self->stop("ended by SIG$name", 128 + $SIGNALS{$name}, 'now') }
        elsif (($self->{forced} // 0) >= FORCED) { $self->stop('ended by SIGINT', 130, 'now') }
    }
}

sub stop {
    my ($self, $reason, $status, $now) = @_;
    $self->{end}->begin($reason, $status, $self->{running} && !$now);
}

# The exit status when all is over.
sub watch {
    my ($self) = @_;
    my $now = time;
    if (!$self->{up} && $now > $self->{boot_by} && !$self->{end}->begun) {
        $self->stop('its program was not started in ' . BOOT_SECONDS . ' seconds', FAILED, 'now');
    }
    if ($self->{timeout} && $self->{running} && $now > $self->{began} + $self->{timeout} && !$self->{timed_out}++) {
        $self->stop("its $self->{timeout} seconds are over", TIMED_OUT);
    }
    $self->look_after_services($now) if $self->{purpose} eq 'hold' && $self->{running};
    $self->prepare_spare($now);
    $self->{end}->look($now);
    if (defined $self->{status} && !$self->{killed}++) {
        # It has written everything to its root before it said so; its own way down would take longer.
        $self->{sandbox}->kill;
    }
    if (!$self->{log}->ended) {
        $self->{gone_by} //= $now + GONE_SECONDS if defined $self->{status};
        return if !defined $self->{gone_by} || $now < $self->{gone_by};
    }
    # A caller that reads has all that the program said; who stops the guest doesn't wait for one that doesn't.
    if ($self->{streams}->unread) {
        $self->{read_by} //= $now + GONE_SECONDS if $self->{end}->begun;
        return if !defined $self->{read_by} || $now < $self->{read_by};
    }
    return $self->over;
}

sub look_after_services {
    my ($self, $now) = @_;
    $self->{needed} = $now if $self->{consoles}->count || !defined $self->{needed};
    $self->stop('its services have ended', 0) if $now > $self->{needed} + HOLD_SECONDS;
}

sub over {
    my ($self) = @_;
    $self->{sandbox}->reap;
    # A program that ends by the signal that it was sent, and one that ends by itself then, have the same status for the caller.
    return $self->{end}->status if $self->{end}->begun;
    if (defined $self->{status}) {
        $self->{reason} = "its program ended with status $self->{status}";
        return $self->{status};
    }
    die +($self->{problem} // 'its kernel ended' . $self->{log}->reason) . "\n";
}

sub receive {
    my ($self) = @_;
    eval { $self->{line}->receive(sub { $self->handle(@_) }); 1 } and return;
    my $reason = $@ =~ s/\n\z//r;
    $self->stop("it broke the line's protocol with $reason", FAILED, 'now');
}

sub handle {
    my ($self, $type, $channel, $payload) = @_;
    if ($channel) { return $self->{consoles}->tell($type, $channel, $payload) }
    if ($type eq 'r') { $self->program_starts }
    elsif ($type eq 'b') { $self->built }
    elsif ($type eq 'm') { $self->{problem} = Cloister::GuestDirectory::printable($payload) }
    elsif ($type eq 'x') { $self->{status} = $payload =~ /^\d{1,3}\z/ && $payload < 256 ? $payload : FAILED }
    else { $self->{streams}->take($type, $payload) }
}

sub program_starts {
    my ($self) = @_;
    $self->{up} = $self->{running} = 1;
    $self->{record}->record('guest', state => 'running', kernel => $self->{sandbox}->first_process // '');
}

# When the program has had its start, or its end: another boot is in its way.
sub prepare_spare {
    my ($self, $now) = @_;
    return unless length $self->{warm} && $self->{purpose} eq 'run' && $self->{running} && !$self->{end}->begun;
    return unless defined $self->{status} || $now > $self->{began} + SPARE_SECONDS;
    Cloister::Spare::prepare($self) unless $self->{has_spare}++;
}

# It waits for what it is to start.
sub built {
    my ($self) = @_;
    $self->{up} = 1;
    return $self->program_starts if $self->{purpose} eq 'hold';
    $self->{spare} = Cloister::Spare->new($self->{record}, claimed => sub { $self->claimed(@_) }, signal => sub { $self->signal($_[0]) },
        size => sub { $self->{line}->put('w', 0, $_[0]) }, end => sub { $self->stop($_[0], $_[1] // SIGKILL_STATUS, 'now') });
    $self->{record}->record('guest', state => 'waiting', kernel => $self->{sandbox}->first_process // '');
}

# The caller's streams are this process's from here on. $fields: of its program. dies with a sentence where it can't be started.
sub claimed {
    my ($self, $timeout, $command, $fields) = @_;
    @$self{qw(purpose timeout began)} = ('run', $timeout, time);
    $self->{record}->begin_again(command => Cloister::GuestDirectory::printable($command), warm => '', identity => '');
    my $network = $self->{network_of};
    $network->refresh;
    $network->attach($self->{sandbox}->pid);
    $self->{line}->put('c', 0, join "\0", $fields, Cloister::Frames::fields(address => $network->address, clock => time));
}

# What is left of the directory the agent removes.
sub clear {
    my ($self) = @_;
    return unless $self->{record};
    $self->{sandbox}->kill if $self->{sandbox};
    $self->{network_of}->end if $self->{network_of};
    $self->{desktop}->end if $self->{desktop};
    my $reason = $self->{end} && $self->{end}->begun ? $self->{end}->reason : $self->{reason};
    $self->{record}->end(status => $self->{status} // '', reason => Cloister::GuestDirectory::printable($reason));
}

1;
