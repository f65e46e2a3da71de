/* The part of BER (X.690) that SNMP version 2c needs. */
#ifndef BER_H
#define BER_H
#include <stdint.h>
#include <string.h>

enum {
  INTEGER = 0x02,
  OCTETS = 0x04,
  OBJECT_ID = 0x06,
  SEQUENCE = 0x30,
  COUNTER32 = 0x41,
  GAUGE32 = 0x42,
  TICKS = 0x43,
  COUNTER64 = 0x46,
  NO_SUCH_OBJECT = 0x80,
  NO_SUCH_INSTANCE = 0x81,
  END_OF_MIB_VIEW = 0x82,
};

#define MOST_ARCS 32

struct oid {
  int count;
  uint32_t arc[MOST_ARCS];
};

struct reader {
  const unsigned char *at, *end;
};

/* Enters an element of that tag: its content; on anything else `end` is NULL. */
static struct reader enter(struct reader *in, int tag) {
  struct reader none = {0, 0};
  if (in->end - in->at < 2 || in->at[0] != tag) return none;
  const unsigned char *at = in->at + 1;
  size_t length = *at++;
  if (length >= 0x80) {
    int bytes = length & 0x7f;
    if (bytes < 1 || bytes > 2 || in->end - at < bytes) return none;
    for (length = 0; bytes > 0; bytes--) length = length << 8 | *at++;
  }
  if ((size_t)(in->end - at) < length) return none;
  in->at = at + length;
  return (struct reader){at, at + length};
}

/* Reads an INTEGER of at most four bytes; 0 when there is none. */
static int read_integer(struct reader *in, int32_t *value) {
  struct reader content = enter(in, INTEGER);
  if (!content.end || content.end == content.at || content.end - content.at > 4) return 0;
  int32_t sum = content.at[0] & 0x80 ? -1 : 0;
  for (; content.at < content.end; content.at++) sum = (int32_t)((uint32_t)sum << 8 | *content.at);
  *value = sum;
  return 1;
}

static int read_oid(struct reader *in, struct oid *oid) {
  struct reader content = enter(in, OBJECT_ID);
  if (!content.end || content.end == content.at || content.end[-1] & 0x80) return 0;
  uint64_t arc = 0;
  oid->count = 0;
  for (; content.at < content.end; content.at++) {
    arc = arc << 7 | (*content.at & 0x7f);
    if (arc > 0xffffffff) return 0;
    if (*content.at & 0x80) continue;
    if (oid->count == 0) {
      oid->arc[0] = arc < 80 ? arc / 40 : 2;
      oid->arc[1] = arc - oid->arc[0] * 40;
      oid->count = 2;
    } else if (oid->count == MOST_ARCS) {
      return 0;
    } else {
      oid->arc[oid->count++] = arc;
    }
    arc = 0;
  }
  return 1;
}

static unsigned char *put_arc(unsigned char *to, uint32_t arc) {
  for (int shift = 28; shift > 0; shift -= 7)
    if (arc >> shift) *to++ = 0x80 | ((arc >> shift) & 0x7f);
  *to++ = arc & 0x7f;
  return to;
}

static unsigned char *put_oid_content(unsigned char *to, const struct oid *oid) {
  to = put_arc(to, oid->arc[0] * 40 + oid->arc[1]);
  for (int i = 2; i < oid->count; i++) to = put_arc(to, oid->arc[i]);
  return to;
}

/* Content shorter than 128 bytes. */
static unsigned char *put_octets(unsigned char *to, int tag, const void *content, int length) {
  *to++ = tag;
  *to++ = length;
  memcpy(to, content, length);
  return to + length;
}

static unsigned char *put_unsigned(unsigned char *to, int tag, uint64_t value) {
  unsigned char bytes[9], *at = bytes + 9;
  do {
    *--at = value & 0xff;
    value >>= 8;
  } while (value);
  if (*at & 0x80) *--at = 0;
  return put_octets(to, tag, at, bytes + 9 - at);
}

/* Always the long form with two bytes, so that a header can be written before its content is known. */
static unsigned char *put_header(unsigned char *to, int tag, size_t length) {
  *to++ = tag;
  *to++ = 0x82;
  *to++ = length >> 8;
  *to++ = length & 0xff;
  return to;
}
#endif
