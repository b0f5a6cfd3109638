/*
 * load_tls PORTS SENDERS COUNT SIZE FILE: as load.c, but over TLS, and with a thread for each sender.
 *
 * Records are sent together, 256 KiB at a time, so that most of what is spent here is the cipher's. The session of a
 * sender is resumed by its next file.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, SENT_AT_ONCE = 256 * 1024 };

struct sender {
  pthread_t thread;
  int port;
  long number;
};

static SSL_CTX *context;
static const char *memory;
static long count, size, done;
static const char *trouble = "";

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int put(SSL *tls, const char *bytes) {
  for (long at = 0; at < size; at += CHUNK)
    if (SSL_write(tls, bytes + at, size - at < CHUNK ? size - at : CHUNK) <= 0) return -1;
  if (BIO_flush(SSL_get_wbio(tls)) <= 0 || SSL_shutdown(tls) < 0) return -1;
  return BIO_flush(SSL_get_wbio(tls)) <= 0 ? -1 : 0;
}

/* Sends a file, and waits for the FIN. The session for the next file replaces that of the last one. */
static const char *send_file(int port, const char *bytes, SSL_SESSION **session) {
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons(port),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) return strerror(errno);
  SSL *tls = SSL_new(context);
  BIO *buffer = BIO_new(BIO_f_buffer()), *socket = BIO_new_socket(fd, BIO_CLOSE);
  BIO_set_write_buffer_size(buffer, SENT_AT_ONCE);
  BIO_up_ref(socket);
  SSL_set0_rbio(tls, socket);
  SSL_set0_wbio(tls, BIO_push(buffer, socket));
  if (*session) SSL_set_session(tls, *session);
  const char *problem = SSL_connect(tls) > 0 ? NULL : "no handshake";
  if (!problem && put(tls, bytes) < 0) problem = "it cannot be sent";
  char answer[4096];
  while (!problem && SSL_read(tls, answer, sizeof answer) > 0) continue;
  ssize_t rest = problem ? 0 : recv(fd, answer, sizeof answer, 0);
  if (rest < 0) problem = strerror(errno);
  SSL_SESSION_free(*session);
  *session = SSL_get1_session(tls);
  SSL_free(tls);
  return problem;
}

static void *send_all(void *argument) {
  struct sender *it = argument;
  SSL_SESSION *session = NULL;
  for (long file = it->number * count; file < (it->number + 1) * count; file++) {
    const char *problem = send_file(it->port, memory + file * size, &session);
    if (problem) trouble = problem;
    else __atomic_add_fetch(&done, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 6) return 64;
  char *ports = argv[1];
  int senders = atoi(argv[2]), port = 0, source = open(argv[5], O_RDONLY);
  struct stat file;
  count = atol(argv[3]);
  size = atol(argv[4]);
  fstat(source, &file);
  memory = mmap(NULL, file.st_size, PROT_READ, MAP_SHARED, source, 0);
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);

  struct sender *all = calloc(senders, sizeof *all);
  double started = now();
  for (int i = 0; i < senders; i++) {
    if (ports && *ports) port = strtol(ports, &ports, 10);
    if (ports && *ports == ',') ports++;
    all[i] = (struct sender){.port = port, .number = i};
    pthread_create(&all[i].thread, NULL, send_all, &all[i]);
  }
  for (int i = 0; i < senders; i++) pthread_join(all[i].thread, NULL);
  printf("{\"startedAt\":%.6f,\"endedAt\":%.6f,\"done\":%ld,\"failed\":%ld,\"trouble\":\"%s\"}\n",
         started, now(), done, senders * count - done, trouble);
  return 0;
}
