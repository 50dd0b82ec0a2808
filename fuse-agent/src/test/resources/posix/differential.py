"""Random system calls, the same on a root of the union and on a plain directory, as several users.

usage: differential.py UNION PLAIN SEED COUNT [EVERYTHING_AFTER [coarse]]

Both trees begin equal (shipped_tree.sh). After each call its result, errno, the attributes of the paths that it names and of one
more, and whether their times moved are compared; after every EVERYTHING_AFTER calls (200) everything: types, modes, owners, sizes,
link counts, contents, extended attributes, access control lists, which names are one inode, and that d_ino is st_ino. Inode numbers
must stay with their names. Exit status 1 at the first difference, with the calls before it. Run as root.

Whether times move is compared where the kernel gives the plain directory times that differ (since 6.13), and not with "coarse": the
kernel keeps the times of a file in its write-back cache by the tick.
"""
import ctypes
import fcntl
import hashlib
import mmap
import os
import random
import stat
import struct
import sys

UNION, PLAIN = sys.argv[1], sys.argv[2]
SEED, COUNT = int(sys.argv[3]), int(sys.argv[4])
EVERYTHING_AFTER = int(sys.argv[5]) if len(sys.argv) > 5 else 200
TOPS = UNION + '/', PLAIN + '/'
MAX_OPEN = 20
TIMES_DIFFER = 'coarse' not in sys.argv and tuple(map(int, os.uname().release.split('.')[:2])) >= (6, 13)
DIRECTORIES = ['', 'd1', 'd1/d2', 'd3', 'st', 'sg', 'usr', 'usr/lib', 'new', 'd1/new']
NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'x' * 200, 'y' * 255, '\udcff\udc80',
         's1', 's2', 'l1', 'h1', 'h2', 'big', 'suid', 'sgid', 'fifo']
ODD = ['', '.', 'z' * 256, 'd1/', 'a/', 'd1/.', 'd1/..', 'd1/d2/..', 's2/a', 's2/', 'l1/', 'l1/s1', 'l1/d2/b', 'nowhere/a',
       'd3/a/b/c', 'd3/a/b', 'd3/a', 'loop', 'loop/a', 'd1/' * 1400 + 'a', 'st/../d1/s1', 'dangling']
AT_TOP = ['', '.', 'd1/..']
MODES = [0o644, 0o600, 0o755, 0o4755, 0o2755, 0o2644, 0o1777, 0o777, 0o666, 0o6711, 0o400, 0]
USERS = [(0, 0), (0, 0), (0, 0), (1000, 1000), (1001, 1001), (1000, 1001)]
ATTRIBUTES = ['user.a', 'user.b', 'trusted.t', 'security.s', 'user.' + 'z' * 240, 'user.' + 'z' * 251, 'nosuch.x', 'user.']
LISTS = ['system.posix_acl_access', 'system.posix_acl_default']
AT_FDCWD = -100
ANY_ID = 0xffffffff
UTIME_NOW, UTIME_OMIT = (1 << 30) - 1, (1 << 30) - 2
FICLONE = 0x40049409
PAGE = mmap.PAGESIZE

dice = random.Random(SEED)
libc = ctypes.CDLL(None, use_errno=True)
opened = []  # (descriptor in the union, descriptor in the plain directory, how)
directories = []  # the same, of directories
history = []
numbers = {}  # the inode number of each open file in the union


def outcome(call, *arguments):
    try:
        return 0, call(*arguments)
    except OSError as error:
        return error.errno, None


def libc_call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def give_name(descriptor, p):
    """Not os.link, which never follows."""
    libc_call('linkat', AT_FDCWD, b'/proc/self/fd/%d' % descriptor, AT_FDCWD, os.fsencode(p), 0x400)


def path():
    if dice.random() < .03:
        return dice.choice(ODD)
    directory, name = dice.choice(DIRECTORIES), dice.choice(NAMES)
    return directory + '/' + name if directory else name


def name():
    """A path that is not the top, which can be removed on neither side, but for different reasons."""
    p = path()
    return 'a' if p in AT_TOP else p


def attributes(status):
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    return status.st_mode, status.st_nlink, status.st_uid, status.st_gid, size, status.st_rdev


def content(name, status):
    if stat.S_ISREG(status.st_mode):
        descriptor = os.open(name, os.O_RDONLY)
        try:
            return hashlib.sha256(os.read(descriptor, status.st_size + 1)).hexdigest()
        finally:
            os.close(descriptor)
    return os.readlink(name) if stat.S_ISLNK(status.st_mode) else ''


def extended(name):
    return [(key, os.getxattr(name, key, follow_symlinks=False)) for key in sorted(os.listxattr(name, follow_symlinks=False))]


def everything(top):
    found, inodes, pending = {}, {}, [top]
    while pending:
        directory = pending.pop()
        listed = list(os.scandir(directory))
        if len({entry.name for entry in listed}) != len(listed):
            sys.exit('a name is listed twice in ' + directory)
        for entry in listed:
            status = os.lstat(entry.path)
            if entry.inode() != status.st_ino:
                sys.exit('d_ino is not st_ino: ' + entry.path)
            if entry.is_dir(follow_symlinks=False) != stat.S_ISDIR(status.st_mode):
                sys.exit('d_type is not st_mode: ' + entry.path)
            if stat.S_ISDIR(status.st_mode):
                pending.append(entry.path)
            name = entry.path[len(top) + 1:]
            found[name] = attributes(status), content(entry.path, status), extended(entry.path)
            inodes.setdefault(status.st_ino, []).append(name)
    return {name: facts + (min(names),)
            for names in inodes.values() for name in names for facts in [found[name]]}


def compare_everything(number):
    become((0, 0))
    union, plain = everything(UNION), everything(PLAIN)
    for name in sorted(set(union) | set(plain)):
        if union.get(name) != plain.get(name):
            print(f'seed {SEED}, after call {number}: {name!r}\n  union {union.get(name)}\n  plain {plain.get(name)}')
            fail()
    for pair in opened + directories:
        one, other = attributes(os.fstat(pair[0])), attributes(os.fstat(pair[1]))
        if one != other or os.fstat(pair[0]).st_ino != numbers[pair]:
            print(f'seed {SEED}, after call {number}: open {pair}\n  union {one}\n  plain {other}')
            fail()


def fail():
    print(*history, sep='\n')
    sys.exit(1)


current = [(0, 0)]


def become(user):
    if current[0] == user:
        return
    os.seteuid(0)
    os.setegid(0)
    os.setgroups([])
    if user != (0, 0):
        os.setegid(user[1])
        os.setgroups([user[1]])
        os.seteuid(user[0])
    current[0] = user


def on_paths(call):
    return outcome(call, TOPS[0]), outcome(call, TOPS[1])


def on_descriptors(pair, call, *arguments):
    return outcome(call, pair[0], *arguments), outcome(call, pair[1], *arguments)


# Each operation gives what it did, the paths that it named, and the two outcomes.

def make_directory(p, mode):
    return ('mkdir', p, oct(mode)), [p], on_paths(lambda t: os.mkdir(t + p, mode))


def keep(into, how, union, plain):
    """Of two descriptors, if both could be opened."""
    if union[0] == plain[0] == 0:
        pair = union[1], plain[1], how
        into.append(pair)
        numbers[pair] = os.fstat(union[1]).st_ino
        return (0, None), (0, None)
    return union, plain


def open_file(p, mode):
    flags = os.O_NONBLOCK | dice.choice([os.O_RDONLY, os.O_WRONLY, os.O_RDWR])
    for flag, chance in ((os.O_CREAT, .6), (os.O_EXCL, .2), (os.O_TRUNC, .2), (os.O_APPEND, .2), (os.O_SYNC, .05),
                         (os.O_NOFOLLOW, .2), (os.O_DIRECTORY, .05), (os.O_NOATIME, .05)):
        flags |= flag if dice.random() < chance else 0
    if flags & os.O_CREAT and flags & os.O_DIRECTORY:
        flags &= ~os.O_DIRECTORY
    how = 'open', p, oct(flags), oct(mode)
    if len(history) and dice.random() < .1 and directories:
        pair = dice.choice(directories)
        how += pair
        union, plain = (outcome(lambda: os.open(p, flags, mode, dir_fd=pair[side])) for side in (0, 1))
        return how, [], keep(opened, how, union, plain)
    union, plain = on_paths(lambda t: os.open(t + p, flags, mode))
    return how, [p], keep(opened, how, union, plain)


def open_directory(p, _):
    p = dice.choice(DIRECTORIES)
    flags = os.O_DIRECTORY | dice.choice([os.O_RDONLY, os.O_PATH])
    how = 'opendir', p, oct(flags)
    union, plain = on_paths(lambda t: os.open(t + p, flags))
    return how, [p] if p else [], keep(directories, how, union, plain)


def write(pair):
    data, offset = bytes([dice.randrange(256)]) * dice.randrange(9000), dice.randrange(30000)
    if dice.random() < .3:
        return ('write', len(data), pair[2]), [], on_descriptors(pair, os.write, data)
    return ('pwrite', len(data), offset, pair[2]), [], on_descriptors(pair, os.pwrite, data, offset)


def read(pair):
    count, offset = dice.randrange(9000), dice.randrange(30000)
    if dice.random() < .3:
        return ('read', count, pair[2]), [], on_descriptors(pair, os.read, count)
    return ('pread', count, offset, pair[2]), [], on_descriptors(pair, os.pread, count, offset)


def seek(pair):
    whence, offset = dice.choice([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END, 9]), dice.randrange(-20000, 40000)

    def move(fd):
        return None if stat.S_ISDIR(os.fstat(fd).st_mode) else os.lseek(fd, offset, whence)
    return ('lseek', offset, whence, pair[2]), [], on_descriptors(pair, move)


def write_mapped(pair):
    offset, length = dice.randrange(5) * PAGE, dice.randrange(1, 9000)
    byte, flush = bytes([dice.randrange(256)]), dice.random() < .5

    def change(fd):
        size = os.fstat(fd).st_size
        count = min(length, size - offset)
        if not stat.S_ISREG(os.fstat(fd).st_mode) or count <= 0:
            return None
        try:
            mapped = mmap.mmap(fd, count, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE, offset=offset)
        except PermissionError:
            return 'denied'
        before = hashlib.sha256(mapped).digest()
        mapped[:] = byte * count
        if flush:
            mapped.flush()
        mapped.close()
        return before
    return ('mmap', offset, length, pair[2]), [], on_descriptors(pair, change)


def sync(pair):
    call = dice.choice([os.fsync, os.fdatasync])
    return (call.__name__, pair[2]), [], on_descriptors(pair, call)


def resize_open(pair):
    size = dice.choice([dice.randrange(40000), dice.randrange(40000), -1])
    return ('ftruncate', size, pair[2]), [], on_descriptors(pair, os.ftruncate, size)


def describe_open(pair):
    return ('fstat', pair[2]), [], on_descriptors(pair, lambda fd: attributes(os.fstat(fd)))


def close(pair):
    (opened if pair in opened else directories).remove(pair)
    del numbers[pair]
    return ('close', pair[2]), [], on_descriptors(pair, os.close)


def change_open(pair):
    mode, user, group = dice.choice(MODES), dice.choice([-1, -1, 0, 1000]), dice.choice([0, 1000, 1001])
    if dice.random() < .5:
        return ('fchmod', oct(mode), pair[2]), [], on_descriptors(pair, os.fchmod, mode)
    return ('fchown', user, group, pair[2]), [], on_descriptors(pair, os.fchown, user, group)


def attribute_of_open(pair):
    name, flags = dice.choice(ATTRIBUTES), dice.choice([0, 0, 1, 2])
    value, what = bytes([dice.randrange(256)]) * dice.choice([0, 1, 30]), dice.randrange(4)
    calls = [lambda fd: os.setxattr(fd, name, value, flags), lambda fd: os.getxattr(fd, name),
             lambda fd: os.removexattr(fd, name), lambda fd: sorted(os.listxattr(fd))]
    return ('fxattr', what, name, flags, pair[2]), [], on_descriptors(pair, calls[what])


def name_open(pair):
    q = path()
    how = ('linkat', q, pair[2])
    return how, [q], tuple(outcome(give_name, pair[side], TOPS[side] + q)
                           for side in (0, 1))


def allocate(pair):
    mode, offset, length = dice.choice([0, 1, 3, 0x10, 0x11, 2]), dice.randrange(20000), dice.randrange(0, 20000)
    return (('fallocate', mode, offset, length, pair[2]), [],
            on_descriptors(pair, lambda fd: libc_call('fallocate', fd, mode, ctypes.c_long(offset), ctypes.c_long(length))))


def clone(pair):
    other = dice.choice(opened)
    return (('FICLONE', pair[2], other[2]), [],
            tuple(outcome(lambda: fcntl.ioctl(pair[side], FICLONE, other[side])) for side in (0, 1)))


def copy_range(pair):
    other = dice.choice(opened)
    length, source, target = dice.randrange(20000), dice.randrange(20000), dice.randrange(20000)
    if other is pair:
        target = source + length

    def copy(side):
        done = 0
        while done < length:
            count = os.copy_file_range(pair[side], other[side], length - done, source + done, target + done)
            if count == 0:
                break
            done += count
        return done
    return (('copy_file_range', pair[2], other[2], length, source, target), [],
            (outcome(copy, 0), outcome(copy, 1)))


def send_file(pair):
    other = dice.choice(opened)
    length, source = dice.randrange(1, 20000), dice.randrange(20000)

    def send(side):
        return 0 if pair is other else os.sendfile(other[side], pair[side], source, length)
    return ('sendfile', pair[2], other[2], length, source), [], (outcome(send, 0), outcome(send, 1))


# Operations relative to an open directory, which may have been moved or removed.

def in_directory(pair):
    name, other, mode = dice.choice(NAMES), dice.choice(NAMES), dice.choice(MODES)
    to = dice.choice(directories)
    what = dice.randrange(9)
    calls = [lambda s: os.mkdir(name, mode, dir_fd=pair[s]), lambda s: os.unlink(name, dir_fd=pair[s]),
             lambda s: os.rmdir(name, dir_fd=pair[s]),
             lambda s: os.rename(name, other, src_dir_fd=pair[s], dst_dir_fd=to[s]),
             lambda s: os.link(name, other, src_dir_fd=pair[s], dst_dir_fd=to[s], follow_symlinks=False),
             lambda s: os.symlink(other, name, dir_fd=pair[s]),
             lambda s: attributes(os.stat(name, dir_fd=pair[s], follow_symlinks=False)),
             lambda s: sorted(os.listdir(pair[s])),
             lambda s: os.mknod(name, mode | stat.S_IFREG, dir_fd=pair[s])]
    return ('at', what, name, other, oct(mode), pair[2], to[2]), [], (outcome(calls[what], 0), outcome(calls[what], 1))


def unlink(p, _):
    return ('unlink', p), [p], on_paths(lambda t: os.unlink(t + p))


def remove_directory(p, _):
    return ('rmdir', p), [p], on_paths(lambda t: os.rmdir(t + p))


def rename(p, _):
    q = name()
    return ('rename', p, q), [p, q], on_paths(lambda t: os.rename(t + p, t + q))


def rename_directory(_, __):
    p, q = dice.choice(DIRECTORIES[1:]), dice.choice(DIRECTORIES[1:] + ['d3/a', 'd3/a/b', 'st/new', name()])
    flags = dice.choice([0, 0, 1, 2])
    return (('renameat2', p, q, flags), [p, q], on_paths(lambda t: libc_call(
        'renameat2', AT_FDCWD, os.fsencode(t + p), AT_FDCWD, os.fsencode(t + q), flags)))


def rename_with_flags(p, _):
    q, flags = name(), dice.choice([1, 2, 2, 3])
    return (('renameat2', p, q, flags), [p, q], on_paths(lambda t: libc_call(
        'renameat2', AT_FDCWD, os.fsencode(t + p), AT_FDCWD, os.fsencode(t + q), flags)))


def link(p, _):
    q, follow = path(), dice.random() < .2
    return (('link', p, q, follow), [p, q],
            on_paths(lambda t: libc_call('linkat', AT_FDCWD, os.fsencode(t + p), AT_FDCWD, os.fsencode(t + q), 0x400 * follow)))


def symbolic_link(p, _):
    target = dice.choice(['a', 'd2', 'nowhere', 'x' * 100, 'usr', 'loop', 't' * 4095, 't' * 4096, ''])
    return ('symlink', target[:9], p), [p], on_paths(lambda t: os.symlink(target, t + p))


def read_link(p, _):
    return ('readlink', p), [], on_paths(lambda t: os.readlink(t + p))


def change_mode(p, mode):
    return ('chmod', p, oct(mode)), [p], on_paths(lambda t: os.chmod(t + p, mode))


def change_owner(p, _):
    user, group, follow = dice.choice([-1, 0, 1000, 1001]), dice.choice([-1, 0, 1000, 1001]), dice.random() < .3
    if user == group == -1:
        user = 0  # the kernel's request is the same as for a write, so that a stranger can't be told from a writer
    return ('chown', p, user, group, follow), [p], on_paths(lambda t: os.chown(t + p, user, group, follow_symlinks=follow))


def set_times(p, _):
    times = dice.randrange(2 ** 33 * 10 ** 9), dice.randrange(2 ** 33 * 10 ** 9)

    def change(top):
        os.utime(top + p, ns=times, follow_symlinks=False)
        status = os.lstat(top + p)
        return status.st_atime_ns, status.st_mtime_ns
    return ('utimensat', p, times), [p], on_paths(change)


def set_some_times(p, _):
    seconds = [dice.randrange(2 ** 31), dice.randrange(2 ** 31)]
    nanos = [dice.choice([UTIME_NOW, UTIME_OMIT, dice.randrange(10 ** 9), 10 ** 9]) for _ in seconds]
    times = struct.pack('qqqq', seconds[0], nanos[0], seconds[1], nanos[1])

    def change(top):
        libc_call('utimensat', AT_FDCWD, os.fsencode(top + p), times, 0x100)
        status = os.lstat(top + p)
        return [n in (UTIME_NOW, UTIME_OMIT) or t == s * 10 ** 9 + n
                for s, n, t in zip(seconds, nanos, (status.st_atime_ns, status.st_mtime_ns))]
    return ('utimensat', p, seconds, nanos), [p], on_paths(change)


def make_node(p, mode):
    kind = dice.choice([stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFREG, stat.S_IFCHR, stat.S_IFBLK, 0, stat.S_IFDIR])
    device = os.makedev(dice.randrange(300), dice.randrange(70000)) if kind in (stat.S_IFCHR, stat.S_IFBLK) else 0
    device = 0 if dice.random() < .2 else device
    return ('mknod', p, oct(kind | mode), device), [p], on_paths(lambda t: os.mknod(t + p, kind | mode, device))


def resize(p, _):
    size = dice.choice([dice.randrange(20000), dice.randrange(20000), -1])
    return ('truncate', p, size), [p], on_paths(lambda t: os.truncate(t + p, size))


def set_attribute(p, _):
    name, flags, follow = dice.choice(ATTRIBUTES), dice.choice([0, 0, 1, 2, 3]), dice.random() < .2
    value = bytes([dice.randrange(256)]) * dice.choice([0, 1, 30])
    return (('setxattr', p, name, len(value), flags, follow), [p],
            on_paths(lambda t: os.setxattr(t + p, name, value, flags, follow_symlinks=follow)))


def get_attribute(p, _):
    name = dice.choice(ATTRIBUTES + LISTS)
    return ('getxattr', p, name), [p], on_paths(lambda t: os.getxattr(t + p, name, follow_symlinks=False))


def remove_attribute(p, _):
    name = dice.choice(ATTRIBUTES + LISTS)
    return ('removexattr', p, name), [p], on_paths(lambda t: os.removexattr(t + p, name, follow_symlinks=False))


def list_attributes(p, _):
    return ('listxattr', p), [p], on_paths(lambda t: sorted(os.listxattr(t + p, follow_symlinks=False)))


def set_list(p, _):
    name = dice.choice(LISTS)
    users = [(2, dice.randrange(8), user) for user in sorted(dice.sample([1000, 1001, 1002], dice.randrange(3)))]
    groups = [(8, dice.randrange(8), group) for group in sorted(dice.sample([1000, 1001], dice.randrange(2)))]
    mask = [(16, dice.randrange(8), ANY_ID)] if users or groups or dice.random() < .5 else []
    entries = ([(1, dice.randrange(8), ANY_ID)] + users + [(4, dice.randrange(8), ANY_ID)] + groups + mask
               + [(32, dice.randrange(8), ANY_ID)])
    value = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *entry) for entry in entries)
    value = value[:-3] if dice.random() < .1 else value
    return (('setxattr', p, name, entries), [p],
            on_paths(lambda t: os.setxattr(t + p, name, value, 0, follow_symlinks=False)))


def nameless(directory, mode):
    directory, q = dice.choice(DIRECTORIES) or '.', path()
    flags = os.O_TMPFILE | os.O_RDWR | (os.O_EXCL if dice.random() < .3 else 0)

    def make(top):
        descriptor = os.open(top + directory, flags, mode)
        try:
            os.write(descriptor, b'nameless' * 10)
            before = attributes(os.fstat(descriptor))
            linked = outcome(give_name, descriptor, top + q)
            return before, linked, attributes(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    return ('O_TMPFILE and linkat', directory, q), [q], on_paths(make)


def access(p, _):
    wanted = dice.choice([os.R_OK, os.W_OK, os.X_OK, 7])
    return ('faccessat', p, wanted), [p], on_paths(lambda t: os.access(t + p, wanted, effective_ids=True))


def list_directory(p, _):
    return ('readdir', p), [p], on_paths(lambda t: sorted(os.listdir(t + p)))


ON_PATHS = [make_directory, open_file, open_file, open_file, unlink, remove_directory, rename, rename, rename_with_flags,
            rename_directory, link, symbolic_link, read_link, change_mode, change_owner, set_times, set_some_times, make_node,
            resize, set_attribute, get_attribute, remove_attribute, list_attributes, set_list, set_list, nameless, access,
            list_directory, open_directory]
ON_NAMES = [unlink, remove_directory, rename, rename_with_flags]
ON_DESCRIPTORS = [write, write, write, read, seek, write_mapped, sync, resize_open, describe_open, close, close, change_open,
                  attribute_of_open, name_open, allocate, copy_range, send_file, clone]
ON_DIRECTORIES = [in_directory, in_directory, in_directory, in_directory, change_open, attribute_of_open, close]


def seen(p):
    """What both sides say of a path, as root would see it or not at all."""
    return outcome(os.lstat, TOPS[0] + p), outcome(os.lstat, TOPS[1] + p)


def moved(before, after):
    if before[0] or after[0]:
        return None
    one, other = before[1], after[1]
    return one.st_ino == other.st_ino and (one.st_mtime_ns != other.st_mtime_ns, one.st_ctime_ns != other.st_ctime_ns)


def choose():
    """An operation that is ready to be done, and paths that it may change."""
    chance = dice.random()
    if opened and chance < .32:
        operation, pair = dice.choice(ON_DESCRIPTORS), dice.choice(opened)
        return lambda: operation(pair)
    if directories and chance < .42:
        operation, pair = dice.choice(ON_DIRECTORIES), dice.choice(directories)
        return lambda: operation(pair)
    operation, mode = dice.choice(ON_PATHS), dice.choice(MODES)
    p = name() if operation in ON_NAMES else path()
    return lambda: operation(p, mode)


user, mask = (0, 0), 0


def step(number):
    global user, mask
    if dice.random() < .3:
        user, mask = dice.choice(USERS), dice.choice([0, 0o22, 0o77])
    become(user)
    os.umask(mask)
    operation, watched = choose(), path()
    before = seen(watched)
    what, paths, (union, plain) = operation()
    history.append((number, user, oct(mask), what, union[0], plain[0]))
    del history[:-15]
    after = seen(watched)
    named = [after] + [seen(p) for p in paths]
    wrong = union != plain
    for one, other in named:
        wrong = wrong or one[0] != other[0] or (not one[0] and attributes(one[1]) != attributes(other[1]))
    if TIMES_DIFFER and moved(before[0], after[0]) != moved(before[1], after[1]):
        wrong = True
        named.append(('times', watched, moved(before[0], after[0]), moved(before[1], after[1]), before))
    if wrong:
        print(f'seed {SEED}, call {number}: {what}, {watched!r}\n  union {union!r:.500}\n  plain {plain!r:.500}', *named, sep='\n  ')
        fail()
    while len(opened) > MAX_OPEN:
        close(opened[0])
    while len(directories) > MAX_OPEN // 4:
        close(directories[0])


os.umask(0)
for top in TOPS:
    os.symlink('loop', top + 'loop')
    os.symlink('not/here', top + 'dangling')
compare_everything(-1)
for call in range(COUNT):
    step(call)
    if call % EVERYTHING_AFTER == EVERYTHING_AFTER - 1:
        compare_everything(call)
become((0, 0))
for pair in opened + directories:
    os.close(pair[0])
    os.close(pair[1])
opened.clear()
directories.clear()
compare_everything(COUNT)
print(f'equal: seed {SEED}, {COUNT} calls')
