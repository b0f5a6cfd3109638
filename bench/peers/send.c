/* send PORT FILE: the client in C. sendfile, a half-close, and status 0 once the FIN came. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int lost(const char *what) {
  perror(what);
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 3) return 64;
  int file = open(argv[2], O_RDONLY);
  struct stat facts;
  if (file < 0 || fstat(file, &facts) < 0) return lost(argv[2]);

  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons(atoi(argv[1])),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) return lost("connect");
  for (off_t at = 0; at < facts.st_size;)
    if (sendfile(fd, file, &at, facts.st_size - at) <= 0) return lost("sendfile");
  shutdown(fd, SHUT_WR);
  char byte;
  return recv(fd, &byte, 1, 0) == 0 ? 0 : lost("recv");
}
