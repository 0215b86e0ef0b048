/* Measures how well N listeners follow R messages a second, by polls or streams.
** Usage: follow PORT N RATE SECONDS CURSOR SETTLE_MS poll|stream LISTEN_FILE POST_FILE
** LISTEN_FILE holds requests with "CURSOR" in place of the number, which the
** listeners use in turn; POST_FILE one request with "qq000000qq" in its text, where
** each message gets its number. A message is due at its time, whatever has become
** of the ones before, and its delay counts from then until a listener has its whole
** answer, or event. Prints one line of JSON, times in milliseconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARK "qq000000qq"
#define SPEAKERS 8
#define PATIENCE_MS 5000

typedef struct {
  int fd, sent;              /* sent: a request whose answer has not come */
  long cursor;
  const char *request;
  char *text;                /* what came and is not yet understood */
  size_t length, room;
} Peer;

static int port, loop, streams, count, messages;
static double *due, *delays;
static long delivered, expected, failed;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static char *read_file(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file) { perror(name); exit(1); }
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  rewind(file);
  char *text = calloc(size + 1, 1);
  if (fread(text, 1, size, file) != size) { perror(name); exit(1); }
  fclose(file);
  return text;
}

static void dial(Peer *p) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int yes = 1;
  p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(p->fd, SOL_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(p->fd, (void *)&where, sizeof where) && errno != EINPROGRESS) {
    perror("connect");
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = p};
  epoll_ctl(loop, EPOLL_CTL_ADD, p->fd, &event);
  p->sent = 0;
}

static void ask(Peer *p) {
  char text[4096], *at = strstr(p->request, "CURSOR");
  const char *end = strstr(p->request, "\r\n\r\n") + 4;
  int size;
  if (at && at < end)
    size = snprintf(text, sizeof text, "%.*s%ld%.*s", (int)(at - p->request), p->request,
                    p->cursor, (int)(end - at - 6), at + 6);
  else
    size = snprintf(text, sizeof text, "%s", p->request);
  if (send(p->fd, text, size, 0) != size) failed++;
  p->sent = 1;
  p->length = 0;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};
  epoll_ctl(loop, EPOLL_CTL_MOD, p->fd, &event);
}

static void ask_again(Peer *p, int ended) {
  if (!ended) { ask(p); return; }
  close(p->fd);
  dial(p);
}

/* Note all messages that stand in a text. */
static void understand(Peer *p, const char *text, const char *end) {
  double now = now_ms();
  for (const char *at = text; (at = strstr(at, "qq")) && at < end; at += 2) {
    if (strspn(at + 2, "0123456789") != 6 || strncmp(at + 8, "qq", 2)) continue;
    int number = atoi(at + 2);
    if (number < messages && delivered < expected) delays[delivered++] = now - due[number];
    at += 8;
  }
  for (const char *at = text; (at = strstr(at, "\"msgid\":")) && at < end; at += 8)
    p->cursor = atol(at + 8);
}

/* Whether the whole answer of a poll has come. */
static int is_whole(const Peer *p) {
  const char *end = strstr(p->text, "\r\n\r\n"), *length = strcasestr(p->text, "content-length:");
  return end && length && length < end
         && p->length >= (size_t)(end - p->text) + 4 + atol(length + 15);
}

static void take(Peer *p, int is_listener) {
  int ended = 0;
  for (;;) {
    if (p->room < p->length + 65536) p->text = realloc(p->text, p->room = p->length + 131072);
    ssize_t n = recv(p->fd, p->text + p->length, 65535, 0);
    if (n < 0 && errno == EAGAIN) break;
    if (n <= 0) { ended = 1; break; }
    p->length += n;
  }
  p->text[p->length] = 0;
  if (!is_listener) {
    if (!ended && !is_whole(p)) return;
    if (strncmp(p->text + 8, " 200", 4)) failed++;
    if (ended) { close(p->fd); p->fd = -1; }
    p->sent = 0;
  } else if (streams) {
    char *last = NULL;
    for (char *at = p->text; (at = strstr(at, "\n\n")); at += 2) last = at + 2;
    if (ended) { failed++; close(p->fd); return; }
    if (!last) return;
    understand(p, p->text, last);
    memmove(p->text, last, p->length -= last - p->text);
  } else if (ended || is_whole(p)) {
    if (p->length && strncmp(p->text + 8, " 200", 4)) failed++;
    understand(p, p->text, p->text + p->length);
    ask_again(p, ended);
  }
}

/* Say a message: on a connection that rests, else on one more. */
static void say(Peer *speakers, char *post, int number) {
  char digits[16];
  snprintf(digits, sizeof digits, "%06d", number % 1000000);
  for (int i = 0; i < SPEAKERS; i++) {
    Peer *p = &speakers[i];
    if (p->sent) continue;
    char *copy = strdup(post), *at = strstr(copy, MARK);
    memcpy(at + 2, digits, 6);
    free((char *)p->request);
    p->request = copy;
    if (p->fd < 0) { dial(p); p->sent = 1; return; }
    size_t size = strlen(copy);
    if (send(p->fd, copy, size, 0) != (ssize_t)size) failed++;
    p->sent = 1;
    p->length = 0;
    return;
  }
  failed++;  /* all wait for their answers: the server does not keep up */
}

static void turn(Peer *speakers, double until) {
  struct epoll_event ready[512];
  double rest = until - now_ms();
  int n = epoll_wait(loop, ready, 512, rest > 0 ? (int)rest : 0);
  for (int i = 0; i < n; i++) {
    Peer *p = ready[i].data.ptr;
    int is_listener = p < speakers || p >= speakers + SPEAKERS;
    if (ready[i].events & EPOLLOUT) {
      if (is_listener) { ask(p); continue; }
      size_t size = strlen(p->request);
      if (send(p->fd, p->request, size, 0) != (ssize_t)size) failed++;
      p->length = 0;
      struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};
      epoll_ctl(loop, EPOLL_CTL_MOD, p->fd, &event);
    } else {
      take(p, is_listener);
    }
  }
}

static int by_time(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 10) { fprintf(stderr, "see the source for the usage\n"); return 2; }
  port = atoi(argv[1]);
  count = atoi(argv[2]);
  double rate = atof(argv[3]), seconds = atof(argv[4]), settle = atof(argv[6]);
  long cursor = atol(argv[5]);
  streams = !strcmp(argv[7], "stream");
  char *requests = read_file(argv[8]), *request = requests, *post = read_file(argv[9]);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  messages = (int)(rate * seconds) > 0 ? (int)(rate * seconds) : 1;
  expected = (long)messages * count;
  due = calloc(messages, sizeof *due);
  delays = calloc(expected, sizeof *delays);
  loop = epoll_create1(0);
  Peer *listeners = calloc(count, sizeof *listeners), *speakers = calloc(SPEAKERS, sizeof *speakers);
  for (int i = 0; i < SPEAKERS; i++) speakers[i].fd = -1;
  for (int i = 0; i < count; i++) {
    listeners[i].request = request;
    listeners[i].cursor = cursor;
    dial(&listeners[i]);
    char *end = strstr(request, "\r\n\r\n") + 4;
    request = *end ? end : requests;
    if (i % 64 == 63) turn(speakers, now_ms() + 1);
  }
  for (double end = now_ms() + settle; now_ms() < end;) turn(speakers, end);
  double start = now_ms();
  for (int i = 0; i < messages; i++) due[i] = start + i * 1000 / rate;
  for (int said = 0; said < messages;) {
    if (now_ms() >= due[said]) { say(speakers, post, said); said++; }
    else turn(speakers, due[said]);
    if (said < messages && now_ms() < due[said]) continue;
    turn(speakers, now_ms());
  }
  for (double end = now_ms() + PATIENCE_MS; now_ms() < end && delivered < expected;)
    turn(speakers, now_ms() + 100);
  qsort(delays, delivered, sizeof *delays, by_time);
  printf("{\"expected\": %ld, \"delivered\": %ld, \"failed\": %ld, \"p50\": %.2f, \"p99\": %.2f,"
         " \"max\": %.2f}\n",
         expected, delivered, failed, delivered ? delays[delivered / 2] : 0,
         delivered ? delays[(long)((delivered - 1) * 0.99)] : 0,
         delivered ? delays[delivered - 1] : 0);
  return 0;
}
