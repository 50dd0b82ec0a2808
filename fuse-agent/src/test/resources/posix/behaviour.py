"""What programs rely on and random calls seldom meet. usage: behaviour.py ROOT, of the tree of shipped_tree.sh; as root."""
import fcntl
import mmap
import os
import struct
import subprocess
import sys
import threading

os.chdir(sys.argv[1])
TOP = os.getcwd()
F_OFD_SETLK = 37
MANY = 20_000
failed = []


def expect(holds, what):
    if not holds:
        failed.append(what)


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


for test in (mappings_stay_one_file_through_copy_up, holes_are_found, locks_exclude,
             deleting_while_listing_finds_every_name_once, listings_are_whole_while_others_rename, paths_may_be_long,
             a_removed_directory_is_empty_for_ever, programs_run_and_lose_their_capabilities_when_written, times_move):
    test()
if failed:
    print(*failed, sep='\n')
    sys.exit(1)
