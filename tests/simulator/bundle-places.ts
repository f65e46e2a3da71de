/** A provider's line as its alias describes it, with its bandwidth in Mbit/s. */
export type Line = readonly [provider: string, alias: string, mbits: number];

/** A town with a branch; coordinates of its centre, WGS 84. */
export interface Place {
  name: string;
  region: string;
  latitude: number;
  longitude: number;
  lines: readonly [Line, Line];
}

const MAGTI: Line = ['Magti', 'Magti_Internet', 100];
const SILKNET: Line = ['Silknet', 'Silknet uplink 200M', 200];
const CAUCASUS: Line = ['Caucasus Online', 'Caucasus Online 100Mbps', 100];
const VEON: Line = ['Veon', 'ISP-Veon-backup', 50];

export const PLACES: readonly Place[] = [
  { name: 'Tbilisi', region: 'Tbilisi', latitude: 41.7151, longitude: 44.8271, lines: [MAGTI, SILKNET] },
  { name: 'Batumi', region: 'Adjara', latitude: 41.6168, longitude: 41.6367, lines: [MAGTI, SILKNET] },
  { name: 'Kutaisi', region: 'Imereti', latitude: 42.2662, longitude: 42.718, lines: [SILKNET, MAGTI] },
  { name: 'Rustavi', region: 'Kvemo Kartli', latitude: 41.5495, longitude: 44.9932, lines: [MAGTI, CAUCASUS] },
  { name: 'Gori', region: 'Shida Kartli', latitude: 41.9842, longitude: 44.1158, lines: [SILKNET, VEON] },
  {
    name: 'Zugdidi',
    region: 'Samegrelo-Zemo Svaneti',
    latitude: 42.5088,
    longitude: 41.8709,
    lines: [MAGTI, VEON],
  },
  {
    name: 'Poti',
    region: 'Samegrelo-Zemo Svaneti',
    latitude: 42.1462,
    longitude: 41.672,
    lines: [SILKNET, CAUCASUS],
  },
  { name: 'Telavi', region: 'Kakheti', latitude: 41.9198, longitude: 45.4731, lines: [CAUCASUS, MAGTI] },
  { name: 'Akhaltsikhe', region: 'Samtskhe-Javakheti', latitude: 41.6392, longitude: 42.9826, lines: [MAGTI, SILKNET] },
  { name: 'Ozurgeti', region: 'Guria', latitude: 41.9243, longitude: 42.0068, lines: [SILKNET, MAGTI] },
];
