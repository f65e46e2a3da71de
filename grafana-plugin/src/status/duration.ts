const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A duration as people say it, its two largest parts: "12 s", "3 min 12 s", "2 h 5 min", "4 d 3 h".
 * A negative one (clocks that differ) reads "0 s".
 */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < MINUTE) {
    return `${s} s`;
  }
  if (s < HOUR) {
    return join(s, MINUTE, 'min', 1, 's');
  }
  if (s < DAY) {
    return join(s, HOUR, 'h', MINUTE, 'min');
  }
  return join(s, DAY, 'd', HOUR, 'h');
}

function join(s: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((s % big) / small);
  const head = `${Math.floor(s / big)} ${bigUnit}`;
  return rest === 0 ? head : `${head} ${rest} ${smallUnit}`;
}
