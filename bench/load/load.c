/*
 * load PORTS SENDERS COUNT SIZE FILE [together]
 *
 * SENDERS at once, each sending COUNT files one after the other, each file over a connection of its
 * own that is half-closed and then waits for the FIN. File n is the n-th SIZE bytes of FILE, so that
 * no two are the same. PORTS is one port, or one for each sender with commas between.
 *
 * `together` opens every connection before the first byte and the clock start.
 *
 * One thread and sendfile: what is sent costs next to nothing here, so the receiver is what is measured.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TURN = 256 * 1024, PATIENCE_MS = 30 * 1000, EVENTS = 256 };

struct sender {
  int fd, port;
  long file, last; /* the file being sent, and the one after its last */
  off_t at, end;
};

static int source, poll_fd;
static off_t size;
static long done;
static const char *trouble = "";

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Whether the call was answered shows with the first bytes: one that is slow to answer holds up no other. */
static int call(int port, int wait) {
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons(port),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | (wait ? 0 : SOCK_NONBLOCK), 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  if (fd >= 0) fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void watch(struct sender *s, int how, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = s};
  epoll_ctl(poll_fd, how, s->fd, &event);
}

static int open_next(struct sender *s, int wait) {
  for (; s->file < s->last; s->file++) {
    s->at = s->file * size;
    s->end = s->at + size;
    s->fd = call(s->port, wait);
    if (s->fd >= 0) return 1;
    trouble = strerror(errno);
  }
  return 0;
}

/* Ends the file being sent; returns whether there is another one. */
static int next(struct sender *s) {
  close(s->fd);
  s->file++;
  if (!open_next(s, 0)) return 0;
  watch(s, EPOLL_CTL_ADD, EPOLLOUT);
  return 1;
}

/* Sends a little, or looks for the FIN; returns whether this sender continues. */
static int turn(struct sender *s) {
  if (s->at < s->end) {
    off_t left = s->end - s->at;
    ssize_t n = sendfile(s->fd, source, &s->at, left < TURN ? left : TURN);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n <= 0) {
      trouble = n < 0 ? strerror(errno) : "the source is too short";
      return next(s);
    }
    if (s->at == s->end) {
      shutdown(s->fd, SHUT_WR);
      watch(s, EPOLL_CTL_MOD, EPOLLIN);
    }
    return 1;
  }
  char answer[4096];
  ssize_t n = recv(s->fd, answer, sizeof answer, 0);
  if (n > 0 || (n < 0 && errno == EAGAIN)) return 1;
  if (n == 0) done++;
  else trouble = strerror(errno);
  return next(s);
}

int main(int argc, char **argv) {
  if (argc < 6) return 64;
  char *ports = argv[1];
  int senders = atoi(argv[2]), together = argc > 6, port = 0;
  long count = atol(argv[3]);
  size = atoll(argv[4]);
  source = open(argv[5], O_RDONLY);
  signal(SIGPIPE, SIG_IGN);
  poll_fd = epoll_create1(0);

  struct sender *all = calloc(senders, sizeof *all);
  double started = now();
  for (int i = 0; i < senders; i++) {
    if (ports && *ports) port = strtol(ports, &ports, 10);
    if (ports && *ports == ',') ports++;
    all[i] = (struct sender){.fd = -1, .port = port, .file = i * count, .last = (i + 1) * count};
    if (!together && open_next(&all[i], 0)) watch(&all[i], EPOLL_CTL_ADD, EPOLLOUT);
  }
  if (together) {
    for (int i = 0; i < senders; i++) open_next(&all[i], 1);
    started = now();
    for (int i = 0; i < senders; i++)
      if (all[i].fd >= 0) watch(&all[i], EPOLL_CTL_ADD, EPOLLOUT);
  }

  int going = 0;
  for (int i = 0; i < senders; i++) going += all[i].fd >= 0;
  while (going > 0) {
    struct epoll_event ready[EVENTS];
    int n = epoll_wait(poll_fd, ready, EVENTS, PATIENCE_MS);
    if (n <= 0) {
      trouble = "nothing moves";
      break;
    }
    for (int i = 0; i < n; i++) going -= !turn(ready[i].data.ptr);
  }
  printf("{\"startedAt\":%.6f,\"endedAt\":%.6f,\"done\":%ld,\"failed\":%ld,\"trouble\":\"%s\"}\n",
         started, now(), done, senders * count - done, trouble);
  return 0;
}
