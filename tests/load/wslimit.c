/* The limit: a WebSocket server that does nothing but send one prebuilt frame to all others.
 *
 *   wslimit BYTES      listens on a port of 127.0.0.1 that it prints
 *
 * It answers every handshake with the example of RFC 6455, section 1.3, whose key the load generator
 * sends, looks into nothing it receives, and keeps an integer for each socket.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILES_MAX = 1 << 16, FRAME_MAX = 65536 + 4, BACKLOG = 4096 };
static const char ACCEPTED[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

enum state { NONE, NEW, OPEN };
static char states[FILES_MAX];
static int highest;

static size_t build(char *frame, size_t size, unsigned long seq) {
    size_t head = size < 126 ? 2 : 4;
    frame[0] = (char)0x81;
    frame[1] = (char)(size < 126 ? size : 126);
    if (head == 4) frame[2] = (char)(size >> 8), frame[3] = (char)size;
    int len = snprintf(frame + head, FRAME_MAX - head, "{\"type\":\"show\",\"seq\":%lu,\"view\":\"", seq);
    memset(frame + head + len, 'x', size - (size_t)len - 2);
    memcpy(frame + head + size - 2, "\"}", 2);
    return head + size;
}

static void leave(int fd) {
    close(fd);
    states[fd] = NONE;
}

int main(int argc, char **argv) {
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    struct rlimit files;
    struct epoll_event events[512];
    char frame[FRAME_MAX], heard[4096];
    unsigned long seq = 0;
    long size = argc == 2 ? atol(argv[1]) : 0;
    if (size < 64 || size > 65535) return 2;
    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), on = 1;
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, BACKLOG) < 0) return 1;
    getsockname(listener, (struct sockaddr *)&at, &len);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, 512, -1);
        for (int n = 0; n < ready; n++) {
            int fd = events[n].data.fd;
            if (fd == listener) {
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0 && fd < FILES_MAX) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    event.data.fd = fd;
                    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
                    states[fd] = NEW;
                    if (fd > highest) highest = fd;
                }
                continue;
            }
            if (read(fd, heard, sizeof heard) <= 0) {
                leave(fd);
            } else if (states[fd] == NEW) {
                (void)!write(fd, ACCEPTED, sizeof ACCEPTED - 1);
                states[fd] = OPEN;
            } else {
                size_t whole = build(frame, (size_t)size, ++seq);
                for (int to = 0; to <= highest; to++)
                    if (states[to] == OPEN && to != fd) (void)!write(to, frame, whole);
            }
        }
    }
}
