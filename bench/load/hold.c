/*
 * hold PORT COUNT
 *
 * Opens COUNT connections, prints a line of JSON, and sends nothing. Once every one was ended by the
 * server, it prints how and after how many seconds. It exits when its standard input ends.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons(atoi(argv[1])),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int count = atoi(argv[2]), poll_fd = epoll_create1(0);
  struct {
    int fd;
    double opened;
  } *all = calloc(count, sizeof *all);

  for (int i = 0; i < count; i++) {
    all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(all[i].fd, (struct sockaddr *)&to, sizeof to) < 0) {
      perror("connect");
      return 1;
    }
    all[i].opened = now();
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = count};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  printf("{\"open\":%d}\n", count);
  fflush(stdout);

  int fins = 0, resets = 0;
  double first = 1e9, last = 0;
  for (;;) {
    struct epoll_event ready[EVENTS];
    int n = epoll_wait(poll_fd, ready, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      char byte;
      unsigned which = ready[i].data.u32;
      if (which == (unsigned)count) return 0;
      ssize_t got = recv(all[which].fd, &byte, 1, 0);
      if (got > 0) continue;
      if (got == 0) fins++;
      else resets++;
      double after = now() - all[which].opened;
      if (after < first) first = after;
      if (after > last) last = after;
      close(all[which].fd);
      if (fins + resets < count) continue;
      printf("{\"fins\":%d,\"resets\":%d,\"first\":%.3f,\"last\":%.3f}\n", fins, resets, first, last);
      fflush(stdout);
    }
  }
}
