import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { step, UserError } from './terminal.mjs';

/** Programs with the Debian package that brings each; every purpose needs those of the ones before it too. */
const PARTS = {
  start: [
    ['fping', 'fping'],
    ['victoria-metrics', 'victoria-metrics'],
    ['vmagent', 'victoria-metrics'],
    ['vmalert', 'victoria-metrics'],
  ],
  test: [
    ['chromium', 'chromium'],
    ['snmpd', 'snmpd'],
    ['snmpget', 'snmp'],
    ['snmpsimd', 'snmpsim'],
    ['promtool', 'prometheus'],
    ['prometheus-alertmanager', 'prometheus-alertmanager'],
    ['prometheus-snmp-exporter', 'prometheus-snmp-exporter'],
    ['prometheus-blackbox-exporter', 'prometheus-blackbox-exporter'],
    ['postgres', 'postgresql'],
    ['ip', 'iproute2'],
    // Not gcc alone: that only recommends the headers of the C library, and recommendations are not installed.
    ['cc', 'build-essential'],
  ],
  // What is only measured against.
  bench: [
    ['prometheus-smokeping-prober', 'prometheus-smokeping-prober'],
    ['prometheus-pushgateway', 'prometheus-pushgateway'],
  ],
};

const EXTRA_PATH = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** Postgres' server is not on the PATH of Debian: it lives in a folder a version. */
export function searchPath() {
  return [...(process.env.PATH ?? '').split(path.delimiter), ...EXTRA_PATH].filter(Boolean);
}

export function findProgram(name) {
  const folders = name === 'postgres' ? [...postgresFolders(), ...searchPath()] : searchPath();
  return folders.map((folder) => path.join(folder, name)).find(executable);
}

function postgresFolders() {
  return ['18', '17', '16', '15', '14', '13'].map((version) => `/usr/lib/postgresql/${version}/bin`);
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs what is missing with apt-get where this user may, otherwise names the command that does.
 * `purpose` is `start`, `test` (which includes start's) or `bench` (which includes both).
 */
export async function ensureSystemParts(purpose) {
  const purposes = Object.keys(PARTS);
  const wanted = purposes.slice(0, purposes.indexOf(purpose) + 1).flatMap((included) => PARTS[included]);
  const missing = wanted.filter(([program]) => !findProgram(program));
  if (missing.length === 0) {
    return;
  }
  const packages = [...new Set(missing.map(([, pkg]) => pkg))];
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  const names = missing.map(([program]) => program).join(', ');
  if (!findProgram('apt-get')) {
    throw new UserError(
      `These programs are needed and missing: ${names}. On Debian or Ubuntu: sudo ${command}. Elsewhere install them from your system's packages and put them on the PATH.`
    );
  }
  const prefix = process.getuid?.() === 0 ? [] : (await maySudo()) ? ['sudo', '-n'] : undefined;
  if (!prefix) {
    throw new UserError(
      `These programs are needed and missing: ${names}. Install them, then start again:\n  sudo apt-get update && sudo ${command}`
    );
  }
  const apt = (args, options) =>
    run([...prefix, 'apt-get'][0], [...prefix, 'apt-get', ...args].slice(1), {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      ...options,
    });
  await step('Package lists', () => apt(['update']));
  await step(`System packages ${packages.join(', ')}`, async (show) => {
    // Debian starts services on installation; ours are started by the scripts alone, on their own ports.
    await apt(['install', '-y', '--no-install-recommends', ...packages], { onLine: (line) => show(line.slice(0, 60)) });
    show('');
  });
  const still = missing.filter(([program]) => !findProgram(program)).map(([program]) => program);
  if (still.length > 0) {
    throw new UserError(
      `apt-get installed ${packages.join(', ')}, yet ${still.join(', ')} cannot be found on the PATH (${process.env.PATH}).`
    );
  }
}

async function maySudo() {
  return (
    findProgram('sudo') !== undefined &&
    (await run('sudo', ['-n', 'true']).then(
      () => true,
      () => false
    ))
  );
}
