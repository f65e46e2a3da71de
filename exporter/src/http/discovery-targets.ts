import { createHash } from 'node:crypto';
import type { Database } from '../inventory/database';
import { inventoryRevision } from '../inventory/revision';
import { targetList } from '../inventory/target-list';
import { targetListToJson } from '../model/target-list';

export interface TargetsAnswer {
  /** Strong, over the devices alone: the same fleet has the same tag whenever it is asked for. */
  etag: string;
  body(generatedAt: number): string;
}

/** The exporter's target list as text, rendered anew only when the inventory changed. */
export class TargetsDocument {
  private rendered: { revision: number; answer: Promise<TargetsAnswer> } | undefined;

  constructor(private readonly db: Database) {}

  async answer(): Promise<TargetsAnswer> {
    // Read before the list: a change in between costs one more rendering and is never missed.
    const revision = await inventoryRevision(this.db);
    if (this.rendered?.revision !== revision) {
      const rendering = { revision, answer: this.render() };
      this.rendered = rendering;
      rendering.answer.catch(() => {
        if (this.rendered === rendering) {
          this.rendered = undefined;
        }
      });
    }
    return this.rendered.answer;
  }

  private async render(): Promise<TargetsAnswer> {
    const { version, devices } = targetListToJson(await targetList(this.db, 0));
    const content = JSON.stringify(devices);
    const etag = `"${createHash('sha256').update(`${version}\n${content}`).digest('base64url')}"`;
    return { etag, body: (generatedAt) => `{"version":${version},"generated_at":${generatedAt},"devices":${content}}` };
  }
}
