/* What bin/bench fs-roots loads a file system with: latency SECONDS DIRECTORY..., a process for each directory. Every single operation is
 * timed; prints operations, p50, p99, p99.9 and the longest in nanoseconds, and the name of the longest. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 200, STEP = 100 };

/* Buckets that are exact to 1 %: 128 for each power of two. */
enum { FINE = 128, BUCKETS = 40 * FINE };

struct histogram {
	uint64_t count[BUCKETS];
	uint64_t longest;
	char name[16];
};

static struct histogram *mine;

static uint64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

static int bucket(uint64_t nanos)
{
	int power = nanos < FINE ? 0 : 63 - __builtin_clzll(nanos) - 6;
	int index = power * FINE + (int)((nanos >> power) & (FINE - 1));
	return index < BUCKETS ? index : BUCKETS - 1;
}

static uint64_t nanos_of(int bucket)
{
	int power = bucket / FINE;
	return (uint64_t)(bucket % FINE) << power;
}

static void took(const char *name, uint64_t start, int failed)
{
	uint64_t nanos = now() - start;
	if (failed) {
		perror(name);
		_exit(1);
	}
	mine->count[bucket(nanos)]++;
	if (nanos > mine->longest) {
		mine->longest = nanos;
		strncpy(mine->name, name, sizeof mine->name - 1);
	}
}

#define TIMED(name, call) do { uint64_t start = now(); int failed = (call) < 0; took(name, start, failed); } while (0)

static void list(const char *path)
{
	DIR *directory = opendir(path);
	if (!directory) {
		perror(path);
		_exit(1);
	}
	while (readdir(directory))
		;
	closedir(directory);
}

/* As untar does: make, write, set owner, mode and times, close; then what a program does with it. */
static void round_of_work(unsigned *seed)
{
	static char buffer[4096];
	struct timespec times[2] = {{1600000000, 0}, {1600000000, 0}};
	struct stat st;
	char name[64], other[64];
	TIMED("mkdir", mkdir("work", 0755));
	for (int i = 0; i < FILES; i++) {
		int fd = -1;
		snprintf(name, sizeof name, "work/some-file-of-a-package-%d", i);
		TIMED("create", fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600));
		for (int left = rand_r(seed) % 5; left >= 0; left--)
			TIMED("write", write(fd, buffer, sizeof buffer));
		TIMED("fchmod", fchmod(fd, 0644));
		TIMED("futimens", futimens(fd, times));
		TIMED("close", close(fd));
		TIMED("stat", lstat(name, &st));
	}
	TIMED("list", (list("work"), 0));
	for (int i = 0; i < FILES; i++) {
		int fd = -1;
		snprintf(name, sizeof name, "work/some-file-of-a-package-%d", i);
		snprintf(other, sizeof other, "work/renamed-%d", i);
		TIMED("rename", rename(name, other));
		TIMED("open", fd = open(other, O_RDONLY));
		TIMED("read", read(fd, buffer, sizeof buffer));
		TIMED("close", close(fd));
		TIMED("stat", lstat(other, &st));
		TIMED("unlink", unlink(other));
	}
	TIMED("rmdir", rmdir("work"));
}

static void work(const char *directory, uint64_t until, unsigned seed)
{
	if (chdir(directory)) {
		perror(directory);
		_exit(1);
	}
	while (now() < until)
		round_of_work(&seed);
	_exit(0);
}

static uint64_t percentile(const struct histogram *all, uint64_t total, double part)
{
	uint64_t seen = 0;
	for (int i = 0; i < BUCKETS; i++) {
		seen += all->count[i];
		if (seen >= (uint64_t)(total * part))
			return nanos_of(i);
	}
	return all->longest;
}

int main(int argc, char **argv)
{
	int processes = argc - 2, status = 0, failed = 0;
	struct histogram *each, all = {0};
	uint64_t total = 0, until;
	if (processes < 1)
		return 2;
	until = now() + strtoull(argv[1], NULL, 10) * 1000000000u;
	each = mmap(NULL, processes * sizeof *each, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (each == MAP_FAILED)
		return 1;
	for (int i = 0; i < processes; i++) {
		mine = &each[i];
		if (fork() == 0)
			work(argv[i + 2], until, i + 1);
	}
	for (int i = 0; i < processes; i++) {
		wait(&status);
		failed |= status;
	}
	for (int i = 0; i < processes; i++) {
		for (int j = 0; j < BUCKETS; j++) {
			all.count[j] += each[i].count[j];
			total += each[i].count[j];
		}
		if (each[i].longest > all.longest) {
			all.longest = each[i].longest;
			memcpy(all.name, each[i].name, sizeof all.name);
		}
	}
	printf("%lu %lu %lu %lu %lu %s\n", total, percentile(&all, total, 0.5), percentile(&all, total, 0.99),
		percentile(&all, total, 0.999), all.longest, all.name);
	return failed ? 1 : 0;
}
