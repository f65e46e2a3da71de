import type { Request, RequestHandler, Response } from 'express';
import { isLoopback } from '../../config/address';
import { ANONYMOUS } from '../../config/api-tokens';
import { mayAct, type Caller, type Role } from '../../model/caller';
import { ApiProblem } from '../api/problem';
import { FailedLogins } from './failed-logins';
import { TokenBook } from './token-book';

export interface AccessRules {
  tokens: TokenBook;
  /** What whoever reaches the sidecar may do while there are no tokens. */
  anonymous: Role;
}

/** Decides who calls. */
export class Access {
  private readonly logins = new FailedLogins();

  constructor(
    /** Replaced by a reload. */
    public rules: AccessRules,
    private readonly onFailure: (reason: 'missing' | 'wrong' | 'blocked') => void = () => undefined
  ) {}

  /** Whoever comes is let in as this. */
  static ofAnybody(anonymous: Role): Access {
    return new Access({ tokens: TokenBook.none, anonymous });
  }

  /** Of the sidecar's page: who may do what. */
  get description(): string {
    if (!this.rules.tokens.isEmpty) {
      return 'A bearer token is needed for everything but this page, its own metrics and its health.';
    }
    return `No tokens are configured (discovery.tokens): whoever reaches this address is ${this.rules.anonymous}.`;
  }

  /** Puts the caller where `callerOf` finds him; throws the ApiProblem that says why he may not come in. */
  readonly admit: RequestHandler = async (req, res, next) => {
    res.locals['caller'] = this.rules.tokens.isEmpty ? this.anonymous(req) : await this.known(req);
    next();
  };

  private anonymous(req: Request): Caller {
    // A viewer changes nothing, wherever the request comes from.
    if (!['GET', 'HEAD'].includes(req.method) && this.rules.anonymous !== 'viewer') {
      refuseOtherSites(req);
    }
    return { name: ANONYMOUS, role: this.rules.anonymous };
  }

  private async known(req: Request): Promise<Caller> {
    const token = /^Bearer +([^\s]+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const where = `${req.baseUrl}${req.path === '/' ? '' : req.path}`;
    if (token === undefined) {
      this.onFailure('missing');
      throw unauthorized(`${where}: no bearer token was sent`);
    }
    const address = req.socket.remoteAddress ?? '';
    const seconds = await this.logins.blockedFor(address, token);
    if (seconds > 0) {
      this.onFailure('blocked');
      throw new ApiProblem(
        'too_many_failures',
        `${where}: too many wrong tokens came from ${address}; try again in ${seconds} s.`,
        [],
        { headers: { 'Retry-After': String(seconds) } }
      );
    }
    const caller = this.rules.tokens.callerOf(token);
    if (!caller) {
      this.onFailure('wrong');
      await this.logins.failed(address);
      throw unauthorized(`${where}: the bearer token is none of the configured ones`);
    }
    this.logins.succeeded(address, token);
    return caller;
  }
}

/** Who was admitted. */
export const callerOf = (res: Response): Caller => res.locals['caller'] as Caller;

/** Throws the ApiProblem that names the role which is needed. */
export function demandRole(req: Request, caller: Caller, needed: Role): void {
  if (!mayAct(caller, needed)) {
    throw new ApiProblem(
      'forbidden',
      `${req.method} ${req.baseUrl}${req.path} needs the role ${needed}; ${caller.name} is ${caller.role}.`,
      [],
      { members: { needed_role: needed } }
    );
  }
}

const unauthorized = (found: string) => new ApiProblem('unauthorized', `${found}; send "Authorization: Bearer …".`);

/**
 * A page of another site must not change anything through the browser of somebody who reaches the sidecar: it cannot
 * hide what Fetch Metadata and Origin say, and a name that it made point here (DNS rebinding) stands in Host.
 */
function refuseOtherSites(req: Request): void {
  const site = req.headers['sec-fetch-site'];
  const { origin, host = '' } = req.headers;
  const name = hostName(host);
  const why =
    site === 'cross-site' || site === 'same-site'
      ? `the browser says that another site asks (Sec-Fetch-Site: ${site})`
      : origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`
        ? 'the browser says that a page of another origin asks'
        : name === undefined || !isLoopback(name)
          ? 'Host names another machine than this one'
          : undefined;
  if (why !== undefined) {
    throw new ApiProblem(
      'cross_site',
      `${req.method} ${req.baseUrl}${req.path}: ${why}; without tokens only this machine may change anything: configure discovery.tokens, or ask at http://127.0.0.1.`
    );
  }
}

/** Of `name:port`, `[v6]:port`. */
const hostName = (host: string) => {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
};
