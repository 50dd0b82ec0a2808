package Cloister::Terminal;
# The caller's terminal, given to a program that runs elsewhere.
use strict;
use warnings;
use POSIX ();

use constant TIOCGWINSZ => 0x5413;

# Every byte goes through as it is typed (termios(3), cfmakeraw). Whoever calls this calls restore() whatever happens.
sub make_raw {
    my ($class) = @_;
    my $before = POSIX::Termios->new;
    $before->getattr(0) or return;
    my $raw = POSIX::Termios->new;
    $raw->getattr(0);
    $raw->setiflag($raw->getiflag & ~(POSIX::IGNBRK | POSIX::BRKINT | POSIX::PARMRK | POSIX::ISTRIP | POSIX::INLCR | POSIX::IGNCR | POSIX::ICRNL | POSIX::IXON));
    $raw->setoflag($raw->getoflag & ~POSIX::OPOST);
    $raw->setlflag($raw->getlflag & ~(POSIX::ECHO | POSIX::ECHONL | POSIX::ICANON | POSIX::ISIG | POSIX::IEXTEN));
    $raw->setcflag(($raw->getcflag & ~(POSIX::CSIZE | POSIX::PARENB)) | POSIX::CS8);
    $raw->setcc(POSIX::VMIN, 1);
    $raw->setcc(POSIX::VTIME, 0);
    $raw->setattr(0, POSIX::TCSANOW);
    return bless { before => $before }, $class;
}

sub restore {
    my ($self) = @_;
    $self->{before}->setattr(0, POSIX::TCSANOW);
}

# "ROWS,COLUMNS".
sub size {
    my $size = "\0" x 8;
    ioctl(STDIN, TIOCGWINSZ, $size) or return '24,80';
    my ($rows, $columns) = unpack 'S2', $size;
    return ($rows || 24) . ',' . ($columns || 80);
}

1;
