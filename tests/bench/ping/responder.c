/*
 * Answers IPv4 echo requests on a TUN interface an exact time after they left, so that a round-trip time is known
 * beforehand. Usage: responder INTERFACE DELAY_US [answers, default 1] [drop every Nth request, default 0 = none] [log]
 * Prints "ready" when the interface is there.
 *
 * Requests are read from a packet socket, which tells when the kernel handed each of them to the interface: how late
 * this process wakes up does not count. The last moment before an answer is due is spent spinning: a timer alone would
 * be late by the scheduler's granularity. The packet socket sees the answers too; with a log, the time each echo was
 * really away is written to it on SIGTERM, in order of arrival: 4 bytes of address and 8 bytes of ns, host order.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM 65536
#define SPIN_NS 300000
#define LOG_ROOM 4000000
/* Where an answer carries the time of its request: behind the ICMP header and 12 bytes that belong to the asker. */
#define STAMP 20

struct answer {
  int64_t due;
  int length;
  unsigned char packet[256];
};
static struct answer ring[ROOM];

struct __attribute__((packed)) away {
  uint32_t address;
  int64_t ns;
};
static struct away *away;
static int aways;
static const char *log_path;

static int64_t in_ns(const struct timespec *t) { return t->tv_sec * 1000000000LL + t->tv_nsec; }

/* The clock of the kernel's packet timestamps. */
static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return in_ns(&t);
}

static void write_log(int signal) {
  (void)signal;
  FILE *file = fopen(log_path, "w");
  int done = file && fwrite(away, sizeof *away, aways, file) == (size_t)aways && fclose(file) == 0;
  _exit(done ? 0 : 1);
}

/* Turns a request that left at that time into its answer. */
static void turn_round(unsigned char *p, int length, int64_t left) {
  int header = (p[0] & 15) * 4;
  unsigned char source[4];
  memcpy(source, p + 12, 4);
  memcpy(p + 12, p + 16, 4);
  memcpy(p + 16, source, 4);
  p[header] = 0;
  if (length >= header + STAMP + 8) memcpy(p + header + STAMP, &left, 8);
  p[header + 2] = p[header + 3] = 0;
  uint32_t sum = 0;
  for (int i = header; i < length; i += 2) sum += p[i] << 8 | (i + 1 < length ? p[i + 1] : 0);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  p[header + 2] = ~sum >> 8;
  p[header + 3] = ~sum;
}

/* Reads one packet that passed the interface; its length, 0 when it is no ICMP packet over IPv4, -1 when none waits. */
static int read_passing(int tap, unsigned char *p, int room, int *outgoing, int64_t *when) {
  struct sockaddr_ll from;
  char control[64];
  struct iovec iov = {p, room};
  struct msghdr message = {&from, sizeof from, &iov, 1, control, sizeof control, 0};
  int length = recvmsg(tap, &message, MSG_DONTWAIT);
  if (length < 0) return -1;
  *outgoing = from.sll_pkttype == PACKET_OUTGOING;
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (!c || c->cmsg_type != SCM_TIMESTAMPNS) return 0;
  struct timespec stamp;
  memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
  *when = in_ns(&stamp);
  return length >= 28 && p[0] >> 4 == 4 && p[9] == 1 && length >= (p[0] & 15) * 4 + 8 ? length : 0;
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "usage: responder INTERFACE DELAY_US [ANSWERS] [DROP_EVERY] [LOG]\n"), 2;
  int64_t delay = atoll(argv[2]) * 1000;
  int answers = argc > 3 ? atoi(argv[3]) : 1, drop = argc > 4 ? atoi(argv[4]) : 0;
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {0};
  strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) return perror("open /dev/net/tun"), 1;
  int tap = socket(AF_PACKET, SOCK_DGRAM, 0), on = 1, room = 16 << 20;
  struct sockaddr_ll here = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  here.sll_ifindex = if_nametoindex(argv[1]);
  setsockopt(tap, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  if (tap < 0 || setsockopt(tap, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0 ||
      bind(tap, (struct sockaddr *)&here, sizeof here) < 0)
    return perror("open packet socket"), 1;
  if (argc > 5) {
    log_path = argv[5];
    away = calloc(LOG_ROOM, sizeof *away);
    signal(SIGTERM, write_log);
  }
  puts("ready");
  fflush(stdout);
  uint32_t head = 0, tail = 0;
  uint64_t seen = 0;
  unsigned char unread[2048];
  for (;;) {
    int64_t wait = head == tail ? -1 : ring[head % ROOM].due - now_ns();
    if (head == tail || wait > SPIN_NS) {
      struct pollfd p = {.fd = tap, .events = POLLIN};
      struct timespec t = {.tv_sec = (wait - SPIN_NS) / 1000000000LL, .tv_nsec = (wait - SPIN_NS) % 1000000000LL};
      ppoll(&p, 1, head == tail ? NULL : &t, NULL);
    }
    while (tail - head < ROOM) {
      struct answer *a = &ring[tail % ROOM];
      int64_t when = 0;
      int outgoing, length = read_passing(tap, a->packet, sizeof a->packet, &outgoing, &when);
      if (length < 0) break;
      if (length == 0) continue;
      int icmp = (a->packet[0] & 15) * 4;
      if (!outgoing && log_path && a->packet[icmp] == 0 && length >= icmp + STAMP + 8 && aways < LOG_ROOM) {
        int64_t left;
        memcpy(&left, a->packet + icmp + STAMP, 8);
        memcpy(&away[aways].address, a->packet + 12, 4);
        away[aways++].ns = when - left;
      }
      if (!outgoing || a->packet[icmp] != 8 || (drop && ++seen % drop == 0)) continue;
      turn_round(a->packet, length, when);
      a->due = when + delay;
      a->length = length;
      tail++;
    }
    /* The interface keeps its own copy of what left. */
    while (read(fd, unread, sizeof unread) >= 0)
      ;
    while (head != tail && ring[head % ROOM].due <= now_ns()) {
      struct answer *a = &ring[head++ % ROOM];
      for (int i = 0; i < answers; i++)
        if (write(fd, a->packet, a->length) < 0 && errno != EAGAIN) return perror("write"), 1;
    }
  }
}
