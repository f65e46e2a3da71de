import fs from 'fs';
import path from 'path';
import { glob } from 'glob';
import { SOURCE_DIR } from './constants.ts';

function loadJson(file: string) {
  return JSON.parse(fs.readFileSync(path.resolve(process.cwd(), file), 'utf8'));
}

export function getPackageJson(): { version: string } {
  return loadJson('package.json');
}

export function getPluginJson(): { id: string } {
  return loadJson(`${SOURCE_DIR}/plugin.json`);
}

/** Logos and screenshots of a plugin.json, relative to its folder. */
function imagesOf(pluginJson: {
  info?: { logos?: { small?: string; large?: string }; screenshots?: Array<{ path: string }> };
}): string[] {
  const { logos, screenshots } = pluginJson.info ?? {};
  const all = [logos?.small, logos?.large, ...(screenshots ?? []).map((s) => s.path)];
  return [...new Set(all.filter((p): p is string => Boolean(p)))];
}

/** Every plugin.json under src: the app's and those of its nested plugins. */
function pluginJsonFiles(): string[] {
  return glob.sync(`${SOURCE_DIR}/**/plugin.json`);
}

/** One webpack entry for each plugin.json that has a module beside it. */
export function getEntries(): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const file of pluginJsonFiles()) {
    const folder = path.dirname(file);
    const [module] = glob.sync(`${folder}/module.{ts,tsx}`, { absolute: true });
    if (module) {
      entries[path.posix.join(path.relative(SOURCE_DIR, folder), 'module')] = module;
    }
  }
  return entries;
}

/** Copy patterns for webpack, relative to src. Nested plugins need their own logos beside their plugin.json. */
export function copyFilePatterns() {
  const images = pluginJsonFiles().flatMap((file) => {
    const folder = path.relative(SOURCE_DIR, path.dirname(file));
    return imagesOf(loadJson(file)).map((image) => path.posix.join(folder, image));
  });
  return [
    { from: 'README.md', to: '.', force: true },
    { from: '../LICENSE', to: '.' },
    { from: '../CHANGELOG.md', to: '.', force: true },
    { from: '**/plugin.json', to: '.' },
    ...images.map((image) => ({ from: image, to: image })),
  ];
}
