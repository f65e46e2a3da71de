import { lockCandidates, markApproved, type CandidateRow } from '../../inventory/candidates';
import type { Database, Queryable } from '../../inventory/database';
import { insertDevice } from '../../inventory/add-device';
import type { DeviceWords, NewDevice } from '../../inventory/device-words';
import { editing, EditRefused } from '../../inventory/edits';
import type { Caller } from '../../model/caller';
import { AUTO_AUTH } from '../../model/snmp-auth';
import { suggestedName, suggestedType } from './suggestion';

/** What people say of devices that they approve; the rest is what the scan found. */
export type ApprovedWords = Partial<Omit<DeviceWords, 'address' | 'snmp_port'>>;

export interface Approved {
  /** Of the candidate. */
  id: number;
  deviceId: string;
  name: string;
}

/** One candidate that is in the way. */
export interface ApprovalFinding {
  id: number;
  because: 'not_found' | 'candidate_decided' | 'unknown_auth' | 'taken';
  /** For people. */
  detail: string;
}

/** Candidates that did not become devices, none of them. */
export class ApprovalRefused extends Error {
  override readonly name = 'ApprovalRefused';

  constructor(readonly findings: readonly ApprovalFinding[]) {
    super(findings.map(({ detail }) => detail).join(' '));
  }
}

/**
 * Makes devices of candidates, all of them or none, due for discovery at once. Without a name each is called as it calls
 * itself, with its address behind where that is the name of another.
 *
 * @param knownAuths names under `auths:` of the configuration in use
 * @throws ApprovalRefused with everything that is in the way
 */
export const approveCandidates = (
  db: Database,
  caller: Caller,
  ids: readonly number[],
  words: ApprovedWords,
  knownAuths: readonly string[]
): Promise<Approved[]> =>
  editing(db, async (tx) => {
    const candidates = new Map((await lockCandidates(tx, ids)).map((candidate) => [candidate.id, candidate]));
    const approved: Approved[] = [];
    const findings: ApprovalFinding[] = [];
    for (const id of new Set(ids)) {
      const { ready, finding } = readyToBe(id, candidates.get(id), words, knownAuths);
      if (!ready) {
        findings.push(finding);
        continue;
      }
      try {
        approved.push(await becomeDevice(tx, caller, ready, words));
      } catch (err) {
        if (!(err instanceof EditRefused) || err.because !== 'taken') {
          throw err;
        }
        findings.push({ id, because: 'taken', detail: err.message });
      }
    }
    if (findings.length > 0) {
      throw new ApprovalRefused(findings);
    }
    return approved;
  });

function readyToBe(
  id: number,
  candidate: CandidateRow | undefined,
  words: ApprovedWords,
  knownAuths: readonly string[]
): { ready: CandidateRow; finding?: never } | { finding: ApprovalFinding; ready?: never } {
  const refused = (because: ApprovalFinding['because'], detail: string) => ({ finding: { id, because, detail } });
  if (!candidate) {
    return refused('not_found', `There is no candidate ${id}; ids are in /api/v1/candidates.`);
  }
  if (candidate.state === 'approved') {
    return refused(
      'candidate_decided',
      `Candidate ${id} (${candidate.address}) is device ${candidate.device_id ?? 'that is gone'} already.`
    );
  }
  const auth = words.auth === undefined ? candidate.auth : words.auth;
  if (auth !== null && auth !== AUTO_AUTH && !knownAuths.includes(auth)) {
    const known = knownAuths.length > 0 ? `auths: has ${knownAuths.join(', ')}` : 'there is no auths: section';
    return refused('unknown_auth', `Candidate ${id} would be asked with ${JSON.stringify(auth)}, and ${known}.`);
  }
  return { ready: candidate };
}

async function becomeDevice(
  tx: Queryable,
  caller: Caller,
  candidate: CandidateRow,
  words: ApprovedWords
): Promise<Approved> {
  const device: NewDevice = {
    type: suggestedType(candidate),
    auth: candidate.auth,
    ...words,
    name: words.name ?? (await freeName(tx, candidate)),
    address: candidate.address,
    snmp_port: candidate.snmp_port,
  };
  const deviceId = await insertDevice(tx, caller, device);
  await markApproved(tx, candidate, deviceId, caller);
  return { id: candidate.id, deviceId, name: device.name };
}

/** Boxes that nobody named are all called alike. */
async function freeName(tx: Queryable, candidate: CandidateRow): Promise<string> {
  const name = suggestedName(candidate);
  const [other] = await tx.query('select 1 from devices where removed_at is null and name = $1', [name]);
  return other ? `${name} ${candidate.address}` : name;
}
