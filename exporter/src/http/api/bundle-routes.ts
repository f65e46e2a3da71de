import { z } from 'zod';
import { checkedBundleSchema, decodeBundle, type Bundle } from '../../config/bundle';
import { shippedBundle, shippedBundleNames } from '../../config/bundle-catalogue';
import { addBundle, BundleRefused, loadedBundles } from '../../inventory/bundles';
import { removeBundle } from '../../inventory/remove-bundle';
import { AUTO_AUTH } from '../../model/snmp-auth';
import type { ApiParts } from './parts';
import { ApiProblem } from './problem';
import { route, type ApiRoute } from './route';

const bundleName = z.string().regex(/^[a-z0-9_-]{1,64}$/, {
  error: 'the name of a bundle is 1 to 64 lower-case letters, digits, dashes and underscores',
});
const count = z.int().min(0);

const bundleAnswer = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    contents: z
      .strictObject({
        sites: count,
        devices: count,
        interfaces: count,
        links: count,
        dependencies: count,
        probe_targets: count,
        alert_packs: z.array(z.string()),
        auths: z.array(z.string()).meta({ description: 'Names under `auths:` that its devices refer to.' }),
      })
      .nullable()
      .meta({ description: 'Null: it was loaded from a file of somebody, which is not here.' }),
    loaded: z
      .strictObject({ sites: count, devices: count })
      .nullable()
      .meta({ description: 'What is in the inventory of it; null: nothing.' }),
  })
  .meta({ id: 'Bundle' });

const loadAnswer = z
  .strictObject({
    name: z.string(),
    devices_added: z.array(z.string()).meta({ description: 'Ids.' }),
    sites_added: z.array(z.string()),
    devices_kept: count.meta({ description: 'Devices of it that were there already and stayed as they were.' }),
  })
  .meta({ id: 'BundleLoaded' });

const removeAnswer = z
  .strictObject({
    name: z.string(),
    devices_removed: z.array(z.string()).meta({ description: 'Ids.' }),
    sites_removed: z.array(z.string()),
    sites_kept: z.array(z.string()).meta({ description: 'Sites of it where other devices are.' }),
    edited: z
      .array(z.string())
      .meta({ description: 'Ids of removed devices that people had edited; the audit log keeps what they said.' }),
  })
  .meta({ id: 'BundleRemoved' });

const params = z.strictObject({ name: bundleName });

/** Ready-made fleets: which there are, and into the inventory and out of it again. */
export const bundleRoutes = ({ db, authNames, production }: ApiParts): ApiRoute[] => [
  route({
    method: 'get',
    path: '/bundles',
    role: 'viewer',
    tag: 'bundles',
    operationId: 'listBundles',
    summary: 'Ready-made fleets that ship or are loaded',
    answer: {
      status: 200,
      schema: z.strictObject({ total: count, items: z.array(bundleAnswer) }),
      description: 'All of them, by name.',
    },
    async handle() {
      const loaded = new Map((await loadedBundles(db)).map(({ name, ...state }) => [name, state]));
      const names = [...new Set([...shippedBundleNames(), ...loaded.keys()])].sort();
      const items = names.map((name) => ({
        name,
        ...described(shippedBundle(name)),
        loaded: loaded.get(name) ?? null,
      }));
      return { total: items.length, items };
    },
  }),
  route({
    method: 'post',
    path: '/bundles/{name}',
    role: 'admin',
    tag: 'bundles',
    operationId: 'loadBundle',
    summary: 'Load a ready-made fleet',
    description:
      'Adds the sites and devices of the bundle that are not in the inventory; loading twice writes nothing. Refused in production unless forced, and when an id, name or address belongs to another device.',
    params,
    body: z.strictObject({
      force: z.boolean().default(false).meta({ description: 'Load it into an inventory in production too.' }),
      bundle: checkedBundleSchema.optional().meta({
        description: 'The bundle itself, where it is none of those that ship; its name must be that of the path.',
      }),
    }),
    answer: { status: 200, schema: loadAnswer, description: 'What was added; nothing, when all was there.' },
    problems: ['not_found', 'production', 'taken', 'unknown_auth'],
    async handle({ params: { name }, body, caller }) {
      const bundle = body.bundle === undefined ? shipped(name) : sent(name, decodeBundle(body.bundle));
      refuseUnknownAuths(bundle, authNames());
      try {
        const done = await addBundle(db, caller, bundle, { force: body.force, production: production?.() });
        return {
          name,
          devices_added: done.devicesAdded,
          sites_added: done.sitesAdded,
          devices_kept: done.devicesKept,
        };
      } catch (err) {
        throw err instanceof BundleRefused
          ? new ApiProblem(
              err.reason,
              err.message,
              err.findings.map((detail) => ({ detail }))
            )
          : err;
      }
    },
  }),
  route({
    method: 'delete',
    path: '/bundles/{name}',
    role: 'admin',
    tag: 'bundles',
    operationId: 'removeBundle',
    summary: 'Remove everything that a ready-made fleet brought',
    description:
      'Its devices with their interfaces and all that people said of them, and its sites where no other device is.',
    params,
    answer: { status: 200, schema: removeAnswer, description: 'What is gone.' },
    problems: ['not_found'],
    async handle({ params: { name }, caller }) {
      const done = await removeBundle(db, caller, name);
      if (!done) {
        throw new ApiProblem(
          'not_found',
          `Nothing in the inventory came from a bundle ${name}; /api/v1/bundles lists what did.`
        );
      }
      return {
        name,
        devices_removed: done.devices,
        sites_removed: done.sites,
        sites_kept: done.sitesKept,
        edited: done.edited,
      };
    },
  }),
];

const authsOf = ({ devices }: Bundle): string[] => [
  ...new Set(devices.flatMap(({ auth }) => (auth === null || auth === AUTO_AUTH ? [] : [auth]))),
];

const described = (bundle: Bundle | undefined) =>
  bundle === undefined
    ? { description: '', contents: null }
    : {
        description: bundle.description,
        contents: {
          sites: bundle.sites.length,
          devices: bundle.devices.length,
          interfaces: bundle.devices.reduce((sum, { interfaces }) => sum + interfaces.length, 0),
          links: bundle.links.length,
          dependencies: bundle.dependencies.length,
          probe_targets: bundle.probeTargets.length,
          alert_packs: [...bundle.alertPacks],
          auths: authsOf(bundle),
        },
      };

function shipped(name: string): Bundle {
  const bundle = shippedBundle(name);
  if (!bundle) {
    throw new ApiProblem(
      'not_found',
      `No bundle ${name} ships, only ${shippedBundleNames().join(', ')}; send one of your own in the body.`
    );
  }
  return bundle;
}

function sent(name: string, bundle: Bundle): Bundle {
  const wrong =
    bundle.name !== name
      ? `found ${JSON.stringify(bundle.name)}; it must be ${name}, as in the path`
      : shippedBundle(name)
        ? `found ${JSON.stringify(name)}, which is the name of one that ships; give yours another`
        : undefined;
  if (wrong !== undefined) {
    const detail = `bundle.name: ${wrong}`;
    throw new ApiProblem('invalid_request', `The body is not right: ${detail}`, [
      { detail, field: 'bundle.name', pointer: '#/bundle/name' },
    ]);
  }
  return bundle;
}

function refuseUnknownAuths(bundle: Bundle, known: readonly string[]): void {
  const unknown = authsOf(bundle).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const right = known.length > 0 ? `auths: has ${known.join(', ')}` : 'there is no auths: section';
    throw new ApiProblem(
      'unknown_auth',
      `Devices of bundle ${bundle.name} are asked with ${unknown.join(', ')}, and ${right} in the configuration; add ${unknown.length === 1 ? 'it' : 'them'} there.`
    );
  }
}
