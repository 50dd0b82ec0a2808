#!/bin/sh
# shipped_tree.sh DIRECTORY: what both sides of differential.py begin with
set -e
umask 022
mkdir -p "$1"
cd "$1"
mkdir -p d1/d2 d3/a/b st sg usr/lib
chmod 1777 st
chgrp 1000 sg
chmod 2775 sg
chmod 777 d3
chown 1000:1000 d1 d1/d2
echo shipped >d1/s1
echo two >s2
ln -s d1 l1
echo hard >usr/h1
ln usr/h1 usr/lib/h2
chown 1001:1001 usr/h1
head -c 20000 /dev/urandom >big
cp big d1/big
echo suid >d3/suid
chown 1000:1001 d3/suid
chmod 4755 d3/suid
echo sgid >d3/sgid
chmod 2755 d3/sgid
mkfifo usr/fifo
ln -s nowhere usr/lib/l1
echo x >d3/a/b/c
