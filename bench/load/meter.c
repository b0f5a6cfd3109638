/*
 * meter COMMAND [ARG…]
 *
 * Runs COMMAND and writes two lines of JSON to descriptor 3: its process id as soon as it runs, and
 * what it cost, with all the children it waited for, once it has ended. Times are CLOCK_MONOTONIC.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPORT = 3 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

static void raise_open_files(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv) {
  if (argc < 2) return 64;
  /* Nothing that is measured outlives the benchmark. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  raise_open_files();

  double started = now();
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(REPORT);
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  dprintf(REPORT, "{\"pid\":%d,\"startedAt\":%.6f}\n", pid, started);

  int status;
  struct rusage used;
  wait4(pid, &status, 0, &used);
  double ended = now();
  dprintf(REPORT,
          "{\"code\":%d,\"signal\":%d,\"startedAt\":%.6f,\"endedAt\":%.6f,\"cpu\":%.6f,\"peakKiB\":%ld}\n",
          WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
          started, ended, seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
  return 0;
}
