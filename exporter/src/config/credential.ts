import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SnmpAuth } from '../model/snmp-auth';
import { PASSPHRASE_LENGTH, PASSPHRASE_RULE, type AuthFile } from './auth';
import { pathText, type SourceDocument } from './document';

/** The secret that stands in a file, or the one that the file named beside it holds. */
export type Secrets = (
  at: readonly string[],
  literal: string | undefined,
  file: string | undefined
) => string | undefined;

/** Names of secret files are relative to `directory`; one that cannot be read is a problem of `source`. */
export function secretsOf(source: SourceDocument, directory: string): Secrets {
  return (at, literal, file) =>
    literal ?? (file === undefined ? undefined : readSecret(source, at, path.resolve(directory, file)));
}

/** One entry of `auths:`, which stands at `place`, with its secrets read. */
export function credential(place: readonly string[], a: AuthFile, secret: Secrets, source: SourceDocument): SnmpAuth {
  const passphrase = (key: 'password' | 'priv_password') => {
    const at = [...place, `${key}_file`];
    const value = secret(at, a[key], a[`${key}_file`]);
    // One that stands in the file itself was checked by the schema.
    if (a.version === 3 && value !== undefined && a[key] === undefined && value.length < PASSPHRASE_LENGTH) {
      source.problems.push(
        source.problem({ path: at, message: `${pathText(at)}: the file is wrong: ${PASSPHRASE_RULE}` })
      );
    }
    return value;
  };
  return {
    version: a.version,
    // snmp.yml's own default, so that files which rely on it keep working.
    community: secret([...place, 'community_file'], a.community, a.community_file) ?? 'public',
    securityLevel: a.security_level,
    username: a.username,
    password: passphrase('password'),
    authProtocol: a.auth_protocol,
    privProtocol: a.priv_protocol,
    privPassword: passphrase('priv_password'),
    contextName: a.context_name,
  };
}

function readSecret(source: SourceDocument, at: readonly string[], file: string): string | undefined {
  const place = { path: at };
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (value !== '') {
      return value;
    }
    source.problems.push(
      source.problem({ ...place, message: `${pathText(at)}: ${file} is empty; it must hold the secret` })
    );
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code ?? String(err);
    source.problems.push(
      source.problem({
        ...place,
        message: `${pathText(at)}: ${file} cannot be read (${code}); it must hold the secret`,
      })
    );
  }
  return undefined;
}
