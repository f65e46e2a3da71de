import type { PollKind } from '../model/poll-kind';
import type { ModulePollResult, PollResult } from '../model/snapshot';
import type { SnmpReason } from '../model/snmp-reason';
import type { Target } from '../model/target-list';
import { SnmpError } from '../snmp/session';
import { Breaker } from './breaker';
import { DeviceSession, type SessionGround } from './device-session';
import { InterfacePoll } from './interfaces';
import { ModulePoll, type ModuleGround } from './module-poll';
import type { PollJob, Turn } from './schedule';

/** What polls of all devices share. */
export interface PollGround extends SessionGround {
  /** Null: devices are not asked for modules. */
  modules: ModuleGround | null;
  now(): number;
}

/** What one turn of a device brought. */
export type Polled =
  { of: 'interfaces'; result: PollResult } | { of: 'modules'; result: ModulePollResult } | 'unfinished';

interface Failure {
  reason: Exclude<SnmpReason, 'ok'>;
  detail: string;
  durationMs: number;
}

/** One device: its session, and what its polls have taught. Polls never overlap. */
export class DevicePoll {
  private readonly interfaces: InterfacePoll;
  private readonly modules: ModulePoll | null;
  private readonly session: DeviceSession;
  private readonly breaker = new Breaker();
  private closed = false;
  private lastUpTime: number | undefined;

  /** `leads`: the poll that comes most often, by which the device is judged silent and found again. */
  constructor(
    private target: Target,
    private leads: PollKind,
    private readonly ground: PollGround
  ) {
    this.interfaces = new InterfacePoll(target.interfaces, ground.now);
    this.modules = ground.modules && new ModulePoll(target.device.id, ground.modules);
    this.session = new DeviceSession(ground);
  }

  /** Takes a new inventory entry of the same device. */
  update(target: Target, leads: PollKind): void {
    const { device } = this.target;
    const { address, snmpPort, auth } = target.device;
    if (device.address !== address || device.snmpPort !== snmpPort) {
      this.modules?.forget();
      this.breaker.reset();
    }
    if (device.auth !== auth) {
      // Other credentials may show more.
      this.modules?.forget();
      this.breaker.reset();
    }
    if (target.interfaces !== this.target.interfaces) {
      this.interfaces.setInterfaces(target.interfaces);
    }
    this.target = target;
    this.leads = leads;
  }

  /** The credentials changed: what failed with the old ones may work now. */
  authsChanged(): void {
    this.breaker.reset();
  }

  catalogueChanged(): void {
    this.modules?.forget();
  }

  /** One poll; null when the device is to be left alone this time, or was closed meanwhile. Never rejects. */
  async run(job: PollJob<PollKind>, turn: Turn): Promise<Polled | null> {
    const next = this.closed ? 'pause' : this.breaker.next(this.ground.now());
    // While it is silent, one kind of poll looks whether it still is.
    if (next === 'pause' || (next === 'sign_of_life' && job.kind !== this.leads)) {
      return null;
    }
    const giveUp = () => this.session.drop();
    turn.signal.addEventListener('abort', giveUp);
    const polled =
      job.kind === 'interfaces' || job.kind === 'interfaces_fast'
        ? await this.pollInterfaces(job, turn, next === 'sign_of_life')
        : await this.pollModules(job, turn);
    turn.signal.removeEventListener('abort', giveUp);
    return this.closed ? null : polled;
  }

  close(): void {
    this.closed = true;
    this.session.drop();
  }

  private async pollInterfaces(job: PollJob<PollKind>, { signal }: Turn, signOfLifeFirst: boolean): Promise<Polled> {
    const startedAt = performance.now();
    let result: PollResult;
    try {
      const endpoint = await this.session.endpoint(this.target);
      if (signOfLifeFirst) {
        await this.session.signOfLife(endpoint, signal);
      }
      const scope = job.kind === 'interfaces' ? 'all' : 'fast';
      const { snapshot, renumbered, changed } = await this.interfaces.poll(this.session.to(endpoint), scope);
      this.noteUpTime(snapshot.sysUpTime);
      const { length } = snapshot.interfaces;
      const detail = `${length} ${length === 1 ? 'interface' : 'interfaces'} of ${endpoint.address} answered`;
      result = { reason: 'ok', detail, durationMs: performance.now() - startedAt, snapshot };
      if (renumbered || changed) {
        result.renumbered = true;
      }
    } catch (error) {
      result = this.failed(error, job, signal, performance.now() - startedAt);
    }
    this.breaker.note(result.reason, this.ground.now(), job.intervalMs);
    return { of: 'interfaces', result };
  }

  private async pollModules(job: PollJob<PollKind>, turn: Turn): Promise<Polled | null> {
    const { modules } = this;
    if (modules === null) {
      return null;
    }
    const startedAt = performance.now();
    try {
      const endpoint = await this.session.endpoint(this.target);
      const outcome = await modules.poll(this.session.to(endpoint), job.kind === 'modules' ? 'standard' : 'slow', turn);
      if (outcome === 'unfinished') {
        return outcome;
      }
      const { snapshot, errors, problems, asked } = outcome;
      const values = snapshot.readings.reduce((sum, { samples }) => sum + samples.length, snapshot.normalised.length);
      const trouble = problems.length > 0 ? `; ${problems.join('; ')}` : '';
      const detail = `${asked} ${asked === 1 ? 'module' : 'modules'} of ${endpoint.address} gave ${values} values${trouble}`;
      return {
        of: 'modules',
        result: { reason: 'ok', detail, durationMs: performance.now() - startedAt, snapshot, errors },
      };
    } catch (error) {
      modules.giveUp();
      const failure = this.failed(error, job, turn.signal, performance.now() - startedAt);
      return { of: 'modules', result: { ...failure, errors: [] } };
    }
  }

  /** A box that started anew may have other software, and tables that it did not have before. */
  private noteUpTime(upTime: number | undefined): void {
    if (upTime !== undefined && this.lastUpTime !== undefined && upTime < this.lastUpTime) {
      this.modules?.forget();
    }
    this.lastUpTime = upTime ?? this.lastUpTime;
  }

  private failed(error: unknown, job: PollJob<PollKind>, signal: AbortSignal, durationMs: number): Failure {
    // Whatever went wrong, the next poll begins with a session that knows nothing (SNMPv3: engine id and clock).
    this.session.drop();
    const { address } = this.target.device;
    if (signal.aborted) {
      return { reason: 'tooslow', detail: `${address} did not finish within ${job.deadlineMs / 1000} s`, durationMs };
    }
    if (error instanceof SnmpError) {
      return { reason: error.reason, detail: error.message, durationMs };
    }
    const said = error instanceof Error ? error.message : String(error);
    return { reason: 'malformed', detail: `poll of ${address} failed: ${said}`, durationMs };
  }
}
