import { Readiness } from './readiness';

describe('readiness', () => {
  let now: number;
  let fleet: { coming: number | null; pending: number };
  let readiness: Readiness;
  beforeEach(() => {
    now = 1_000_000;
    fleet = { coming: 0, pending: 2 };
    readiness = new Readiness(fleet, () => now);
  });

  it('waits for the configuration', () => {
    now += 60_000;
    expect(readiness.notReady()).toBe('the configuration is not loaded yet');
  });

  it('waits for the first round of every device', () => {
    readiness.started();
    expect(readiness.notReady()).toBe('2 devices wait for the first round of pings');
    fleet.pending = 1;
    expect(readiness.notReady()).toBe('1 device waits for the first round of pings');
    fleet.pending = 0;
    expect(readiness.notReady()).toBeNull();
  });

  it('waits for the first list for as long as there is none', () => {
    fleet = { coming: null, pending: 0 };
    readiness = new Readiness(fleet, () => now);
    readiness.started();
    now += 3_600_000;
    expect(readiness.notReady()).toBe('there is no list of targets yet, neither from the sidecar nor a copy on disk');
    fleet.coming = 0;
    expect(readiness.notReady()).toBeNull();
  });

  it('waits for the whole list, however long that takes, and then for the first rounds', () => {
    fleet.coming = 2;
    readiness.started();
    now += 60_000;
    expect(readiness.notReady()).toBe('2 devices of the list of targets are not taken in yet');
    fleet.coming = 1;
    expect(readiness.notReady()).toBe('1 device of the list of targets is not taken in yet');
    fleet.coming = 0;
    now += 29_999;
    expect(readiness.notReady()).toBe('2 devices wait for the first round of pings');
    now += 1;
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
    fleet.pending = 0;
    expect(readiness.notReady()).toBeNull();
    fleet.pending = 5;
    expect(readiness.notReady()).toBeNull();
    readiness.stopping();
    expect(readiness.notReady()).toBe('the exporter is stopping');
  });
});
