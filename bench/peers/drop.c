/*
 * drop PORT DIR [splice] [fsync]: the server in C, the limit of what such a server can be.
 *
 * A thread for each connection, which moves 1 MiB at a time, by recv and write or by splice. As with
 * rxdrop the file appears whole under its number, and the FIN comes after it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 1024 * 1024, STACK = 64 * 1024 };

struct incoming {
  int socket;
  long number;
};

static int directory, spliced, synced;

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

static void *serve(void *argument) {
  struct incoming it = *(struct incoming *)argument;
  free(argument);
  char byte, name[32], temporary[32];
  snprintf(name, sizeof name, "%ld.file", it.number);
  snprintf(temporary, sizeof temporary, ".%ld", it.number);

  /* A connection that is silent holds no file. */
  recv(it.socket, &byte, 1, MSG_PEEK);
  int file = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int failed = (spliced ? receive_spliced : receive)(it.socket, file) < 0;
  failed = failed || publish(file, temporary, name) < 0;
  close(file);
  if (failed) {
    struct linger reset = {.l_onoff = 1};
    setsockopt(it.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    unlinkat(directory, temporary, 0);
  }
  close(it.socket);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  for (int i = 3; i < argc; i++) {
    spliced |= strcmp(argv[i], "splice") == 0;
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
