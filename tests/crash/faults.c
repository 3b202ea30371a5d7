/* What storage does to a process: a library that is loaded before it and, at the n-th operation below a
 * folder, ends it before or in the middle of the operation, or lets the operation fail.
 *
 * FAULT_ROOT   folder whose operations count
 * FAULT_AT     which of them is struck, from 1; 0 strikes none
 * FAULT_KIND   "kill" before it, "torn": half of a write, then kill, "ENOSPC" or "EIO"
 * FAULT_LOG    file that gets one line per operation: its name, a tab, the path
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum verdict { PASS, TEAR, FAIL };

static char root[PATH_MAX];
static long at, count;
static int log_handle = -1, failure;
static const char *kind;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void arm(void) {
    const char *folder = getenv("FAULT_ROOT"), *number = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");
    if (!folder || !realpath(folder, root)) return;
    at = number ? atol(number) : 0;
    kind = getenv("FAULT_KIND");
    failure = kind && !strcmp(kind, "ENOSPC") ? ENOSPC : kind && !strcmp(kind, "EIO") ? EIO : 0;
    if (log) log_handle = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void end(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

static enum verdict meet(const char *operation, const char *path, int is_write) {
    size_t length = strlen(root);
    char line[PATH_MAX + 64];
    enum verdict verdict = PASS;
    if (!length || strncmp(path, root, length) || path[length] != '/') return PASS;
    pthread_mutex_lock(&counting);
    count++;
    if (log_handle >= 0) {
        int size = snprintf(line, sizeof line, "%s\t%s\n", operation, path + length + 1);
        syscall(SYS_write, log_handle, line, (size_t)size);
    }
    if (count == at) {
        if (failure) verdict = FAIL;
        else if (is_write && kind && !strcmp(kind, "torn")) verdict = TEAR;
        else end();
    }
    pthread_mutex_unlock(&counting);
    return verdict;
}

static enum verdict meet_handle(const char *operation, int handle, int is_write) {
    char link[64], path[PATH_MAX];
    ssize_t size;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (size <= 0) return PASS;
    path[size] = 0;
    return meet(operation, path, is_write);
}

static enum verdict meet_name(const char *operation, int folder, const char *name) {
    char path[PATH_MAX * 2], base[PATH_MAX], link[64];
    ssize_t size;
    if (name[0] == '/') return meet(operation, name, 0);
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    size = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    if (size <= 0) return PASS;
    base[size] = 0;
    snprintf(path, sizeof path, "%s/%s", base, name);
    return meet(operation, path, 0);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)
#define STRIKE(verdict, tear) \
    switch (verdict) { \
    case FAIL: errno = failure; return -1; \
    case TEAR: tear; end(); break; \
    default: break; \
    }

ssize_t write(int handle, const void *bytes, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    STRIKE(meet_handle("write", handle, 1), real(handle, bytes, size / 2))
    return real(handle, bytes, size);
}

ssize_t pwrite(int handle, const void *bytes, size_t size, off_t offset) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    STRIKE(meet_handle("write", handle, 1), real(handle, bytes, size / 2, offset))
    return real(handle, bytes, size, offset);
}

ssize_t pwrite64(int handle, const void *bytes, size_t size, off64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    STRIKE(meet_handle("write", handle, 1), real(handle, bytes, size / 2, offset))
    return real(handle, bytes, size, offset);
}

ssize_t writev(int handle, const struct iovec *pieces, int number) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    STRIKE(meet_handle("write", handle, 1), real(handle, pieces, number / 2))
    return real(handle, pieces, number);
}

int fsync(int handle) {
    REAL(int, fsync, int);
    STRIKE(meet_handle("fsync", handle, 0), (void)0)
    return real(handle);
}

int fdatasync(int handle) {
    REAL(int, fdatasync, int);
    STRIKE(meet_handle("fsync", handle, 0), (void)0)
    return real(handle);
}

int ftruncate64(int handle, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    STRIKE(meet_handle("truncate", handle, 0), (void)0)
    return real(handle, size);
}

int rename(const char *old, const char *new) {
    REAL(int, rename, const char *, const char *);
    STRIKE(meet_name("rename", AT_FDCWD, new), (void)0)
    return real(old, new);
}

int link(const char *old, const char *new) {
    REAL(int, link, const char *, const char *);
    STRIKE(meet_name("link", AT_FDCWD, new), (void)0)
    return real(old, new);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    REAL(int, linkat, int, const char *, int, const char *, int);
    STRIKE(meet_name("link", to, new), (void)0)
    return real(from, old, to, new, flags);
}

int unlink(const char *name) {
    REAL(int, unlink, const char *);
    STRIKE(meet_name("unlink", AT_FDCWD, name), (void)0)
    return real(name);
}

int unlinkat(int folder, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    STRIKE(meet_name("unlink", folder, name), (void)0)
    return real(folder, name, flags);
}
