/* What bin/bench fs times: fsclient OPERATION ARGUMENT..., in the directory that it is started in. Prints seconds. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 20];
static char **paths;
static int count;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void load(const char *list)
{
	size_t size = 0;
	char *line = NULL;
	FILE *in = fopen(list, "r");
	if (!in)
		fail(list);
	for (ssize_t n; (n = getline(&line, &size, in)) > 0;) {
		line[n - 1] = 0;
		paths = realloc(paths, (count + 1) * sizeof *paths);
		paths[count++] = strdup(line);
	}
}

static void read_all(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		fail(path);
	while (read(fd, buffer, sizeof buffer) > 0)
		;
	close(fd);
}

static void read_random(const char *path)
{
	struct stat st;
	unsigned seed = 1;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		fail(path);
	for (int i = 0; i < 4000; i++) {
		seed = seed * 1103515245u + 12345u;
		if (pread(fd, buffer, 4096, (off_t)(seed % (st.st_size / 4096)) * 4096) < 0)
			fail(path);
	}
	close(fd);
}

static void write_new(const char *path, long bytes, long block)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		fail(path);
	for (long done = 0; done < bytes; done += block)
		if (write(fd, buffer, block) != block)
			fail(path);
	close(fd);
}

static void touch(const char *path)
{
	int fd = open(path, O_RDWR);
	if (fd < 0 || pwrite(fd, "x", 1, 0) != 1)
		fail(path);
	close(fd);
}

static void each_new(int files, int make)
{
	char name[64];
	for (int i = 0; i < files; i++) {
		snprintf(name, sizeof name, "small/%d", i);
		if (make)
			write_new(name, 100, 100);
		else if (unlink(name))
			fail(name);
	}
}

int main(int argc, char **argv)
{
	struct timespec from, to;
	struct stat st;
	const char *operation = argv[1];
	if (argc < 3)
		return 2;
	if (!strcmp(operation, "stat") || !strcmp(operation, "read") || !strcmp(operation, "touch"))
		load(argv[2]);
	clock_gettime(CLOCK_MONOTONIC, &from);
	if (!strcmp(operation, "stat"))
		for (int i = 0; i < count; i++) {
			if (lstat(paths[i], &st))
				fail(paths[i]);
		}
	else if (!strcmp(operation, "read"))
		for (int i = 0; i < count; i++)
			read_all(paths[i]);
	else if (!strcmp(operation, "touch"))
		for (int i = 0; i < count; i++)
			touch(paths[i]);
	else if (!strcmp(operation, "sequential"))
		read_all(argv[2]);
	else if (!strcmp(operation, "random"))
		read_random(argv[2]);
	else if (!strcmp(operation, "write"))
		write_new(argv[2], atol(argv[3]), atol(argv[4]));
	else if (!strcmp(operation, "create"))
		each_new(atoi(argv[2]), 1);
	else if (!strcmp(operation, "unlink"))
		each_new(atoi(argv[2]), 0);
	else
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.9f\n", to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9);
	return 0;
}
