import { Authentication, Encryption } from 'net-snmp';
import { localizedKey, privacyKey, provideKeys } from './keys';
import { CIPHERS, DIGESTS } from './protocols';

const REPEATED = 1_048_576;
const engineId = Buffer.from('000000000000000000000002', 'hex');

describe('localized keys', () => {
  // RFC 3414 appendix A.3.
  test.each([
    ['md5', '526f5eed9fcce26f8964c2930787d82b'],
    ['sha1', '6695febc9288e36282235fc7151f128497b38f3f'],
  ])('%s, as in the RFC', (hash, expected) => {
    expect(localizedKey(hash, 'maplesyrup', engineId).toString('hex')).toBe(expected);
  });

  test('the megabyte is digested once a password, however many engines there are', () => {
    const alloc = jest.spyOn(Buffer, 'alloc');
    for (let i = 0; i < 50; i += 1) {
      localizedKey('sha1', 'a-passphrase-of-many-engines', Buffer.from(`engine ${i}`));
    }
    const digests = alloc.mock.calls.filter(([size]) => size === REPEATED).length;
    alloc.mockRestore();
    expect(digests).toBe(1);
  });

  test('a key is told by its protocol, its password and its engine', () => {
    const other = Buffer.from('000000000000000000000003', 'hex');
    const keys = [
      localizedKey('sha1', 'maplesyrup', engineId),
      localizedKey('sha1', 'maplesyrup', other),
      localizedKey('sha1', 'maplesyrop', engineId),
      localizedKey('md5', 'maplesyrup', engineId),
    ].map((key) => key.toString('hex'));
    expect(new Set(keys).size).toBe(4);
    expect(localizedKey('sha1', 'maplesyrup', engineId).toString('hex')).toBe(keys[0]);
  });
});

describe('the same keys as net-snmp makes', () => {
  const pairs = Object.entries(DIGESTS).flatMap(([auth, digest]) =>
    Object.entries(CIPHERS).map(([priv, cipher]) => [auth, priv, digest, cipher] as const)
  );
  const theirs = Authentication.passwordToKey;
  afterEach(() => {
    Authentication.passwordToKey = theirs;
  });

  test.each(pairs)('%s with %s', (_auth, _priv, digest, cipher) => {
    const algorithm = Encryption.algorithms[cipher.library]! as {
      KEY_LENGTH: number;
      localizationAlgorithm(algorithm: object, auth: string, password: string, engineId: Buffer): Buffer;
    };
    const said = algorithm.localizationAlgorithm(algorithm, digest.library, 'other-passphrase', engineId);
    const ours = privacyKey(digest.hash, 'other-passphrase', engineId, cipher);
    expect(ours.subarray(0, algorithm.KEY_LENGTH).toString('hex')).toBe(said.toString('hex'));
    // And through the function that it is given in place of its own.
    provideKeys();
    expect(algorithm.localizationAlgorithm(algorithm, digest.library, 'other-passphrase', engineId)).toEqual(said);
  });
});
