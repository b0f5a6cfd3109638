/*
 * The `getent` of Alpine, as far as a look-up sees it: every word after the database is a key, so `--` is the
 * name of a host, and a key without addresses ends it with 2, whatever the reason. Compiled with -DOLD, it has no
 * `ahosts`, as it was before.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const char *kind(int type) {
  return type == SOCK_STREAM ? "STREAM" : type == SOCK_DGRAM ? "DGRAM" : "RAW";
}

static int ahosts(const char *key) {
  struct addrinfo hint = {.ai_family = AF_UNSPEC, .ai_flags = AI_ADDRCONFIG | AI_CANONNAME};
  struct addrinfo *found, *one;
  if (getaddrinfo(key, NULL, &hint, &found) != 0) return 2;
  for (one = found; one; one = one->ai_next) {
    char text[INET6_ADDRSTRLEN];
    const void *address = one->ai_family == AF_INET6
                              ? (const void *)&((struct sockaddr_in6 *)one->ai_addr)->sin6_addr
                              : (const void *)&((struct sockaddr_in *)one->ai_addr)->sin_addr;
    inet_ntop(one->ai_family, address, text, sizeof text);
    printf("%-15s %-6s %s\n", text, kind(one->ai_socktype), one->ai_canonname ? one->ai_canonname : "");
  }
  return 0;
}

static int hosts(const char *key) {
  char text[INET6_ADDRSTRLEN];
  struct hostent *found = gethostbyname2(key, AF_INET6);
  if (!found) found = gethostbyname2(key, AF_INET);
  if (!found) return 2;
  inet_ntop(found->h_addrtype, found->h_addr_list[0], text, sizeof text);
  printf("%-16s  %s\n", text, found->h_name);
  return 0;
}

int main(int count, char **words) {
  const char *database = count < 2 ? "" : words[1];
  int (*look)(const char *) = !strcmp(database, "hosts") ? hosts : NULL;
#ifndef OLD
  if (!strcmp(database, "ahosts")) look = ahosts;
#endif
  if (!look) {
    fprintf(stderr, "getent: Unknown database `%s'\nUsage: getent database [key ...]\n", database);
    return 1;
  }
  for (int at = 2; at < count; at++) {
    int status = look(words[at]);
    if (status != 0) return status;
  }
  return 0;
}
