import type { Sample } from '../model/sample';
import type { SnmpReason } from '../model/snmp-reason';
import type { ModuleError, ModuleReading, ModuleSnapshot } from '../model/snapshot';
import { isFresh } from '../model/state';
import type { ModuleCatalogue } from '../modules/catalogue';
import { collectModule } from '../modules/collect';
import { normalise } from '../modules/normalise';
import type { DeviceProfile, ModuleTier } from '../modules/profile';
import { renderModule } from '../modules/render';
import type { SnmpModule } from '../modules/snmp-module';
import { SnmpError, type SnmpSession, type Varbind } from '../snmp/session';
import { readSystem, SYS_UP_TIME } from '../snmp/system';
import { AskedModules } from './asked-modules';
import { type KnownAnswer, KnownInstances } from './known-instances';
import type { Turn } from './schedule';

/** What the module polls of all devices share. */
export interface ModuleGround {
  catalogue: Pick<ModuleCatalogue, 'profileFor'>;
  slowMs: number;
  now(): number;
}

export interface ModuleOutcome {
  snapshot: ModuleSnapshot;
  errors: ModuleError[];
  /** What went wrong, for people. */
  problems: string[];
  /** Modules that were asked. */
  asked: number;
}

/** One poll of one tier, from its first module to its last, with the turns of others in between. */
interface Round {
  tier: ModuleTier;
  profile: DeviceProfile;
  left: SnmpModule[];
  readings: ModuleReading[];
  errors: ModuleError[];
  problems: string[];
  asked: number;
}

/** How long it is believed that a box is what it said it was; a restart and a new address end it earlier. */
const SYSTEM_AGE_MS = 24 * 3_600_000;

/**
 * Asks a device for the modules of its profile and remembers which of them it has, and which instances. One poll at a
 * time.
 */
export class ModulePoll {
  private profile: DeviceProfile | null = null;
  private profileUntil = 0;
  private sysObjectID = '';
  private readonly asked = new AskedModules();
  private readonly known: KnownInstances;
  private readonly rounds: Partial<Record<ModuleTier, Round>> = {};
  /** The newest of the slow modules: values that every device has may come from them too. */
  private slow: { at: number; readings: readonly ModuleReading[] } | null = null;

  constructor(
    deviceId: string,
    private readonly ground: ModuleGround
  ) {
    this.known = new KnownInstances(deviceId, () => ground.now());
  }

  /** The device may be another one from now on, or have other software. */
  forget(): void {
    this.profile = null;
    this.slow = null;
    this.asked.clear();
    this.known.clear();
    this.giveUp();
  }

  /** The polls under way begin anew with their next turn. */
  giveUp(): void {
    delete this.rounds.standard;
    delete this.rounds.slow;
  }

  /**
   * `unfinished` when something more urgent waits: the next call goes on with the module after.
   * @throws SnmpError when the device itself does not answer
   */
  async poll(session: SnmpSession, tier: ModuleTier, turn: Turn): Promise<ModuleOutcome | 'unfinished'> {
    const round = (this.rounds[tier] ??= await this.begin(session, tier, turn.signal));
    for (let module = round.left.shift(); module; module = round.left.shift()) {
      await this.ask(session, module, round, turn.signal);
      if (round.left.length > 0 && turn.isWanted()) {
        return 'unfinished';
      }
    }
    delete this.rounds[tier];
    return this.finish(round);
  }

  private async begin(session: SnmpSession, tier: ModuleTier, signal: AbortSignal): Promise<Round> {
    const profile = await this.profileOf(session);
    const now = this.ground.now();
    const left = profile.modules
      .filter((one) => one.tier === tier && this.asked.isDue(one.module.name, now))
      .map((one) => one.module);
    const round: Round = { tier, profile, left, readings: [], errors: [], problems: [], asked: left.length };
    if (tier === 'standard' && (await this.askKnown(session, round, signal)) === 'another device') {
      this.forget();
      return this.begin(session, tier, signal);
    }
    return round;
  }

  /** Takes from the round what can be asked for by GET. */
  private async askKnown(session: SnmpSession, round: Round, signal: AbortSignal): Promise<'another device' | 'done'> {
    let answer: KnownAnswer;
    try {
      answer = await this.known.read(session, round.left, this.ground.slowMs);
    } catch (error) {
      await this.afterFailedGets(error, session, signal);
      return 'done';
    }
    const { sysObjectID, complete } = answer;
    if (sysObjectID !== undefined && sysObjectID !== this.sysObjectID) {
      return 'another device';
    }
    for (const [module, { varbinds, readAt }] of complete) {
      this.take(module, varbinds, [], readAt, round);
    }
    round.left = round.left.filter((module) => !complete.has(module));
    return 'done';
  }

  /** Walks tell what is wrong with which module. @throws what failed when it was no matter of the modules */
  private async afterFailedGets(error: unknown, session: SnmpSession, signal: AbortSignal): Promise<void> {
    if (!(error instanceof SnmpError) || error.reason === 'auth') {
      throw error;
    }
    if (!signal.aborted) {
      await assertAlive(session, error.reason);
    }
    this.known.failed(error);
    if (signal.aborted) {
      throw error;
    }
  }

  private async profileOf(session: SnmpSession): Promise<DeviceProfile> {
    const now = this.ground.now();
    if (this.profile === null || now >= this.profileUntil) {
      const system = await readSystem(session);
      const profile = this.ground.catalogue.profileFor(system);
      if (profile !== this.profile || system.sysObjectID !== this.sysObjectID) {
        this.forget();
      } else {
        this.known.clear();
      }
      this.profile = profile;
      this.sysObjectID = system.sysObjectID;
      this.profileUntil = now + SYSTEM_AGE_MS;
    }
    return this.profile;
  }

  /** A module's own failure is no failure of the device: most boxes lack most tables, and some answer them badly. */
  private async ask(session: SnmpSession, module: SnmpModule, round: Round, signal: AbortSignal): Promise<void> {
    try {
      const problems: string[] = [];
      const varbinds = await collectModule(session, module, (problem) => problems.push(problem));
      this.take(module, varbinds, problems, this.ground.now(), round);
      if (round.tier === 'standard') {
        this.known.note(module, varbinds);
      }
    } catch (error) {
      const reason = error instanceof SnmpError ? error.reason : 'malformed';
      if (reason === 'auth') {
        throw error;
      }
      // At the deadline it is this module that took too long; what it closed says nothing else.
      if (!signal.aborted) {
        await assertAlive(session, reason);
      }
      this.asked.note(module.name, false, this.ground.now());
      if (signal.aborted) {
        throw error;
      }
      round.errors.push({ module: module.name, reason });
      round.problems.push(`${module.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private take(
    module: SnmpModule,
    varbinds: readonly Varbind[],
    problems: readonly string[],
    polledAt: number,
    round: Round
  ): void {
    const all = [...problems];
    let samples: readonly Sample[] = [];
    try {
      const rendered = renderModule(module, varbinds);
      samples = rendered.samples;
      all.push(...rendered.problems);
      round.readings.push({ module: module.name, polledAt, samples });
    } catch (error) {
      all.push(error instanceof Error ? error.message : String(error));
    }
    this.asked.note(module.name, samples.length > 0, polledAt);
    if (all[0] !== undefined) {
      round.errors.push({ module: module.name, reason: 'malformed' });
      round.problems.push(`${module.name}: ${all[0]}`);
    }
  }

  private finish(round: Round): ModuleOutcome {
    const now = this.ground.now();
    const { profile, tier, errors, problems, asked } = round;
    // In the order of the profile, however they were asked: of two alike series the first is shown.
    const byModule = new Map(round.readings.map((one) => [one.module, one]));
    const readings = profile.modules.flatMap(({ module }) => byModule.get(module.name) ?? []);
    let normalised: readonly Sample[] = [];
    if (tier === 'slow') {
      this.slow = { at: now, readings };
    } else {
      const slow = this.slow && isFresh(now - this.slow.at, this.ground.slowMs) ? this.slow.readings : [];
      const newest = new Map([...slow, ...readings].map((one) => [one.module, one]));
      const samples = new Map([...newest].map(([module, one]) => [module, one.samples]));
      normalised = normalise(profile, samples, now / 1000, (module) => (newest.get(module)?.polledAt ?? now) / 1000);
    }
    const snapshot = { tier, polledAt: now, vendor: profile.vendor, normalised, readings };
    return { snapshot, errors, problems, asked };
  }
}

/** Whether it is only this that was not answered. @throws SnmpError when the device is silent to everything */
async function assertAlive(session: SnmpSession, reason: SnmpReason): Promise<void> {
  if (reason === 'timeout' || reason === 'unreachable') {
    await session.get([SYS_UP_TIME]);
  }
}
