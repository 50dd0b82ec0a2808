"""Random system calls, the same on a root of the union and on a plain directory, as several users.

usage: differential.py UNION PLAIN SEED COUNT

Both trees begin equal (shipped_tree.sh). After each call its result, errno and the attributes of the paths that it names are
compared, after every 200 calls everything: types, modes, owners, sizes, link counts, contents, extended attributes, access
control lists, which names are one inode, and that d_ino is st_ino. Exit status 1 at the first difference, with the calls before
it. Run as root.
"""
import ctypes
import hashlib
import os
import random
import stat
import struct
import sys

UNION, PLAIN = sys.argv[1], sys.argv[2]
SEED, COUNT = int(sys.argv[3]), int(sys.argv[4])
EVERYTHING_AFTER = 200
MAX_OPEN = 20
DIRECTORIES = ['', 'd1', 'd1/d2', 'd3', 'st', 'sg', 'usr', 'usr/lib', 'new', 'd1/new']
NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'x' * 200, 'y' * 255,
         's1', 's2', 'l1', 'h1', 'h2', 'big', 'suid', 'sgid', 'fifo']
MODES = [0o644, 0o600, 0o755, 0o4755, 0o2755, 0o2644, 0o1777, 0o777, 0o666, 0o6711, 0o400, 0]
USERS = [(0, 0), (0, 0), (0, 0), (1000, 1000), (1001, 1001), (1000, 1001)]
ATTRIBUTES = ['user.a', 'user.b', 'trusted.t', 'user.' + 'z' * 240, 'nosuch.x', 'user.']
LISTS = ['system.posix_acl_access', 'system.posix_acl_default']
AT_FDCWD = -100
ANY_ID = 0xffffffff

dice = random.Random(SEED)
libc = ctypes.CDLL(None, use_errno=True)
opened = []  # (descriptor in the union, descriptor in the plain directory, how)
history = []


def outcome(call, *arguments):
    try:
        return 0, call(*arguments)
    except OSError as error:
        return error.errno, None


def libc_call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def path():
    directory, name = dice.choice(DIRECTORIES), dice.choice(NAMES)
    return directory + '/' + name if directory else name


def attributes(status):
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    return oct(status.st_mode), status.st_nlink, status.st_uid, status.st_gid, size, status.st_rdev


def content(name):
    mode = os.lstat(name).st_mode
    if stat.S_ISREG(mode):
        with open(name, 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()
    return os.readlink(name) if stat.S_ISLNK(mode) else ''


def extended(name):
    return sorted((key, os.getxattr(name, key, follow_symlinks=False))
                  for key in os.listxattr(name, follow_symlinks=False))


def everything(top):
    found, inodes = {}, {}
    for directory, _, _ in os.walk(top):
        listed = list(os.scandir(directory))
        if len({entry.name for entry in listed}) != len(listed):
            sys.exit('a name is listed twice in ' + directory)
        for entry in listed:
            status = os.lstat(entry.path)
            if entry.inode() != status.st_ino:
                sys.exit('d_ino is not st_ino: ' + entry.path)
            name = os.path.relpath(entry.path, top)
            found[name] = attributes(status), content(entry.path), extended(entry.path)
            inodes.setdefault(status.st_ino, []).append(name)
    return {name: facts + (min(names),)
            for names in inodes.values() for name in names for facts in [found[name]]}


def compare_everything(number):
    become((0, 0))
    union, plain = everything(UNION), everything(PLAIN)
    for name in sorted(set(union) | set(plain)):
        if union.get(name) != plain.get(name):
            print(f'seed {SEED}, after call {number}: {name}\n  union {union.get(name)}\n  plain {plain.get(name)}')
            fail()


def fail():
    print(*history, sep='\n')
    sys.exit(1)


def become(user):
    os.seteuid(0)
    os.setegid(0)
    os.setgroups([])
    if user != (0, 0):
        os.setegid(user[1])
        os.setgroups([user[1]])
        os.seteuid(user[0])


def on_paths(call):
    return outcome(call, UNION + '/'), outcome(call, PLAIN + '/')


def on_descriptors(pair, call, *arguments):
    return outcome(call, pair[0], *arguments), outcome(call, pair[1], *arguments)


# Each operation gives what it did, the paths that it named, and the two outcomes.

def make_directory(p, mode):
    return ('mkdir', p, oct(mode)), [p], on_paths(lambda t: os.mkdir(t + p, mode))


def open_file(p, mode):
    flags = os.O_NONBLOCK | dice.choice([os.O_RDONLY, os.O_WRONLY, os.O_RDWR])
    for flag, chance in ((os.O_CREAT, .6), (os.O_EXCL, .2), (os.O_TRUNC, .2), (os.O_APPEND, .2),
                         (os.O_NOFOLLOW, .2), (os.O_DIRECTORY, .05)):
        flags |= flag if dice.random() < chance else 0
    how = 'open', p, oct(flags), oct(mode)
    union, plain = on_paths(lambda t: os.open(t + p, flags, mode))
    if union[0] == plain[0] == 0:
        opened.append((union[1], plain[1], how))
        union = plain = 0, None
    return how, [p], (union, plain)


def write(pair):
    data, offset = bytes([dice.randrange(256)]) * dice.randrange(9000), dice.randrange(30000)
    return ('pwrite', len(data), offset, pair[2]), [], on_descriptors(pair, os.pwrite, data, offset)


def read(pair):
    count, offset = dice.randrange(9000), dice.randrange(30000)
    return ('pread', count, offset, pair[2]), [], on_descriptors(pair, os.pread, count, offset)


def resize_open(pair):
    size = dice.randrange(40000)
    return ('ftruncate', size, pair[2]), [], on_descriptors(pair, os.ftruncate, size)


def describe_open(pair):
    return ('fstat', pair[2]), [], on_descriptors(pair, lambda fd: attributes(os.fstat(fd)))


def close(pair):
    opened.remove(pair)
    return ('close', pair[2]), [], on_descriptors(pair, os.close)


def change_open(pair):
    mode, group = dice.choice(MODES), dice.choice([0, 1000, 1001])
    if dice.random() < .5:
        return ('fchmod', oct(mode), pair[2]), [], on_descriptors(pair, os.fchmod, mode)
    return ('fchown', group, pair[2]), [], on_descriptors(pair, os.fchown, -1, group)


def allocate(pair):
    mode, offset, length = dice.choice([0, 1, 3, 0x10, 0x11]), dice.randrange(20000), dice.randrange(1, 20000)
    return (('fallocate', mode, offset, length, pair[2]), [],
            on_descriptors(pair, lambda fd: libc_call('fallocate', fd, mode, ctypes.c_long(offset), ctypes.c_long(length))))


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


def unlink(p, _):
    return ('unlink', p), [p], on_paths(lambda t: os.unlink(t + p))


def remove_directory(p, _):
    return ('rmdir', p), [p], on_paths(lambda t: os.rmdir(t + p))


def rename(p, _):
    q = path()
    return ('rename', p, q), [p, q], on_paths(lambda t: os.rename(t + p, t + q))


def rename_with_flags(p, _):
    q, flags = path(), dice.choice([1, 2, 2])
    return (('renameat2', p, q, flags), [p, q], on_paths(lambda t: libc_call(
        'renameat2', AT_FDCWD, os.fsencode(t + p), AT_FDCWD, os.fsencode(t + q), flags)))


def link(p, _):
    q = path()
    return ('link', p, q), [p, q], on_paths(lambda t: os.link(t + p, t + q, follow_symlinks=False))


def symbolic_link(p, _):
    target = dice.choice(['a', 'd2', 'nowhere', 'x' * 100, 'usr'])
    return ('symlink', target, p), [p], on_paths(lambda t: os.symlink(target, t + p))


def change_mode(p, mode):
    return ('chmod', p, oct(mode)), [p], on_paths(lambda t: os.chmod(t + p, mode))


def change_owner(p, _):
    user, group = dice.choice([-1, 0, 1000, 1001]), dice.choice([-1, 0, 1000, 1001])
    return ('lchown', p, user, group), [p], on_paths(lambda t: os.lchown(t + p, user, group))


def set_times(p, _):
    times = dice.randrange(2 ** 33 * 10 ** 9), dice.randrange(2 ** 33 * 10 ** 9)

    def change(top):
        os.utime(top + p, ns=times, follow_symlinks=False)
        status = os.lstat(top + p)
        return status.st_atime_ns, status.st_mtime_ns
    return ('utimensat', p, times), [p], on_paths(change)


def make_node(p, mode):
    kind = dice.choice([stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFREG, stat.S_IFCHR, stat.S_IFBLK])
    device = os.makedev(dice.randrange(300), dice.randrange(70000)) if kind in (stat.S_IFCHR, stat.S_IFBLK) else 0
    return ('mknod', p, oct(kind | mode), device), [p], on_paths(lambda t: os.mknod(t + p, kind | mode, device))


def resize(p, _):
    size = dice.randrange(20000)
    return ('truncate', p, size), [p], on_paths(lambda t: os.truncate(t + p, size))


def set_attribute(p, _):
    name, flags = dice.choice(ATTRIBUTES), dice.choice([0, 0, 1, 2])
    value = bytes([dice.randrange(256)]) * dice.choice([0, 1, 30])
    return (('setxattr', p, name, len(value), flags), [p],
            on_paths(lambda t: os.setxattr(t + p, name, value, flags, follow_symlinks=False)))


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
            linked = outcome(lambda: os.link(f'/proc/self/fd/{descriptor}', top + q, follow_symlinks=True))
            return before, linked, attributes(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    return ('O_TMPFILE and linkat', directory, q), [q], on_paths(make)


def access(p, _):
    wanted = dice.choice([os.R_OK, os.W_OK, os.X_OK, 7])
    return ('faccessat', p, wanted), [p], on_paths(lambda t: os.access(t + p, wanted, effective_ids=True))


def list_directory(p, _):
    return ('readdir', p), [p], on_paths(lambda t: sorted(os.listdir(t + p)))


ON_PATHS = [make_directory, open_file, open_file, open_file, unlink, remove_directory, rename, rename, rename_with_flags, link,
            symbolic_link, change_mode, change_owner, set_times, make_node, resize, set_attribute, get_attribute,
            remove_attribute, list_attributes, set_list, set_list, nameless, access, list_directory]
ON_DESCRIPTORS = [write, write, write, read, resize_open, describe_open, close, close, change_open, allocate, copy_range]


def step(number):
    user, mask = dice.choice(USERS), dice.choice([0, 0o22, 0o77])
    become(user)
    os.umask(mask)
    if opened and dice.random() < .35:
        what, paths, (union, plain) = dice.choice(ON_DESCRIPTORS)(dice.choice(opened))
    else:
        what, paths, (union, plain) = dice.choice(ON_PATHS)(path(), dice.choice(MODES))
    history.append((number, user, oct(mask), what, union[0], plain[0]))
    del history[:-15]
    named = [(outcome(lambda: attributes(os.lstat(UNION + '/' + p))), outcome(lambda: attributes(os.lstat(PLAIN + '/' + p))))
             for p in paths]
    if union != plain or any(one != other for one, other in named):
        print(f'seed {SEED}, call {number}: {what}\n  union {union!r:.500}\n  plain {plain!r:.500}\n  {named}')
        fail()
    while len(opened) > MAX_OPEN:
        pair = opened.pop(0)
        os.close(pair[0])
        os.close(pair[1])


os.umask(0)
compare_everything(-1)
for call in range(COUNT):
    step(call)
    if call % EVERYTHING_AFTER == EVERYTHING_AFTER - 1:
        compare_everything(call)
become((0, 0))
for pair in opened:
    os.close(pair[0])
    os.close(pair[1])
compare_everything(COUNT)
print(f'equal: seed {SEED}, {COUNT} calls')
