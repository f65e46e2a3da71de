// The functional flavour of zod: a tenth of the size in the bundle.
import * as z from 'zod/mini';

/** Types of data source that answer PromQL: Prometheus' own (VictoriaMetrics speaks it too) and VictoriaMetrics'. */
export const METRICS_SOURCE_TYPES = ['prometheus', 'victoriametrics-metrics-datasource'] as const;

const inventoryUrl = z.pipe(
  z.string().check(
    z.trim(),
    z.refine((text) => text === '' || /^https?:\/\/[^/\s]+/.test(text), {
      error: 'must start with http:// or https:// and name a host, such as http://discovery:9761',
    })
  ),
  z.transform((text) => text.replace(/\/+$/, ''))
);

const numberIn = (least: number, most: number) =>
  z
    .number({ error: 'must be a number' })
    .check(z.gte(least, `must be ${least} or more`), z.lte(most, `must be ${most} or less`));

/** What the app keeps in jsonData. Everything has a default, so that an app that nobody configured starts. */
export const settingsSchema = z.object({
  /** uid of the data source that holds the metrics; empty: the only one of a fitting type. */
  datasourceUid: z._default(z.string(), ''),
  /** Seconds between two refreshes of the board. */
  refreshSeconds: z._default(numberIn(5, 3600), 30),
  /** Ask every five seconds whether any state changed, and refresh at once when one did. */
  changeWatch: z._default(z.boolean(), true),
  /** Seconds without a new sample after which a state counts as not known. */
  staleAfterSeconds: z._default(numberIn(10, 3600), 60),
  /** Hours to look back for devices whose data has stopped. */
  lookbackHours: z._default(numberIn(1, 168).check(z.refine(Number.isInteger, 'must be a whole number')), 6),
  /** Base URL of the discovery sidecar as the Grafana server reaches it; empty: none. */
  inventoryUrl: z._default(inventoryUrl, ''),
});

export type AppSettings = z.infer<typeof settingsSchema>;
export type SettingsErrors = Partial<Record<keyof AppSettings, string>>;
export type ParsedSettings = { ok: true; settings: AppSettings } | { ok: false; errors: SettingsErrors };

/** Reads jsonData as Grafana hands it over: anything that somebody provisioned or an older version saved. */
export function parseSettings(jsonData: unknown): ParsedSettings {
  const parsed = settingsSchema.safeParse(jsonData ?? {});
  if (parsed.success) {
    return { ok: true, settings: parsed.data };
  }
  const errors: SettingsErrors = {};
  for (const issue of parsed.error.issues) {
    errors[issue.path[0] as keyof AppSettings] ??= issue.message;
  }
  return { ok: false, errors };
}
