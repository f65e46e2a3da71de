import { createHash } from 'node:crypto';
import { Router } from 'express';
import { z } from 'zod';
import type { Database } from '../inventory/database';
import { inventoryRevision } from '../inventory/revision';
import { scrapeDevices, type ScrapeDevice } from '../inventory/scrape-devices';
import { answeredBy } from './api/api-metrics';
import { inputProblem, readInput, repeatable, text } from './api/input';
import { ApiProblem, wrongMethod } from './api/problem';
import { SCRAPE_JOBS, scrapeTargets, type ScrapeFilters, type ScrapeIntervals } from './scrape-targets';
import { sendTagged, type TaggedText } from './tagged-answer';

/** So much text is kept for one revision of the inventory: a scraper asks for the same again and again. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;

const value = repeatable(text).default([]);
const filtersSchema = z.strictObject({
  site: value,
  region: value,
  role: value,
  type: value,
  vendor: value,
  tag: value,
});

interface Rendered {
  revision: number;
  devices: Promise<ScrapeDevice[]>;
  /** By job, filters and intervals. */
  answers: Map<string, TaggedText>;
  characters: number;
}

/** Scrape targets as text, made anew only when the inventory changed. */
class ScrapeDocuments {
  private rendered: Rendered | undefined;

  constructor(
    private readonly db: Database,
    private readonly intervals: () => ScrapeIntervals
  ) {}

  async answer(job: string, filters: ScrapeFilters): Promise<TaggedText> {
    const rendered = this.of(await inventoryRevision(this.db));
    const intervals = this.intervals();
    const key = JSON.stringify([job, filters, intervals]);
    const devices = await rendered.devices;
    const known = rendered.answers.get(key);
    if (known) {
      return known;
    }
    const body = JSON.stringify(scrapeTargets(job, devices, filters, intervals));
    if (rendered.characters + body.length > KEPT_CHARACTERS) {
      rendered.answers.clear();
      rendered.characters = 0;
    }
    const answer = tagged(body);
    rendered.answers.set(key, answer);
    rendered.characters += body.length;
    return answer;
  }

  private of(revision: number): Rendered {
    if (this.rendered?.revision === revision) {
      return this.rendered;
    }
    const rendered: Rendered = { revision, devices: scrapeDevices(this.db), answers: new Map(), characters: 0 };
    this.rendered = rendered;
    rendered.devices.catch(() => {
      if (this.rendered === rendered) {
        this.rendered = undefined;
      }
    });
    return rendered;
  }
}

const tagged = (body: string): TaggedText => ({
  etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
  body: () => body,
});

/** `/sd/<job>`: the devices as targets of other exporters, in the format of Prometheus' http_sd. */
export function serviceDiscovery(db: Database, intervals: () => ScrapeIntervals): Router {
  const documents = new ScrapeDocuments(db, intervals);
  const router = Router({ caseSensitive: true });
  router
    .route('/:job')
    .get(async (req, res) => {
      const { job } = req.params;
      if (!SCRAPE_JOBS.includes(job)) {
        throw new ApiProblem(
          'not_found',
          `There is no job ${job.slice(0, 64)} to discover; the jobs are ${SCRAPE_JOBS.join(', ')}.`
        );
      }
      answeredBy(res, `/sd/${job}`);
      const filters = readInput(filtersSchema, { ...req.query }, 'query');
      if (filters.findings) {
        throw inputProblem({ query: filters.findings });
      }
      sendTagged(req, res, await documents.answer(job, filters.value));
    })
    .all((req) => {
      throw wrongMethod(req, 'GET, HEAD');
    });
  return router;
}
