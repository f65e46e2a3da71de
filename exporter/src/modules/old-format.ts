/** snmp.yml from before snmp_exporter 0.23: modules stand at the top, each with its version and credential inside. */

type Tree = Record<string, unknown>;

export interface Translated {
  raw: unknown;
  old: boolean;
  /** Where a place of the translation stands in the file. */
  place(path: readonly PropertyKey[]): readonly PropertyKey[];
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same file as one of today: every module with a credential of its own name. */
export function translated(raw: unknown): Translated {
  if (!isOld(raw)) {
    return { raw, old: false, place: (path) => path };
  }
  const modules: Tree = {};
  const auths: Tree = {};
  for (const [name, body] of Object.entries(raw)) {
    if (!isTree(body)) {
      modules[name] = body;
      continue;
    }
    const { auth, version, ...module } = body;
    modules[name] = module;
    auths[name] = isTree(auth ?? {})
      ? { ...(auth as Tree | undefined), ...(version === undefined ? {} : { version }) }
      : auth;
  }
  return { raw: { modules, auths }, old: true, place: oldPlace };
}

/** Some module is there to tell by; a file with one of the keys of today is not old. */
function isOld(raw: unknown): raw is Tree {
  return (
    isTree(raw) &&
    !('modules' in raw) &&
    !('auths' in raw) &&
    Object.values(raw).some((body) => isTree(body) && ['walk', 'get', 'metrics'].some((key) => key in body))
  );
}

function oldPlace([top, name, ...rest]: readonly PropertyKey[]): readonly PropertyKey[] {
  if (name === undefined) {
    return [];
  }
  return top === 'auths' && rest[0] !== 'version' ? [name, 'auth', ...rest] : [name, ...rest];
}
