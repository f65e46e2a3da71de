import pluginJson from '../plugin.json';

export const APP_ID = pluginJson.id;

/** Path of the Monitor page. */
export const MONITOR_PATH = `/a/${APP_ID}`;
export const CONFIG_PATH = `/plugins/${APP_ID}`;

/** Path of a device's page. Ids are free text, such as addresses with a slash. */
export function devicePath(deviceId: string): string {
  return `${MONITOR_PATH}/devices/${encodeURIComponent(deviceId)}`;
}
