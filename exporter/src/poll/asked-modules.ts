/** Polls in a row that may bring nothing before a module is asked less often. */
const EMPTY_POLLS = 3;
const ASK_AGAIN_MS = 3_600_000;

/** Which modules a device has: one that brought nothing three times is asked once an hour only. */
export class AskedModules {
  private readonly empty = new Map<string, { polls: number; until: number }>();

  isDue(module: string, now: number): boolean {
    return now >= (this.empty.get(module)?.until ?? 0);
  }

  /** After each time that it was asked. */
  note(module: string, broughtAny: boolean, now: number): void {
    if (broughtAny) {
      this.empty.delete(module);
      return;
    }
    const polls = (this.empty.get(module)?.polls ?? 0) + 1;
    this.empty.set(module, { polls, until: polls < EMPTY_POLLS ? 0 : now + ASK_AGAIN_MS });
  }

  clear(): void {
    this.empty.clear();
  }
}
