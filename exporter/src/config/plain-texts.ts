import { FAILSAFE_SCHEMA, load, types } from 'js-yaml';

/** Every scalar is the text that stands in the file, but null is null. */
const TEXTS = FAILSAFE_SCHEMA.extend({ implicit: [types.null, types.merge] });

/**
 * The value of a YAML file whose scalars stay texts, without places: six times as fast as with them, which counts for
 * the snmp.yml files of 2 MB that people have. Undefined for what needs a closer look: whatever is wrong with it.
 */
export function plainTexts(text: string): object | undefined {
  let value: unknown;
  try {
    value = load(text, { schema: TEXTS });
  } catch {
    // The parser that knows the lines says what is wrong.
    return undefined;
  }
  return typeof value === 'object' && value !== null ? value : undefined;
}

/**
 * Puts the environment's values where `${NAME}` stands in texts below the keys that `expands` names, in place. False
 * when a variable has no value; then some may be replaced already.
 */
export function expandTexts(
  root: object,
  env: NodeJS.ProcessEnv,
  expands: (keys: readonly string[]) => boolean
): boolean {
  // What an alias repeats is one object, and is expanded where its anchor stands.
  const seen = new Set<object>();
  const visit = (node: Record<string, unknown>, keys: readonly string[]): boolean => {
    if (seen.has(node)) {
      return true;
    }
    seen.add(node);
    const list = Array.isArray(node);
    return Object.entries(node).every(([key, value]) => {
      if (typeof value === 'object' && value !== null) {
        return visit(value as Record<string, unknown>, list ? keys : [...keys, key]);
      }
      if (typeof value !== 'string' || !value.includes('${') || !expands(list ? keys : [...keys, key])) {
        return true;
      }
      const expanded = withVariables(value, env);
      node[key] = expanded.text;
      return expanded.missing.length === 0;
    });
  };
  return visit(root as Record<string, unknown>, []);
}

/** `${NAME}` replaced by the environment's values; names without one, or with an empty one, stay and are told. */
export function withVariables(text: string, env: NodeJS.ProcessEnv): { text: string; missing: string[] } {
  const missing: string[] = [];
  const expanded = text.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') {
      missing.push(name);
      return whole;
    }
    return value;
  });
  return { text: expanded, missing };
}
