/** Polls in a row that may bring nothing before a module is asked less often, */
const EMPTY_POLLS = 3;
/** and how long they must last: an agent that has just started has no load of its processors for a minute or two. */
const EMPTY_MS = 2 * 60_000;
const ASK_AGAIN_MS = 3_600_000;

interface Silence {
  polls: number;
  since: number;
  until: number;
}

/** Which modules a device has: one that brought nothing again and again is asked once an hour only. */
export class AskedModules {
  private readonly empty = new Map<string, Silence>();

  isDue(module: string, now: number): boolean {
    return now >= (this.empty.get(module)?.until ?? 0);
  }

  /** After each time that it was asked. */
  note(module: string, broughtAny: boolean, now: number): void {
    if (broughtAny) {
      this.empty.delete(module);
      return;
    }
    const { polls: before, since } = this.empty.get(module) ?? { polls: 0, since: now };
    const polls = before + 1;
    const given = polls >= EMPTY_POLLS && now - since >= EMPTY_MS;
    this.empty.set(module, { polls, since, until: given ? now + ASK_AGAIN_MS : 0 });
  }

  clear(): void {
    this.empty.clear();
  }
}
