import { z } from 'zod';
import { AUTH_PROTOCOLS, PRIV_PROTOCOLS } from '../model/snmp-auth';

/** snmp.yml knows AES192 and AES192C too: refused here, and not by night when a device is first asked. */
const oneOf = (kind: string, names: readonly string[]) => ({
  error: `${kind} protocols that work here are ${names.join(', ')}`,
});

/** RFC 3414 section 11.2: shorter passphrases are refused by agents and by every library. */
export const PASSPHRASE_LENGTH = 8;
export const PASSPHRASE_RULE = `an SNMPv3 passphrase must have ${PASSPHRASE_LENGTH} characters or more`;

/**
 * One entry of `auths:` with the keys and defaults of snmp.yml, so that files people already have just work; every
 * secret may come from a file instead (`community_file`, `password_file`, `priv_password_file`).
 */
export const authSchema = z
  .strictObject({
    version: z.union([z.literal(1), z.literal(2), z.literal(3)], { error: 'it must be 1, 2 or 3' }).default(2),
    community: z.string().min(1, { error: 'it must not be empty' }).optional(),
    community_file: z.string().min(1).optional(),
    security_level: z.enum(['noAuthNoPriv', 'authNoPriv', 'authPriv']).default('noAuthNoPriv'),
    username: z.string().default(''),
    password: z.string().optional(),
    password_file: z.string().min(1).optional(),
    auth_protocol: z.enum(AUTH_PROTOCOLS, oneOf('authentication', AUTH_PROTOCOLS)).default('MD5'),
    priv_protocol: z.enum(PRIV_PROTOCOLS, oneOf('privacy', PRIV_PROTOCOLS)).default('DES'),
    priv_password: z.string().optional(),
    priv_password_file: z.string().min(1).optional(),
    context_name: z.string().default(''),
  })
  .superRefine((auth, ctx) => {
    const missing = (key: string, why: string) =>
      ctx.addIssue({ code: 'custom', path: [key], message: `it must be set (or ${key}_file): ${why}` });
    if (auth.version !== 3) {
      return;
    }
    const short = (key: string, value: string | undefined) => {
      if (value !== undefined && value.length < PASSPHRASE_LENGTH) {
        ctx.addIssue({ code: 'custom', path: [key], message: PASSPHRASE_RULE });
      }
    };
    if (auth.username === '') {
      ctx.addIssue({ code: 'custom', path: ['username'], message: 'version 3 needs a user name' });
    }
    if (auth.security_level !== 'noAuthNoPriv') {
      if (auth.password === undefined && auth.password_file === undefined) {
        missing('password', `security_level ${auth.security_level} authenticates`);
      }
      short('password', auth.password);
    }
    if (auth.security_level === 'authPriv') {
      if (auth.priv_password === undefined && auth.priv_password_file === undefined) {
        missing('priv_password', 'security_level authPriv encrypts');
      }
      short('priv_password', auth.priv_password);
    }
  });

export type AuthFile = z.infer<typeof authSchema>;
