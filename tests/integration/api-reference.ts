import { TAGS } from '../../exporter/src/http/api/openapi';
import { PROBLEMS } from '../../exporter/src/http/api/problem';
import type { ApiRoute } from '../../exporter/src/http/api/route';

/** The parts of docs/api.md that repeat what the code says. */
function parts(routes: readonly ApiRoute[]): Record<string, string> {
  const groups = Object.entries(TAGS).flatMap(([tag, description]) => {
    const rows = routes
      .filter((one) => one.tag === tag)
      .map((one) => `| \`${one.method.toUpperCase()} ${one.path}\` | ${one.role} | ${one.summary} |`);
    return rows.length === 0
      ? []
      : [`### ${tag}\n\n${description}\n\n| Operation | Role | |\n| --- | --- | --- |\n${rows.join('\n')}`];
  });
  const problems = Object.entries(PROBLEMS)
    .map(([code, { status, title }], i) => ({ i, status, row: `| ${status} | \`${code}\` | ${title} |` }))
    .sort((a, b) => a.status - b.status || a.i - b.i);
  return {
    operations: groups.join('\n\n'),
    problems: `| Status | Code | |\n| --- | --- | --- |\n${problems.map(({ row }) => row).join('\n')}`,
  };
}

/** The page with those parts as they should be. */
export const withReference = (page: string, routes: readonly ApiRoute[]): string =>
  Object.entries(parts(routes)).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name}[^>]*-->\n)[^]*?(<!-- end of ${name} -->)`),
        (_all, begin: string, end: string) => `${begin}\n${part}\n\n${end}`
      ),
    page
  );
