import { readFileSync } from 'node:fs';
import {
  LineCounter,
  isMap,
  isPair,
  isScalar,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import type { z } from 'zod';
import { knownKeys, nearestKey } from './known-keys';
import { expandTexts, plainTexts, withVariables } from './plain-texts';
import { ConfigError, type Problem } from './problem';

/** Values under these keys are never shown. */
const SECRET_KEYS = /^(community|password|priv_password|token|url)$/;
/** So are entries of this list that are no maps: a token without its name. */
const SECRET_LISTS = /^tokens$/;

/** An address with a name and password in it. */
const URL_WITH_LOGIN = /:\/\/[^/]*@/;

/** Characters of a wrong value. */
const MOST_SHOWN = 120;

/** Files are the operator's own: a template that hundreds of entries refer to is no attack. */
const UNLIMITED = -1;

/** Trouble at a place inside a document, before it has a line. */
export interface Finding {
  path: readonly PropertyKey[];
  message: string;
  /** Another place that belongs to it ("also at line …"). */
  other?: readonly PropertyKey[];
}

export interface ReadingRules {
  /** Scalars keep the text that stands in the file (007, on, 1e3); only null is null. The reader knows the types. */
  scalarsAsText: boolean;
  /** Whether `${NAME}` below these keys is a variable of the environment. */
  expands: (keys: readonly string[]) => boolean;
  /** Whether problems tell the column too: for files of lists in lists, where a line holds many values. */
  columns?: boolean;
}

const OWN_FILES: ReadingRules = { scalarsAsText: false, expands: () => true };

/** A YAML (or JSON) file that remembers where its values stand. */
export class SourceDocument {
  readonly problems: Problem[] = [];
  /** The value, where it could be read without places. */
  private readonly plain: object | undefined;
  private parsed: { doc: Document; lines: LineCounter } | undefined;

  constructor(
    readonly file: string,
    private readonly text: string,
    env: NodeJS.ProcessEnv,
    private readonly rules: ReadingRules = OWN_FILES
  ) {
    const plain = rules.scalarsAsText ? plainTexts(text) : undefined;
    if (plain && expandTexts(plain, env, rules.expands)) {
      this.plain = plain;
      return;
    }
    for (const error of this.doc.errors) {
      // The parser's text may quote the source, and the source may hold a secret.
      const message =
        error.code === 'DUPLICATE_KEY' ? 'the same key stands twice in one map' : error.message.split('\n')[0];
      this.problems.push({ file, ...this.place(error.pos[0]), message: `not valid YAML: ${message}` });
    }
    if (rules.scalarsAsText) {
      this.keepTexts();
    }
    this.expandEnvironment(env, rules);
  }

  /** Plain value of the whole file; an empty file is an empty map. */
  value(): unknown {
    if (this.plain) {
      return this.plain;
    }
    return this.problems.length > 0 && this.doc.errors.length > 0
      ? {}
      : (this.doc.toJS({ maxAliasCount: UNLIMITED }) ?? {});
  }

  /** Line of the value at `path`, or of the nearest place above it that exists. */
  line(path: readonly PropertyKey[]): number | undefined {
    const offset = this.offset(path);
    return offset === undefined ? undefined : this.lineAt(offset);
  }

  private offset(path: readonly PropertyKey[]): number | undefined {
    for (let depth = path.length; depth > 0; depth--) {
      const parent = depth === 1 ? this.doc.contents : this.doc.getIn(path.slice(0, depth - 1), true);
      const key = path[depth - 1];
      const pair = isMap(parent)
        ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
        : undefined;
      const node = (pair?.key ?? this.doc.getIn(path.slice(0, depth), true)) as Node | undefined;
      if (node?.range) {
        return node.range[0];
      }
    }
    return this.doc.contents?.range?.[0];
  }

  problem(finding: Finding): Problem {
    const other = finding.other && this.line(finding.other);
    const message = other === undefined ? finding.message : `${finding.message} (also at line ${other})`;
    const offset = this.offset(finding.path);
    return { file: this.file, ...(offset === undefined ? {} : this.place(offset)), message };
  }

  /** The tree with places; of a file that was read without them, when the first line is asked for. */
  private get doc(): Document {
    return this.tree.doc;
  }

  private get tree(): { doc: Document; lines: LineCounter } {
    if (!this.parsed) {
      const lines = new LineCounter();
      const doc = parseDocument(this.text, { lineCounter: lines, prettyErrors: false, merge: true });
      this.parsed = { doc, lines };
    }
    return this.parsed;
  }

  private place(offset: number): Pick<Problem, 'line' | 'column'> {
    const { line, col } = this.tree.lines.linePos(offset);
    return this.rules.columns ? { line, column: col } : { line };
  }

  private lineAt(offset: number): number {
    return this.tree.lines.linePos(offset).line;
  }

  private keepTexts(): void {
    visit(this.doc, {
      Scalar: (_key, node) => {
        if (node.value !== null && node.source !== undefined) {
          node.value = node.source;
        }
      },
    });
  }

  /** `${NAME}` in any text becomes the environment's value; an unset variable is a problem, not an empty text. */
  private expandEnvironment(env: NodeJS.ProcessEnv, { expands }: ReadingRules): void {
    visit(this.doc, {
      Scalar: (key, node, ancestors) => {
        if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) {
          return;
        }
        if (!expands(ancestors.filter(isPair).map((pair) => String((pair.key as Scalar).value)))) {
          return;
        }
        const { text, missing } = withVariables(node.value, env);
        node.value = text;
        for (const name of missing) {
          const found = env[name] === undefined ? 'not set' : 'empty';
          this.problems.push({
            file: this.file,
            line: node.range ? this.lineAt(node.range[0]) : undefined,
            message: `environment variable ${name} is ${found}; set it before the start, or name a file with the value instead (…_file)`,
          });
        }
      },
    });
  }
}

/** Text of a path as people write it: `devices[2].address`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i ? '.' : ''}${String(p)}`)).join('');
}

function shown(root: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
  if (value === undefined) {
    return 'nothing';
  }
  const list = path.findIndex((key) => SECRET_LISTS.test(String(key)));
  if (list >= 0 && path.length <= list + 2 && typeof value !== 'object') {
    return 'a value that is not shown';
  }
  if (path.some((key) => SECRET_KEYS.test(String(key))) || (typeof value === 'string' && URL_WITH_LOGIN.test(value))) {
    return 'a value that is not shown';
  }
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'a map'
    : shortened(JSON.stringify(value));
}

/** What is right stands behind it, and must not be pushed out of sight. */
const shortened = (text: string) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

/** Turns what the schema refused into findings that say what was found and what would be right. */
export function schemaFindings(schema: z.ZodType, root: unknown, issues: readonly z.core.$ZodIssue[]): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, issue.path);
      return issue.keys.map((key) => {
        const near = nearestKey(key, known);
        const right = near ? `did you mean "${near}"?` : `known keys are ${known.join(', ')}`;
        return {
          path: [...issue.path, key],
          message: `unknown key "${shortened(pathText([...issue.path, key]))}"; ${right}`,
        };
      });
    }
    const where = pathText(issue.path);
    const right =
      issue.code === 'invalid_type'
        ? `it must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
        : issue.message;
    return [{ path: issue.path, message: `${where || 'file'}: found ${shown(root, issue.path)}; ${right}` }];
  });
}

/** Reads and parses; a file that cannot be read is one ConfigError. */
export function openDocument(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  rules: Partial<ReadingRules> = {}
): SourceDocument {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code ?? String(err);
    throw new ConfigError([
      { file, message: `cannot be read (${code}); name an existing file that this user may read` },
    ]);
  }
  return new SourceDocument(file, text, env, { ...OWN_FILES, ...rules });
}

/** Reads a YAML or JSON file and validates it; throws ConfigError with every problem of the file at once. */
export function readDocument<T>(file: string, schema: z.ZodType<T>, { columns = false } = {}): T {
  const source = openDocument(file, process.env, { columns });
  const raw = source.value();
  const parsed = schema.safeParse(raw);
  const findings = parsed.success ? [] : schemaFindings(schema, raw, parsed.error.issues);
  const problems = [...source.problems, ...findings.map((f) => source.problem(f))];
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  }
  return parsed.data;
}
