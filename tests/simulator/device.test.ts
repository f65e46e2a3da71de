import path from 'node:path';
import { loadBundle } from '../../exporter/src/config/bundle';
import { answer } from './agent';
import { SimulatedDevice } from './device';
import { EchoResponder } from './echo';
import { isScenario, SCENARIOS, type ScenarioName } from './fault';
import { tableOf } from './if-mib';
import { decodeRequest, PDU } from './message';
import { choose, ScenarioError, scenarioNames, type ScenarioRequest } from './scenario-request';
import { decodeResponse, encodeRequest } from './wire';

const NOW = Date.UTC(2026, 2, 4, 12) / 1_000;
const SMALL = loadBundle(path.resolve(__dirname, '../../exporter/bundles/demo_small.json'));

const COLUMN = {
  ifOperStatus: '1.3.6.1.2.1.2.2.1.8',
  ifLastChange: '1.3.6.1.2.1.2.2.1.9',
  ifName: '1.3.6.1.2.1.31.1.1.1.1',
  ifHCInOctets: '1.3.6.1.2.1.31.1.1.1.6',
};
const SCALAR = { sysUpTime: '1.3.6.1.2.1.1.3.0', ifTableLastChange: '1.3.6.1.2.1.31.1.5.0' };

/** A fleet with a clock that the test moves. */
class Fleet {
  now = NOW;
  readonly devices = SMALL.devices.map((d) => new SimulatedDevice(d, 1, NOW));
  private readonly echoes = new Map(this.devices.map((d) => [d, new EchoResponder(d.promise.address, 1, d)]));

  begin(request: ScenarioRequest) {
    const stroke = choose(request, this.devices);
    const until = stroke.seconds === undefined ? Infinity : this.now + stroke.seconds;
    stroke.victims.forEach(({ device, ports }) =>
      device.begin({ name: stroke.name, until, ports: new Set(ports) }, this.now)
    );
    return stroke;
  }

  device(name: string): SimulatedDevice {
    const device = this.devices.find((d) => d.promise.name === name)!;
    device.advance(this.now);
    return device;
  }

  get(name: string, oid: string): number | string {
    const request = decodeRequest(encodeRequest({ pdu: PDU.get, oids: [oid] }));
    const { value } = decodeResponse(answer(tableOf(this.device(name)), request)).varbinds[0]!;
    return Buffer.isBuffer(value) ? value.toString() : (value as number);
  }

  cell(name: string, column: keyof typeof COLUMN, ifName: string): number {
    const device = this.device(name);
    const index = device.ifIndexes[device.ports.findIndex((p) => p.promise.ifName === ifName)];
    expect(this.get(name, `${COLUMN.ifName}.${index}`)).toBe(ifName);
    return this.get(name, `${COLUMN[column]}.${index}`) as number;
  }

  ping(name: string, count = 5): number {
    return this.echoes.get(this.device(name))!.round(count, 1_000, this.now).rtts_ms.length;
  }
}

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});

describe('a healthy fleet', () => {
  it('answers everything, and its counters run', () => {
    for (const device of fleet.devices) {
      expect(device.snmp).toBe('answers');
      expect(fleet.ping(device.promise.name)).toBe(5);
    }
    const before = fleet.cell('tbilisi-r1', 'ifHCInOctets', 'Gi0/0/0');
    fleet.now += 60;
    expect(fleet.cell('tbilisi-r1', 'ifHCInOctets', 'Gi0/0/0')).toBeGreaterThan(before);
    expect(fleet.cell('tbilisi-r1', 'ifOperStatus', 'Gi0/0/0')).toBe(1);
    expect(fleet.cell('tbilisi-r1', 'ifOperStatus', 'Gi0/0/3')).toBe(2);
  });

  it('is found as it was left by a simulator that starts again', () => {
    fleet.now += 3_600;
    const again = SMALL.devices.map((d) => new SimulatedDevice(d, 1, fleet.now));
    again.forEach((device, i) => {
      const left = fleet.devices[i]!;
      left.advance(fleet.now);
      expect(device.startedAt).toBe(left.startedAt);
      expect(device.ports.map((p) => p.counters(fleet.now))).toEqual(left.ports.map((p) => p.counters(fleet.now)));
    });
  });

  it('has another past with another seed', () => {
    const other = new SimulatedDevice(SMALL.devices[0]!, 2, NOW);
    expect(other.startedAt).not.toBe(fleet.devices[0]!.startedAt);
  });
});

describe('scenario', () => {
  it('device-down silences ICMP and SNMP of one device until it is taken away', () => {
    fleet.begin({ name: 'device-down', device: 'batumi-r2' });
    fleet.now += 86_400;
    expect(fleet.device('batumi-r2').snmp).toBe('silent');
    expect(fleet.ping('batumi-r2')).toBe(0);
    expect(fleet.ping('batumi-r1')).toBe(5);
    fleet.device('batumi-r2').heal(fleet.now);
    expect(fleet.device('batumi-r2').snmp).toBe('answers');
    expect(fleet.ping('batumi-r2')).toBe(5);
  });

  it('ends by itself after its time', () => {
    fleet.begin({ name: 'device-down', device: 'batumi-r2', for: 90 });
    fleet.now += 89.9;
    expect(fleet.ping('batumi-r2')).toBe(0);
    fleet.now += 0.2;
    expect(fleet.ping('batumi-r2')).toBe(5);
    expect(fleet.device('batumi-r2').activeFaults).toEqual([]);
  });

  it('uplink-down takes one uplink down, freezes its counters and sets ifLastChange', () => {
    fleet.begin({ name: 'uplink-down', device: 'tbilisi-r1', for: 600 });
    const at = fleet.get('tbilisi-r1', SCALAR.sysUpTime) as number;
    const frozen = fleet.cell('tbilisi-r1', 'ifHCInOctets', 'Gi0/0/0');
    fleet.now += 300;
    expect(fleet.cell('tbilisi-r1', 'ifOperStatus', 'Gi0/0/0')).toBe(2);
    expect(fleet.cell('tbilisi-r1', 'ifOperStatus', 'Gi0/0/1')).toBe(1);
    expect(fleet.cell('tbilisi-r1', 'ifHCInOctets', 'Gi0/0/0')).toBe(frozen);
    expect(Math.abs(fleet.cell('tbilisi-r1', 'ifLastChange', 'Gi0/0/0') - at)).toBeLessThanOrEqual(1);
    // Read long after the end: the line was up from the 600th second on, not from the moment of the reading.
    fleet.now += 600;
    expect(fleet.cell('tbilisi-r1', 'ifOperStatus', 'Gi0/0/0')).toBe(1);
    expect(Math.abs(fleet.cell('tbilisi-r1', 'ifLastChange', 'Gi0/0/0') - at - 60_000)).toBeLessThanOrEqual(1);
    expect(fleet.cell('tbilisi-r1', 'ifHCInOctets', 'Gi0/0/0')).toBeGreaterThan(frozen);
  });

  it.each([
    ['on one router', 'Tbilisi', ['tbilisi-r1 Gi0/0/0', 'tbilisi-r1 Gi0/0/1']],
    ['on two routers', 'Kutaisi', ['kutaisi-r1 ether1', 'kutaisi-r2 Gi0/0/0']],
  ])('both-uplinks-down takes all uplinks of a site %s', (_, site, lines) => {
    fleet.begin({ name: 'both-uplinks-down', site });
    for (const line of lines) {
      const [device, ifName] = line.split(' ') as [string, string];
      expect(fleet.cell(device, 'ifOperStatus', ifName)).toBe(2);
    }
    const down = fleet.devices.flatMap((d) => d.uplinks).filter((p) => !p.operUp);
    expect(down).toHaveLength(2);
  });

  it('link-saturation runs an uplink at 97 % of its speed', () => {
    fleet.begin({ name: 'link-saturation', device: 'batumi-r2' });
    const before = fleet.cell('batumi-r2', 'ifHCInOctets', 'ether1');
    fleet.now += 60;
    const bits = (fleet.cell('batumi-r2', 'ifHCInOctets', 'ether1') - before) * 8;
    expect(bits / 60 / 200e6).toBeCloseTo(0.97, 4);
  });

  it('packet-loss loses two of five echoes, always', () => {
    fleet.begin({ name: 'packet-loss', device: 'batumi-r1' });
    expect([1, 2, 3].map(() => fleet.ping('batumi-r1'))).toEqual([3, 3, 3]);
    expect(fleet.ping('batumi-r1', 100)).toBe(60);
    expect(fleet.device('batumi-r1').snmp).toBe('answers');
  });

  it('flapping turns an uplink over every 20 s', () => {
    fleet.begin({ name: 'flapping', device: 'batumi-r1', for: 100 });
    const seen: number[] = [];
    for (let s = 0; s < 120; s += 10) {
      seen.push(fleet.cell('batumi-r1', 'ifOperStatus', 'ether1'));
      fleet.now += 10;
    }
    expect(seen).toEqual([2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1]);
  });

  it('flapping counts the same whether it was watched or not', () => {
    const watched = fleet;
    const unwatched = new Fleet();
    for (const f of [watched, unwatched]) {
      f.begin({ name: 'flapping', device: 'batumi-r1' });
    }
    for (let s = 0; s < 3_600; s += 7) {
      watched.now = NOW + s;
      watched.cell('batumi-r1', 'ifHCInOctets', 'ether1');
    }
    watched.now = unwatched.now = NOW + 3_605;
    const [a, b] = [watched, unwatched].map((f) => f.cell('batumi-r1', 'ifHCInOctets', 'ether1'));
    expect(a).toBe(b);
  });

  it('reboot is silent for 15 s, then sysUpTime and counters begin at zero', () => {
    const before = fleet.cell('batumi-r1', 'ifHCInOctets', 'ether1');
    fleet.begin({ name: 'reboot', device: 'batumi-r1' });
    fleet.now += 14;
    expect(fleet.device('batumi-r1').snmp).toBe('silent');
    expect(fleet.ping('batumi-r1')).toBe(0);
    fleet.now += 31;
    expect(fleet.ping('batumi-r1')).toBe(5);
    expect(Math.abs((fleet.get('batumi-r1', SCALAR.sysUpTime) as number) - 3_000)).toBeLessThanOrEqual(1);
    const after = fleet.cell('batumi-r1', 'ifHCInOctets', 'ether1');
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(Math.min(before, (30 * 100e6) / 8));
    expect(fleet.cell('batumi-r1', 'ifLastChange', 'ether1')).toBe(1_200);
  });

  it('reboot ended early by healthy is a reboot all the same', () => {
    fleet.begin({ name: 'reboot', device: 'batumi-r1' });
    fleet.now += 5;
    fleet.device('batumi-r1').heal(fleet.now);
    expect(fleet.get('batumi-r1', SCALAR.sysUpTime)).toBe(0);
  });

  it('ifindex-renumber keeps the names, moves every index, and restarts', () => {
    const device = fleet.device('tbilisi-r1');
    const before = [...device.ifIndexes];
    const changed = fleet.get('tbilisi-r1', SCALAR.ifTableLastChange);
    fleet.begin({ name: 'ifindex-renumber', device: 'tbilisi-r1' });
    fleet.now += 60;
    const after = fleet.device('tbilisi-r1').ifIndexes;
    after.forEach((index, i) => expect(index).not.toBe(before[i]));
    expect([...after].sort((a, b) => a - b)).toEqual([...before].sort((a, b) => a - b));
    // `cell` finds the row by its new index and checks that ifName there is the old one.
    for (const port of device.ports) {
      fleet.cell('tbilisi-r1', 'ifOperStatus', port.promise.ifName);
    }
    expect(Math.abs((fleet.get('tbilisi-r1', SCALAR.sysUpTime) as number) - 6_000)).toBeLessThanOrEqual(1);
    expect(fleet.get('tbilisi-r1', SCALAR.ifTableLastChange)).not.toBe(changed);
    expect(fleet.device('tbilisi-r1').activeFaults).toEqual([]);
  });

  it('ifindex-renumber of a single interface gives it a new index', () => {
    const { interfaces, ...promise } = SMALL.devices[0]!;
    const one = new SimulatedDevice({ ...promise, interfaces: interfaces.slice(0, 1) }, 1, NOW);
    one.begin({ name: 'ifindex-renumber', until: NOW, ports: new Set() }, NOW);
    expect(one.ifIndexes).toEqual([2]);
  });

  it.each<[ScenarioName, string]>([
    ['acl-drop', 'silent'],
    ['slow-agent', 'slow'],
    ['malformed', 'garbage'],
  ])('%s leaves echoes alone and makes SNMP %s', (name, mood) => {
    fleet.begin({ name, device: 'kutaisi-r1' });
    expect(fleet.device('kutaisi-r1').snmp).toBe(mood);
    expect(fleet.ping('kutaisi-r1')).toBe(5);
  });

  it('several work at once and end each for itself', () => {
    fleet.begin({ name: 'uplink-down', device: 'batumi-r1', for: 100 });
    fleet.begin({ name: 'packet-loss', device: 'batumi-r1', for: 50 });
    fleet.begin({ name: 'slow-agent', device: 'batumi-r2' });
    expect([fleet.ping('batumi-r1'), fleet.cell('batumi-r1', 'ifOperStatus', 'ether1')]).toEqual([3, 2]);
    fleet.now += 60;
    expect([fleet.ping('batumi-r1'), fleet.cell('batumi-r1', 'ifOperStatus', 'ether1')]).toEqual([5, 2]);
    fleet.now += 60;
    expect(fleet.cell('batumi-r1', 'ifOperStatus', 'ether1')).toBe(1);
    expect(fleet.device('batumi-r2').snmp).toBe('slow');
  });

  it('begun twice is one, with the newer end', () => {
    fleet.begin({ name: 'device-down', device: 'batumi-r1', for: 10 });
    fleet.begin({ name: 'device-down', device: 'batumi-r1', for: 30 });
    fleet.now += 20;
    expect(fleet.device('batumi-r1').activeFaults).toHaveLength(1);
  });

  it('a clock that goes back leaves counters where they were', () => {
    const before = fleet.cell('batumi-r1', 'ifHCInOctets', 'ether1');
    fleet.now -= 3_600;
    expect(fleet.cell('batumi-r1', 'ifHCInOctets', 'ether1')).toBe(before);
  });
});

describe('what a request means', () => {
  it.each<[ScenarioRequest, string[]]>([
    [{ name: 'device-down' }, ['tbilisi-r1: ']],
    [{ name: 'device-down', site: 'Batumi' }, ['batumi-r1: ']],
    [{ name: 'uplink-down' }, ['tbilisi-r1: Gi0/0/0']],
    [{ name: 'uplink-down', site: 'Kutaisi' }, ['kutaisi-r1: ether1']],
    [{ name: 'uplink-down', device: 'tbilisi-r1', interface: 'Gi0/0/1' }, ['tbilisi-r1: Gi0/0/1']],
    [{ name: 'flapping', interface: 'bridge-lan' }, ['tbilisi-r2: bridge-lan']],
    [{ name: 'both-uplinks-down' }, ['tbilisi-r1: Gi0/0/0,Gi0/0/1']],
    [{ name: 'both-uplinks-down', device: 'batumi-r2' }, ['batumi-r1: ether1', 'batumi-r2: ether1']],
    [{ name: 'ifindex-renumber', device: 'batumi-r2' }, ['batumi-r2: ']],
  ])('%j', (request, expected) => {
    const { victims } = choose(request, fleet.devices);
    expect(victims.map((v) => `${v.device.promise.name}: ${v.ports.map((p) => p.promise.ifName).join()}`)).toEqual(
      expected
    );
  });

  it.each<[ScenarioRequest, string]>([
    [
      { name: 'sunshine' },
      'there is no scenario "sunshine"; there are healthy, device-down, uplink-down, both-uplinks-down, link-saturation, packet-loss, flapping, reboot, ifindex-renumber, acl-drop, slow-agent, malformed',
    ],
    [{ name: 'device-down', device: 'r9' }, 'there is no device "r9"; there are tbilisi-r1, tbilisi-r2, batumi-r1'],
    [
      { name: 'device-down', site: 'Paris' },
      'there is no site "Paris" with devices; there are Tbilisi, Batumi, Kutaisi',
    ],
    [
      { name: 'device-down', device: 'batumi-r1', site: 'Tbilisi' },
      'device "batumi-r1" is not at site "Tbilisi"; leave one of the two out',
    ],
    [{ name: 'uplink-down', device: 'tbilisi-r2' }, 'there is no device with an uplink among tbilisi-r2; name another'],
    [
      { name: 'uplink-down', device: 'batumi-r1', interface: 'Gi9' },
      'there is no interface "Gi9" there; there are ether1, ether2, ether3, bridge-lan, vlan20-voice, lo',
    ],
    [{ name: 'reboot', interface: 'ether1' }, 'scenario reboot strikes a whole device, leave out "interface"'],
  ])('%j is refused', (request, message) => {
    expect(() => choose(request, fleet.devices)).toThrow(ScenarioError);
    expect(() => choose(request, fleet.devices)).toThrow(message);
  });

  it('every name that is offered is a scenario, and toString is none', () => {
    expect(scenarioNames().filter((n) => n !== 'healthy' && !isScenario(n))).toEqual([]);
    expect(Object.keys(SCENARIOS)).toHaveLength(12);
    expect(isScenario('toString')).toBe(false);
  });
});
