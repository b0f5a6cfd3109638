/*
 * sink PORT [FILE]
 *
 * Accepts one connection after the other, discards its bytes, and answers the FIN with its own. Prints the size and
 * the times of each; with FILE, also whether the bytes equal those of FILE, which costs time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[256 * 1024];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc < 2) return 64;
  const char *expected = NULL;
  struct stat file = {0};
  if (argc > 2) {
    int fd = open(argv[2], O_RDONLY);
    fstat(fd, &file);
    expected = mmap(NULL, file.st_size, PROT_READ, MAP_SHARED, fd, 0);
  }
  struct sockaddr_in on = {.sin_family = AF_INET,
                           .sin_port = htons(atoi(argv[1])),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&on, sizeof on) < 0 || listen(listener, 4096) < 0) {
    perror("listen");
    return 1;
  }
  for (;;) {
    int fd = accept(listener, NULL, NULL), same = 1;
    double accepted = now();
    long bytes = 0;
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) {
      if (expected)
        same &= bytes + n <= file.st_size && memcmp(expected + bytes, buffer, n) == 0;
      bytes += n;
    }
    double ended = now();
    close(fd);
    printf("{\"bytes\":%ld,\"reset\":%s,\"same\":%s,\"acceptedAt\":%.6f,\"endedAt\":%.6f}\n", bytes,
           n < 0 ? "true" : "false", same ? "true" : "false", accepted, ended);
    fflush(stdout);
  }
}
