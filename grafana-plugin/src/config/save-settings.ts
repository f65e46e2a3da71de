import { getBackendSrv } from '@grafana/runtime';
import type { AppPluginMeta } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import type { AppSettings } from './settings';
import { messageOf } from '../data/metrics-source';

/**
 * Stores the configuration of the app.
 * @param token undefined keeps the stored one; it can be written, never read back
 * @throws Error saying what Grafana answered
 */
export async function saveSettings(
  meta: AppPluginMeta,
  jsonData: AppSettings,
  token: string | undefined
): Promise<void> {
  const { id, enabled, pinned } = meta;
  const secureJsonData = token === undefined ? undefined : { inventoryToken: token };
  try {
    await lastValueFrom(
      getBackendSrv().fetch({
        url: `/api/plugins/${id}/settings`,
        method: 'POST',
        data: { enabled, pinned, jsonData, secureJsonData },
        showErrorAlert: false,
      })
    );
  } catch (cause) {
    throw new Error(`The configuration was not saved: ${messageOf(cause)}`, { cause });
  }
}
