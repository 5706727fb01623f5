/* Preloaded before libc: lets the n-th system call of a kind fail or do half of its work, and records every change of a
 * file. Only calls on paths below one folder count, and the interruption of those on pipes. torture/preloaded.py compiles and steers it.
 *
 * The counts are shared with forked processes: the n-th call is the n-th of all of them.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum call {
    OPEN, READ, WRITE, FSYNC, CLOSE, RENAME, UNLINK, MKDIR, MMAP, FTRUNCATE, FLOCK, FORK, PIPE, STAT, LISTDIR, SEEK,
    THREAD, CALLS
};
enum effect { FAIL_ONCE, FAIL_FROM_NOW_ON, HALF };

struct shared {
    char folder[4096];
    size_t folder_length;
    int trace;
    int armed, effect, error;
    long nth, hits;
    long counts[CALLS];
};
static struct shared *shared;

__attribute__((constructor)) static void begin(void) {
    shared = (void *)syscall(SYS_mmap, NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared->trace = shared->armed = -1;
}

/* what Python calls */
void preload_watch(const char *folder) {
    shared->folder_length = strlen(folder);
    memcpy(shared->folder, folder, shared->folder_length + 1);
}
void preload_arm(int call, long nth, int effect, int error) {
    memset(shared->counts, 0, sizeof shared->counts);
    shared->hits = 0;
    shared->nth = nth;
    shared->effect = effect;
    shared->error = error;
    shared->armed = call;
}
long preload_hits(void) { return shared->hits; }
long preload_count(int call) { return shared->counts[call]; }
void preload_trace(int descriptor) { shared->trace = descriptor; }

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static int is_below(const char *path) {
    size_t n = shared->folder_length;
    return n && path && !strncmp(path, shared->folder, n) && (path[n] == '/' || !path[n]);
}
static int is_watched(int fd) {
    char link[32], path[4200];
    if (fd < 0 || !shared->folder_length || fd == shared->trace) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    if (is_below(path)) return 1;
    /* a pipe is only ever interrupted, or gives and takes less than was asked for */
    return !strncmp(path, "pipe:", 5) && (shared->error == EINTR || shared->effect == HALF) ? 2 : 0;
}

/* 0: as usual; 1: fail, errno is set; 2: do half of it */
static int strikes(enum call call) {
    long count = __atomic_add_fetch(&shared->counts[call], 1, __ATOMIC_SEQ_CST);
    if (shared->armed != (int)call) return 0;
    if (count != shared->nth && !(shared->effect == FAIL_FROM_NOW_ON && count > shared->nth)) return 0;
    __atomic_add_fetch(&shared->hits, 1, __ATOMIC_SEQ_CST);
    if (shared->effect == HALF) return 2;
    errno = shared->error;
    return 1;
}
#define MAY_FAIL(call, watched, result) if ((watched) && strikes(call) == 1) return result

/* a record: kind, two numbers, the lengths of two parts, the parts */
static void record(char kind, uint64_t inode, uint64_t number, const void *one, size_t n, const void *two, size_t m) {
    int before = errno;
    char head[25] = {kind};
    uint32_t lengths[2] = {n, m};
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &number, 8);
    memcpy(head + 17, lengths, 8);
    struct iovec parts[3] = {{head, 25}, {(void *)one, n}, {(void *)two, m}};
    if (syscall(SYS_writev, shared->trace, parts, 3) != (long)(25 + n + m)) abort();
    errno = before;
}
static void record_paths(char kind, uint64_t inode, uint64_t number, const char *one, const char *two) {
    record(kind, inode, number, one, strlen(one), two, strlen(two));
}
static int is_traced(int fd) { return shared->trace >= 0 && is_watched(fd) == 1; }
static uint64_t inode_of(int fd) {
    struct stat info;
    return syscall(SYS_fstat, fd, &info) || !info.st_nlink ? 0 : info.st_ino;
}
void preload_mark(long number) { record('M', 0, number, "", 0, "", 0); }

static int opened(int directory, const char *path, int flags, mode_t mode) {
    int watched = is_below(path);
    MAY_FAIL(OPEN, watched, -1);
    int changes = watched && shared->trace >= 0 && (flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE;
    int existed = changes && !syscall(SYS_faccessat, AT_FDCWD, path, F_OK);
    int fd = syscall(SYS_openat, directory, path, flags, mode);
    if (fd >= 0 && changes) {
        if (!existed) record_paths('C', inode_of(fd), 0, path, "");
        else if (flags & O_TRUNC) record_paths('T', inode_of(fd), 0, "", "");
    }
    return fd;
}
#define MODE(flags, last) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE(flags, flags); return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags); return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, flags); return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, flags); return opened(at, path, flags, mode); }

static size_t half(size_t n) { return n > 1 ? n / 2 : n; }

ssize_t read(int fd, void *to, size_t n) {
    int struck = is_watched(fd) ? strikes(READ) : 0;
    return struck == 1 ? -1 : syscall(SYS_read, fd, to, struck ? half(n) : n);
}
static ssize_t read_at(int fd, void *to, size_t n, off_t at) {
    int struck = is_watched(fd) ? strikes(READ) : 0;
    return struck == 1 ? -1 : syscall(SYS_pread64, fd, to, struck ? half(n) : n, at);
}
ssize_t pread(int fd, void *to, size_t n, off_t at) { return read_at(fd, to, n, at); }
ssize_t pread64(int fd, void *to, size_t n, off_t at) { return read_at(fd, to, n, at); }

ssize_t write(int fd, const void *from, size_t n) {
    int struck = is_watched(fd) ? strikes(WRITE) : 0;
    if (struck == 1) return -1;
    ssize_t done = syscall(SYS_write, fd, from, struck ? half(n) : n);
    if (done > 0 && is_traced(fd)) {
        uint64_t inode = inode_of(fd);
        if (inode) record('W', inode, syscall(SYS_lseek, fd, 0, SEEK_CUR) - done, from, done, "", 0);
    }
    return done;
}
static ssize_t write_at(int fd, const void *from, size_t n, off_t at) {
    int struck = is_watched(fd) ? strikes(WRITE) : 0;
    if (struck == 1) return -1;
    ssize_t done = syscall(SYS_pwrite64, fd, from, struck ? half(n) : n, at);
    if (done > 0 && is_traced(fd) && inode_of(fd)) record('W', inode_of(fd), at, from, done, "", 0);
    return done;
}
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { return write_at(fd, from, n, at); }
ssize_t pwrite64(int fd, const void *from, size_t n, off_t at) { return write_at(fd, from, n, at); }
ssize_t writev(int fd, const struct iovec *parts, int n) {
    if (is_traced(fd)) abort();  /* nobody does */
    return syscall(SYS_writev, fd, parts, n);
}

static int synced(int fd, long number) {
    MAY_FAIL(FSYNC, is_watched(fd), -1);
    int result = syscall(number, fd);
    if (!result && is_traced(fd)) record('S', inode_of(fd), 0, "", 0, "", 0);
    return result;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

int close(int fd) {  /* Linux closes it, whatever it says */
    int struck = is_watched(fd) && strikes(CLOSE) == 1, error = errno;
    int result = syscall(SYS_close, fd);
    if (struck) { errno = error; return -1; }
    return result;
}

int rename(const char *from, const char *to) {
    int watched = is_below(from) || is_below(to);
    MAY_FAIL(RENAME, watched, -1);
    int result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (!result && watched && shared->trace >= 0) record_paths('R', 0, 0, from, to);
    return result;
}
int unlink(const char *path) {
    MAY_FAIL(UNLINK, is_below(path), -1);
    int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!result && is_below(path) && shared->trace >= 0) record_paths('U', 0, 0, path, "");
    return result;
}
int mkdir(const char *path, mode_t mode) {
    MAY_FAIL(MKDIR, is_below(path), -1);
    int result = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (!result && is_below(path) && shared->trace >= 0) {
        int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
        record_paths('D', inode_of(fd), 0, path, "");
        syscall(SYS_close, fd);
    }
    return result;
}

static void *mapped(void *where, size_t n, int access, int flags, int fd, off_t at) {
    MAY_FAIL(MMAP, is_watched(fd), MAP_FAILED);
    if ((access & PROT_WRITE) && (flags & MAP_SHARED) && is_traced(fd)) abort();  /* nobody does */
    return (void *)syscall(SYS_mmap, where, n, access, flags, fd, at);
}
void *mmap(void *where, size_t n, int access, int flags, int fd, off_t at) {
    return mapped(where, n, access, flags, fd, at);
}
void *mmap64(void *where, size_t n, int access, int flags, int fd, off_t at) {
    return mapped(where, n, access, flags, fd, at);
}

static int cut(int fd, off_t length) {
    MAY_FAIL(FTRUNCATE, is_watched(fd), -1);
    int result = syscall(SYS_ftruncate, fd, length);
    if (!result && is_traced(fd) && inode_of(fd)) record('T', inode_of(fd), length, "", 0, "", 0);
    return result;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

int flock(int fd, int operation) {
    MAY_FAIL(FLOCK, is_watched(fd), -1);
    return syscall(SYS_flock, fd, operation);
}
off_t lseek(int fd, off_t at, int whence) {
    MAY_FAIL(SEEK, is_watched(fd), -1);
    return syscall(SYS_lseek, fd, at, whence);
}
off_t lseek64(int fd, off_t at, int whence) {
    MAY_FAIL(SEEK, is_watched(fd), -1);
    return syscall(SYS_lseek, fd, at, whence);
}

int stat(const char *path, struct stat *to) { MAY_FAIL(STAT, is_below(path), -1); return REAL(stat)(path, to); }
int stat64(const char *path, struct stat64 *to) { MAY_FAIL(STAT, is_below(path), -1); return REAL(stat64)(path, to); }
int lstat(const char *path, struct stat *to) { MAY_FAIL(STAT, is_below(path), -1); return REAL(lstat)(path, to); }
int lstat64(const char *path, struct stat64 *to) { MAY_FAIL(STAT, is_below(path), -1); return REAL(lstat64)(path, to); }
int fstat(int fd, struct stat *to) { MAY_FAIL(STAT, is_watched(fd) == 1, -1); return REAL(fstat)(fd, to); }
int fstat64(int fd, struct stat64 *to) { MAY_FAIL(STAT, is_watched(fd) == 1, -1); return REAL(fstat64)(fd, to); }
int fstatat(int at, const char *path, struct stat *to, int flags) {
    MAY_FAIL(STAT, is_below(path), -1);
    return REAL(fstatat)(at, path, to, flags);
}
int fstatat64(int at, const char *path, struct stat64 *to, int flags) {
    MAY_FAIL(STAT, is_below(path), -1);
    return REAL(fstatat64)(at, path, to, flags);
}

DIR *opendir(const char *path) { MAY_FAIL(LISTDIR, is_below(path), NULL); return REAL(opendir)(path); }
struct dirent *readdir(DIR *from) { MAY_FAIL(LISTDIR, is_watched(dirfd(from)), NULL); return REAL(readdir)(from); }
struct dirent64 *readdir64(DIR *from) { MAY_FAIL(LISTDIR, is_watched(dirfd(from)), NULL); return REAL(readdir64)(from); }

pid_t fork(void) { MAY_FAIL(FORK, shared->folder_length, -1); return REAL(fork)(); }
int pipe(int ends[2]) { MAY_FAIL(PIPE, shared->folder_length, -1); return REAL(pipe)(ends); }
int pipe2(int ends[2], int flags) { MAY_FAIL(PIPE, shared->folder_length, -1); return REAL(pipe2)(ends, flags); }
int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *with) {
    if (shared->folder_length && strikes(THREAD) == 1) return errno;
    return REAL(pthread_create)(thread, how, run, with);
}
sem_t *sem_open(const char *name, int flags, ...) {
    MODE(flags, flags);
    MAY_FAIL(PIPE, shared->folder_length, SEM_FAILED);
    unsigned value = 0;
    if (flags & O_CREAT) {
        va_list rest;
        va_start(rest, flags);
        (void)va_arg(rest, mode_t);
        value = va_arg(rest, unsigned);
        va_end(rest);
    }
    return REAL(sem_open)(name, flags, mode, value);
}
