/*
 * A library between a program and the system. Writes to regular files take FILES_DELAY ms, and FILES_SHORT
 * bytes at most: then the next one fails, as on a disk that is full for a moment, since libuv itself
 * continues after a short one. The wall clock is as many seconds ahead as the file FILES_CLOCK says.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static long of(const char *name) {
  const char *value = getenv(name);
  return value ? atol(value) : 0;
}

/* How many bytes a write takes; none: it fails. */
static size_t met(int fd, size_t size) {
  static __thread int wasShort;
  struct stat facts;
  if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return size;
  long delay = of("FILES_DELAY"), most = of("FILES_SHORT");
  struct timespec time = {delay / 1000, delay % 1000 * 1000000};
  if (delay > 0) nanosleep(&time, NULL);
  int isShort = most > 0 && size > (size_t)most;
  int fails = isShort && wasShort;
  wasShort = isShort && !wasShort;
  errno = ENOSPC;
  return fails ? 0 : isShort ? (size_t)most : size;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  size_t taken = met(fd, size);
  return taken == 0 && size > 0 ? -1 : real(fd, bytes, taken);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  static ssize_t (*real)(int, const void *, size_t, off_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite");
  size_t taken = met(fd, size);
  return taken == 0 && size > 0 ? -1 : real(fd, bytes, taken, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  size_t taken = met(fd, size);
  return taken == 0 && size > 0 ? -1 : real(fd, bytes, taken, at);
}

static time_t ahead(void) {
  const char *path = getenv("FILES_CLOCK");
  char text[32] = {0};
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  return size > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += ahead();
  return result;
}

int gettimeofday(struct timeval *time, void *zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
  int result = real(time, zone);
  if (time) time->tv_sec += ahead();
  return result;
}
