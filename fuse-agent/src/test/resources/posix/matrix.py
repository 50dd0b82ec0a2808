"""Every call on every kind of file, path and user: what a root of the union answers must be what a plain directory answers.

usage: matrix.py prepare DIRECTORY
       matrix.py compare UNION PLAIN

"prepare" makes what the cases act on. It is done in PLAIN and either in UNION too, or in a directory that is then shipped to it as a
layer. Each case has a directory of its own. Exit status 1 after all of them if any differed. Run as root.
"""
import ctypes
import itertools
import os
import stat
import sys

AT_FDCWD = -100
NOREPLACE, EXCHANGE = 1, 2
ROOT, OWNER, GROUP, OTHER = (0, 0), (1000, 1000), (1001, 1000), (1002, 1002)
TYPES = ['file', 'dir', 'full', 'fifo', 'link', 'dangling']
TIMES_DIFFER = tuple(map(int, os.uname().release.split('.')[:2])) >= (6, 13)

libc = ctypes.CDLL(None, use_errno=True)
cases = []  # (name, prepare, act): each is called in a directory of its own; act gives what was seen


def become(user):
    os.seteuid(0)
    os.setegid(0)
    os.setgroups([])
    if user != ROOT:
        os.setegid(user[1])
        os.setgroups([user[1]])
        os.seteuid(user[0])


def make(kind, name, owner=ROOT, mode=None):
    if kind == 'file':
        with open(name, 'w') as file:
            file.write('content')
    elif kind in ('dir', 'full'):
        os.mkdir(name)
        if kind == 'full':
            os.mkdir(name + '/inside')
    elif kind == 'fifo':
        os.mkfifo(name)
    else:
        os.symlink({'link': '.', 'dangling': 'nowhere', 'loop': name}[kind], name)
    os.lchown(name, *owner)
    if mode is not None and not os.path.islink(name):
        os.chmod(name, mode)


def seen(name):
    try:
        status = os.lstat(name)
    except OSError as error:
        return error.errno
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    return status.st_mode, status.st_nlink, status.st_uid, status.st_gid, size, status.st_rdev


def attempt(user, call, *arguments):
    """errno, or what the call gave."""
    become(user)
    try:
        return 0, call(*arguments)
    except OSError as error:
        return error.errno, None
    finally:
        become(ROOT)


def libc_call(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def rename2(old, new, flags):
    libc_call('renameat2', AT_FDCWD, os.fsencode(old), AT_FDCWD, os.fsencode(new), flags)


def opened(name, flags, mode=0o644):
    os.close(os.open(name, flags | os.O_NONBLOCK, mode))


def tmpfile(name):
    opened(name, os.O_TMPFILE | os.O_RDWR)


def case(name, prepare, act):
    cases.append((name, prepare, act))


# Each call that takes a path, with every thing that can be wrong with a path.

PATH_CALLS = {
    'chmod': lambda p: os.chmod(p, 0o600), 'chown': lambda p: os.chown(p, 1000, 1000), 'lchown': lambda p: os.lchown(p, 1000, 1000),
    'link from': lambda p: os.link(p, 'new', follow_symlinks=False), 'link to': lambda p: os.link('s', p),
    'mkdir': lambda p: os.mkdir(p), 'mkfifo': lambda p: os.mkfifo(p), 'mknod c': lambda p: os.mknod(p, 0o20644, 259),
    'mknod b': lambda p: os.mknod(p, 0o60644, 259), 'mknod f': lambda p: os.mknod(p, 0o100644),
    'mknod s': lambda p: os.mknod(p, 0o140644), 'whiteout': lambda p: os.mknod(p, 0o20000, 0),
    'open': lambda p: opened(p, os.O_RDONLY), 'open w': lambda p: opened(p, os.O_WRONLY),
    'create': lambda p: opened(p, os.O_RDWR | os.O_CREAT), 'create new': lambda p: opened(p, os.O_RDWR | os.O_CREAT | os.O_EXCL),
    'open dir': lambda p: opened(p, os.O_DIRECTORY), 'open t': lambda p: opened(p, os.O_WRONLY | os.O_TRUNC),
    'nofollow': lambda p: opened(p, os.O_NOFOLLOW), 'path': lambda p: opened(p, os.O_PATH), 'tmpfile': tmpfile,
    'rename from': lambda p: os.rename(p, 'new'), 'rename to': lambda p: os.rename('s', p), 'dir to': lambda p: os.rename('t', p),
    'exchange': lambda p: rename2('s', p, EXCHANGE), 'noreplace': lambda p: rename2('s', p, NOREPLACE),
    'rmdir': lambda p: os.rmdir(p), 'symlink': lambda p: os.symlink('x', p), 'truncate': lambda p: os.truncate(p, 3),
    'unlink': lambda p: os.unlink(p), 'utime': lambda p: os.utime(p, (1, 1)), 'lutime': lambda p: os.utime(p, (1, 1), follow_symlinks=False),
    'stat': lambda p: os.stat(p).st_mode, 'lstat': lambda p: os.lstat(p).st_mode, 'readlink': lambda p: os.readlink(p),
    'listdir': lambda p: sorted(os.listdir(p)), 'access': lambda p: os.access(p, os.X_OK), 'getxattr': lambda p: os.getxattr(p, 'user.a'),
    'setxattr': lambda p: os.setxattr(p, 'user.a', b'x'), 'lsetxattr': lambda p: os.setxattr(p, 'user.a', b'x', follow_symlinks=False),
    'trusted': lambda p: os.setxattr(p, 'trusted.a', b'x', follow_symlinks=False),
    'listxattr': lambda p: os.listxattr(p), 'removexattr': lambda p: os.removexattr(p, 'user.a'), 'chdir': lambda p: os.chdir(p),
    'statvfs': lambda p: os.statvfs(p).f_namemax,
}
PATHS = ['file', 'dir', 'full', 'fifo', 'link', 'dangling', 'loop', 'missing', 'file/', 'dir/', 'full/', 'fifo/', 'link/', 'dangling/', 'loop/',
         'missing/', 'file/x', 'fifo/x', 'missing/x', 'dangling/x', 'loop/x', 'dir/x', 'dir/x/', 'link/file', 'dir/.', 'full/.', 'full/..',
         'full/inside/..', 'missing/..', '', './file', 'dir//x', 'n' * 255, 'n' * 256, 'dir/' + 'n' * 255, 'dir/' + 'n' * 256,
         './' * 2040 + 'file', './' * 2050 + 'file', 'full/inside', 'h', 's', 't/../s', '\udcff\udcfe']


def tree():
    for kind in TYPES + ['loop']:
        make(kind, kind)
    make('file', 's')
    make('dir', 't')
    os.link('s', 'h')


def listing():
    return {name: seen(name) for name in sorted(os.listdir('.'))}


for (name, call), p in itertools.product(PATH_CALLS.items(), PATHS):
    def act(call=call, p=p):
        here = os.getcwd()
        result = attempt(ROOT, call, p)
        os.chdir(here)
        return result, listing()
    case(f'{name} of {p[:40]!r} {len(p)}', tree, act)


# Names in directories that the caller may search, write or neither; sticky or not; all kinds, all owners.

for (name, call), mode, user in itertools.product(PATH_CALLS.items(), [0o755, 0o775, 0o777, 0o770, 0o766, 0o733, 0o1777], [OWNER, GROUP, OTHER]):
    def prepare(mode=mode):
        make('dir', 'in', (0, 1000), mode)
        for kind in ('file', 'dir'):
            make(kind, 'in/' + kind, OWNER, 0o640 if kind == 'file' else 0o750)
        make('file', 's', OWNER, 0o666)
        make('dir', 't', OWNER, 0o777)
        os.chmod('.', 0o777)

    def act(call=call, user=user):
        here = os.getcwd()
        result = [attempt(user, call, 'in/' + p) for p in ('file', 'dir', 'new')]
        os.chdir(here)
        return result, listing(), {p: seen('in/' + p) for p in ('file', 'dir', 'new')}
    case(f'{name} in {oct(mode)} by {user}', prepare, act)

for sticky, holder, kind, owner, user in itertools.product([0o777, 0o1777], [ROOT, OWNER, OTHER], ['file', 'dir', 'fifo', 'dangling'],
                                                           [ROOT, OWNER, OTHER], [OWNER, GROUP, OTHER]):
    def prepare(sticky=sticky, holder=holder, kind=kind, owner=owner):
        os.chmod('.', 0o777)
        make('dir', 'in', holder, sticky)
        make('dir', 'out', ROOT, 0o777)
        for name in ('removed', 'moved', 'kept', 'from', 'swapped'):
            make(kind, 'in/' + name, owner, 0o777)
        for name, whose in (('over', owner), ('mine', OWNER), ('with', OTHER)):
            make(kind, 'out/' + name, whose, 0o777)
        make(kind, 'in/target', owner, 0o777)

    def act(kind=kind, user=user):
        remove = os.rmdir if kind == 'dir' else os.unlink
        return [attempt(user, remove, 'in/removed'), attempt(user, os.rename, 'in/moved', 'out/moved'),
                attempt(user, os.rename, 'in/kept', 'in/again'), attempt(user, os.rename, 'out/mine', 'in/target'),
                attempt(user, os.rename, 'in/from', 'out/over'), attempt(user, rename2, 'in/swapped', 'out/with', EXCHANGE),
                attempt(user, os.link, 'in/target', 'out/linked')], sorted(os.listdir('in')), sorted(os.listdir('out'))
    case(f'sticky {oct(sticky)} of {holder}: {kind} of {owner} by {user}', prepare, act)


# Renaming every kind over every kind; both ways.

for one, other, flags, across in itertools.product(TYPES, TYPES + ['missing'], [0, NOREPLACE, EXCHANGE], [False, True]):
    def prepare(one=one, other=other):
        for directory in ('a', 'b'):
            make('dir', directory)
        make(one, 'a/one')
        if other != 'missing':
            make(other, 'b/two')
            make(other, 'a/two')

    def act(flags=flags, across=across):
        to = 'b/two' if across else 'a/two'
        numbers = {p: os.lstat(p).st_ino for p in ('a/one', to) if os.path.lexists(p)}
        result = attempt(ROOT, rename2, 'a/one', to, flags)
        stayed = [os.lstat(p).st_ino == numbers.get(q) for p in ('a/one', to) if os.path.lexists(p) for q in ('a/one', to)]
        return result, stayed, [seen(p) for p in ('a', 'b', 'a/one', 'a/two', 'b/two')]
    case(f'{one} renamed over {other}, {flags}, {across}', prepare, act)


# Opening every kind in every way.

for kind, way, extra, user in itertools.product(TYPES + ['missing'], [os.O_RDONLY, os.O_WRONLY, os.O_RDWR, 3], [
        0, os.O_CREAT, os.O_CREAT | os.O_EXCL, os.O_TRUNC, os.O_CREAT | os.O_TRUNC, os.O_DIRECTORY, os.O_NOFOLLOW, os.O_APPEND,
        os.O_CREAT | os.O_NOFOLLOW, os.O_DIRECTORY | os.O_NOFOLLOW, os.O_PATH, os.O_NOATIME, os.O_APPEND | os.O_TRUNC,
        os.O_DIRECT], [ROOT, OWNER, GROUP, OTHER]):
    def prepare(kind=kind):
        os.chmod('.', 0o755)
        make('dir', 'in', ROOT, 0o777)
        if kind != 'missing':
            make(kind, 'in/x', OWNER, 0o640)

    def act(way=way, extra=extra, user=user):
        return attempt(user, opened, 'in/x', way | extra, 0o4751), seen('in/x'), seen('in/nowhere')
    case(f'open {kind} {oct(way | extra)} by {user}', prepare, act)


# Who may change modes and owners, and what goes with it.

for kind, before, after, user in itertools.product(['file', 'dir', 'fifo'], [0, 0o6777, 0o2755, 0o1644, 0o4711], [0, 0o644, 0o2755, 0o2744, 0o4755, 0o6711, 0o1777, 0o7777],
                                                   [ROOT, OWNER, (1000, 1001), GROUP, OTHER]):
    def prepare(kind=kind, before=before):
        os.chmod('.', 0o755)
        make(kind, 'x', OWNER, before)

    def act(after=after, user=user):
        return attempt(user, os.chmod, 'x', after), seen('x')
    case(f'chmod {kind} {oct(before)} to {oct(after)} by {user}', prepare, act)

for kind, before, uid, gid, user in itertools.product(['file', 'dir', 'fifo', 'dangling'], [0o6777, 0o2755, 0o2644, 0o4711], [-1, 0, 1000, 1001], [-1, 0, 1000, 1001],
                                                      [ROOT, OWNER, (1000, 1001), OTHER]):
    if uid == gid == -1 and user != ROOT:
        continue
    def prepare(kind=kind, before=before):
        os.chmod('.', 0o755)
        make(kind, 'x', OWNER, before)

    def act(uid=uid, gid=gid, user=user):
        return attempt(user, os.lchown, 'x', uid, gid), seen('x')
    case(f'chown {kind} {oct(before)} to {uid}:{gid} by {user}', prepare, act)


def write(name):
    descriptor = os.open(name, os.O_WRONLY)
    try:
        os.write(descriptor, b'x')
    finally:
        os.close(descriptor)


def resize(name):
    descriptor = os.open(name, os.O_WRONLY)
    try:
        os.ftruncate(descriptor, 2)
    finally:
        os.close(descriptor)


def allocate(name, mode):
    descriptor = os.open(name, os.O_WRONLY)
    try:
        libc_call('fallocate', descriptor, mode, ctypes.c_long(0), ctypes.c_long(4))
    finally:
        os.close(descriptor)


LOSING = {'write': write, 'ftruncate': resize, 'truncate': lambda p: os.truncate(p, 3), 'O_TRUNC': lambda p: opened(p, os.O_WRONLY | os.O_TRUNC),
          'fallocate': lambda p: allocate(p, 0), 'punch': lambda p: allocate(p, 3), 'zero': lambda p: allocate(p, 0x10),
          'chown': lambda p: os.chown(p, -1, 1000), 'utime': lambda p: os.utime(p), 'read': lambda p: opened(p, os.O_RDONLY)}
for (name, call), mode, user, capable in itertools.product(LOSING.items(), [0o6777, 0o2767, 0o4766, 0o2777, 0o777], [ROOT, OWNER, GROUP, OTHER], [False, True]):
    if capable and user == ROOT and mode != 0o777:
        continue  # FUSE says no more than that something is to be dropped: root's write to such a file takes both

    def prepare(mode=mode):
        os.chmod('.', 0o755)
        make('file', 'x', OWNER, mode)

    def act(call=call, user=user, capable=capable):
        if capable:
            os.setxattr('x', 'security.capability', bytes.fromhex('0100000200200000000000000000000000000000'))
        return attempt(user, call, 'x'), seen('x'), os.listxattr('x')
    case(f'privileges {oct(mode)} {capable} after {name} by {user}', prepare, act)


# What new files become: setgid directories, umasks, callers.

for parent, holder, mask, mode, user, kind in itertools.product([0o777, 0o2777, 0o3777], [(0, 1001), OWNER], [0, 0o27, 0o77], [0o666, 0o2775, 0o6755],
                                                                [ROOT, OWNER, OTHER], ['create', 'mkdir', 'mkfifo', 'symlink', 'tmpfile']):
    def prepare(parent=parent, holder=holder):
        os.chmod('.', 0o755)
        make('dir', 'in', holder, parent)

    def act(mask=mask, mode=mode, user=user, kind=kind):
        def new():
            if kind == 'tmpfile':
                descriptor = os.open('in', os.O_TMPFILE | os.O_RDWR, mode)
                libc_call('linkat', AT_FDCWD, b'/proc/self/fd/%d' % descriptor, AT_FDCWD, b'in/new', 0x400)
                os.close(descriptor)
            else:
                {'create': lambda: opened('in/new', os.O_CREAT | os.O_WRONLY, mode), 'mkdir': lambda: os.mkdir('in/new', mode),
                 'mkfifo': lambda: os.mkfifo('in/new', mode), 'symlink': lambda: os.symlink('x', 'in/new')}[kind]()
        old = os.umask(mask)
        try:
            return attempt(user, new), seen('in/new'), seen('in')
        finally:
            os.umask(old)
    case(f'{kind} {oct(mode)} & ~{oct(mask)} in {oct(parent)} of {holder} by {user}', prepare, act)


# Which times a call moves, whether it succeeds or not.

TIMED = ['file', 'dir', 'full', 'fifo', 'link', 'dangling', 's', 'h', 't', '.']


def times():
    return {p: (os.lstat(p).st_ino, os.lstat(p).st_mtime_ns, os.lstat(p).st_ctime_ns) for p in TIMED if os.path.lexists(p)}


if TIMES_DIFFER:
    for (name, call), p in itertools.product(PATH_CALLS.items(), ['file', 'dir', 'full', 'fifo', 'link', 'dangling', 'h', 'new', 'dir/new', 'file/x']):
        def act(call=call, p=p):
            here, before = os.getcwd(), times()
            attempt(ROOT, call, p)
            os.chdir(here)
            after = times()
            return {q: (before[q][1] != after[q][1], before[q][2] != after[q][2]) for q in before if q in after and before[q][0] == after[q][0]}
        case(f'times after {name} of {p}', tree, act)


def prepare_all(top):
    os.umask(0o22)
    for number, (_, prepare, _) in enumerate(cases):
        os.chdir(top)
        os.mkdir(str(number))
        os.chdir(str(number))
        prepare()


def compare(union, plain):
    os.umask(0o22)
    different = 0
    for number, (name, _, act) in enumerate(cases):
        found = []
        for top in (union, plain):
            os.chdir(f'{top}/{number}')
            found.append(act())
        if found[0] != found[1]:
            different += 1
            print(f'{name}\n  union {found[0]!r}\n  plain {found[1]!r}')
    os.chdir('/')
    print(f'{len(cases)} cases, {different} differ')
    sys.exit(different > 0)


if sys.argv[1] == 'prepare':
    prepare_all(os.path.abspath(sys.argv[2]))
else:
    compare(os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]))
