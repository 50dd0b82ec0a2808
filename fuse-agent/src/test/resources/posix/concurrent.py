"""Eight processes change one root at once; each knows what its own names must hold, and nobody else touches those.

usage: concurrent.py ship DIRECTORY              what the root begins with
       concurrent.py change ROOT STATE SEED COUNT  changes, compares now and then, and keeps in STATE what must be there
       concurrent.py check ROOT STATE              compares with that

The processes share the directory "shared" and hard-linked files lie in directories of their own. Exit status 1 at the first difference.
"""
import errno
import os
import pickle
import random
import stat
import sys

PROCESSES = 8
COMPARED_AFTER = 250
NAMES = 'abcdef'
MAX_SIZE = 60_000


class File:
    def __init__(self, mode, content=b''):
        self.mode, self.content, self.attributes = mode, bytearray(content), {}


class Owner:
    """One process: path to a File, None for a directory, or the target of a symbolic link."""

    def __init__(self, number, seed):
        self.number, self.dice, self.names = number, random.Random(seed * PROCESSES + number), dict(shipped(number))

    def path(self):
        directory = self.dice.choice([f'own{self.number}', f'own{self.number}/d', f'own{self.number}/new', 'shared', 'shared'])
        name = self.dice.choice(NAMES)
        return f'{directory}/{self.number}{name}' if directory == 'shared' else f'{directory}/{name}'

    def parent_is_there(self, path):
        parent = path.rpartition('/')[0]
        return parent in ('shared', f'own{self.number}') or self.names.get(parent, 0) is None

    def children(self, path):
        return [name for name in self.names if name.startswith(path + '/')]

    def step(self):
        path, other = self.path(), self.path()
        if not (self.parent_is_there(path) and self.parent_is_there(other)):
            path = other = f'own{self.number}/new'
        operation = self.dice.choice([self.write, self.write, self.append, self.resize, self.remove, self.rename, self.rename, self.link,
                                      self.make_directory, self.symlink, self.change, self.mapped_copy, self.nameless])
        operation(path, other)

    def is_file(self, path):
        return isinstance(self.names.get(path), File)

    def file(self, path):
        """The file at a path, made if nothing is there; None if something else is."""
        if path not in self.names:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
            self.names[path] = File(0o644)
        return self.names[path] if self.is_file(path) else None

    def some(self):
        return bytes([self.dice.randrange(256)]) * self.dice.randrange(1, 9000)

    def write(self, path, _):
        file = self.file(path)
        if file:
            data, offset = self.some(), self.dice.randrange(MAX_SIZE)
            descriptor = os.open(path, os.O_WRONLY)
            os.pwrite(descriptor, data, offset)
            if self.dice.random() < .1:
                os.fsync(descriptor)
            os.close(descriptor)
            file.content.extend(bytes(max(0, offset - len(file.content))))
            file.content[offset:offset + len(data)] = data

    def append(self, path, _):
        file = self.file(path)
        if file and len(file.content) < MAX_SIZE:
            data = self.some()
            with open(path, 'ab') as out:
                out.write(data)
            file.content.extend(data)

    def resize(self, path, _):
        file = self.file(path)
        if file:
            size = self.dice.randrange(MAX_SIZE)
            os.truncate(path, size)
            del file.content[size:]
            file.content.extend(bytes(size - len(file.content)))

    def remove(self, path, _):
        if path not in self.names:
            return
        if self.names[path] is None:
            if self.children(path):
                return
            os.rmdir(path)
        else:
            os.unlink(path)
        del self.names[path]

    def rename(self, path, other):
        if path not in self.names or other == path or other.startswith(path + '/') or path.startswith(other + '/'):
            return
        one, two = self.names[path], self.names.get(other, one_of_no_kind)
        if two is not one_of_no_kind and ((one is None) != (two is None) or self.children(other)):
            return
        os.rename(path, other)
        if one is two and isinstance(one, File):
            return
        for name in [path] + self.children(path):
            self.names[other + name[len(path):]] = self.names.pop(name)

    def link(self, path, other):
        if self.is_file(path) and other not in self.names:
            os.link(path, other)
            self.names[other] = self.names[path]

    def make_directory(self, path, _):
        if path not in self.names:
            os.mkdir(path)
            self.names[path] = None

    def symlink(self, path, _):
        if path not in self.names:
            target = 't' * self.dice.randrange(1, 100)
            os.symlink(target, path)
            self.names[path] = target

    def change(self, path, _):
        if self.is_file(path):
            file = self.names[path]
            file.mode = self.dice.choice([0o600, 0o644, 0o755])
            os.chmod(path, file.mode)
            name, value = 'user.' + self.dice.choice(NAMES), self.some()[:50]
            os.setxattr(path, name, value)
            file.attributes[name] = value

    def mapped_copy(self, path, other):
        if self.is_file(path) and other not in self.names:
            file = self.names[path]
            source, target = os.open(path, os.O_RDONLY), os.open(other, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            done = 0
            while done < len(file.content):
                done += os.copy_file_range(source, target, len(file.content) - done)
            os.close(source)
            os.close(target)
            self.names[other] = File(0o600, file.content)

    def nameless(self, path, _):
        """A file that is unlinked while it is open."""
        if path not in self.names:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR)
            os.unlink(path)
            data = self.some()
            os.write(descriptor, data)
            if os.pread(descriptor, len(data), 0) != data or os.fstat(descriptor).st_nlink != 0:
                raise AssertionError('an unlinked file lost what was written')
            os.close(descriptor)

    def compare(self):
        found = {}
        for top in (f'own{self.number}', 'shared'):
            pending = [top]
            while pending:
                directory = pending.pop()
                for entry in os.scandir(directory):
                    if directory == 'shared' and not entry.name.startswith(str(self.number)):
                        continue
                    found[entry.path] = entry
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        if set(found) != set(self.names):
            raise AssertionError(f'process {self.number}: names differ: {sorted(set(found) ^ set(self.names))}')
        for path, known in self.names.items():
            self.compare_one(path, known)

    def compare_one(self, path, known):
        status = os.lstat(path)
        if known is None:
            same = stat.S_ISDIR(status.st_mode)
        elif isinstance(known, str):
            same = stat.S_ISLNK(status.st_mode) and os.readlink(path) == known
        else:
            names = [name for name, other in self.names.items() if other is known]
            with open(path, 'rb') as file:
                same = (file.read() == known.content and status.st_size == len(known.content)
                        and stat.S_IMODE(status.st_mode) == known.mode and status.st_nlink == len(names)
                        and os.path.samefile(path, names[0])
                        and {name: os.getxattr(path, name) for name in os.listxattr(path)} == known.attributes)
        if not same:
            raise AssertionError(f'process {self.number}: {path} is not what it was made: {status}')


one_of_no_kind = object()


def shipped(number):
    first = File(0o644, b'shipped' * 100)
    yield from ((f'own{number}/a', first), (f'own{number}/d', None), (f'own{number}/d/b', first),
                (f'own{number}/d/c', File(0o644, b'x' * 10_000)), (f'own{number}/e', 'd/c'),
                (f'shared/{number}a', File(0o644, b'y' * 5000)), (f'shared/{number}b', None), (f'shared/{number}b/a', File(0o644, b'z')))


def ship(top):
    os.umask(0o22)
    os.makedirs(top + '/shared')
    for number in range(PROCESSES):
        os.mkdir(f'{top}/own{number}')
        made = {}
        for path, what in shipped(number):
            if what is None:
                os.mkdir(f'{top}/{path}')
            elif isinstance(what, str):
                os.symlink(what, f'{top}/{path}')
            elif id(what) in made:
                os.link(f'{top}/{made[id(what)]}', f'{top}/{path}')
            else:
                made[id(what)] = path
                with open(f'{top}/{path}', 'wb') as file:
                    file.write(what.content)


def change(root, state, seed, count):
    os.umask(0o22)
    os.chdir(root)
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                owner = Owner(number, seed)
                for step in range(count):
                    owner.step()
                    if step % COMPARED_AFTER == COMPARED_AFTER - 1:
                        owner.compare()
                owner.compare()
                with open(f'{state}/{number}', 'wb') as file:
                    pickle.dump(owner, file)
                status = 0
            except (AssertionError, OSError) as error:
                number_of = errno.errorcode.get(getattr(error, 'errno', None) or 0, '')
                print(f'seed {seed}, process {number}, step {step}: {error} {number_of}', flush=True)
            finally:
                os._exit(status)
        children.append(child)
    sys.exit(any([os.waitpid(child, 0)[1] for child in children]))


def check(root, state):
    os.chdir(root)
    for number in range(PROCESSES):
        with open(f'{state}/{number}', 'rb') as file:
            pickle.load(file).compare()


if sys.argv[1] == 'ship':
    ship(sys.argv[2])
elif sys.argv[1] == 'change':
    change(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
else:
    check(sys.argv[2], sys.argv[3])
