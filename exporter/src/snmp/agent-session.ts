import { AgentGet } from './agent-get';
import { AgentRequests, type RequestParts } from './agent-requests';
import { AgentWalk, type AgentWalkParts } from './agent-walk';
import { CommunityGet, type FastHost } from './fast/fast-get';
import type {
  ColumnRows,
  ColumnsOptions,
  PreparedGet,
  SnmpEndpoint,
  SnmpError,
  SnmpSession,
  Varbind,
  WalkOptions,
} from './session';
import { SessionGet, type PartsAnswer } from './session-get';
import { SecuredGet } from './v3/secured-get';

export interface SessionParts extends RequestParts, AgentWalkParts {
  onClose: () => void;
}

/** One agent's session: GETs and walks over its requests. */
export class AgentSession implements SnmpSession, FastHost {
  private readonly requests: AgentRequests;
  private readonly gets: AgentGet;
  private readonly walks: AgentWalk;

  constructor(
    private readonly endpoint: SnmpEndpoint,
    transport: 'udp4' | 'udp6',
    private readonly parts: SessionParts
  ) {
    this.requests = new AgentRequests(endpoint, transport, parts);
    this.gets = new AgentGet(this.requests, parts.sizes);
    this.walks = new AgentWalk(this.requests, parts);
  }

  async get(oids: readonly string[]): Promise<Map<string, Varbind>> {
    return (await this.getInParts(oids)).found;
  }

  getInParts(oids: readonly string[]): Promise<PartsAnswer> {
    return this.gets.inParts(oids);
  }

  columns(columns: readonly string[], options: ColumnsOptions = {}): Promise<ColumnRows> {
    return this.walks.columns(columns, options);
  }

  walk(root: string, options: WalkOptions = {}): Promise<Varbind[]> {
    return this.walks.leaves(root, options, async () => [...(await this.get([root])).values()]);
  }

  prepare(oids: readonly string[]): PreparedGet {
    const { secured } = this.requests;
    if (secured) {
      return new SecuredGet(oids, secured, this);
    }
    return this.endpoint.auth.version === 2
      ? new CommunityGet(oids, this.endpoint, this.parts.fast, this)
      : new SessionGet(oids, this);
  }

  close(): void {
    if (this.requests.close()) {
      this.parts.onClose();
    }
  }

  get owner(): object {
    return this.requests.owner;
  }

  noteAnswer(): void {
    this.requests.noteAnswer();
  }

  explained(failure: SnmpError): Promise<SnmpError> {
    return this.requests.explained(failure);
  }

  assertOpen(): void {
    this.requests.assertOpen();
  }
}
