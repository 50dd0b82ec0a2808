"""Random reads, writes, mappings, resizes and holes on one file, compared with its bytes in memory (after fsx).

usage: mapped.py FILE SEED COUNT

FILE may exist; it is open three times all the while. Exit status 1 at the first difference.
"""
import ctypes
import mmap
import os
import random
import sys

FILE, SEED, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
MAX_SIZE = 300_000
PAGE = mmap.PAGESIZE
PUNCH_HOLE, ZERO_RANGE, EXTEND = 3, 0x10, 0

dice = random.Random(SEED)
libc = ctypes.CDLL(None, use_errno=True)
writers = [os.open(FILE, os.O_RDWR | os.O_CREAT, 0o644) for _ in range(2)]
reader = os.open(FILE, os.O_RDONLY)
model = bytearray(os.pread(reader, MAX_SIZE * 2, 0))
mappings = []
history = []


def fail(what):
    print(f'seed {SEED}: {what}', *history, sep='\n')
    sys.exit(1)


def extend(size):
    if len(model) < size:
        model.extend(bytes(size - len(model)))


def some_bytes(length):
    return bytes([dice.randrange(1, 256)]) * length


def write(offset, length):
    data = some_bytes(length)
    os.pwrite(dice.choice(writers), data, offset)
    extend(offset + length)
    model[offset:offset + length] = data


def read(offset, length):
    if os.pread(dice.choice(writers + [reader]), length, offset) != bytes(model[offset:offset + length]):
        fail('read')


def resize(offset, _):
    os.ftruncate(dice.choice(writers), offset)
    del model[offset:]
    extend(offset)


def mapping(descriptor, offset, length, protection):
    start = offset // PAGE * PAGE
    return mmap.mmap(descriptor, offset + length - start, mmap.MAP_SHARED, protection, offset=start), offset - start


def within(offset, length):
    offset %= len(model)
    return offset, min(length, len(model) - offset)


def write_mapped(offset, length):
    if not model:
        return
    offset, length = within(offset, length)
    mapped, at = mapping(dice.choice(writers), offset, length, mmap.PROT_READ | mmap.PROT_WRITE)
    data = some_bytes(length)
    mapped[at:at + length] = data
    model[offset:offset + length] = data
    if dice.random() < .5:
        mapped.flush()
    if dice.random() < .5:
        mapped.close()
    else:
        mappings.append(mapped)


def read_mapped(offset, length):
    if not model:
        return
    offset, length = within(offset, length)
    mapped, at = mapping(dice.choice(writers + [reader]), offset, length, mmap.PROT_READ)
    if mapped[at:at + length] != bytes(model[offset:offset + length]):
        fail('mapped read')
    mapped.close()


def allocate(mode, offset, length):
    return libc.fallocate(dice.choice(writers), mode, ctypes.c_long(offset), ctypes.c_long(length)) == 0


def punch(offset, length):
    if allocate(PUNCH_HOLE, offset, length):
        end = max(offset, min(offset + length, len(model)))
        model[offset:end] = bytes(end - offset)


def zero(offset, length):
    if allocate(ZERO_RANGE, offset, length):
        extend(offset + length)
        model[offset:offset + length] = bytes(length)


def take_room(offset, length):
    if allocate(EXTEND, offset, length):
        extend(offset + length)


def copy_range(offset, length):
    if len(model) < 2:
        return
    source, length = within(dice.randrange(len(model)), length)
    if abs(source - offset) < length:
        return
    data, done = bytes(model[source:source + length]), 0
    while done < length:
        count = os.copy_file_range(writers[0], writers[1], length - done, source + done, offset + done)
        if count == 0:
            break
        done += count
    extend(offset + done)
    model[offset:offset + done] = data[:done]


def sync(*_):
    os.fsync(dice.choice(writers))


def open_again(*_):
    index = dice.randrange(len(writers))
    os.close(writers[index])
    writers[index] = os.open(FILE, os.O_RDWR)


def seek_data(offset, _):
    if offset >= len(model):
        return
    try:
        found = os.lseek(reader, offset, os.SEEK_DATA)
    except OSError:
        found = len(model)
    if any(model[offset:found]):
        fail(f'SEEK_DATA from {offset} skips data')


def unmap(*_):
    if mappings and dice.random() < .3:
        mappings.pop(0).close()


CALLS = [write, write, read, read, resize, write_mapped, read_mapped, punch, zero, take_room, copy_range, sync, open_again,
         seek_data, unmap]
for number in range(COUNT):
    call, offset = dice.choice(CALLS), dice.randrange(MAX_SIZE)
    length = dice.choice([1, 100, dice.randrange(1, 70_000)])
    history.append((number, call.__name__, offset, length))
    del history[:-12]
    call(offset, length)
    if os.fstat(reader).st_size != len(model):
        fail(f'size {os.fstat(reader).st_size} instead of {len(model)}')
    if number % 100 == 99 and os.pread(reader, MAX_SIZE * 2, 0) != bytes(model):
        fail('the whole file')
print(f'equal: seed {SEED}, {COUNT} calls')
