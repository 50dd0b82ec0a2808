"""A directory of very many entries, read while others change it.

usage: crowded.py DIRECTORY COUNT

Makes COUNT files in DIRECTORY/crowd. While one process makes, renames and removes others there without a pause, the directory is read
from its beginning to its end: whatever was there all the time must be read exactly once (readdir(3p)), and of a moving file no name
twice. So again while half of all are removed, by whoever reads them. In the end it is as empty as it was. Exit status 1 at the first
difference.
"""
import os
import sys
import threading

TOP, COUNT = sys.argv[1] + '/crowd', int(sys.argv[2])
READINGS = 3
MOVING = 50


def fail(*words):
    print(*words)
    sys.exit(1)


def same(found, expected, when):
    counted = {}
    for name in found:
        counted[name] = counted.get(name, 0) + 1
    twice = [name for name in counted if counted[name] > 1]
    missing = expected - counted.keys()
    more = {name for name in counted.keys() - expected if not name.startswith('moving')}
    if twice or missing or more:
        fail(when, 'twice:', sorted(twice)[:5], 'missing:', len(missing), sorted(missing)[:5], 'too many:', len(more), sorted(more)[:5])


def moving(ready):
    number = 0
    while True:
        for i in range(MOVING):
            os.mknod(f'{TOP}/moving{number + i}', 0o600)
        for i in range(MOVING):
            os.rename(f'{TOP}/moving{number + i}', f'{TOP}/moving-away{number + i}')
        if number == 0:
            os.write(ready, b'x')
        for i in range(MOVING):
            os.unlink(f'{TOP}/moving-away{number + i}')
        number += MOVING


os.mkdir(TOP)
links = os.stat(TOP).st_nlink
there = {f'entry {i}' for i in range(COUNT)}
for name in there:
    os.mknod(f'{TOP}/{name}', 0o600)
same(os.listdir(TOP), there, 'after they were made')

heard, ready = os.pipe()
mover = os.fork()
if mover == 0:
    moving(ready)
try:
    os.read(heard, 1)
    for reading in range(READINGS):
        same(os.listdir(TOP), there, f'reading {reading} while others move')
    seen = []
    with os.scandir(TOP) as entries:
        for entry in entries:
            seen.append(entry.name)
            if entry.name in there and len(seen) % 2 == 0:
                os.unlink(entry.path)
                gone = entry.name
                if os.path.lexists(f'{TOP}/{gone}'):
                    fail(gone, 'was removed and is there')
    same(seen, there, 'while whoever reads removes')
finally:
    os.kill(mover, 9)
    os.waitpid(mover, 0)
left = there - {name for number, name in enumerate(seen, 1) if number % 2 == 0}
for name in os.listdir(TOP):
    if name.startswith('moving'):
        os.unlink(f'{TOP}/{name}')
same(os.listdir(TOP), left, 'after half was removed')


def remove(names):
    for one in names:
        os.unlink(f'{TOP}/{one}')


rest = sorted(left)
threads = [threading.Thread(target=remove, args=(rest[i::4],)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if os.listdir(TOP) or os.stat(TOP).st_nlink != links:
    fail('not as empty as it was')
os.rmdir(TOP)
print(f'{COUNT} entries')
