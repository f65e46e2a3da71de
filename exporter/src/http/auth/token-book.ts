import { createHash, timingSafeEqual } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import { EXPORTER, readTokenFile, type ApiToken } from '../../config/api-tokens';
import { ConfigError } from '../../config/problem';
import type { Caller } from '../../model/caller';

/** Files of tokens are looked at so often, at most. */
const LOOK_AGAIN_MS = 1000;

export type TokenLog = Pick<Logger, 'info' | 'error'>;

interface Page {
  of: ApiToken;
  /** SHA-256 of each valid token. */
  digests: Buffer[];
  /** What the file looked like when it was read; empty without a file. */
  mark: string;
}

/** The tokens that are valid now. What files hold is read again when they change, so that tokens can be replaced. */
export class TokenBook {
  static readonly none = new TokenBook([], { info: () => undefined, error: () => undefined }, () => 0);

  private lookedAt: number;

  private constructor(
    private readonly pages: Page[],
    private readonly log: TokenLog,
    private readonly now: () => number
  ) {
    this.lookedAt = now();
  }

  /** Throws ConfigError for files that cannot be used, and for a token that two entries have. */
  static open(tokens: readonly ApiToken[], log: TokenLog, now: () => number = Date.now): TokenBook {
    const problems: { file: string; message: string }[] = [];
    const pages = tokens.map((of): Page => {
      if (of.file === null) {
        return { of, digests: [digest(of.token as string)], mark: '' };
      }
      const mark = markOf(of.file);
      const read = readTokenFile(of.file, of.name !== EXPORTER);
      if ('problem' in read) {
        problems.push({ file: of.file, message: `the token file of ${of.name} ${read.problem}` });
        return { of, digests: [], mark };
      }
      return { of, digests: read.tokens.map(digest), mark };
    });
    for (const { of } of pages.filter((page) => page.digests.some((one) => ownersOf(pages, one) > 1))) {
      const message = `the token of ${of.name} stands elsewhere too, so that nobody can tell who calls; each needs its own`;
      problems.push({ file: of.file ?? 'discovery.tokens', message });
    }
    if (problems.length > 0) {
      throw new ConfigError(problems);
    }
    return new TokenBook(pages, log, now);
  }

  get isEmpty(): boolean {
    return this.pages.length === 0;
  }

  /** Who has this token. Takes as long for a token that is nearly right as for one that is not. */
  callerOf(sent: string): Caller | undefined {
    this.lookAgain();
    const wanted = digest(sent);
    let found: ApiToken | undefined;
    for (const { of, digests } of this.pages) {
      for (const one of digests) {
        // All are compared, whichever it is.
        found = timingSafeEqual(one, wanted) ? of : found;
      }
    }
    return (
      found && { name: found.name, role: found.role, ...(found.name === EXPORTER ? { exporter: true as const } : {}) }
    );
  }

  /** A file that is half written or gone changes nothing: what it held stays valid, and the log says so. */
  private lookAgain(): void {
    const now = this.now();
    if (now - this.lookedAt < LOOK_AGAIN_MS) {
      return;
    }
    this.lookedAt = now;
    for (const page of this.pages) {
      const { file, name } = page.of;
      if (file === null) {
        continue;
      }
      const mark = markOf(file);
      if (mark === page.mark) {
        continue;
      }
      page.mark = mark;
      const read = readTokenFile(file, name !== EXPORTER);
      const digests = 'tokens' in read ? read.tokens.map(digest) : [];
      const others = this.pages.filter((other) => other !== page);
      const problem =
        'problem' in read
          ? read.problem
          : digests.some((one) => ownersOf(others, one) > 0)
            ? 'holds a token that stands elsewhere too'
            : undefined;
      if (problem === undefined) {
        page.digests = digests;
        this.log.info(`${file}: tokens of ${name} read again, ${digests.length} valid`);
      } else {
        this.log.error(`${file}: ${problem}; the tokens of ${name} that were valid stay so`);
      }
    }
  }
}

const digest = (token: string) => createHash('sha256').update(token).digest();

const ownersOf = (pages: readonly Page[], wanted: Buffer) =>
  pages.filter(({ digests }) => digests.some((one) => one.equals(wanted))).length;

function markOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : 'gone';
}
