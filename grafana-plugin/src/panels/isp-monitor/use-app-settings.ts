import { useEffect, useState } from 'react';
import { getBackendSrv } from '@grafana/runtime';
import { APP_ID } from '../../app/paths';
import { parseSettings, type AppSettings } from '../../config/settings';
import { messageOf } from '../../data/metrics-source';

export type AppSettingsState = { settings: AppSettings } | { error: string } | null;

/** The configuration of the app that this panel came with; null while it is read. */
export function useAppSettings(): AppSettingsState {
  const [state, setState] = useState<AppSettingsState>(null);
  useEffect(() => {
    let wanted = true;
    const tell = (next: AppSettingsState) => wanted && setState(next);
    getBackendSrv()
      .get(`/api/plugins/${APP_ID}/settings`)
      .then((meta: { jsonData?: unknown }) => {
        const parsed = parseSettings(meta.jsonData);
        tell(
          parsed.ok
            ? { settings: parsed.settings }
            : { error: `The configuration of ISP monitor cannot be used: ${describe(parsed.errors)}` }
        );
      })
      .catch((cause: unknown) => tell({ error: `The configuration of ISP monitor was not read: ${messageOf(cause)}` }));
    return () => {
      wanted = false;
    };
  }, []);
  return state;
}

function describe(errors: Record<string, string>): string {
  return Object.entries(errors)
    .map(([name, message]) => `${name} ${message}`)
    .join('; ');
}
