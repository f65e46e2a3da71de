import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { APP_ID } from '../app/paths';
import { messageOf } from './metrics-source';

/**
 * Asks the inventory for one site, to see whether the way to it works: Grafana's proxy, the address and the token.
 * @throws Error saying what was answered
 */
export async function checkInventory(): Promise<void> {
  try {
    await lastValueFrom(
      getBackendSrv().fetch({
        url: `/api/plugin-proxy/${APP_ID}/inventory/sites`,
        params: { limit: 1 },
        showErrorAlert: false,
      })
    );
  } catch (cause) {
    throw new Error(`The inventory did not answer: ${messageOf(cause)}`, { cause });
  }
}
