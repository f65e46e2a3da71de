import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from './load';
import { redactedConfig } from './redact';

it('shows what is in use and none of its secrets', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'redact-'));
  const file = path.join(dir, 'isp-monitor.yml');
  writeFileSync(
    file,
    `
auths:
  v2: { community: canary-1 }
  v3: { version: 3, security_level: authPriv, username: operator, password: canary-2-long, priv_password: canary-3-long }
inventory: { url: "http://user:canary-4@127.0.0.1:9761", token: canary-5 }
database: { url: "postgres://isp:canary-6@db/isp?password=canary-7" }
`
  );
  const text = redactedConfig(loadConfig(file, {}));
  rmSync(dir, { recursive: true });
  expect(text).not.toContain('canary');
  expect(text).toContain('username: operator');
  expect(text).toContain('postgres://isp:secret@db/isp?password=secret');
});
