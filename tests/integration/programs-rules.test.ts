import { freePorts } from './provisioning/programs';
import { Page } from './programs/exposition-text';
import { build, Ground, type Program } from './programs/program';
import { type Agent, snmpdMissing, startSnmpd } from './snmp-agents';

const missing = snmpdMissing();
if (missing) {
  console.warn(`Debian's snmpd ${missing}`);
}

let ground: Ground;
let agent: Agent;
beforeAll(async () => {
  await build();
  ground = new Ground();
  agent = missing ? (undefined as never) : await startSnmpd();
}, 120_000);
afterAll(async () => {
  await ground?.remove();
  await agent?.stop();
});

/** Every port but the loopback is of this type. */
const rule = (type: string) =>
  `rules:\n  - { id: own, type: ${type}, confidence: 0.9, in: [name], matches: '^(?!lo$)' }`;
const BAD = 'rules:\n  - { id: own, type: eye, confidence: 0.9, any: [x] }\n';

/** What each program says of the ports of the device. */
const TYPES: Record<Program['name'], (url: string) => Promise<string[]>> = {
  exporter: async (url) =>
    (await Page.of(url)).all('interface_oper_status').map(({ labels }) => labels['interface_type'] ?? ''),
  discovery: async (url) => {
    const answer = (await (await fetch(`${url}/api/v1/interfaces`)).json()) as {
      items: { if_name: string; interface_type: string }[];
    };
    return answer.items.filter((one) => one.if_name !== 'lo').map((one) => one.interface_type);
  },
};

(missing ? describe.skip : describe).each(['exporter', 'discovery'] as const)(
  "%s with the user's own rules",
  (name) => {
    test('goes by them, keeps them when the file turns bad, and takes over what was mended', async () => {
      const [port] = await freePorts(1);
      const rules = `${name}-rules.yml`;
      ground.file(rules, rule('camera'));
      const file = ground.file(
        `${name}.yml`,
        `auths: { agent: { version: 2, community: localtest } }
discovery: { rules: ${rules} }
snmp: { interval: 5s }
devices: [{ name: gateway, address: "127.0.0.1:${agent.port}", auth: agent }]
`
      );
      const program = ground.start(name, [
        ...['--config.file', file, '--data.dir', ground.path(name)],
        ...['--web.listen-address', `127.0.0.1:${port}`],
      ]);
      const url = await program.serving();
      const types = async () => [...new Set(await TYPES[name](url))];
      await program.until('the rule is gone by', async () => (await types()).join() === 'camera');

      const bad = ground.file(rules, BAD);
      program.signal('SIGHUP');
      const refused = () => program.told('stays as it was');
      await program.until('it refuses', () => refused().length === 1);
      expect(refused()[0]?.msg).toContain(`${bad}:2:16: rules[0].type: found "eye"; it must be one of isp, trunk, `);
      expect(await types()).toEqual(['camera']);

      ground.file(rules, rule('voice'));
      program.signal('SIGHUP');
      // Nobody waits for the next hourly walk.
      await program.until('the new rule is gone by', async () => (await types()).join() === 'voice', 20_000);
    });

    test('refuses to start by a bad file, and says so when it is asked to check', async () => {
      const bad = ground.file('bad-rules.yml', BAD);
      const file = ground.file(`${name}-bad.yml`, 'discovery: { rules: bad-rules.yml }\n');
      const said = `${bad}:2:16: rules[0].type: found "eye"; it must be one of isp, trunk, `;
      for (const flags of [['--check-config'], ['--data.dir', ground.path(`${name}-bad`)]]) {
        const program = ground.start(name, ['--config.file', file, ...flags]);
        expect((await program.ended).code).toBe(2);
        expect(program.stderr).toContain(said);
      }
    });
  }
);
