/*
 * drop PORT DIR [splice] [poll] [fsync]: the server in C, the limit of what such a server can be.
 *
 * A thread for each connection, which moves 1 MiB at a time, by recv and write or by splice. With `poll`, one thread
 * serves all connections, as in a process of Node: it polls, reads up to 2 MiB and writes them. As with rxdrop the file
 * appears whole under its number, and the FIN comes after it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1024 * 1024, SHARED_BUFFER = 2 * BUFFER, STACK = 64 * 1024, EVENTS = 256 };

struct incoming {
  int socket;
  long number;
  int file; /* of one that is polled; -1 before its first byte */
};

static int directory, spliced, polled, synced;

static int put(int file, const char *bytes, ssize_t size) {
  while (size > 0) {
    ssize_t n = write(file, bytes, size);
    if (n < 0) return -1;
    bytes += n;
    size -= n;
  }
  return 0;
}

static int receive(int socket, int file) {
  char *buffer = malloc(BUFFER);
  ssize_t n;
  while ((n = recv(socket, buffer, BUFFER, 0)) > 0)
    if (put(file, buffer, n) < 0) break;
  free(buffer);
  return n == 0 ? 0 : -1;
}

static int receive_spliced(int socket, int file) {
  int pipe_ends[2];
  if (pipe(pipe_ends) < 0) return -1;
  fcntl(pipe_ends[1], F_SETPIPE_SZ, BUFFER);
  ssize_t n;
  while ((n = splice(socket, NULL, pipe_ends[1], NULL, BUFFER, SPLICE_F_MOVE)) > 0)
    for (ssize_t m; n > 0; n -= m)
      if ((m = splice(pipe_ends[0], NULL, file, NULL, n, SPLICE_F_MOVE)) <= 0) goto end;
end:
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  return n == 0 ? 0 : -1;
}

static int publish(int file, const char *temporary, const char *name) {
  if (synced && fdatasync(file) < 0) return -1;
  if (renameat(directory, temporary, directory, name) < 0) return -1;
  return synced ? fsync(directory) : 0;
}

static int begin(long number) {
  char temporary[32];
  snprintf(temporary, sizeof temporary, ".%ld", number);
  return openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static void end(struct incoming it, int failed) {
  char name[32], temporary[32];
  snprintf(name, sizeof name, "%ld.file", it.number);
  snprintf(temporary, sizeof temporary, ".%ld", it.number);
  failed = failed || publish(it.file, temporary, name) < 0;
  close(it.file);
  if (failed) {
    struct linger reset = {.l_onoff = 1};
    setsockopt(it.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    unlinkat(directory, temporary, 0);
  }
  close(it.socket);
}

static void *serve(void *argument) {
  struct incoming it = *(struct incoming *)argument;
  free(argument);
  char byte;
  /* A connection that is silent holds no file. */
  recv(it.socket, &byte, 1, MSG_PEEK);
  it.file = begin(it.number);
  end(it, (spliced ? receive_spliced : receive)(it.socket, it.file) < 0);
  return NULL;
}

/* Reads once, and writes that. */
static void turn(struct incoming *it, char *buffer) {
  ssize_t n = recv(it->socket, buffer, SHARED_BUFFER, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (it->file < 0) it->file = begin(it->number);
  if (n > 0 && put(it->file, buffer, n) == 0) return;
  end(*it, n != 0);
  free(it);
}

static void poll_all(int listener) {
  static char buffer[SHARED_BUFFER];
  int all = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, ready[EVENTS];
  epoll_ctl(all, EPOLL_CTL_ADD, listener, &event);
  for (long number = 1;;) {
    int n = epoll_wait(all, ready, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.ptr) {
        turn(ready[i].data.ptr, buffer);
        continue;
      }
      struct incoming *it = malloc(sizeof *it);
      *it = (struct incoming){.socket = accept(listener, NULL, NULL), .number = number++, .file = -1};
      event.data.ptr = it;
      epoll_ctl(all, EPOLL_CTL_ADD, it->socket, &event);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  for (int i = 3; i < argc; i++) {
    spliced |= strcmp(argv[i], "splice") == 0;
    polled |= strcmp(argv[i], "poll") == 0;
    synced |= strcmp(argv[i], "fsync") == 0;
  }
  signal(SIGPIPE, SIG_IGN);
  directory = open(argv[2], O_DIRECTORY);

  struct sockaddr_in on = {.sin_family = AF_INET,
                           .sin_port = htons(atoi(argv[1])),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&on, sizeof on) < 0 || listen(listener, 4096) < 0) {
    perror("listen");
    return 1;
  }
  if (polled) poll_all(listener);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, STACK);
  pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);

  for (long number = 1;; number++) {
    struct incoming *it = malloc(sizeof *it);
    *it = (struct incoming){.socket = accept(listener, NULL, NULL), .number = number};
    pthread_t thread;
    if (it->socket < 0 || pthread_create(&thread, &small, serve, it) != 0) {
      perror("accept");
      return 1;
    }
  }
}
