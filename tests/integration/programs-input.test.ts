import { createServer, type AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { freePorts } from './provisioning/programs';
import { build, Ground, type Program } from './programs/program';

const PROGRAMS = ['exporter', 'discovery'] as const;
const NOBODY = 65534;
const CANARY = 'canary-8c1f-community';

let ground: Ground;
beforeAll(async () => {
  await build();
  ground = new Ground();
}, 120_000);
afterAll(() => ground?.remove());

const GOOD = `data_dir: data
auths: { branch: { version: 2, community: "\${COMMUNITY}" } }
devices: [{ name: core-1, address: 127.0.0.1:1, auth: branch }]
`;

/** Ends by itself; the answer is all that it said. */
async function run(name: Program['name'], args: readonly string[], env: Record<string, string> = {}) {
  const program = ground.start(name, args, { env });
  const end = await program.ended;
  expect(await program.processes()).toEqual([]);
  return { ...end, stdout: program.stdout, stderr: program.stderr };
}

describe.each(PROGRAMS)('%s', (name) => {
  const web = `${name}.listen`;

  test.each([[[]], [['--check-config']]])(
    'tells everything that is wrong with its file at once, with %j',
    async (flags) => {
      const file = ground.file(
        'bad.yml',
        `data_dir: data
auths:
  branch: { version: 2, community: "\${NO_SUCH_COMMUNITY}" }
  core: { version: 2, community: ${CANARY}, comunity: ${CANARY} }
ping: { count: many }
devices:
  - { name: core-1, address: 10.0.0.1, auth: core }
  - { name: core-1, address: 10.0.0.2, auth: core }
  - { name: edge-1, address: 999.1.1.1, auth: branhc }
`
      );
      const { code, stdout, stderr } = await run(name, ['--config.file', file, ...flags]);
      expect(stderr.trimEnd().split('\n')).toEqual(
        [
          '3: environment variable NO_SUCH_COMMUNITY is not set; set it before the start, or name a file with the value instead (…_file)',
          '4: unknown key "auths.core.comunity"; did you mean "community"?',
          '5: ping.count: found "many"; it must be a number',
          '8: devices[1].name: the name "core-1" is taken by another device; each device needs its own (also at line 7)',
          '9: devices[2].address: found "999.1.1.1"; it must be an IPv4 or IPv6 address or a DNS name, with an optional :port (10.0.0.5, [2001:db8::1]:161)',
          '9: devices[2].auth: there is no auth "branhc"; did you mean "branch"?',
        ].map((problem) => `${file}:${problem}`)
      );
      expect([code, stdout]).toEqual([2, '']);
      expect(existsSync(ground.path('data'))).toBe(false);
    }
  );

  test('finds nothing wrong with a good file, and starts nothing', async () => {
    const file = ground.file('good.yml', GOOD);
    expect(await run(name, ['--config.file', file, '--check-config'], { COMMUNITY: CANARY })).toEqual({
      code: 0,
      signal: null,
      stdout: `${file}: 1 devices, 1 auths, no problem found\n`,
      stderr: '',
    });
    expect(existsSync(ground.path('data'))).toBe(false);
  });

  test('refuses an unknown flag with its usage', async () => {
    const { code, stdout, stderr } = await run(name, ['--config-file', 'x']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Unknown option '--config-file'/);
    expect(stderr).toContain(`Usage: isp-${name} [options]`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('refuses a file that is not there', async () => {
    const file = ground.path('no-such.yml');
    expect(await run(name, ['--config.file', file])).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: `${file}: cannot be read (ENOENT); name an existing file that this user may read\n`,
    });
  });

  test('names the port that is taken, and the cure', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const file = ground.file('taken.yml', `${GOOD}${name}: { listen: "127.0.0.1:${port}" }\n`);
      const { code, stderr } = await run(name, ['--config.file', file, '--data.dir', ground.path(`taken-${name}`)], {
        COMMUNITY: CANARY,
      });
      expect(stderr).toBe(
        `cannot listen on 127.0.0.1:${port}: port ${port} is taken by another process; find it with: ss -ltnp 'sport = :${port}' — stop it, or choose another port with --web.listen-address or ${web}\n`
      );
      expect(code).toBe(1);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test.each(['0.0.0.0', '[::]'])('refuses to serve everybody on %s', async (host) => {
    const [port] = await freePorts(1);
    const file = ground.file('public.yml', GOOD);
    const args = ['--config.file', file, '--data.dir', ground.path(`public-${name}`)];
    const listen = ['--web.listen-address', `${host}:${port}`];
    const { code, stderr } = await run(name, [...args, ...listen], { COMMUNITY: CANARY });
    expect(stderr).toBe(
      `refusing to listen on ${host}:${port}: anybody who reaches it could read everything; listen on 127.0.0.1 (--web.listen-address or ${web}) behind a proxy that asks for a password,${name === 'discovery' ? ' configure discovery.tokens,' : ''} or give --web.allow-unauthenticated\n`
    );
    expect(code).toBe(1);
  });
});

describe('exporter that cannot ping', () => {
  test.each([
    [
      'fping',
      'ping: { driver: fping, fping_path: /nowhere/fping }',
      /fping not found as "\/nowhere\/fping"/,
      undefined,
    ],
    ['sockets', 'ping: { driver: socket }', /sockets: /, NOBODY],
  ])('says so in one line with the cures: %s', async (name, ping, cause, user) => {
    if (user !== undefined && (process.getuid?.() !== 0 || pingAllowedTo(user))) {
      console.warn(`left out: needs root, and a net.ipv4.ping_group_range without group ${user}`);
      return;
    }
    const [port] = await freePorts(1);
    const file = ground.file(`${name}.yml`, `${GOOD}${ping}\n`);
    const program = ground.start(
      'exporter',
      ['--config.file', file, '--data.dir', ground.path(name), '--web.listen-address', `127.0.0.1:${port}`],
      { env: { COMMUNITY: CANARY }, user }
    );
    const { code } = await program.ended;
    expect(program.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(program.stderr).toMatch(/^cannot ping: /);
    expect(program.stderr).toMatch(cause);
    expect(program.stderr).toContain('sysctl -w net.ipv4.ping_group_range');
    expect(program.stderr).toContain('apt-get install fping');
    expect(code).toBe(1);
    expect(await program.processes()).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}/-/healthy`)).rejects.toThrow();
  });
});

test('a second sidecar on the same data names the first, and the cure', async () => {
  const [first, second] = await freePorts(2);
  const file = ground.file('twice.yml', GOOD);
  const args = ['--config.file', file, '--data.dir', ground.path('twice'), '--web.listen-address'];
  const holder = ground.start('discovery', [...args, `127.0.0.1:${first}`], { env: { COMMUNITY: CANARY } });
  await holder.serving();
  const { code, stderr } = await run('discovery', [...args, `127.0.0.1:${second}`], { COMMUNITY: CANARY });
  expect(stderr).toMatch(
    new RegExp(
      `^the embedded Postgres in \\S+ is in use by process ${holder.pid}; stop it, or set another data_dir[^\n]*\n$`
    )
  );
  expect(code).toBe(1);
  await holder.kill();
});

test('a Postgres server that does not answer is one line without its password', async () => {
  const [port] = await freePorts(1);
  const file = ground.file(
    'away.yml',
    `${GOOD}database: { url: "postgres://isp:${CANARY}@127.0.0.1:${port}/isp" }
`
  );
  const { code, stderr } = await run('discovery', ['--config.file', file], { COMMUNITY: CANARY });
  expect(stderr).toMatch(/^cannot connect to [^\n]*127\.0\.0\.1[^\n]*\n$/);
  expect(code).toBe(1);
});

test('no community was told in all of that', () => {
  expect(ground.said.length).toBeGreaterThan(1000);
  expect(ground.said).not.toContain(CANARY);
});

function pingAllowedTo(group: number): boolean {
  const [from = 1, to = 0] = readFileSync('/proc/sys/net/ipv4/ping_group_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  return from <= group && group <= to;
}
