/*
 * A disk that can be held up or broken: faultfs SOURCE TARGET CONTROL shows SOURCE at TARGET. CONTROL is a directory. While
 * the file CONTROL/hold exists, whatever is about a path that contains one of its lines waits; while CONTROL/fail exists, it fails with EIO;
 * while CONTROL/quota exists, what takes room fails with EDQUOT.
 * Each request that waits has a file CONTROL/held.N meanwhile. As with most of what a disk is waited for, who is killed waits no more.
 */
#define FUSE_USE_VERSION 35
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *control;
static int source;
static atomic_int waiting;

static int asked(const char *what, const char *path)
{
	char file[4096], text[4096];
	snprintf(file, sizeof file, "%s/%s", control, what);
	int in = open(file, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return 0;
	ssize_t n = read(in, text, sizeof text - 1);
	close(in);
	if (n <= 0)
		return 0;
	text[n] = 0;
	char *rest = NULL;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strstr(path ? path : "", line))
			return 1;
	return 0;
}

static int fault(const char *path)
{
	if (asked("hold", path)) {
		char file[4096];
		snprintf(file, sizeof file, "%s/held.%d", control, atomic_fetch_add(&waiting, 1));
		close(open(file, O_CREAT | O_WRONLY, 0600));
		int killed = 0;
		while (asked("hold", path) && !(killed = fuse_interrupted()))
			usleep(5000);
		unlink(file);
		if (killed)
			return -EINTR;
	}
	return asked("fail", path) ? -EIO : 0;
}

static int room(const char *path)
{
	return asked("quota", path) ? -EDQUOT : fault(path);
}

static const char *at(const char *path)
{
	return path[1] ? path + 1 : ".";
}

#define AFTER(check, call) do { int f_ = check(path); if (f_) return f_; return (call) < 0 ? -errno : 0; } while (0)
#define DO(call) AFTER(fault, call)

static int f_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	DO(fi ? fstat(fi->fh, st) : fstatat(source, at(path), st, AT_SYMLINK_NOFOLLOW));
}

static int f_readlink(const char *path, char *text, size_t size)
{
	ssize_t n = readlinkat(source, at(path), text, size - 1);
	if (n < 0)
		return -errno;
	text[n] = 0;
	return 0;
}

static int f_mkdir(const char *path, mode_t mode) { AFTER(room, mkdirat(source, at(path), mode)); }
static int f_mknod(const char *path, mode_t mode, dev_t device) { AFTER(room, mknodat(source, at(path), mode, device)); }
static int f_unlink(const char *path) { DO(unlinkat(source, at(path), 0)); }
static int f_rmdir(const char *path) { DO(unlinkat(source, at(path), AT_REMOVEDIR)); }
static int f_symlink(const char *target, const char *path) { AFTER(room, symlinkat(target, source, at(path))); }
static int f_rename(const char *path, const char *to, unsigned flags) { DO(renameat2(source, at(path), source, at(to), flags)); }
static int f_chmod(const char *path, mode_t mode, struct fuse_file_info *fi) { DO(fi ? fchmod(fi->fh, mode) : fchmodat(source, at(path), mode, 0)); }
static int f_chown(const char *path, uid_t u, gid_t g, struct fuse_file_info *fi) { DO(fi ? fchown(fi->fh, u, g) : fchownat(source, at(path), u, g, AT_SYMLINK_NOFOLLOW)); }
static int f_utimens(const char *path, const struct timespec t[2], struct fuse_file_info *fi) { DO(fi ? futimens(fi->fh, t) : utimensat(source, at(path), t, AT_SYMLINK_NOFOLLOW)); }
static int f_fsync(const char *path, int data, struct fuse_file_info *fi) { DO(data ? fdatasync(fi->fh) : fsync(fi->fh)); }
static int f_fallocate(const char *path, int mode, off_t o, off_t n, struct fuse_file_info *fi) { AFTER(room, fallocate(fi->fh, mode, o, n)); }
static int f_release(const char *path, struct fuse_file_info *fi) { (void) path; close(fi->fh); return 0; }

static int f_statfs(const char *path, struct statvfs *st)
{
	DO(fstatvfs(source, st));
}

static int f_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
	if (fi)
		DO(ftruncate(fi->fh, size));
	int f = openat(source, at(path), O_WRONLY | O_CLOEXEC);
	if (f < 0)
		return -errno;
	int result = ftruncate(f, size) < 0 ? -errno : 0;
	close(f);
	return result;
}

static int opened(const char *path, int flags, mode_t mode, struct fuse_file_info *fi)
{
	int bad = flags & O_CREAT ? room(path) : fault(path);
	if (bad)
		return bad;
	int f = openat(source, at(path), flags | O_CLOEXEC, mode);
	if (f < 0)
		return -errno;
	fi->fh = f;
	return 0;
}

static int f_open(const char *path, struct fuse_file_info *fi) { return opened(path, fi->flags, 0, fi); }
static int f_create(const char *path, mode_t mode, struct fuse_file_info *fi) { return opened(path, fi->flags | O_CREAT, mode, fi); }

static int f_read(const char *path, char *to, size_t size, off_t offset, struct fuse_file_info *fi)
{
	int bad = fault(path);
	if (bad)
		return bad;
	ssize_t n = pread(fi->fh, to, size, offset);
	return n < 0 ? -errno : n;
}

static int f_write(const char *path, const char *from, size_t size, off_t offset, struct fuse_file_info *fi)
{
	int bad = room(path);
	if (bad)
		return bad;
	ssize_t n = pwrite(fi->fh, from, size, offset);
	return n < 0 ? -errno : n;
}

static int f_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	(void) offset, (void) fi, (void) flags;
	int d = openat(source, at(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = d < 0 ? NULL : fdopendir(d);
	if (!directory)
		return -errno;
	for (struct dirent *entry; (entry = readdir(directory));)
		fill(buffer, entry->d_name, NULL, 0, 0);
	closedir(directory);
	return 0;
}

static void *f_init(struct fuse_conn_info *connection, struct fuse_config *config)
{
	(void) connection;
	config->hard_remove = 1;
	config->intr = 1;
	return NULL;
}

static const struct fuse_operations operations = {
	.init = f_init,
	.getattr = f_getattr, .readlink = f_readlink, .mkdir = f_mkdir, .mknod = f_mknod, .unlink = f_unlink, .rmdir = f_rmdir,
	.symlink = f_symlink, .rename = f_rename, .chmod = f_chmod, .chown = f_chown, .utimens = f_utimens, .fsync = f_fsync,
	.fallocate = f_fallocate, .release = f_release, .statfs = f_statfs, .truncate = f_truncate, .open = f_open,
	.create = f_create, .read = f_read, .write = f_write, .readdir = f_readdir,
};

static void interrupted(int signal)
{
	(void) signal;
}

int main(int argc, char **argv)
{
	/* How libfuse wakes a thread whose client was killed. */
	signal(SIGUSR1, interrupted);
	if (argc != 4)
		return 2;
	source = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	control = argv[3];
	/* Nothing is cached, so that everything asks. As many threads as may be held up at once, and some more. */
	char *words[] = {argv[0], argv[2], "-f", "-o", "max_threads=200,attr_timeout=0,entry_timeout=0,negative_timeout=0", NULL};
	return source < 0 ? 1 : fuse_main(5, words, &operations, NULL);
}
