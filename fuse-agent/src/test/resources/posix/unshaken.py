"""A program that must not notice that the daemon is killed: DIRECTORY SEED PROGRESS. Ends when its standard input does.

Works in a directory of its own below DIRECTORY, compares everything with what it remembers, and appends a byte to PROGRESS for
each round. Exit status 0: all was as it must be.
"""
import fcntl
import mmap
import os
import random
import select
import sys

top, seed, progress = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rng = random.Random(seed)
own = os.path.join(top, f'own{seed}')
os.makedirs(own, exist_ok=True)
os.chdir(own)
os.makedirs('d/e', exist_ok=True)
files, links, dirs = {}, {}, {'d', 'd/e'}
shipped = {}
for name in sorted(os.listdir(top)):
    path = os.path.join(top, name)
    if os.path.isfile(path) and not os.path.islink(path):
        shipped[path] = open(path, 'rb').read()

kept = os.open('kept', os.O_RDWR | os.O_CREAT)
kept_bytes = bytearray(os.urandom(9000))
os.pwrite(kept, bytes(kept_bytes), 0)
kept_number = os.fstat(kept).st_ino
gone = os.open('gone', os.O_RDWR | os.O_CREAT)
os.write(gone, b'still here')
os.unlink('gone')
nameless = os.open('.', os.O_RDWR | os.O_TMPFILE, 0o600)
os.write(nameless, b'never had a name')
locked = os.open('locked', os.O_RDWR | os.O_CREAT)
fcntl.flock(locked, fcntl.LOCK_EX)
mapped_file = os.open('mapped', os.O_RDWR | os.O_CREAT)
os.ftruncate(mapped_file, 65536)
mapped = mmap.mmap(mapped_file, 65536)
listing = os.scandir(own)


def check(what, found, wanted):
    if found != wanted:
        sys.exit(f'seed {seed}: {what}: {found!r:.200} instead of {wanted!r:.200}')


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def write_new():
    path = os.path.join(rng.choice(sorted(dirs)), f'f{rng.randrange(300)}')
    data = os.urandom(rng.choice((0, 1, 100, 5000, 40000)))
    with open(path, 'wb') as file:
        file.write(data)
        if rng.random() < .3:
            file.flush()
            os.fsync(file.fileno())
    files[path] = data


def exclusively():
    path = os.path.join(rng.choice(sorted(dirs)), f'x{rng.randrange(10 ** 9)}')
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
    files[path] = b''
    check('mode', os.stat(path).st_mode & 0o777, 0o640)


def append():
    if files:
        path = rng.choice(sorted(files))
        with open(path, 'ab') as file:
            file.write(b'more')
        files[path] += b'more'


def read():
    if files:
        path = rng.choice(sorted(files))
        check(path, content(path), files[path])
        check('size of ' + path, os.stat(path).st_size, len(files[path]))


def rename():
    if files:
        path = rng.choice(sorted(files))
        to = os.path.join(rng.choice(sorted(dirs)), f'r{rng.randrange(300)}')
        os.rename(path, to)
        data = files.pop(path)
        files[to] = data


def unlink():
    if files:
        path = rng.choice(sorted(files))
        os.unlink(path)
        del files[path]
        check('gone ' + path, os.path.lexists(path), False)


def directory():
    path = os.path.join(rng.choice(sorted(dirs)), f'n{rng.randrange(10 ** 9)}')
    os.mkdir(path)
    if rng.random() < .5:
        os.rmdir(path)
    elif path.count('/') < 6 and len(dirs) < 40:
        dirs.add(path)
    else:
        os.rmdir(path)


def hard_link():
    if files:
        path = rng.choice(sorted(files))
        to = os.path.join(rng.choice(sorted(dirs)), f'h{rng.randrange(10 ** 9)}')
        os.link(path, to)
        check('links', os.stat(to).st_nlink >= 2, True)
        check('the same inode', os.stat(to).st_ino, os.stat(path).st_ino)
        os.unlink(to)


def symbolic():
    name = f's{rng.randrange(10 ** 9)}'
    os.symlink('target of ' + name, name)
    check('link', os.readlink(name), 'target of ' + name)
    os.unlink(name)


def attribute():
    if files:
        path = rng.choice(sorted(files))
        os.setxattr(path, b'user.seed', str(seed).encode())
        check('attribute', os.getxattr(path, b'user.seed'), str(seed).encode())
        os.removexattr(path, b'user.seed')


def descriptors():
    at = rng.randrange(20000)
    data = os.urandom(rng.randrange(1, 3000))
    if at > len(kept_bytes):
        kept_bytes.extend(bytes(at - len(kept_bytes)))
    kept_bytes[at:at + len(data)] = data
    os.pwrite(kept, data, at)
    check('kept', os.pread(kept, 40000, 0), bytes(kept_bytes))
    check('number of kept', os.fstat(kept).st_ino, kept_number)
    check('gone', os.pread(gone, 100, 0), b'still here')
    check('links of gone', os.fstat(gone).st_nlink, 0)
    check('nameless', os.pread(nameless, 100, 0), b'never had a name')
    other = os.open('locked', os.O_RDWR)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sys.exit(f'seed {seed}: a lock was lost')
    except BlockingIOError:
        pass
    os.close(other)


def map_it():
    at = rng.randrange(65536 - 8)
    mapped[at:at + 8] = seed.to_bytes(8, 'big')
    mapped.flush()
    check('mapped', os.pread(mapped_file, 8, at), seed.to_bytes(8, 'big'))


def read_shipped():
    if shipped:
        path = rng.choice(sorted(shipped))
        check(path, content(path), shipped[path])


def list_all():
    found = {os.path.relpath(os.path.join(above, name), '.') for above, _, names in os.walk('.') for name in names}
    check('names', found - {'kept', 'locked', 'mapped'}, set(map(os.path.normpath, files)))


WORK = [write_new, exclusively, append, read, read, rename, unlink, directory, hard_link, symbolic, attribute, descriptors, map_it, read_shipped]
rounds = 0
with open(progress, 'ab', buffering=0) as told:
    while not select.select([sys.stdin], [], [], 0)[0]:
        rng.choice(WORK)()
        rounds += 1
        if rounds % 100 == 0:
            list_all()
        if len(files) > 150:
            for path in sorted(files)[:75]:
                os.unlink(path)
                del files[path]
        told.write(b'.')
for path, data in files.items():
    check(path, content(path), data)
list_all()
descriptors()
os.link(f'/proc/self/fd/{nameless}', 'named', dst_dir_fd=os.open('.', os.O_RDONLY), follow_symlinks=True)
check('named', content('named'), b'never had a name')
print(rounds)
