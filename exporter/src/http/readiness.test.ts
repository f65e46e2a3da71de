import { Readiness } from './readiness';

describe('readiness', () => {
  let now: number;
  let pending: number;
  let readiness: Readiness;
  beforeEach(() => {
    now = 1_000_000;
    pending = 2;
    readiness = new Readiness(
      () => pending,
      () => now
    );
  });

  it('waits for the configuration', () => {
    now += 60_000;
    expect(readiness.notReady()).toBe('the configuration is not loaded yet');
  });

  it('waits for the first round of every device', () => {
    readiness.started();
    expect(readiness.notReady()).toBe('2 devices wait for the first round of pings');
    pending = 1;
    expect(readiness.notReady()).toBe('1 device waits for the first round of pings');
    pending = 0;
    expect(readiness.notReady()).toBeNull();
  });

  it('waits 30 s and no longer', () => {
    readiness.started();
    now += 29_999;
    readiness.started();
    expect(readiness.notReady()).not.toBeNull();
    now += 1;
    expect(readiness.notReady()).toBeNull();
  });

  it('stays when devices are added, and ends with the process', () => {
    readiness.started();
    pending = 0;
    expect(readiness.notReady()).toBeNull();
    pending = 5;
    expect(readiness.notReady()).toBeNull();
    readiness.stopping();
    expect(readiness.notReady()).toBe('the exporter is stopping');
  });
});
