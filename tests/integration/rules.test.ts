import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parseDuration } from '../../exporter/src/config/duration';
import {
  describeWithPrograms,
  inRepository,
  ROOT,
  type Rule,
  type RuleGroup,
  text,
  yaml,
} from './provisioning/repository';

const FILES = readdirSync(inRepository('alert-rules')).filter((name) => name.endsWith('.yml'));
const TESTS = readdirSync(inRepository('alert-rules/tests'));
const GROUPS = FILES.flatMap((file) => yaml(`alert-rules/${file}`).groups as RuleGroup[]);
const RULES: [string, Rule][] = GROUPS.flatMap((group) =>
  group.rules.map((rule): [string, Rule] => [(rule.alert ?? rule.record) as string, rule])
);
const ALERTS = RULES.filter(([, rule]) => rule.alert);

const run = (program: string, args: string[]) => {
  const done = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });
  return { code: done.status, said: `${done.stdout}${done.stderr}` };
};

describeWithPrograms('the rule files', () => {
  test.each(FILES)('%s loads in Prometheus and in vmalert', (file) => {
    expect(run('promtool', ['check', 'rules', `alert-rules/${file}`])).toMatchObject({ code: 0 });
    expect(run('vmalert', ['-dryRun', `-rule=alert-rules/${file}`])).toMatchObject({ code: 0 });
  });

  test.each(TESTS)('%s passes', (file) => {
    const { code, said } = run('promtool', ['test', 'rules', `alert-rules/tests/${file}`]);
    expect(said).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});

interface RuleTests {
  tests: {
    alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
    promql_expr_test?: { expr: string; exp_samples: { labels: string; value: number }[] }[];
  }[];
}

/** Names of the alerts that a file of tests expects to fire. */
function firedIn({ tests }: RuleTests): string[] {
  return tests.flatMap(({ alert_rule_test = [], promql_expr_test = [] }) => [
    ...alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
    ...promql_expr_test
      .filter(({ expr, exp_samples }) => /ALERTS.*alertstate="firing"/.test(expr) && exp_samples.length > 0)
      .flatMap(({ expr, exp_samples }) => [expr, ...exp_samples.map(({ labels }) => labels)])
      .flatMap((where) => [...where.matchAll(/alertname="(\w+)"/g)].map((match) => match[1] as string)),
  ]);
}

describe('every alert', () => {
  const runbook = text('docs/alerts.md');
  const fired = new Set(TESTS.flatMap((file) => firedIn(yaml(`alert-rules/tests/${file}`))));
  const dashboards = ['fleet', 'device'].map((name) => JSON.parse(text(`dashboards/${name}.json`)).uid as string);

  test.each(ALERTS)('%s says what is wrong, how badly, what to check and where', (name, { labels, annotations }) => {
    expect(['critical', 'warning', 'info']).toContain(labels?.severity);
    expect(annotations?.summary).toBeTruthy();
    expect(annotations?.description).toContain('What to check');
    expect(annotations?.runbook_url).toBe(`docs/alerts.md#${name.toLowerCase()}`);
    expect(runbook).toContain(`\n## ${name}\n`);
    expect(dashboards).toContain(/^\/d\/([\w-]+)/.exec(annotations?.dashboard ?? '')?.[1]);
  });

  test.each(ALERTS)('%s has a test in which it fires', (name) => {
    expect([...fired]).toContain(name);
  });

  test('the page of alerts describes no alert that does not exist', () => {
    const described = [...runbook.matchAll(/^## ([A-Z][A-Za-z]+)$/gm)].map((match) => match[1]);
    expect(described.sort()).toEqual(ALERTS.map(([name]) => name).sort());
  });
});

/** Shortest range in ms that holds four samples: of the poll for SNMP counters, of the scrape otherwise. */
function leastRange(metric: string): number {
  if (/^interface_if_/.test(metric)) {
    return 4 * 60_000;
  }
  const group = GROUPS.find(({ rules }) => rules.some(({ record }) => record === metric));
  if (group) {
    return 4 * (parseDuration(group.interval) as number);
  }
  if (/^(interface_|device_snmp_|device_info)/.test(metric)) {
    return 4 * 30_000;
  }
  return /^device_/.test(metric) ? 4 * 10_000 : 4 * 15_000;
}

describe('every rule', () => {
  test.each(RULES)('%s looks back over four samples at least', (_, { expr }) => {
    for (const [, metric, range] of expr.matchAll(/([a-z_][\w:]*)(?:\{[^}]*\})?\[(\w+)\]/g)) {
      expect(`${metric} ${range}`).toBe(
        (parseDuration(range as string) as number) >= leastRange(metric as string)
          ? `${metric} ${range}`
          : `${metric} over ${leastRange(metric as string)} ms or more`
      );
    }
  });

  test.each(GROUPS.map((group): [string, RuleGroup] => [group.name, group]))(
    'none of group %s reads another of its group: vmalert stores results after the whole group',
    (_, group) => {
      const recorded = group.rules.flatMap(({ record }) => record ?? []);
      for (const { expr } of group.rules) {
        expect(recorded.filter((name) => expr.includes(name))).toEqual([]);
      }
    }
  );

  test.each(RULES)('%s uses nothing that only one of the two evaluators knows', (_, rule) => {
    expect(
      Object.keys(rule).filter((key) => !['alert', 'record', 'expr', 'for', 'labels', 'annotations'].includes(key))
    ).toEqual([]);
  });
});
