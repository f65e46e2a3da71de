/** What each end of an SNMP poll means for the person who has to mend it. */
const MEANINGS: Record<string, string> = {
  ok: 'answers',
  timeout: 'no answer: check the address, the community or user, and access lists on UDP 161',
  auth: 'refused: user, password or protocol do not match',
  unreachable: 'the network says that the device cannot be reached',
  no_such_object: 'answers, but has none of the objects that were asked for',
  malformed: 'answers with something that is no SNMP',
  tooslow: 'answers too slowly to finish within the interval',
};

export function snmpText(reason: string | null): string {
  if (reason === null) {
    return 'not known: not polled by SNMP, or no fresh poll';
  }
  const meaning = MEANINGS[reason];
  return meaning ? `${reason}: ${meaning}` : reason;
}
