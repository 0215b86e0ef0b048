/* The floor of fan-out: one thread, one epoll loop, no storage, no checks.
** A GET waits; a POST answers all that wait, then itself. Nothing that keeps
** messages can be faster, so it is what repoweb is measured against.
** Usage: floor PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536

static const char ANSWER[] =
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 112\r\n\r\n"
  "{\"msgs\":[\n{\"msgid\":1,\"mtime\":\"2026-01-01T00:00:00Z\",\"xfrom\":\"alice\","
  "\"uclr\":\"#ddefcc\",\"xmsg\":\"hello\",\"fsize\":0}\n]}";
static const char EMPTY[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

static int waiting[MOST], place[MOST], n_waiting;

static void leave(int fd) {
  if (!place[fd]) return;
  int last = waiting[--n_waiting];
  waiting[place[fd] - 1] = last;
  place[last] = place[fd];
  place[fd] = 0;
}

static void answer_all(void) {
  for (int i = 0; i < n_waiting; i++) {
    place[waiting[i]] = 0;
    if (send(waiting[i], ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL) < 0) perror("send");
  }
  n_waiting = 0;
}

static void serve(int fd) {
  char request[8192];
  ssize_t n = recv(fd, request, sizeof request, 0);
  if (n <= 0) {
    leave(fd);
    close(fd);
  } else if (request[0] == 'P') {
    answer_all();
    send(fd, EMPTY, sizeof EMPTY - 1, MSG_NOSIGNAL);
  } else if (!place[fd]) {
    waiting[n_waiting++] = fd;
    place[fd] = n_waiting;
  }
}

int main(int argc, char **argv) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  struct sockaddr_in where = {.sin_family = AF_INET,
                              .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&where, sizeof where) || listen(listener, 4096)) {
    perror("listen");
    return 1;
  }
  int loop = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[512];
  epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int n = epoll_wait(loop, ready, 512, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.fd != listener) {
        serve(ready[i].data.fd);
        continue;
      }
      int fd;
      while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0 && fd < MOST) {
        setsockopt(fd, SOL_TCP, TCP_NODELAY, &yes, sizeof yes);
        event.data.fd = fd;
        epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
      }
    }
  }
}
