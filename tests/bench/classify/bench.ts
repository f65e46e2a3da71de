/**
 * Cost of telling what an interface is for, against a plain table of regular expressions over the same texts, and what
 * both make of them. Both take turns in one process. `npm run bench -- classify`
 */
import { RuleBook, type InterfaceTexts } from '../../../exporter/src/discovery/classify/classify';
import { readCorpus, readNegatives } from '../../../exporter/src/discovery/classify/corpus.fixture';
import { median } from '../ping/load';
import { plainTable } from './plain-table';

const RUNS = 7;
/** Interfaces of a turn. */
const TURN = 20_000;
/** Of 10,000 devices with 43 interfaces each. */
const FLEET = 430_000;
const GOAL_SECONDS = 60;
/** At most so many times what the plain table costs. */
const GOAL_RATIO = 12;

const corpus = ['interfaces.yml', 'held-out.yml', 'later.yml', 'challenge.yml'].flatMap(readCorpus);
const negatives = readNegatives('negatives.yml');
/** Three interfaces in four have no alias that anybody wrote, as in the field. */
const texts: InterfaceTexts[] = [...corpus, ...negatives].flatMap(({ texts: one }, i) => [
  one,
  ...[1, 2, 3].map((port) => ({
    ifAlias: '',
    ifDescr: `GigabitEthernet${i % 8}/0/${port}`,
    ifName: `Gi${i % 8}/0/${port}`,
    ifType: 6,
  })),
]);

type Way = (one: InterfaceTexts) => { interfaceType: string; ispProvider: string };

/** µs of CPU of one interface. */
function turn(classify: Way): number {
  const began = process.cpuUsage();
  for (let i = 0; i < TURN; i++) {
    classify(texts[i % texts.length] as InterfaceTexts);
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / TURN;
}

function told(classify: Way) {
  const right = corpus.filter(({ texts: one, type, provider }) => {
    const verdict = classify(one);
    return verdict.interfaceType === type && verdict.ispProvider === provider;
  }).length;
  const falseIsp = negatives.filter(({ texts: one }) => classify(one).interfaceType === 'isp').length;
  return `${((100 * right) / corpus.length).toFixed(1)} % of ${corpus.length} right, ${falseIsp} of ${negatives.length} negatives taken for uplinks`;
}

const began = performance.now();
const { classify } = new RuleBook();
const loadMs = performance.now() - began;
const ways: Record<'ours' | 'plain', { classify: Way; micros: number[] }> = {
  ours: { classify, micros: [] },
  plain: { classify: plainTable, micros: [] },
};
for (let run = 0; run < RUNS + 1; run++) {
  for (const way of Object.values(ways)) {
    const cost = turn(way.classify);
    // The first turn of each is the compiler's.
    if (run > 0) {
      way.micros.push(cost);
    }
  }
}
const ours = median(ways.ours.micros);
const ratio = median(ways.ours.micros.map((micros, i) => micros / (ways.plain.micros[i] as number)));
const seconds = (ours * FLEET) / 1e6;
console.log(`ours   ${told(classify)}`);
console.log(`plain  ${told(plainTable)}`);
console.log(
  `one interface: ${ours.toFixed(1)} µs of CPU, ${ratio.toFixed(1)} times the plain table (goal ${GOAL_RATIO})`
);
console.log(
  `${FLEET} interfaces: ${seconds.toFixed(1)} s of CPU (goal ${GOAL_SECONDS}); loading rules: ${loadMs.toFixed(0)} ms`
);
process.exitCode = ratio <= GOAL_RATIO && seconds <= GOAL_SECONDS ? 0 : 1;
