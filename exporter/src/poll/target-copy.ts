import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { targetListFromJson, targetListToJson, type TargetList } from '../model/target-list';

/** The last target list on disk, from which an exporter starts while the sidecar is away. */
export class TargetCopy {
  constructor(readonly file: string) {}

  /** The copy, or undefined when there is none yet; a copy that cannot be used throws an error that says why. */
  async read(): Promise<TargetList | undefined> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw new Error(`reading the last target list ${this.file}: ${(err as Error).message}`, { cause: err });
    }
    try {
      return targetListFromJson(JSON.parse(text));
    } catch (err) {
      throw new Error(`the last target list ${this.file} is damaged; delete it, the sidecar sends a new one`, {
        cause: err,
      });
    }
  }

  /** Replaces the copy whole: a crash in the middle leaves the old one. */
  async write(list: TargetList): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    const fresh = `${this.file}.new`;
    await writeFile(fresh, JSON.stringify(targetListToJson(list)));
    await rename(fresh, this.file);
  }
}
