/**
 * Identity of a device that was given none: its name in lower case, everything but letters, digits, dots and dashes
 * folded to a dash. It survives a change of address; give an `id` where names change.
 */
export function deviceId(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}
