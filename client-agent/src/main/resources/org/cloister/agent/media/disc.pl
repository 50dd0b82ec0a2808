# DEVICE DIRECTORY FILTER: shows an ISO 9660 disc at DIRECTORY without the kernel's help, by fuseiso(1) in a sandbox that has the device and nothing
# else. Returns when the disc can be read; the server ends when nobody has it mounted any more. Given to perl on its input by the agent.
#
# fuseiso would mount by itself, as root, wherever the image tells it to. Here this script mounts, and the server gets the finished connection through the
# way that libfuse has for servers without privileges: it runs `fusermount`, which hands a descriptor back over a socket (fusermount(1), cmsg(3)).
use strict;
use warnings;
use POSIX ();

use constant { SECONDS => 15, SERVER_MEMORY => 512 << 20, MAX_REASON => 200, MOUNT_OPTIONS => 'ro,nosuid,nodev,noexec,rootmode=40000,user_id=0,group_id=0,allow_other' };

my ($device, $directory, $filter) = @ARGV;
# Both stay open in what is started from here.
$^F = 255;
open my $fuse, '+<', '/dev/fuse' or die "/dev/fuse: $!\n";
open my $rules, '<', $filter or die "$filter: $!\n";
system 'mount', '--internal-only', '-t', 'fuse.fuseiso', '-o', 'fd=' . fileno($fuse) . ',' . MOUNT_OPTIONS, $device, $directory;
exit 1 if $?;

my $handing_over = do { local $/; <DATA> };
pipe my ($program), my ($writer) or die "pipe: $!\n";
print $writer $handing_over;
close $writer;
pipe my ($said), my ($saying) or die "pipe: $!\n";
my $server = fork // die "fork: $!\n";
if (!$server) {
    # The agent's end isn't the disc's.
    POSIX::setsid();
    chdir '/';
    close $said;
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>&', $saying;
    close $saying;
    exec 'prlimit', '--as=' . SERVER_MEMORY, '--core=0', '--', 'bwrap', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--new-session',
        '--cap-drop', 'ALL', '--seccomp', fileno $rules, '--ro-bind', '/usr', '/usr', (map { ('--symlink', "usr/$_", "/$_") } qw(bin lib lib64)),
        '--perms', '0755', '--ro-bind-data', fileno $program, '/usr/bin/fusermount', '--dev-bind', $device, '/disc', '--dir', '/shown',
        '--clearenv', '--setenv', 'CONNECTION', fileno $fuse, 'fuseiso', '-n', '/disc', '/shown', '-f', '-s', '-o', 'auto_unmount';
    die "prlimit: $!\n";
}
close $saying;
close $fuse;
# One that never answers is left to whoever unmounts it.
alarm SECONDS;
# Answers when the server does, and fails when it has ended.
exit 0 if opendir my $shown, $directory;
my $why = $!;
read $said, my $reason, MAX_REASON;
$reason =~ s/\s+/ /g;
die "fuseiso can't read it: $why: $reason\n";

__DATA__
#!/usr/bin/perl
# cmsghdr of SOL_SOCKET and SCM_RIGHTS with one number, msghdr, sendmsg(2).
use POSIX ();
my $byte = "\0";
my $vector = pack 'P Q', $byte, 1;
my $rights = pack 'Q l l l x4', 20, 1, 1, $ENV{CONNECTION};
my $message = pack 'Q L x4 P Q P Q l x4', 0, 0, $vector, 1, $rights, 24, 0;
my $sendmsg = (POSIX::uname())[4] eq 'aarch64' ? 211 : 46;
syscall($sendmsg, $ENV{_FUSE_COMMFD} + 0, $message, 0) > 0 or die "sendmsg: $!\n";
