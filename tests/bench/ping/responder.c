/*
 * Answers IPv4 echo requests on a TUN interface after an exact delay, so that a round-trip time is known beforehand.
 * Usage: responder INTERFACE DELAY_US [answers, default 1] [drop every Nth request, default 0 = none]
 * Prints "ready" when the interface is there. The last moment before an answer is due is spent spinning: a timer alone
 * would be late by the scheduler's granularity.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define ROOM 65536
#define SPIN_NS 300000

struct answer {
  int64_t due;
  int length;
  unsigned char packet[256];
};
static struct answer ring[ROOM];

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Turns a request into its answer; 0 when the packet is no IPv4 echo request. */
static int turn_round(unsigned char *p, int length) {
  int header = (p[0] & 15) * 4;
  if (length < header + 8 || p[0] >> 4 != 4 || p[9] != 1 || p[header] != 8) return 0;
  unsigned char source[4];
  memcpy(source, p + 12, 4);
  memcpy(p + 12, p + 16, 4);
  memcpy(p + 16, source, 4);
  p[header] = 0;
  /* RFC 1624: the type went down by 0x0800, so the checksum goes up by it. */
  uint32_t sum = ((p[header + 2] << 8) | p[header + 3]) + 0x0800;
  sum = (sum & 0xffff) + (sum >> 16);
  p[header + 2] = sum >> 8;
  p[header + 3] = sum & 0xff;
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "usage: responder INTERFACE DELAY_US [ANSWERS] [DROP_EVERY]\n"), 2;
  int64_t delay = atoll(argv[2]) * 1000;
  int answers = argc > 3 ? atoi(argv[3]) : 1, drop = argc > 4 ? atoi(argv[4]) : 0;
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {0};
  strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) return perror("open /dev/net/tun"), 1;
  puts("ready");
  fflush(stdout);
  uint32_t head = 0, tail = 0;
  uint64_t seen = 0;
  for (;;) {
    int64_t wait = head == tail ? -1 : ring[head % ROOM].due - now_ns();
    if (head == tail || wait > SPIN_NS) {
      struct pollfd p = {.fd = fd, .events = POLLIN};
      struct timespec t = {.tv_sec = (wait - SPIN_NS) / 1000000000LL, .tv_nsec = (wait - SPIN_NS) % 1000000000LL};
      ppoll(&p, 1, head == tail ? NULL : &t, NULL);
    }
    while (tail - head < ROOM) {
      struct answer *a = &ring[tail % ROOM];
      int length = read(fd, a->packet, sizeof a->packet);
      if (length < 0) break;
      if (!turn_round(a->packet, length) || (drop && ++seen % drop == 0)) continue;
      a->due = now_ns() + delay;
      a->length = length;
      tail++;
    }
    while (head != tail && ring[head % ROOM].due <= now_ns()) {
      struct answer *a = &ring[head++ % ROOM];
      for (int i = 0; i < answers; i++)
        if (write(fd, a->packet, a->length) < 0 && errno != EAGAIN) return perror("write"), 1;
    }
  }
}
