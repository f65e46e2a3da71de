import path from 'node:path';
import { credential, secretsOf } from '../config/credential';
import { schemaFindings, SourceDocument, type Finding } from '../config/document';
import { ConfigError, type Problem } from '../config/problem';
import type { SnmpAuth } from '../model/snmp-auth';
import { translated, type Translated } from './old-format';
import { integerFrom } from './scalars';
import { snmpYmlSchema, type SnmpYml } from './schema';
import type { SnmpModule } from './snmp-module';

export interface SnmpYmlFile {
  /** For problems, and where files with secrets are looked for. */
  name: string;
  text: string;
}

export interface LoadedModules {
  modules: Map<string, SnmpModule>;
  auths: Record<string, SnmpAuth>;
}

/**
 * Reads files in the format of snmp.yml into one set. `${NAME}` is replaced inside credentials only: templates of
 * regex_extracts look the same.
 * @throws ConfigError with every problem of all files
 */
export function loadModules(files: readonly SnmpYmlFile[], env: NodeJS.ProcessEnv = process.env): LoadedModules {
  const loaded: LoadedModules = { modules: new Map(), auths: {} };
  const taken: Taken = new Map();
  const problems: Problem[] = [];
  for (const file of files) {
    const { source, form, data } = readFile(file, env);
    if (data) {
      adopt(data, form, source, loaded, taken);
    }
    problems.push(...source.problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  }
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return loaded;
}

interface ReadFile {
  source: SourceDocument;
  form: Translated;
  /** Undefined where the file cannot be used. */
  data: SnmpYml | undefined;
}

/** Whoever hands over the same object again gets what was read of it: the shipped files, with every reload. */
const known = new WeakMap<SnmpYmlFile, ReadFile>();

function readFile(file: SnmpYmlFile, env: NodeJS.ProcessEnv): ReadFile {
  let read = known.get(file);
  if (!read) {
    const source = new SourceDocument(file.name, file.text, env, {
      scalarsAsText: true,
      expands: (keys) => keys[0] === 'auths' || keys[1] === 'auth',
    });
    const form = translated(source.value());
    read = { source, form, data: source.problems.length > 0 ? undefined : checked(form, source) };
    known.set(file, read);
  }
  return read;
}

function checked(form: Translated, source: SourceDocument): SnmpYml | undefined {
  const raw = withVersions(form.raw);
  const parsed = snmpYmlSchema.safeParse(raw);
  if (parsed.success) {
    return parsed.data;
  }
  const findings = schemaFindings(snmpYmlSchema, raw, parsed.error.issues).map(aboutOldKeys);
  source.problems.push(...findings.map((finding) => source.problem({ ...finding, path: form.place(finding.path) })));
  return undefined;
}

/** The schema of credentials is that of isp-monitor.yml, where a version is a number. */
function withVersions(raw: unknown): unknown {
  const auths = (raw as { auths?: unknown } | null)?.auths;
  for (const auth of Object.values(typeof auths === 'object' && auths !== null ? auths : {})) {
    if (typeof auth?.version === 'string') {
      auth.version = integerFrom(auth.version) ?? auth.version;
    }
  }
  return raw;
}

/** People move modules from old files one by one. */
function aboutOldKeys(finding: Finding): Finding {
  const [top, module, key] = finding.path;
  return finding.path.length === 3 && top === 'modules' && (key === 'auth' || key === 'version')
    ? {
        ...finding,
        message: `modules.${String(module)}.${key}: a module has no ${key} since snmp_exporter 0.23; move it into an entry of auths:`,
      }
    : finding;
}

/** Where each name stands. Told on demand: it takes the places of the whole file. */
type Taken = Map<string, () => string>;

function adopt(
  { modules, auths }: SnmpYml,
  { old, place }: Translated,
  source: SourceDocument,
  loaded: LoadedModules,
  taken: Taken
): void {
  const free = (kind: 'modules' | 'auths', name: string): boolean => {
    const other = taken.get(`${kind} ${name}`);
    if (other !== undefined) {
      const message = `${kind === 'modules' ? 'module' : 'auth'} "${name}" stands in ${other()} too; rename or remove one`;
      source.problems.push(source.problem({ path: place([kind, name]), message }));
      return false;
    }
    taken.set(`${kind} ${name}`, () => `${source.file}:${source.line(place([kind, name]))}`);
    return true;
  };
  for (const [name, module] of Object.entries(modules ?? {})) {
    if (free('modules', name)) {
      loaded.modules.set(name, { name, ...module, auth: old ? name : null });
    }
  }
  const secret = secretsOf(source, path.dirname(source.file));
  for (const [name, auth] of Object.entries(auths ?? {})) {
    if (free('auths', name)) {
      loaded.auths[name] = credential(place(['auths', name]).map(String), auth, secret, source);
    }
  }
}
