"""What programs rely on and random calls seldom meet. usage: behaviour.py ROOT, of the tree of shipped_tree.sh; as root.

What is expected here holds on ext4, and ROOT may be a plain copy of that tree to show it.
"""
import ctypes
import errno
import fcntl
import mmap
import os
import select
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading

os.chdir(sys.argv[1])
TOP = os.getcwd()
F_OFD_SETLK = 37
MANY = 20_000
HUNDRED_THOUSAND = 100_000
COLLAPSE, INSERT, UNSHARE = 0x8, 0x20, 0x40
WHITEOUT = 4
FS_IOC_GETFLAGS = 0x80086601
IN_CREATE, IN_MODIFY, IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE, IN_CLOSE_WRITE = 0x100, 0x2, 0x40, 0x80, 0x200, 0x8
libc = ctypes.CDLL(None, use_errno=True)
failed = []


def expect(holds, what):
    if not holds:
        failed.append(what)


def number_of(call, *arguments):
    """The errno with which it fails, or 0."""
    try:
        call(*arguments)
        return 0
    except OSError as error:
        return error.errno


def libc_call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def in_child(what):
    """True when it holds in another process."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if what() else 1
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def mappings_stay_one_file_through_copy_up():
    reader = os.open('d1/big', os.O_RDONLY)
    before = mmap.mmap(reader, 20000, mmap.MAP_SHARED, mmap.PROT_READ)
    inode = os.fstat(reader).st_ino
    writer = os.open('d1/big', os.O_RDWR)
    mapped = mmap.mmap(writer, 20000)
    mapped[5000] = (before[5000] + 1) % 256
    expect(before[5000] == mapped[5000], 'an old mapping sees a mapped write')
    expect(os.pread(reader, 1, 5000)[0] == mapped[5000], 'a read sees a mapped write')
    os.pwrite(writer, b'Z', 5001)
    expect(before[5001] == mapped[5001] == ord('Z'), 'mappings see a write')
    expect(os.stat('d1/big').st_ino == inode, 'the inode stays')


def holes_are_found():
    file = os.open('sparse', os.O_RDWR | os.O_CREAT)
    os.pwrite(file, b'x' * 4096, 1 << 30)
    expect(os.lseek(file, 0, os.SEEK_DATA) == 1 << 30, 'SEEK_DATA')
    expect(os.lseek(file, 1 << 30, os.SEEK_HOLE) == (1 << 30) + 4096, 'SEEK_HOLE')
    os.fsync(file)
    expect(os.fstat(file).st_blocks * 512 < 1 << 20, 'a sparse file takes little room')
    expect([os.stat(entry.path).st_blocks for entry in os.scandir('.') if entry.name == 'sparse'][0] < 2048,
           'a listed sparse file takes little room')


def refused(file, how, what):
    try:
        fcntl.fcntl(file, how, what)
        return False
    except OSError:
        return True


def locks_exclude():
    one, other = os.open('s2', os.O_RDWR), os.open('s2', os.O_RDWR)
    fcntl.flock(one, fcntl.LOCK_EX)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        expect(False, 'flock excludes')
    except BlockingIOError:
        fcntl.flock(one, fcntl.LOCK_UN)
    whole = struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0)
    fcntl.fcntl(one, F_OFD_SETLK, whole)
    expect(refused(other, F_OFD_SETLK, whole), 'an open file description lock excludes')
    fcntl.fcntl(one, F_OFD_SETLK, struct.pack('hhqqi4x', fcntl.F_UNLCK, 0, 0, 0, 0))
    fcntl.lockf(one, fcntl.LOCK_EX, 10)
    child = os.fork()
    if child == 0:
        os._exit(0 if refused(os.open('s2', os.O_RDWR), fcntl.F_SETLK, whole) else 1)
    expect(os.waitpid(child, 0)[1] == 0, 'a POSIX lock excludes')


def deleting_while_listing_finds_every_name_once():
    os.mkdir('many')
    for number in range(MANY):
        os.symlink('t', f'many/{number}')
    expect(len(set(os.listdir('many'))) == MANY, 'all are listed')
    seen, count = set(), 0
    for entry in os.scandir('many'):
        count += 1
        seen.add(entry.name)
        os.unlink(entry.path)
        if count % 1000 == 0:
            os.symlink('x', f'many/new{count}')
    expect(len(seen) == count, 'no name twice')
    expect(all(name.startswith('new') for name in os.listdir('many')), 'none is left')


def listings_are_whole_while_others_rename():
    os.mkdir('stable')
    for number in range(2000):
        os.mknod(f'stable/s{number}')
    stop = threading.Event()

    def churn():
        number = 0
        while not stop.is_set():
            number += 1
            open(f'stable/t{number % 50}', 'w').close()
            os.rename(f'stable/t{number % 50}', f'stable/u{number % 70}')
            if number % 3 == 0:
                os.unlink(f'stable/u{number % 70}')
    thread = threading.Thread(target=churn)
    thread.start()
    for _ in range(40):
        names = [name for name in os.listdir('stable') if name.startswith('s')]
        expect(len(names) == len(set(names)) == 2000, 'each name once')
    stop.set()
    thread.join()


def paths_may_be_long():
    name = 'q' * 200
    os.mkdir('deep')
    os.chdir('deep')
    for _ in range(18):
        os.mkdir(name)
        os.chdir(name)
    os.chdir(TOP)
    expect(os.path.isdir('deep' + ('/' + name) * 18), 'a long path')
    subprocess.run(['rm', '-rf', 'deep'], check=True)


def a_removed_directory_is_empty_for_ever():
    os.mkdir('gone')
    os.chdir('gone')
    os.rmdir('../gone')
    try:
        os.mknod('x')
        expect(False, 'nothing is made in a removed directory')
    except FileNotFoundError:
        expect(os.stat('.').st_nlink == 0, 'a removed directory has no links')
    os.chdir(TOP)


def programs_run_and_lose_their_capabilities_when_written():
    with open('/bin/true', 'rb') as source, open('program', 'wb') as target:
        target.write(source.read())
    os.chmod('program', 0o755)
    expect(subprocess.run(['./program']).returncode == 0, 'a written program runs')
    os.setxattr('program', 'security.capability', bytes.fromhex('0100000200200000000000000000000000000000'))
    with open('program', 'ab') as target:
        target.write(b'x')
    expect('security.capability' not in os.listxattr('program'), 'capabilities go')


def times_move():
    def later(change, field, path):
        before = getattr(os.stat(path), field)
        change()
        expect(getattr(os.stat(path), field) > before, f'{field} of {path} moves')
    later(lambda: os.truncate('program', 10), 'st_mtime_ns', 'program')
    later(lambda: os.chmod('program', 0o700), 'st_ctime_ns', 'program')
    later(lambda: os.mknod('d1/new'), 'st_mtime_ns', 'd1')


def a_mapping_of_another_process_sees_what_is_written_after_copy_up():
    start, done = os.pipe(), os.pipe()
    with open('usr/h1', 'rb') as file:
        mapped = mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ)
        child = os.fork()
        if child == 0:
            first = mapped[0]
            os.write(done[1], b'r')
            os.read(start[0], 1)
            os._exit(0 if first == ord('h') and mapped[0] == ord('H') and os.pread(file.fileno(), 1, 0) == b'H' else 1)
        os.read(done[0], 1)
        writer = os.open('usr/lib/h2', os.O_RDWR)
        os.pwrite(writer, b'H', 0)
        os.write(start[1], b'g')
        expect(os.waitpid(child, 0)[1] == 0, 'the other process sees it, through the other name')
    expect(os.stat('usr/h1').st_nlink == os.stat('usr/lib/h2').st_nlink == 2, 'links stay through copy-up')
    expect(os.path.samefile('usr/h1', 'usr/lib/h2'), 'hard links stay links')


def unlinked_files_live_while_they_are_open():
    for name in ('d1/s1', 'written'):
        file = os.open(name, os.O_RDWR | os.O_CREAT)
        other = os.open(name, os.O_RDONLY)
        inode = os.fstat(file).st_ino
        os.unlink(name)
        os.pwrite(file, b'after', 10)
        os.fchmod(file, 0o600)
        os.ftruncate(file, 20)
        now = os.fstat(other)
        expect((now.st_nlink, now.st_size, now.st_ino, now.st_mode & 0o777) == (0, 20, inode, 0o600), 'an unlinked file is one')
        expect(os.pread(other, 5, 10) == b'after', 'an unlinked file is written')
        expect(number_of(libc_call, 'linkat', -100, b'/proc/self/fd/%d' % file, -100, b'again', 0x400) == errno.ENOENT, 'for ever')
        new = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        expect(os.fstat(new).st_ino != inode and os.fstat(new).st_size == 0, 'its name is free')
        for descriptor in (file, other, new):
            os.close(descriptor)


def numbers_are_never_used_again():
    seen = set()
    for _ in range(2000):
        os.close(os.open('short', os.O_CREAT | os.O_WRONLY))
        seen.add(os.stat('short').st_ino)
        os.unlink('short')
    expect(len(seen) == 2000 or TOP_IS_PLAIN, 'each file has a number of its own')


def nameless_files_get_names():
    file = os.open('.', os.O_TMPFILE | os.O_RDWR, 0o640)
    os.write(file, b'nameless')
    expect(os.fstat(file).st_nlink == 0, 'no name yet')
    libc_call('linkat', file, b'', -100, b'named', 0x1000)
    expect(open('named').read() == 'nameless' and os.fstat(file).st_nlink == 1, 'linkat by descriptor')
    expect(os.stat('named').st_ino == os.fstat(file).st_ino, 'the same inode')
    never = os.open('.', os.O_TMPFILE | os.O_RDWR | os.O_EXCL, 0o640)
    expect(number_of(libc_call, 'linkat', never, b'', -100, b'never', 0x1000) == errno.ENOENT, 'O_EXCL: never')


def room_is_taken_and_given_up():
    file = os.open('room', os.O_RDWR | os.O_CREAT)
    os.write(file, b'x' * 65536)

    def allocate(mode, offset, length):
        return number_of(libc_call, 'fallocate', file, mode, ctypes.c_long(offset), ctypes.c_long(length))
    expect(allocate(3, 4096, 8192) == 0 and os.pread(file, 3, 4096) == bytes(3), 'PUNCH_HOLE')
    expect(allocate(0x10, 0, 100) == 0 and os.pread(file, 101, 0) == bytes(100) + b'x', 'ZERO_RANGE')
    expect(allocate(1, 65536, 65536) == 0 and os.fstat(file).st_size == 65536, 'KEEP_SIZE')
    expect(os.fstat(file).st_blocks * 512 >= 65536 + 50000, 'room beyond the end is taken')
    expect(allocate(0, 0, 200_000) == 0 and os.fstat(file).st_size == 200_000, 'extending')
    for mode, what in ((COLLAPSE, 'COLLAPSE_RANGE'), (INSERT, 'INSERT_RANGE'), (UNSHARE, 'UNSHARE_RANGE'), (COLLAPSE | 1, 'both')):
        expect(allocate(mode, 4096, 4096) in (0, errno.EOPNOTSUPP, errno.EINVAL), what + ' is done or refused')
    expect(allocate(0, -1, 10) == errno.EINVAL and allocate(0, 0, 0) == errno.EINVAL, 'no nonsense')
    expect(number_of(fcntl.ioctl, file, 0x40049409, file) in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOTTY), 'FICLONE is refused')


def appending_processes_lose_nothing():
    def append(letter):
        file = os.open('log', os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for _ in range(500):
            os.write(file, letter * 37 + b'\n')
        os._exit(0)
    children = []
    for letter in b'abcd':
        child = os.fork()
        if child == 0:
            append(bytes([letter]))
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    lines = open('log', 'rb').read().split(b'\n')
    expect(len(lines) == 2001 and all(len(set(line)) == 1 and len(line) == 37 for line in lines[:-1]), 'every line is whole')


def locks_reach_processes():
    file = os.open('s2', os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_SH)
    expect(in_child(lambda: number_of(fcntl.flock, os.open('s2', os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB) == errno.EAGAIN), 'flock EX')
    expect(in_child(lambda: number_of(fcntl.flock, os.open('s2', os.O_RDWR), fcntl.LOCK_SH | fcntl.LOCK_NB) == 0), 'flock SH')
    fcntl.flock(file, fcntl.LOCK_UN)
    fcntl.lockf(file, fcntl.LOCK_EX, 10, 100)

    def asks():
        answer = fcntl.fcntl(os.open('s2', os.O_RDWR), fcntl.F_GETLK, struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 105, 1, 0))
        kind, _, start, length, pid = struct.unpack('hhqqi4x', answer)
        return (kind, start, length, pid) == (fcntl.F_WRLCK, 100, 10, os.getppid())
    expect(in_child(asks), 'F_GETLK says who holds which bytes')
    expect(in_child(lambda: number_of(fcntl.lockf, os.open('s2', os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 110) == 0), 'bytes beside')
    waiting = os.fork()
    if waiting == 0:
        fcntl.lockf(os.open('s2', os.O_RDWR), fcntl.LOCK_EX, 10, 100)
        os._exit(0)
    os.close(os.open('s2', os.O_RDWR))
    expect(os.waitpid(waiting, 0)[1] == 0, 'a POSIX lock goes with any close, and who waits gets it')
    os.close(file)


def attributes_may_be_many_and_long():
    open('attributed', 'w').close()
    for number in range(20):
        os.setxattr('attributed', f'user.{number}', bytes([number]) * 50)
    expect(len(os.listxattr('attributed')) == 20, 'many attributes')
    expect(all(os.getxattr('attributed', f'user.{n}') == bytes([n]) * 50 for n in range(20)), 'each its value')
    os.setxattr('attributed', 'user.empty', b'')
    expect(os.getxattr('attributed', 'user.empty') == b'', 'an empty value')
    os.setxattr('d1', 'trusted.mine', b'x')
    os.seteuid(1000)
    expect('trusted.mine' not in os.listxattr('d1'), 'trusted attributes are hidden')
    expect(number_of(os.getxattr, 'd1', 'trusted.mine') in (errno.ENODATA, errno.EPERM), 'and not given')
    os.seteuid(0)
    expect(number_of(os.setxattr, 'attributed', 'user.' + 'n' * 251, b'') == errno.ERANGE, 'a name of 256 bytes')
    expect(number_of(os.setxattr, 'attributed', 'user.big', bytes(65537)) == errno.E2BIG, 'a value of 65,537 bytes')


def special_files_work():
    os.mkfifo('pipe')
    reader = os.open('pipe', os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open('pipe', os.O_WRONLY)
    os.write(writer, b'through')
    expect(os.read(reader, 10) == b'through', 'a FIFO')
    os.mknod('null', stat.S_IFCHR | 0o666, os.makedev(1, 3))
    expect(os.write(os.open('null', os.O_WRONLY), b'x') == 1 and os.read(os.open('null', os.O_RDONLY), 1) == b'', 'a device')
    server = socket.socket(socket.AF_UNIX)
    server.bind('socket')
    server.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect('socket')
    client.send(b'x')
    expect(server.accept()[0].recv(1) == b'x', 'a socket')
    os.rename('socket', 'moved.socket')
    expect(number_of(socket.socket(socket.AF_UNIX).connect, 'moved.socket') == 0, 'a renamed socket')


def whiteouts_are_devices_or_refused():
    os.mknod('white', stat.S_IFCHR, os.makedev(0, 0))
    expect(stat.S_ISCHR(os.lstat('white').st_mode) and 'white' in os.listdir('.'), 'a device 0:0 is a file like others')
    os.unlink('white')
    with open('leaving', 'w') as file:
        file.write('x')
    refused_with = number_of(libc_call, 'renameat2', -100, b'leaving', -100, b'left', WHITEOUT)
    expect(refused_with in (0, errno.EINVAL), 'RENAME_WHITEOUT is done or refused')
    expect(os.path.exists('left') if refused_with == 0 else open('leaving').read() == 'x', 'and whole')


def long_names_and_paths():
    for name in (b'\xff' * 255, b'\x01\x7f\xc3\x28 \n\\', 'ä'.encode() * 127):
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
        expect(name in os.listdir(b'.'), 'any byte but 0 and /')
        os.rename(name, name[:-1] + b'!')
        os.unlink(name[:-1] + b'!')
    path = 'long' + ('/' + 'p' * 200) * 20
    os.makedirs(path)
    rest = 4095 - len(path) - 1
    longest = path + '/' + 'f' * rest
    expect(len(longest) == 4095 and rest <= 255, 'the test knows its lengths')
    open(longest, 'w').close()
    expect(os.stat(longest).st_nlink == 1 and number_of(os.stat, longest + 'x') == errno.ENAMETOOLONG, 'a path of 4,096 bytes with its end')
    subprocess.run(['rm', '-rf', 'long'], check=True)


def a_hundred_thousand_names():
    os.mkdir('crowd')
    directory = os.open('crowd', os.O_DIRECTORY)
    for number in range(HUNDRED_THOUSAND):
        os.mknod(str(number), dir_fd=directory)
    expect(len(set(os.listdir('crowd'))) == HUNDRED_THOUSAND, 'all listed')
    expect(os.stat('crowd/99999').st_size == 0 and not os.path.exists('crowd/100000'), 'found and not found')
    for number in range(HUNDRED_THOUSAND):
        os.unlink(str(number), dir_fd=directory)
    os.rmdir('crowd')


class Dirent(ctypes.Structure):
    _fields_ = [('inode', ctypes.c_ulong), ('next', ctypes.c_long), ('length', ctypes.c_ushort), ('kind', ctypes.c_ubyte),
                ('name', ctypes.c_char * 256)]


def listings_go_on_where_they_were():
    os.mkdir('listed')
    for number in range(1000):
        os.mknod(f'listed/{number}')
    libc.opendir.restype = ctypes.c_void_p
    libc.readdir.restype = ctypes.POINTER(Dirent)
    libc.telldir.restype = ctypes.c_long
    stream = ctypes.c_void_p(libc.opendir(b'listed'))

    def rest():
        names = []
        while entry := libc.readdir(stream):
            names.append(entry.contents.name)
        return names
    for _ in range(500):
        libc.readdir(stream)
    here = libc.telldir(stream)
    first = rest()
    libc.seekdir(stream, ctypes.c_long(here))
    expect(rest() == first, 'seekdir')
    libc.rewinddir(stream)
    os.mknod('listed/late')
    libc.rewinddir(stream)
    again = rest()
    expect(len(again) == len(set(again)) == 1003 and b'late' in again, 'rewinddir sees what is new')
    libc.seekdir(stream, ctypes.c_long(here))
    for name in first[:100]:
        os.unlink(b'listed/' + name)
    expect(not set(first[100:]) - set(rest()) - set(first[:100]), 'what stays is listed')
    libc.closedir(stream)


def space_is_told():
    space = os.statvfs('.')
    expect(space.f_namemax == 255 and space.f_blocks > space.f_bfree >= space.f_bavail > 0, 'statvfs')
    expect(space.f_files >= space.f_ffree > 0, 'inodes')


def direct_and_synchronous():
    buffer = mmap.mmap(-1, 8192)
    buffer[:] = b'd' * 8192
    file = os.open('direct', os.O_RDWR | os.O_CREAT | os.O_DIRECT | os.O_SYNC)
    expect(os.pwritev(file, [buffer], 4096) == 8192, 'O_DIRECT write')
    expect(open('direct', 'rb').read() == bytes(4096) + b'd' * 8192, 'seen by others')
    back = mmap.mmap(-1, 8192)
    expect(os.preadv(file, [back], 4096) == 8192 and back[:] == buffer[:], 'O_DIRECT read')
    with open('direct', 'r+b') as other:
        other.write(b'cached')
        other.flush()
        os.preadv(file, [back], 0)
        expect(back[:6] == b'cached', 'a direct read sees a cached write')
        mapped = mmap.mmap(other.fileno(), 12288)
        buffer[:] = b'e' * 8192
        os.pwritev(file, [buffer], 0)
        expect(mapped[0] == mapped[8191] == ord('e'), 'a mapping sees a direct write')


def running_programs_are_not_written():
    for name in ('sleeper',):
        with open('/bin/sleep', 'rb') as source, open(name, 'wb') as target:
            target.write(source.read())
        os.chmod(name, 0o755)
        process = subprocess.Popen(['./' + name, '30'])
        while os.readlink(f'/proc/{process.pid}/exe').split('/')[-1] != name:
            pass
        expect(number_of(os.open, name, os.O_WRONLY) == errno.ETXTBSY, 'a running program is busy')
        os.unlink(name)
        expect(process.poll() is None, 'it runs on without its name')
        process.kill()
        process.wait()
    with open('busy', 'wb') as target:
        target.write(open('/bin/true', 'rb').read())
        os.chmod('busy', 0o755)
        target.flush()
        expect(number_of(subprocess.run, ['./busy']) == errno.ETXTBSY, 'a program that is written does not run')
    expect(subprocess.run(['./busy']).returncode == 0, 'afterwards it does')


def changes_are_told():
    os.mkdir('watched')
    notify = libc_call('inotify_init1', os.O_NONBLOCK)
    libc_call('inotify_add_watch', notify, b'watched', IN_CREATE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE)
    with open('watched/a', 'w') as file:
        file.write('x')
    os.rename('watched/a', 'watched/b')
    os.unlink('watched/b')
    events, data = [], os.read(notify, 4096)
    while data:
        _, mask, cookie, length = struct.unpack('iIII', data[:16])
        events.append((mask, data[16:16 + length].rstrip(b'\0')))
        data = data[16 + length:]
    expect(events == [(IN_CREATE, b'a'), (IN_MODIFY, b'a'), (IN_CLOSE_WRITE, b'a'), (IN_MOVED_FROM, b'a'), (IN_MOVED_TO, b'b'),
                      (IN_DELETE, b'b')], f'inotify: {events}')


def bytes_are_spliced():
    data = os.urandom(50_000)
    with open('source', 'wb') as file:
        file.write(data)
    source, target = os.open('source', os.O_RDONLY), os.open('target', os.O_RDWR | os.O_CREAT)
    done = 0
    while done < len(data):
        done += os.sendfile(target, source, done, len(data) - done)
    expect(open('target', 'rb').read() == data, 'sendfile')
    reading, writing = os.pipe()
    moved = os.splice(source, writing, 30_000, offset_src=1000)
    expect(os.splice(reading, target, moved, offset_dst=60_000) == moved, 'splice')
    expect(os.pread(target, moved, 60_000) == data[1000:1000 + moved], 'spliced bytes')
    expect(os.fstat(target).st_size == 60_000 + moved, 'and their size')


def times_are_kept_to_the_nanosecond():
    open('timed', 'w').close()
    for when in (1, 2 ** 31 + 123_456_789, 4_000_000_000_123_456_789, 1_500_000_000_999_999_999):
        os.utime('timed', ns=(when, when + 1))
        status = os.stat('timed')
        expect((status.st_atime_ns, status.st_mtime_ns) == (when, when + 1), f'{when} ns')


def flags_are_answered_sanely():
    file = os.open('timed', os.O_RDONLY)
    expect(number_of(fcntl.ioctl, file, FS_IOC_GETFLAGS, bytes(8)) in (0, errno.ENOTTY, errno.EOPNOTSUPP), 'lsattr')
    expect(number_of(libc_call, 'swapon', os.path.abspath('timed').encode(), 0) != 0, 'no swap on an empty file')
    expect(number_of(libc_call, 'quotactl', 0x80000700, b'.', 0, None) != 0, 'no quota')


def a_directory_is_left_by_its_name_only():
    os.makedirs('around/inner')
    inner = os.open('around/inner', os.O_DIRECTORY)
    os.rename('around', 'round')
    os.mknod('x', dir_fd=inner)
    expect(os.path.exists('round/inner/x'), 'a descriptor follows its directory')
    os.chdir(inner)
    expect(os.getcwd() == TOP + '/round/inner', 'so does getcwd')
    os.rename(TOP + '/round/inner', TOP + '/inner')
    expect(os.getcwd() == TOP + '/inner' and os.path.samefile('..', TOP), '.. too')
    os.chdir(TOP)
    expect(number_of(os.rename, 'round', 'round/below') == errno.EINVAL, 'not below itself')


def files_are_replaced_while_they_are_read():
    for name in ('d3/a/b/c', 'replaced'):
        with open(name, 'a'):
            pass
        before = open(name, 'rb').read()
        reader = os.open(name, os.O_RDONLY)
        mapped = mmap.mmap(reader, len(before), mmap.MAP_SHARED, mmap.PROT_READ) if before else None
        with open('fresh', 'w') as file:
            file.write('other content')
        os.rename('fresh', name)
        expect(os.pread(reader, 100, 0) == before and os.fstat(reader).st_nlink == 0, 'the old one is read on')
        expect(mapped is None or mapped[:] == before, 'and mapped')
        expect(open(name).read() == 'other content', 'by name it is the new one')


def interrupted_waiters_go():
    file = os.open('s2', os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        fcntl.flock(os.open('s2', os.O_RDWR), fcntl.LOCK_EX)
        os._exit(1)
    expect(os.waitpid(child, 0)[1] == 0, 'a signal ends waiting for a lock')
    os.close(file)
    expect(select.select([os.open('s2', os.O_RDONLY)], [], [], 0)[0] != [], 'a file is always ready')


TOP_IS_PLAIN = os.statvfs(TOP).f_fsid == os.statvfs('/').f_fsid
TESTS = [test for name, test in list(globals().items())
         if callable(test) and getattr(test, '__code__', None) and test.__code__.co_argcount == 0 and test.__module__ == '__main__']
for test in TESTS:
    os.chdir(TOP)
    try:
        test()
    except Exception as error:
        failed.append(f'{test.__name__}: {error!r}')
if failed:
    print(*failed, sep='\n')
    sys.exit(1)
print(f'{len(TESTS)} hold')
