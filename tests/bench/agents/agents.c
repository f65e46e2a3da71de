/*
 * One SNMP 2c agent on every address of 127.0.0.0/8, in one process with one socket: what a poller costs is measured
 * against it, so it must cost less itself. Usage: agents INTERFACES COMMUNITY EPOCH_UNIX_MS
 * Prints its port, a free one; on SIGUSR1 one line of JSON with its counts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "mib.h"

#define BATCH 64
#define PACKET 4096
/* Payload of a UDP packet in an Ethernet frame: what agents in the field keep to. */
#define REPLY 1472

enum { GET = 0xa0, GET_NEXT = 0xa1, RESPONSE = 0xa2, GET_BULK = 0xa5, TOO_BIG = 1 };

static struct {
  uint64_t requests, replies, varbinds, get, next, bulk, foreign, malformed, unsent;
  /* SO_RXQ_OVFL: requests that the kernel threw away because this process was too slow. */
  uint32_t overflowed;
} counts;
static const char *community;
static size_t community_length;
static uint64_t epoch;
static volatile sig_atomic_t asked;

/* Where the next instance of a name is: the object and its row; object OBJECTS behind the last. */
struct instance {
  int object;
  uint32_t row;
};

static struct instance next_of(struct instance from, uint64_t least) {
  for (int found; from.object < OBJECTS; from.object++, least = 0) {
    from.row = row_from(objects[from.object].rows, least, &found);
    if (found) break;
  }
  return from;
}

static struct instance after(const struct oid *name) {
  int place;
  struct instance from = {object_at(name, &place), 0};
  return next_of(from, place == 0 ? (uint64_t)name->arc[objects[from.object].oid.count] + 1 : 0);
}

static unsigned char *put_instance(unsigned char *to, struct instance at, const struct moment *now) {
  const struct object *o = &objects[at.object];
  unsigned char *start = to;
  to += 2;
  *to++ = OBJECT_ID;
  unsigned char *length = to++;
  memcpy(to, o->encoded, o->length);
  to = put_arc(to + o->length, at.row);
  *length = to - length - 1;
  to = o->put(to, now, at.row, o->weight);
  start[0] = SEQUENCE;
  start[1] = to - start - 2;
  counts.varbinds++;
  return to;
}

static unsigned char *put_exception(unsigned char *to, const struct oid *name, int tag) {
  unsigned char content[MOST_ARCS * 5];
  int length = put_oid_content(content, name) - content;
  *to++ = SEQUENCE;
  *to++ = length + 4;
  to = put_octets(to, OBJECT_ID, content, length);
  *to++ = tag;
  *to++ = 0;
  return to;
}

static unsigned char *put_exact(unsigned char *to, const struct oid *name, const struct moment *now) {
  int place, found = 0;
  struct instance at = {object_at(name, &place), 0};
  if (place != 0) return put_exception(to, name, NO_SUCH_OBJECT);
  const struct object *o = &objects[at.object];
  if (name->count == o->oid.count + 1) at.row = row_from(o->rows, name->arc[o->oid.count], &found);
  if (!found || at.row != name->arc[o->oid.count]) return put_exception(to, name, NO_SUCH_INSTANCE);
  return put_instance(to, at, now);
}

static unsigned char *put_next(unsigned char *to, const struct oid *name, struct instance at, const struct moment *now) {
  return at.object == OBJECTS ? put_exception(to, name, END_OF_MIB_VIEW) : put_instance(to, at, now);
}

/* RFC 3416 section 4.2.3: as many repetitions as fit. A column that has ended repeats its last name. */
static unsigned char *put_bulk(unsigned char *to, unsigned char *end, struct oid *names, int count, int others,
                               int repetitions, const struct moment *now) {
  static struct instance at[BATCH * 8];
  unsigned char *next;
  for (int i = 0; i < count; i++) at[i] = after(&names[i]);
  for (int i = 0; i < others; i++, to = next)
    if ((next = put_next(to, &names[i], at[i], now)) > end) return to;
  for (int alive = 1; repetitions > 0 && alive; repetitions--) {
    alive = 0;
    for (int i = others; i < count; i++, to = next) {
      if ((next = put_next(to, &names[i], at[i], now)) > end) return to;
      if (at[i].object == OBJECTS) continue;
      alive = 1;
      const struct object *o = &objects[at[i].object];
      names[i] = o->oid;
      names[i].arc[names[i].count++] = at[i].row;
      at[i] = next_of(at[i], (uint64_t)at[i].row + 1);
    }
  }
  return to;
}

/* Length of the reply; 0: silence, as agents do for what they cannot read or do not know. */
static int answer(const unsigned char *packet, int length, unsigned char *reply, const struct moment *now) {
  static struct oid names[BATCH * 8];
  struct reader all = {packet, packet + length}, message = enter(&all, SEQUENCE), pdu, list, one, secret;
  int32_t version, id, first, second;
  int count = 0;
  if (!message.end || !read_integer(&message, &version) || version != 1) return counts.malformed++, 0;
  secret = enter(&message, OCTETS);
  if (!secret.end || message.at == message.end) return counts.malformed++, 0;
  if ((size_t)(secret.end - secret.at) != community_length || memcmp(secret.at, community, community_length))
    return counts.foreign++, 0;
  int type = *message.at;
  pdu = enter(&message, type);
  if ((type != GET && type != GET_NEXT && type != GET_BULK) || !pdu.end || !read_integer(&pdu, &id) ||
      !read_integer(&pdu, &first) || !read_integer(&pdu, &second) || !(list = enter(&pdu, SEQUENCE)).end)
    return counts.malformed++, 0;
  for (; list.at < list.end; count++)
    if (count == BATCH * 8 || !(one = enter(&list, SEQUENCE)).end || !read_oid(&one, &names[count]))
      return counts.malformed++, 0;

  /* request-id, error-status, error-index */
  unsigned char id_bytes[4] = {(uint32_t)id >> 24, id >> 16, id >> 8, id}, numbers[12];
  unsigned char *to = put_octets(numbers, INTEGER, id_bytes, 4), *status = to + 2;
  memcpy(to, "\2\1\0\2\1\0", 6);
  int numbers_length = sizeof numbers;
  int head = 4 + 3 + 2 + community_length + 4 + numbers_length + 4;
  unsigned char *start = reply + head, *end = reply + REPLY;
  to = start;
  if (type == GET_BULK) {
    counts.bulk++;
    int others = first < 0 ? 0 : first > count ? count : first;
    to = put_bulk(to, end, names, count, others, second, now);
  } else {
    *(type == GET ? &counts.get : &counts.next) += 1;
    for (int i = 0; i < count && to <= end; i++)
      to = type == GET ? put_exact(to, &names[i], now) : put_next(to, &names[i], after(&names[i]), now);
    if (to > end) {
      *status = TOO_BIG;
      to = start;
    }
  }
  int body = to - start;
  to = put_header(reply, SEQUENCE, head - 4 + body);
  to = put_unsigned(to, INTEGER, 1);
  to = put_octets(to, OCTETS, community, community_length);
  to = put_header(to, RESPONSE, numbers_length + 4 + body);
  memcpy(to, numbers, numbers_length);
  put_header(to + numbers_length, SEQUENCE, body);
  return head + body;
}

static void on_signal(int number) { asked = number; }

static void tell_counts(void) {
  asked = 0;
  printf("{\"requests\":%lu,\"replies\":%lu,\"varbinds\":%lu,\"get\":%lu,\"getNext\":%lu,\"getBulk\":%lu,"
         "\"wrongCommunity\":%lu,\"malformed\":%lu,\"unsent\":%lu,\"overflowed\":%u}\n",
         counts.requests, counts.replies, counts.varbinds, counts.get, counts.next, counts.bulk, counts.foreign,
         counts.malformed, counts.unsent, counts.overflowed);
  fflush(stdout);
}

/* Takes the address that was asked from the packet's control data; the reply must come from there. */
static uint32_t asked_address(struct msghdr *header) {
  uint32_t address = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
      address = ((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr.s_addr;
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) memcpy(&counts.overflowed, CMSG_DATA(c), 4);
  }
  return address;
}

static void serve(int fd) {
  static struct mmsghdr in[BATCH], out[BATCH];
  static struct iovec in_parts[BATCH], out_parts[BATCH];
  static struct sockaddr_in peers[BATCH];
  /* A reply may run over its limit by one varbind before that is noticed. */
  static unsigned char packets[BATCH][PACKET], replies[BATCH][PACKET];
  static char in_control[BATCH][128] __attribute__((aligned(8))), out_control[BATCH][128] __attribute__((aligned(8)));
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      in_parts[i] = (struct iovec){packets[i], PACKET};
      in[i].msg_hdr = (struct msghdr){&peers[i], sizeof peers[i], &in_parts[i], 1, in_control[i], sizeof in_control[i], 0};
    }
    if (asked) tell_counts();
    int received = recvmmsg(fd, in, BATCH, MSG_WAITFORONE, NULL);
    int answers = 0;
    for (int i = 0; i < received; i++) {
      struct timespec t;
      clock_gettime(CLOCK_REALTIME, &t);
      uint64_t unix_ms = t.tv_sec * 1000ull + t.tv_nsec / 1000000;
      uint32_t address = asked_address(&in[i].msg_hdr);
      struct moment now = {ntohl(address), unix_ms - epoch, unix_ms};
      counts.requests++;
      int length = answer(packets[i], in[i].msg_len, replies[answers], &now);
      if (length == 0) continue;
      out_parts[answers] = (struct iovec){replies[answers], length};
      struct msghdr *header = &out[answers].msg_hdr;
      *header = (struct msghdr){&peers[i], sizeof peers[i], &out_parts[answers], 1, out_control[answers],
                                CMSG_SPACE(sizeof(struct in_pktinfo)), 0};
      struct cmsghdr *c = CMSG_FIRSTHDR(header);
      *c = (struct cmsghdr){CMSG_LEN(sizeof(struct in_pktinfo)), IPPROTO_IP, IP_PKTINFO};
      *(struct in_pktinfo *)CMSG_DATA(c) = (struct in_pktinfo){.ipi_spec_dst.s_addr = address};
      answers++;
    }
    for (int sent = 0; sent < answers;) {
      int now = sendmmsg(fd, out + sent, answers - sent, 0);
      /* An asker that has gone comes back as an error of the socket; the packet in front of it is not to blame. */
      if (now < 0 && errno != EINTR && errno != ECONNREFUSED) counts.unsent++, sent++;
      if (now > 0) sent += now, counts.replies += now;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: agents INTERFACES COMMUNITY EPOCH_UNIX_MS\n"), 2;
  interfaces = strtoul(argv[1], 0, 10);
  community = argv[2];
  community_length = strlen(community);
  epoch = strtoull(argv[3], 0, 10);
  if (interfaces < 1 || interfaces > 4000 || community_length > 100) return fprintf(stderr, "agents: out of range\n"), 2;
  prepare_objects();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  int fd = socket(AF_INET, SOCK_DGRAM, 0), yes = 1, room = 16 << 20;
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  socklen_t size = sizeof any;
  setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
  setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (fd < 0 || bind(fd, (struct sockaddr *)&any, size) || getsockname(fd, (struct sockaddr *)&any, &size))
    return perror("agents: binding a UDP port"), 1;
  printf("%d\n", ntohs(any.sin_port));
  fflush(stdout);
  serve(fd);
}
