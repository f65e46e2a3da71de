/** Seconds from 1900 (RFC 5905 section 6) to 1970. */
const NTP_TO_UNIX = 2_208_988_800;

/**
 * DateAndTime (RFC 2579): 8 octets in UTC, or 11 with the distance from it. Fields out of range carry over, as the 13th
 * month of a year is January of the next.
 * @returns whole seconds since 1970; undefined when the octets are no such time
 */
export function dateAndTime(octets: Buffer): number | undefined {
  if (octets.length !== 8 && octets.length !== 11) {
    return undefined;
  }
  const [month, day, hour, minute, second, deciseconds] = octets.subarray(2, 8) as unknown as number[];
  const seconds = unixSeconds(
    octets.readUInt16BE(0),
    month!,
    day!,
    hour!,
    minute!,
    second! + Math.floor(deciseconds! / 10)
  );
  if (octets.length === 8) {
    return seconds;
  }
  const [sign, zoneHours, zoneMinutes] = [String.fromCharCode(octets[8]!), octets[9]!, octets[10]!];
  if ((sign !== '+' && sign !== '-') || zoneHours > 99 || zoneMinutes > 99) {
    return undefined;
  }
  const east = (zoneHours * 60 + zoneMinutes) * 60;
  return sign === '+' ? seconds - east : seconds + east;
}

/** Seconds of an NTP timestamp since 1970, its fraction dropped; undefined when there are fewer than eight octets. */
export function ntpTime(octets: Buffer): number | undefined {
  return octets.length < 8 ? undefined : octets.readUInt32BE(0) - NTP_TO_UNIX;
}

/** Any field may be out of range. Years before 100 are what they say (Date.UTC alone would add 1900). */
export function unixSeconds(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number
): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}
