/** Devices whose table never rests (subscribers come and go) are walked no more often than this for it. */
const WALK_AGAIN_MS = 600_000;

/**
 * When a device is worth a walk because its interfaces may be others: at once, and not at every poll. After a restart
 * twice, for a table may still be filling while the agent answers already.
 */
export class WalkWish {
  private wanted = 0;
  private lastAt = -Infinity;

  note({ restarted, tableChanged }: { restarted: boolean; tableChanged: boolean }): void {
    this.wanted = Math.max(this.wanted, restarted ? 2 : tableChanged ? 1 : 0);
  }

  /** True when a walk is wanted now; it counts as done then. `at`: Unix time in ms. */
  take(at: number): boolean {
    if (this.wanted === 0 || at - this.lastAt < WALK_AGAIN_MS) {
      return false;
    }
    this.wanted -= 1;
    this.lastAt = at;
    return true;
  }
}
