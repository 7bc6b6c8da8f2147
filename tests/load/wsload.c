/* Opens thousands of WebSockets to a server on this machine and times what arrives.
 *
 *   wsload PORT PATH [-g GREETING] [-w WATCH | -W FILE] [-e] [-h HEADER] [-c HEADER] [-t TRIGGER]... [-S PID]
 *
 * -g: what every socket says first; -w: what a listener says next, -W: each its own line of a file;
 * -e: a listener is served only once it was shown something; -h, -c: a header line of listeners, of
 * the control socket; -t: what the control socket says to have a frame sent to all, in turn, with
 * `#` replaced by a number; -S: whose CPU time and memory are told.
 *
 * Commands come on stdin, a line each, and a line of JSON answers each:
 *   open N [stall|slow]   N more sockets; stalled ones never read, slow ones a byte a second
 *   rounds RATE LIMIT_S   trigger, wait until every listener has the frame, and again, RATE a second
 *                         (0: at once); what is late counts from when it was due
 *   log FILE, unlog       note every frame: socket (4 bytes), its seq (4), CLOCK_MONOTONIC ns (8)
 *   reset                 reset all listeners and open them anew, all at once
 *   jitter FIRST_MS MAX_MS  from now on whoever was lost comes back after a random part of FIRST_MS,
 *                         doubled with each try up to MAX_MS, as our clients do
 *   survive LIMIT_S       wait until every listener has lost its connection and is served again
 *   status
 *
 * A frame belongs to a trigger if the number behind "seq": in it is higher than all before.
 * Bounded: 12,000 sockets, 60 s a command, 127.0.0.1.
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
#include <time.h>
#include <unistd.h>

enum { SOCKETS_MAX = 12000, TRIGGERS_MAX = 4, OPENING_MAX = 256, ROUNDS_MAX = 100000 };
enum { READ_MAX = 1 << 18, SEQ_WITHIN = 256, SAMPLES_MAX = 4000000, RECEIVE_SMALL = 4096 };
static const double COMMAND_MAX_S = 60, ROUND_MAX_S = 10, SETTLE_S = 0.3;
static const uint32_t STDIN = UINT32_MAX;

enum state { FREE, CONNECTING, ASKED, OPEN, SERVED, LOST };
enum kind { LISTENER, STALLED, SLOW, CONTROL };

struct peer {
    int fd;
    enum state state;
    enum kind kind;
    long round;        /* the last one whose frame it has */
    uint64_t again_at; /* when a lost one tries again, ns */
    char was_lost;
    unsigned char tries; /* since it was served */
    char *rest; /* an unfinished frame */
    uint32_t rest_len;
};

static struct peer peers[SOCKETS_MAX + 1];
static int count, served, failed, given_up, lost_once, opening;
static int control = -1;
static int epoll, port;
static const char *path, *greeting, *watch, *listener_header = "", *control_header = "";
static const char *triggers[TRIGGERS_MAX];
static int triggers_len, expects_view, server_pid, is_surviving;
static char **watches;
static int watches_len;
static FILE *notes;
static double jitter_first_ms, jitter_max_ms;

static uint64_t frames, max_seq, base_seq;
static long round_no, round_got, round_want;
static uint64_t round_due, first_lost, last_served;
static float *samples;
static size_t samples_len;
static uint64_t slow_at;

static uint64_t now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000ull + (uint64_t)at.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "wsload: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* --- what the server and we have spent --- */

static double server_cpu_s(void) {
    char name[64], words[2048];
    unsigned long user, system;
    snprintf(name, sizeof name, "/proc/%d/stat", server_pid);
    FILE *file = server_pid ? fopen(name, "r") : NULL;
    if (!file) return 0;
    words[fread(words, 1, sizeof words - 1, file)] = 0;
    fclose(file);
    char *after = strrchr(words, ')');
    if (!after || sscanf(after + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
        return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static long server_kb(void) {
    char name[64], line[256];
    long kb = 0;
    snprintf(name, sizeof name, "/proc/%d/smaps_rollup", server_pid);
    FILE *file = server_pid ? fopen(name, "r") : NULL;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Pss: %ld", &kb) == 1) break;
    if (file) fclose(file);
    return kb;
}

static double own_cpu_s(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* --- one socket --- */

static void listen_for(int index, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)index};
    if (epoll_ctl(epoll, operation, peers[index].fd, &event) < 0) fail("epoll_ctl");
}

/* How long a lost listener waits before it tries again. */
static uint64_t pause_ns(struct peer *peer) {
    if (jitter_max_ms <= 0) return peer->state == SERVED ? 0 : 50000000;
    if (peer->state == SERVED) peer->tries = 0;
    double ceiling_ms = jitter_first_ms * (double)(1u << peer->tries);
    if (peer->tries < 16) peer->tries++;
    return (uint64_t)(drand48() * (ceiling_ms < jitter_max_ms ? ceiling_ms : jitter_max_ms) * 1e6);
}

static void lose(int index) {
    struct peer *peer = &peers[index];
    if (peer->state == CONNECTING || peer->state == ASKED || peer->state == OPEN) opening--;
    if (peer->state == SERVED && peer->kind != CONTROL) served--;
    close(peer->fd);
    free(peer->rest);
    peer->rest = NULL;
    peer->rest_len = 0;
    if (peer->kind == STALLED || peer->kind == SLOW) given_up++;
    if (!first_lost) first_lost = now_ns();
    if (is_surviving && peer->kind == LISTENER) {
        if (peer->state == SERVED && !peer->was_lost) peer->was_lost = 1, lost_once++;
        peer->again_at = now_ns() + pause_ns(peer);
    } else if (peer->kind == LISTENER || peer->kind == CONTROL) {
        failed++;
    }
    peer->state = LOST;
}

static void begin(int index) {
    struct peer *peer = &peers[index];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct linger reset = {1, 0}; /* no port is kept waiting after a close */
    int on = 1, small = RECEIVE_SMALL;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (peer->fd < 0) fail("socket");
    setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (peer->kind == STALLED || peer->kind == SLOW)
        setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    peer->state = CONNECTING;
    opening++;
    if (connect(peer->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) fail("connect");
    listen_for(index, EPOLLOUT | EPOLLIN, EPOLL_CTL_ADD);
}

/* A masked text frame; the mask is 0, so the payload stays as it is. */
static void say(struct peer *peer, int opcode, const char *words, size_t len) {
    unsigned char frame[65536 + 8] = {(unsigned char)(0x80 | opcode)};
    size_t head = 2;
    if (len > 65535) fail("a message that long");
    if (len < 126) {
        frame[1] = (unsigned char)(0x80 | len);
    } else {
        frame[1] = 0x80 | 126, frame[2] = (unsigned char)(len >> 8), frame[3] = (unsigned char)len;
        head = 4;
    }
    memcpy(frame + head + 4, words, len);
    (void)!send(peer->fd, frame, head + 4 + len, MSG_NOSIGNAL);
}

static void ask(int index) {
    struct peer *peer = &peers[index];
    char request[2048];
    const char *header = peer->kind == CONTROL ? control_header : listener_header;
    int len = snprintf(request, sizeof request,
                       "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s\r\n",
                       path, port, header, *header ? "\r\n" : "");
    (void)!send(peer->fd, request, (size_t)len, MSG_NOSIGNAL);
    peer->state = ASKED;
    listen_for(index, EPOLLIN, EPOLL_CTL_MOD);
}

static void be_served(int index) {
    peers[index].state = SERVED;
    opening--;
    served += peers[index].kind != CONTROL;
    last_served = now_ns();
    /* Whoever is not to read is heard of no more, but for the end of its connection. */
    if (peers[index].kind == STALLED || peers[index].kind == SLOW) listen_for(index, 0, EPOLL_CTL_MOD);
}

static void opened(int index) {
    struct peer *peer = &peers[index];
    peer->state = OPEN;
    if (greeting) say(peer, 1, greeting, strlen(greeting));
    if (peer->kind != CONTROL) {
        const char *words = watches_len ? watches[index % watches_len] : watch;
        if (words) say(peer, 1, words, strlen(words));
    }
    if (!expects_view || peer->kind != LISTENER) be_served(index);
}

static void heard(int index, int opcode, char *words, size_t len, uint64_t at) {
    struct peer *peer = &peers[index];
    if (opcode == 9) say(peer, 10, words, len);
    if (opcode == 1 && len == 1 && *words == '2') say(peer, 1, "3", 1); /* a ping of Engine.IO */
    if (opcode != 1 || peer->kind != LISTENER) return;
    char *found = memmem(words, len < SEQ_WITHIN ? len : SEQ_WITHIN, "\"seq\":", 6);
    if (!found) return;
    uint64_t seq = strtoull(found + 6, NULL, 10);
    frames++;
    if (peer->state == OPEN) be_served(index);
    if (seq > max_seq) max_seq = seq;
    if (notes) {
        uint32_t which[2] = {(uint32_t)index, (uint32_t)seq};
        fwrite(which, sizeof which, 1, notes);
        fwrite(&at, sizeof at, 1, notes);
    }
    if (round_want && seq > base_seq && peer->round != round_no) {
        peer->round = round_no;
        round_got++;
        if (samples_len < SAMPLES_MAX) samples[samples_len++] = (float)((double)(at - round_due) / 1e6);
    }
}

static void receive(int index) {
    static char data[READ_MAX];
    struct peer *peer = &peers[index];
    size_t len = peer->rest_len, done = 0;
    if (len) memcpy(data, peer->rest, len);
    ssize_t got = recv(peer->fd, data + len, sizeof data - len - 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        lose(index);
        return;
    }
    uint64_t at = now_ns();
    len += (size_t)got;
    data[len] = 0;
    if (peer->state == ASKED) {
        char *end = memmem(data, len, "\r\n\r\n", 4);
        if (end && strncmp(data, "HTTP/1.1 101", 12) != 0) {
            lose(index);
            return;
        }
        if (end) {
            done = (size_t)(end + 4 - data);
            opened(index);
        }
    }
    while (peer->state >= OPEN && len - done >= 2) {
        unsigned char *frame = (unsigned char *)data + done;
        size_t size = frame[1] & 0x7F, head = 2;
        if (size == 126) head = 4;
        if (size == 127) head = 10;
        if (len - done < head) break;
        if (head > 2) {
            size = 0;
            for (size_t n = 2; n < head; n++) size = size << 8 | frame[n];
        }
        if (head + size >= READ_MAX) fail("a frame that long");
        if (len - done < head + size) break;
        if ((frame[0] & 0x0F) == 8) {
            lose(index);
            return;
        }
        heard(index, frame[0] & 0x0F, (char *)frame + head, size, at);
        done += head + size;
    }
    free(peer->rest);
    peer->rest = NULL;
    peer->rest_len = (uint32_t)(len - done);
    if (peer->rest_len) {
        peer->rest = malloc(peer->rest_len);
        memcpy(peer->rest, data + done, peer->rest_len);
    }
}

static void sip(void) {
    char byte;
    for (int index = 0; index < count; index++)
        if (peers[index].kind == SLOW && peers[index].state == SERVED) (void)!recv(peers[index].fd, &byte, 1, 0);
}

/* Deal with what happens, for so long at most; whether a command waits. */
static int turn(int limit_ms) {
    struct epoll_event events[512];
    int is_told = 0;
    int len = epoll_wait(epoll, events, 512, limit_ms);
    for (int n = 0; n < len; n++) {
        uint32_t index = events[n].data.u32;
        if (index == STDIN) {
            is_told = 1;
            continue;
        }
        struct peer *peer = &peers[index];
        if (peer->state == LOST) continue;
        if (events[n].events & EPOLLIN)
            receive((int)index);
        else if (events[n].events & (EPOLLERR | EPOLLHUP))
            lose((int)index);
        else if (peer->state == CONNECTING)
            ask((int)index);
    }
    if (now_ns() >= slow_at) {
        slow_at = now_ns() + 1000000000ull;
        sip();
    }
    return is_told;
}

static void turn_until(uint64_t at) {
    for (uint64_t now; (now = now_ns()) < at;) {
        uint64_t left_ms = (at - now) / 1000000;
        turn(left_ms > 20 ? 20 : (int)left_ms);
    }
}

static uint64_t in_s(double s) { return now_ns() + (uint64_t)(s * 1e9); }

/* --- the commands --- */

static void open_more(int more, enum kind kind) {
    uint64_t began = now_ns(), limit = in_s(COMMAND_MAX_S);
    int before = served, failed_before = failed, started = 0;
    double cpu = server_cpu_s();
    if (more < 0 || count + more > SOCKETS_MAX) more = SOCKETS_MAX - count;
    while (served - before + (failed - failed_before) < more && now_ns() < limit) {
        for (; started < more && opening < OPENING_MAX; started++) {
            peers[count].kind = kind;
            begin(count++);
        }
        turn(20);
    }
    double took_s = (double)(now_ns() - began) / 1e9;
    printf("{\"opened\":%d,\"failed\":%d,\"took_s\":%.4f,\"cpu_s\":%.3f}\n", served - before,
           failed - failed_before, took_s, server_cpu_s() - cpu);
}

static void trigger(void) {
    static unsigned long said;
    char words[1024];
    const char *template = triggers[said++ % (unsigned long)triggers_len];
    const char *mark = strchr(template, '#');
    if (mark)
        snprintf(words, sizeof words, "%.*s%d-%lu%s", (int)(mark - template), template, getpid(), said, mark + 1);
    else
        snprintf(words, sizeof words, "%s", template);
    say(&peers[control], 1, words, strlen(words));
}

static int by_value(const void *a, const void *b) {
    float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

static float quantile(double share) { return samples_len ? samples[(size_t)((double)(samples_len - 1) * share)] : 0; }

static void open_control(void) {
    if (control >= 0 && peers[control].state == SERVED) return;
    control = SOCKETS_MAX; /* outside of what is counted */
    peers[control].kind = CONTROL;
    begin(control);
    for (uint64_t limit = in_s(ROUND_MAX_S); peers[control].state != SERVED && now_ns() < limit;) turn(20);
    if (peers[control].state != SERVED) fail("the control socket");
    turn_until(in_s(SETTLE_S));
}

static void run_rounds(double rate, double limit_s) {
    static float last_ms[ROUNDS_MAX];
    long done = 0;
    open_control();
    if (limit_s > COMMAND_MAX_S) limit_s = COMMAND_MAX_S;
    samples_len = 0;
    uint64_t frames_before = frames, began = now_ns(), until = began + (uint64_t)(limit_s * 1e9);
    double cpu = server_cpu_s(), own = own_cpu_s();
    int is_whole = 1;
    while (is_whole && done < ROUNDS_MAX) {
        round_due = rate > 0 ? began + (uint64_t)((double)done / rate * 1e9) : now_ns();
        if (round_due >= until || now_ns() >= began + (uint64_t)(COMMAND_MAX_S * 1e9)) break;
        turn_until(round_due);
        round_no++;
        base_seq = max_seq;
        round_got = round_want = 0;
        for (int n = 0; n < count; n++) round_want += peers[n].kind == LISTENER && peers[n].state == SERVED;
        trigger();
        uint64_t limit = in_s(ROUND_MAX_S);
        while (round_got < round_want && now_ns() < limit) turn(20);
        is_whole = round_got >= round_want && round_want > 0;
        last_ms[done++] = (float)((double)(now_ns() - round_due) / 1e6);
    }
    round_want = 0;
    if (rate > 0) turn_until(until);
    double wall_s = (double)(now_ns() - began) / 1e9;
    cpu = server_cpu_s() - cpu, own = own_cpu_s() - own;
    qsort(samples, samples_len, sizeof *samples, by_value);
    printf("{\"rounds\":%ld,\"is_whole\":%s,\"frames\":%lu,\"wall_s\":%.4f,\"cpu_s\":%.3f,\"own_cpu_s\":%.3f,"
           "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"last_ms\":[",
           done, is_whole ? "true" : "false", (unsigned long)(frames - frames_before), wall_s, cpu, own,
           quantile(0.5), quantile(0.99));
    for (long n = 0; n < done; n++) printf("%s%.3f", n ? "," : "", last_ms[n]);
    printf("]}\n");
}

/* Until all who were lost are served again; how long that took from the first loss. */
static void come_back(double limit_s, int want_lost) {
    uint64_t limit = in_s(limit_s < COMMAND_MAX_S ? limit_s : COMMAND_MAX_S);
    int want = served + want_lost;
    int again = 0;
    while ((lost_once < (want_lost ? want_lost : want) || served < want) && now_ns() < limit) {
        uint64_t now = now_ns();
        for (int n = 0; n < count; n++)
            if (peers[n].state == LOST && peers[n].kind == LISTENER && peers[n].again_at <= now) begin(n), again++;
        turn(5);
    }
    is_surviving = 0;
    printf("{\"lost\":%d,\"served\":%d,\"tries\":%d,\"took_s\":%.4f}\n", lost_once, served, again,
           first_lost && last_served > first_lost ? (double)(last_served - first_lost) / 1e9 : 0.0);
}

static void survive(double limit_s, int is_reset) {
    int lost = 0;
    is_surviving = 1, lost_once = 0, first_lost = 0;
    for (int n = 0; n < count; n++) peers[n].was_lost = 0;
    for (int n = 0; is_reset && n < count; n++)
        if (peers[n].kind == LISTENER && peers[n].state == SERVED) lose(n), lost++;
    come_back(limit_s, lost);
}

static int obey(char *line) {
    char words[512] = "";
    double first = 0, second = 0;
    int number = 0;
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "open %d %500s", &number, words) >= 1) {
        open_more(number, !strcmp(words, "stall") ? STALLED : !strcmp(words, "slow") ? SLOW : LISTENER);
    } else if (sscanf(line, "rounds %lf %lf", &first, &second) == 2) {
        run_rounds(first, second);
    } else if (sscanf(line, "jitter %lf %lf", &first, &second) == 2) {
        jitter_first_ms = first, jitter_max_ms = second;
        printf("{}\n");
    } else if (sscanf(line, "survive %lf", &first) == 1) {
        survive(first, 0);
    } else if (!strcmp(line, "reset")) {
        survive(COMMAND_MAX_S, 1);
    } else if (sscanf(line, "log %500s", words) == 1) {
        notes = fopen(words, "wb");
        if (!notes) fail(words);
        printf("{}\n");
    } else if (!strcmp(line, "unlog")) {
        if (notes) fclose(notes);
        notes = NULL;
        printf("{}\n");
    } else if (!strcmp(line, "status")) {
        printf("{\"served\":%d,\"failed\":%d,\"given_up\":%d,\"frames\":%lu,\"server_kb\":%ld,\"server_cpu_s\":%.3f}\n",
               served, failed, given_up, (unsigned long)frames, server_kb(), server_cpu_s());
    } else {
        return 0;
    }
    fflush(stdout);
    return 1;
}

static void read_watches(const char *name) {
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    if (!file) fail(name);
    watches = calloc(SOCKETS_MAX, sizeof *watches);
    while (watches_len < SOCKETS_MAX && (len = getline(&line, &room, file)) > 1) {
        line[len - 1] = 0;
        watches[watches_len++] = strdup(line);
    }
    free(line);
    fclose(file);
}

int main(int argc, char **argv) {
    struct rlimit files;
    char line[1024];
    int option;
    while ((option = getopt(argc, argv, "g:w:W:h:c:t:S:e")) != -1) switch (option) {
        case 'g': greeting = optarg; break;
        case 'w': watch = optarg; break;
        case 'W': read_watches(optarg); break;
        case 'h': listener_header = optarg; break;
        case 'c': control_header = optarg; break;
        case 't': if (triggers_len < TRIGGERS_MAX) triggers[triggers_len++] = optarg; break;
        case 'S': server_pid = atoi(optarg); break;
        case 'e': expects_view = 1; break;
        default: return 2;
        }
    if (argc - optind != 2) return 2;
    port = atoi(argv[optind]), path = argv[optind + 1];
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    samples = malloc(SAMPLES_MAX * sizeof *samples);
    epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = STDIN};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event) < 0) fail("stdin");
    setvbuf(stdin, NULL, _IONBF, 0); /* a line that is buffered would not wake epoll again */
    for (;;) {
        if (!turn(200)) continue;
        if (!fgets(line, sizeof line, stdin)) return 0;
        if (!obey(line)) {
            fprintf(stderr, "wsload: what is %s?\n", line);
            return 2;
        }
    }
}
