/* What every agent of this bench has: RFC 3418 system, RFC 2863 ifTable and ifXTable, RFC 2790 storage and processors. */
#ifndef MIB_H
#define MIB_H
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "ber.h"

struct moment {
  /* Host order. */
  uint32_t address;
  /* ms since the epoch of the bench, and since 1970. */
  uint64_t elapsed, unix_ms;
};

enum rows { SCALAR, INTERFACES, STORAGE, PROCESSORS, GAUGES };

struct object {
  const char *text;
  enum rows rows;
  unsigned char *(*put)(unsigned char *to, const struct moment *now, uint32_t row, int weight);
  int weight;
  struct oid oid;
  unsigned char encoded[24];
  int length;
};

static uint32_t interfaces = 4;

/*
 * A counter is a function of time, address, row and column, so that a reader can check every value: the row's step per
 * ms is 64 x (16 x ifIndex + weight), and the low 6 bits come from the address.
 */
static uint64_t counter_of(const struct moment *now, uint32_t row, int weight) {
  return now->elapsed * (row * 16 + weight) * 64 + (now->address * 2654435761u >> 26);
}

#define PUT(name) static unsigned char *name(unsigned char *to, const struct moment *now, uint32_t row, int weight)
#define UNUSED (void)now, (void)row, (void)weight

PUT(text_ros) { UNUSED; return put_octets(to, OCTETS, "RouterOS RB4011iGS+", 19); }
PUT(oid_ros) {
  UNUSED;
  static const unsigned char arcs[] = {0x2b, 6, 1, 4, 1, 0xf5, 0x0c, 1};
  return put_octets(to, OBJECT_ID, arcs, sizeof arcs);
}
PUT(zero_oid) { UNUSED; return put_octets(to, OBJECT_ID, "", 1); }
PUT(ticks) { UNUSED; return put_unsigned(to, TICKS, now->elapsed / 10 & 0xffffffff); }
PUT(no_ticks) { UNUSED; return put_unsigned(to, TICKS, 0); }
PUT(empty) { UNUSED; return put_octets(to, OCTETS, "", 0); }
PUT(name_of_system) {
  UNUSED;
  char name[32];
  return put_octets(to, OCTETS, name, snprintf(name, sizeof name, "agent-%u", now->address));
}
/* The weight is the value. */
PUT(fixed) { UNUSED; return put_unsigned(to, INTEGER, weight); }
PUT(fixed_gauge) { UNUSED; return put_unsigned(to, GAUGE32, weight); }
PUT(if_number) { UNUSED; return put_unsigned(to, INTEGER, interfaces); }
PUT(own_row) { UNUSED; return put_unsigned(to, INTEGER, row); }
PUT(if_name) {
  UNUSED;
  char name[16];
  return put_octets(to, OCTETS, name, snprintf(name, sizeof name, "ether%u", row));
}
PUT(if_alias) { UNUSED; return row <= 2 ? put_octets(to, OCTETS, "Magti_Internet", 14) : put_octets(to, OCTETS, "", 0); }
PUT(mac) {
  UNUSED;
  unsigned char bytes[6] = {2, now->address >> 16, now->address >> 8, now->address, row >> 8, row};
  return put_octets(to, OCTETS, bytes, 6);
}
PUT(oper) { UNUSED; return put_unsigned(to, INTEGER, row % 16 == 0 ? 2 : 1); }
PUT(c32) { return put_unsigned(to, COUNTER32, counter_of(now, row, weight) & 0xffffffff); }
PUT(c64) { return put_unsigned(to, COUNTER64, counter_of(now, row, weight)); }
PUT(none32) { UNUSED; return put_unsigned(to, COUNTER32, 0); }
PUT(none64) { UNUSED; return put_unsigned(to, COUNTER64, 0); }
PUT(date) {
  UNUSED;
  time_t seconds = now->unix_ms / 1000;
  struct tm t;
  gmtime_r(&seconds, &t);
  int year = t.tm_year + 1900;
  unsigned char bytes[11] = {year >> 8, year, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, 0, '+', 0, 0};
  return put_octets(to, OCTETS, bytes, 11);
}
PUT(storage_type) {
  UNUSED;
  unsigned char arcs[] = {0x2b, 6, 1, 2, 1, 25, 2, 1, row == 65536 ? 2 : 4};
  return put_octets(to, OBJECT_ID, arcs, sizeof arcs);
}
PUT(storage_name) {
  UNUSED;
  return row == 65536 ? put_octets(to, OCTETS, "main memory", 11) : put_octets(to, OCTETS, "system disk", 11);
}
PUT(storage_used) { UNUSED; return put_unsigned(to, INTEGER, 262144 + now->address % 1024 * 256); }
PUT(load) { UNUSED; return put_unsigned(to, INTEGER, (now->address + row + now->elapsed / 60000) % 101); }
PUT(gauge_name) { UNUSED; return put_octets(to, OCTETS, row == 14 ? "temperature" : "voltage", row == 14 ? 11 : 7); }
PUT(gauge_value) { UNUSED; return put_unsigned(to, INTEGER, row == 14 ? 30 + now->address % 20 : 240); }
PUT(gauge_unit) { UNUSED; return put_unsigned(to, INTEGER, row == 14 ? 1 : 3); }

/* In the order of their OIDs. Counters of one name have one weight in both widths. */
#define SYSTEM "1.3.6.1.2.1.1."
#define IF "1.3.6.1.2.1.2.2.1."
#define HR "1.3.6.1.2.1.25."
#define IFX "1.3.6.1.2.1.31.1.1.1."
static struct object objects[] = {
  {SYSTEM "1", SCALAR, text_ros}, {SYSTEM "2", SCALAR, oid_ros}, {SYSTEM "3", SCALAR, ticks},
  {SYSTEM "4", SCALAR, empty}, {SYSTEM "5", SCALAR, name_of_system}, {SYSTEM "6", SCALAR, empty},
  {SYSTEM "7", SCALAR, fixed, 78}, {"1.3.6.1.2.1.2.1", SCALAR, if_number},
  {IF "1", INTERFACES, own_row}, {IF "2", INTERFACES, if_name}, {IF "3", INTERFACES, fixed, 6},
  {IF "4", INTERFACES, fixed, 1500}, {IF "5", INTERFACES, fixed_gauge, 1000000000}, {IF "6", INTERFACES, mac},
  {IF "7", INTERFACES, fixed, 1}, {IF "8", INTERFACES, oper}, {IF "9", INTERFACES, no_ticks},
  {IF "10", INTERFACES, c32, 1}, {IF "11", INTERFACES, c32, 3}, {IF "12", INTERFACES, none32},
  {IF "13", INTERFACES, c32, 5}, {IF "14", INTERFACES, c32, 6}, {IF "15", INTERFACES, none32},
  {IF "16", INTERFACES, c32, 2}, {IF "17", INTERFACES, c32, 4}, {IF "18", INTERFACES, none32},
  {IF "19", INTERFACES, c32, 7}, {IF "20", INTERFACES, c32, 8}, {IF "21", INTERFACES, fixed_gauge, 0},
  {IF "22", INTERFACES, zero_oid},
  {HR "1.1", SCALAR, ticks}, {HR "1.2", SCALAR, date},
  {HR "2.3.1.1", STORAGE, own_row}, {HR "2.3.1.2", STORAGE, storage_type}, {HR "2.3.1.3", STORAGE, storage_name},
  {HR "2.3.1.4", STORAGE, fixed, 1024}, {HR "2.3.1.5", STORAGE, fixed, 1048576}, {HR "2.3.1.6", STORAGE, storage_used},
  {HR "3.3.1.1", PROCESSORS, zero_oid}, {HR "3.3.1.2", PROCESSORS, load},
  {IFX "1", INTERFACES, if_name}, {IFX "2", INTERFACES, none32}, {IFX "3", INTERFACES, none32},
  {IFX "4", INTERFACES, none32}, {IFX "5", INTERFACES, none32}, {IFX "6", INTERFACES, c64, 1},
  {IFX "7", INTERFACES, c64, 3}, {IFX "8", INTERFACES, none64}, {IFX "9", INTERFACES, none64},
  {IFX "10", INTERFACES, c64, 2}, {IFX "11", INTERFACES, c64, 4}, {IFX "12", INTERFACES, none64},
  {IFX "13", INTERFACES, none64}, {IFX "14", INTERFACES, fixed, 1}, {IFX "15", INTERFACES, fixed_gauge, 1000},
  {IFX "16", INTERFACES, fixed, 2}, {IFX "17", INTERFACES, fixed, 1}, {IFX "18", INTERFACES, if_alias},
  {IFX "19", INTERFACES, no_ticks}, {"1.3.6.1.2.1.31.1.5", SCALAR, no_ticks},
  /* MIKROTIK-MIB mtxrGaugeTable */
  {"1.3.6.1.4.1.14988.1.1.3.100.1.2", GAUGES, gauge_name}, {"1.3.6.1.4.1.14988.1.1.3.100.1.3", GAUGES, gauge_value},
  {"1.3.6.1.4.1.14988.1.1.3.100.1.4", GAUGES, gauge_unit},
};
#define OBJECTS ((int)(sizeof objects / sizeof *objects))

/* The first row at or above `least`; 0 when there is none (SCALAR: row 0 is told by `*found`). */
static uint32_t row_from(enum rows rows, uint64_t least, int *found) {
  static const uint32_t storage[] = {65536, 131072}, gauges[] = {13, 14};
  *found = 1;
  if (rows == SCALAR && least == 0) return 0;
  if (rows == INTERFACES && least <= interfaces) return least ? least : 1;
  if (rows == PROCESSORS && least <= 4) return least ? least : 1;
  if (rows == STORAGE || rows == GAUGES)
    for (int i = 0; i < 2; i++) {
      uint32_t row = rows == STORAGE ? storage[i] : gauges[i];
      if (least <= row) return row;
    }
  *found = 0;
  return 0;
}

static void prepare_objects(void) {
  for (int i = 0; i < OBJECTS; i++) {
    struct object *o = &objects[i];
    for (const char *at = o->text; *at; at += *at == '.') o->oid.arc[o->oid.count++] = strtoul(at, (char **)&at, 10);
    o->length = put_oid_content(o->encoded, &o->oid) - o->encoded;
  }
}

/* -1 when the name stands before all instances of the object, 0 among them, 1 behind. */
static int place_of(const struct oid *name, const struct object *o) {
  for (int i = 0; i < o->oid.count; i++) {
    if (i == name->count || name->arc[i] < o->oid.arc[i]) return -1;
    if (name->arc[i] > o->oid.arc[i]) return 1;
  }
  return name->count == o->oid.count ? -1 : 0;
}

/* The first object that the name does not stand behind, and its place there. */
static int object_at(const struct oid *name, int *place) {
  int low = 0, high = OBJECTS;
  while (low < high) {
    int middle = (low + high) / 2;
    if (place_of(name, &objects[middle]) > 0) low = middle + 1;
    else high = middle;
  }
  *place = low < OBJECTS ? place_of(name, &objects[low]) : 1;
  return low;
}
#endif
