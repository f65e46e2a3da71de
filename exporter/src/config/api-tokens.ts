import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ROLES, type Role } from '../model/caller';
import type { Finding } from './document';

/** Who may use the sidecar's API: an entry of `discovery.tokens`, or what exporters send. */
export interface ApiToken {
  name: string;
  role: Role;
  /** That stands in the configuration itself; null: it is in `file`. */
  token: string | null;
  /** Absolute; one token a line, all of them valid. Read by the sidecar alone, when it starts and when it changes. */
  file: string | null;
}

/** The name of the token of `inventory.token`. */
export const EXPORTER = 'exporter';
/** Whoever needs no token. */
export const ANONYMOUS = 'anonymous';

/** `b64token` of RFC 6750 section 2.1, and long enough that nobody guesses it. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{16,}=*$/;
export const TOKEN_RULE = 'it must have 16 characters at least, of A-Z a-z 0-9 - . _ ~ + /';

const text = z.string().trim().min(1, { error: 'it must not be empty' });

export const apiTokenSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, { error: 'it must be of letters, digits, "_", "." and "-", 64 at most' }),
  role: z.enum(ROLES, { error: `it must be one of ${ROLES.join(', ')}` }),
  token: z.string().regex(TOKEN, { error: TOKEN_RULE }).optional(),
  token_file: text.optional(),
});
type ApiTokenFile = z.infer<typeof apiTokenSchema>;

/** What the schema cannot see: names and tokens that stand twice, entries with no token or two. */
export function apiTokenFindings(tokens: readonly ApiTokenFile[], exporters: string | undefined): Finding[] {
  const at = (index: number, key: string) => ['discovery', 'tokens', index, key];
  return tokens.flatMap((one, index): Finding[] => {
    const where = `discovery.tokens[${index}]`;
    const findings: Finding[] = [];
    const sameName = tokens.findIndex(({ name }) => name === one.name);
    if (sameName < index) {
      findings.push({
        path: at(index, 'name'),
        message: `${where}.name: the name ${one.name} is taken by another token; to change a token give both in one token_file, a line each`,
        other: at(sameName, 'name'),
      });
    }
    if (one.name === ANONYMOUS || (one.name === EXPORTER && one.role !== 'viewer')) {
      const right =
        one.name === ANONYMOUS
          ? 'it is kept for callers without a token'
          : 'it is kept for exporters, whose role is viewer';
      findings.push({ path: at(index, 'name'), message: `${where}.name: found "${one.name}"; ${right}` });
    }
    if ((one.token === undefined) === (one.token_file === undefined)) {
      const found = one.token === undefined ? 'neither token nor token_file' : 'both token and token_file';
      findings.push({ path: at(index, 'name'), message: `${where}: found ${found}; give one of them` });
    }
    const same = one.token === undefined ? -1 : tokens.findIndex(({ token }) => token === one.token);
    if (one.token !== undefined && (same < index || one.token === exporters)) {
      findings.push({
        path: at(index, 'token'),
        message: `${where}.token: the same token stands elsewhere too, so that nobody can tell who calls; each needs its own`,
        other: same < index ? at(same, 'token') : ['inventory'],
      });
    }
    return findings;
  });
}

export const decodeApiTokens = (tokens: readonly ApiTokenFile[], directory: string): ApiToken[] =>
  tokens.map(({ name, role, token, token_file }) => ({
    name,
    role,
    token: token ?? null,
    file: token_file === undefined ? null : path.resolve(directory, token_file),
  }));

/**
 * The tokens in a file, one a line; or what is wrong with it, without a token in it.
 * @param rule whether each must be as discovery.tokens demands
 */
export function readTokenFile(file: string, rule: boolean): { tokens: string[] } | { problem: string } {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (err) {
    return {
      problem: `cannot be read (${(err as NodeJS.ErrnoException).code ?? String(err)}); it must hold a token a line`,
    };
  }
  const lines = content.split(/\r?\n/).map((line) => line.trim());
  const wrong = rule ? lines.findIndex((line) => line !== '' && !TOKEN.test(line)) : -1;
  const tokens = lines.filter((line) => line !== '');
  if (tokens.length === 0) {
    return { problem: 'is empty; it must hold a token a line' };
  }
  return wrong < 0 ? { tokens } : { problem: `line ${wrong + 1} holds no token; ${TOKEN_RULE}` };
}
