import { Router } from 'express';
import { z } from 'zod';
import type { Database } from '../../inventory/database';
import { listRuns } from '../../inventory/discovery-runs';
import { DEVICE_SORTS, getDevice, listDevices, listSites } from '../../inventory/list-devices';
import { getInterface, interfaceChanges, INTERFACE_SORTS, listInterfaces } from '../../inventory/list-interfaces';
import { INTERFACE_TYPES } from '../../model/interface';
import { flag, oneOf, pageShape, readQuery, sortBy, text } from './input';
import { ApiProblem } from './problem';

const devicesQuery = z.strictObject({
  q: text.optional(),
  site: text.optional(),
  region: text.optional(),
  type: text.optional(),
  vendor: text.optional(),
  enabled: flag.optional(),
  sort: sortBy(DEVICE_SORTS, 'name'),
  ...pageShape,
});
const interfacesQuery = z.strictObject({
  q: text.optional(),
  device_id: text.optional(),
  site: text.optional(),
  region: text.optional(),
  type: text.optional(),
  interface_type: oneOf(INTERFACE_TYPES).optional(),
  provider: text.optional(),
  critical: flag.optional(),
  active: flag.default(true),
  sort: sortBy(INTERFACE_SORTS, 'device'),
  ...pageShape,
});
const runsQuery = z.strictObject(pageShape);
const nothing = z.strictObject({});

/** `/api/v1`: the inventory as JSON. */
export function apiRoutes(db: Database, request: (deviceId: string) => Promise<boolean>): Router {
  const routes = Router();
  routes.get('/devices', async (req, res) => {
    const { sort, limit, offset, ...filters } = readQuery(devicesQuery, req.query);
    res.json({ ...(await listDevices(db, filters, { ...sort, limit, offset })), limit, offset });
  });
  routes.get('/devices/:id', async (req, res) => {
    readQuery(nothing, req.query);
    res.json(await deviceOr404(db, req.params.id));
  });
  routes.post('/devices/:id/discover', async (req, res) => {
    readQuery(nothing, req.query);
    const device = await deviceOr404(db, req.params.id);
    if (!(await request(device.id))) {
      const why = device.enabled ? 'it names no auth' : 'it is disabled';
      throw new ApiProblem('not_discoverable', `Device ${device.id} is not asked by SNMP: ${why} in the inventory.`);
    }
    res.status(202).json({ id: device.id, requested: true });
  });
  routes.get('/interfaces', async (req, res) => {
    const { sort, limit, offset, device_id, interface_type, ...filters } = readQuery(interfacesQuery, req.query);
    const page = await listInterfaces(
      db,
      { ...filters, deviceId: device_id, interfaceType: interface_type },
      { ...sort, limit, offset }
    );
    res.json({ ...page, limit, offset });
  });
  routes.get('/interfaces/:id', async (req, res) => {
    readQuery(nothing, req.query);
    const id = /^\d{1,15}$/.test(req.params.id) ? Number(req.params.id) : undefined;
    const found = id === undefined ? undefined : await getInterface(db, id);
    if (!found) {
      throw new ApiProblem(
        'not_found',
        `There is no interface ${req.params.id}; ids are the numbers in /api/v1/interfaces.`
      );
    }
    res.json({ ...found, changes: await interfaceChanges(db, found.id) });
  });
  routes.get('/sites', async (req, res) => {
    readQuery(nothing, req.query);
    const items = await listSites(db);
    res.json({ total: items.length, items });
  });
  routes.get('/discovery/runs', async (req, res) => {
    const page = readQuery(runsQuery, req.query);
    const { total, runs } = await listRuns(db, page);
    const items = runs.map((r) => ({
      id: r.id,
      kind: r.kind,
      owner: r.owner,
      started_at: r.startedAt,
      finished_at: r.finishedAt,
      devices: r.devices,
      succeeded: r.succeeded,
      failed: r.failed,
      failed_by_reason: r.failedByReason,
      interfaces_found: r.interfacesFound,
      interfaces_added: r.interfacesAdded,
      interfaces_changed: r.interfacesChanged,
      interfaces_removed: r.interfacesRemoved,
    }));
    res.json({ total, items, ...page });
  });
  return routes;
}

async function deviceOr404(db: Database, id: string) {
  const device = await getDevice(db, id);
  if (!device) {
    throw new ApiProblem('not_found', `There is no device ${id}; ids are in /api/v1/devices.`);
  }
  return device;
}
