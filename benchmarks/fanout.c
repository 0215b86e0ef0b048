/* Measures fan-out: N connections wait, one POST speaks, and each waiter's whole
** answer is timed from the first byte of the POST.
** Usage: fanout PORT N SETTLE_MS PATIENCE_MS POLL_FILE POST_FILE
** POST_FILE holds one HTTP request, POLL_FILE one or more without a body, which
** the connections use in turn. Prints one line of JSON, times in milliseconds.
** SETTLE_MS: how long nothing may come back before the POST is sent. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD 2048

typedef struct { int fd; long got, want; char head[HEAD]; double done; } Waiter;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static char *read_file(const char *name, size_t *size) {
  FILE *file = fopen(name, "rb");
  if (!file) { perror(name); exit(1); }
  fseek(file, 0, SEEK_END);
  *size = ftell(file);
  rewind(file);
  char *text = calloc(*size + 1, 1);
  if (fread(text, 1, *size, file) != *size) { perror(name); exit(1); }
  fclose(file);
  return text;
}

static int dial(int port) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, SOL_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(fd, (void *)&where, sizeof where)) { perror("connect"); exit(1); }
  return fd;
}

/* Read what is there; 1 when the whole answer has come, -1 when it never will. */
static int take(Waiter *w) {
  char buffer[16384];
  for (;;) {
    ssize_t n = recv(w->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN ? 0 : -1;
    if (n == 0) return w->want < 0 && w->got ? 1 : -1;
    if (w->got < HEAD - 1) {
      size_t room = HEAD - 1 - w->got, part = (size_t)n < room ? (size_t)n : room;
      memcpy(w->head + w->got, buffer, part);
      char *end = strstr(w->head, "\r\n\r\n"), *length = strcasestr(w->head, "content-length:");
      if (end && length && length < end) w->want = end - w->head + 4 + atol(length + 15);
    }
    w->got += n;
    if (w->want >= 0 && w->got >= w->want) return 1;
  }
}

static int by_time(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 7) { fprintf(stderr, "see the source for the usage\n"); return 2; }
  int port = atoi(argv[1]), count = atoi(argv[2]), early = 0, done = 0, failed = 0;
  double settle = atof(argv[3]), patience = atof(argv[4]);
  size_t poll_size, post_size;
  char *polls = read_file(argv[5], &poll_size), *poll = polls, *post = read_file(argv[6], &post_size);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  Waiter *waiters = calloc(count, sizeof *waiters);
  double *times = calloc(count, sizeof *times);
  int loop = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, ready[512];
  double begun = now_ms();
  for (int i = 0; i < count; i++) {
    waiters[i].fd = dial(port);
    waiters[i].want = -1;
    event.data.ptr = &waiters[i];
    epoll_ctl(loop, EPOLL_CTL_ADD, waiters[i].fd, &event);
    char *end = strstr(poll, "\r\n\r\n") + 4;
    if (send(waiters[i].fd, poll, end - poll, 0) < 0) { perror("send"); return 1; }
    poll = *end ? end : polls;
  }
  double connected = now_ms() - begun, until = now_ms() + settle;
  while (now_ms() < until) {  /* an answer before the POST is a fault of the set-up */
    int n = epoll_wait(loop, ready, 512, 20);
    for (int i = 0; i < n; i++) {
      Waiter *w = ready[i].data.ptr;
      if (take(w) == 0) continue;
      early++;
      epoll_ctl(loop, EPOLL_CTL_DEL, w->fd, 0);
    }
  }
  int speaker = dial(port);
  double start = now_ms();
  if (send(speaker, post, post_size, 0) < 0) { perror("send"); return 1; }
  while (done + failed + early < count && now_ms() - start < patience) {
    int n = epoll_wait(loop, ready, 512, 100);
    for (int i = 0; i < n; i++) {
      Waiter *w = ready[i].data.ptr;
      int state = take(w);
      if (!state) continue;
      epoll_ctl(loop, EPOLL_CTL_DEL, w->fd, 0);
      if (state > 0 && !strncmp(w->head + 8, " 200", 4)) times[done++] = now_ms() - start;
      else failed++;
    }
  }
  qsort(times, done, sizeof *times, by_time);
  printf("{\"waiters\": %d, \"delivered\": %d, \"early\": %d, \"failed\": %d, \"connect_ms\": %.1f,"
         " \"p50\": %.2f, \"p99\": %.2f, \"max\": %.2f}\n",
         count, done, early, failed, connected, done ? times[done / 2] : 0,
         done ? times[(int)((done - 1) * 0.99)] : 0, done ? times[done - 1] : 0);
  return 0;
}
