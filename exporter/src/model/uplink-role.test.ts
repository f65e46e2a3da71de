import { uplinkRoles } from './uplink-role';
import { factsOf, UPLINK_CASES } from './uplink-role.fixture';

it.each(UPLINK_CASES)('$title', ({ interfaces }) => {
  const roles = uplinkRoles(interfaces.map(factsOf));
  expect(interfaces.map(([ifName], i) => [ifName, roles[i]])).toEqual(
    interfaces.map(([ifName, , , role]) => [ifName, role])
  );
});

it('does not hang on parents that go in a circle', () => {
  const facts = [
    ['a', 'b', '', ''],
    ['b', 'a', '', ''],
    ['c', 'a', 'magti', 'uplink'],
  ] as const;
  expect(uplinkRoles(facts.map((row) => factsOf([...row])))).toEqual(['', '', 'uplink']);
});
