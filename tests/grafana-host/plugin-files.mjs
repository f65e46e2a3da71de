import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The app of a built plugin folder and the plugins nested in it.
 * @param {string} dist
 * @returns {{ app: object, nested: Record<string, object> }}
 */
export function readPlugin(dist) {
  if (!existsSync(path.join(dist, 'plugin.json'))) {
    throw new Error(`No built plugin in ${dist}: plugin.json is missing. Run npm run build -w grafana-plugin first.`);
  }
  const read = (file) => JSON.parse(readFileSync(path.join(dist, file), 'utf8'));
  const app = read('plugin.json');
  const baseUrl = `public/plugins/${app.id}`;
  const nested = {};
  for (const file of readdirSync(dist, { recursive: true })) {
    if (path.basename(file) === 'plugin.json' && file !== 'plugin.json') {
      const json = read(file);
      const folder = path.dirname(file);
      nested[json.id] = { ...json, module: `/${baseUrl}/${folder}/module.js`, baseUrl: `${baseUrl}/${folder}` };
    }
  }
  return { app: { ...app, module: `/${baseUrl}/module.js`, baseUrl }, nested };
}
