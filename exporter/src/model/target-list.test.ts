import { testDevice } from './device.fixture';
import { targetListFromJson, targetListToJson, type Target } from './target-list';

const overWire = (target: Target) =>
  targetListFromJson(JSON.parse(JSON.stringify(targetListToJson({ generatedAt: 7, targets: [target] })))).targets[0]!;

describe('tier of a device in the list that the sidecar sends', () => {
  test.each([
    ['slow', 'slow'],
    ['standard', undefined],
    [undefined, undefined],
  ] as const)('%s', (tier, received) => {
    expect(overWire({ device: testDevice({ id: 'a', tier }), interfaces: [] }).device.tier).toBe(received);
  });

  test('one that does not exist is refused', () => {
    const list = targetListToJson({ generatedAt: 7, targets: [{ device: testDevice({ id: 'a' }), interfaces: [] }] });
    const wrong = { ...list, devices: [{ ...list.devices[0], tier: 'sloth' }] };
    expect(() => targetListFromJson(wrong)).toThrow('tier');
  });
});
