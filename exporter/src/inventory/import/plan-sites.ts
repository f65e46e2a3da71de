import type { RowFinding } from './finding';
import type { RowWords } from './read-row';
import type { SitePlace } from './stored-device';

export interface NewSite extends SitePlace {
  name: string;
}

/**
 * Sites that rows name and nobody knows, with the region and the place on which all rows of the site agree that say one.
 * What they do not agree on stays with the devices, and a warning tells it.
 */
export function planSites(
  rows: readonly RowWords[],
  known: ReadonlyMap<string, SitePlace>
): { sites: NewSite[]; warnings: RowFinding[] } {
  const bySite = new Map<string, RowWords[]>();
  for (const words of rows) {
    if (words.site && !known.has(words.site)) {
      const others = bySite.get(words.site);
      if (others) {
        others.push(words);
      } else {
        bySite.set(words.site, [words]);
      }
    }
  }
  const warnings: RowFinding[] = [];
  const sites = [...bySite].map(([name, of]): NewSite => {
    const regions = distinct(of, ({ region }) => region || undefined);
    const places = distinct(of, ({ place }) => place && `${place.latitude} ${place.longitude}`);
    const warn = (what: string, differing: readonly { line: number; text: string }[]) => {
      const [first, second] = differing;
      if (first && second) {
        const told = `line ${first.line} says ${first.text}, line ${second.line} ${second.text}`;
        const message = `new site ${name}: its rows name several ${what} (${told}); the site is created without, the devices keep theirs`;
        warnings.push({ line: second.line, message });
      }
    };
    warn('regions', regions);
    warn('places', places);
    const place = places.length === 1 ? of.find((words) => words.place)?.place : undefined;
    return {
      name,
      region: regions.length === 1 ? (regions[0]?.text ?? '') : '',
      latitude: place?.latitude ?? null,
      longitude: place?.longitude ?? null,
    };
  });
  return { sites, warnings };
}

function distinct(rows: readonly RowWords[], textOf: (words: RowWords) => string | null | undefined) {
  const first = new Map<string, number>();
  for (const words of rows) {
    const text = textOf(words);
    if (text && !first.has(text)) {
      first.set(text, words.line);
    }
  }
  return [...first].map(([text, line]) => ({ text, line }));
}
