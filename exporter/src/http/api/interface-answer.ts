import { z } from 'zod';
import { INTERFACE_TYPES } from '../../model/interface';
import { UPLINK_ROLES } from '../../model/uplink-role';
import { moment } from './answer';

/** Members of an interface in an answer. */
export const interfaceShape = {
  id: z.int(),
  device_id: z.string(),
  device_name: z.string(),
  device_ip: z.string(),
  site: z.string(),
  region: z.string(),
  if_name: z.string(),
  weak_identity: z.boolean(),
  if_index: z.int(),
  if_descr: z.string(),
  if_alias: z.string(),
  if_type: z.int(),
  interface_type: z.enum(INTERFACE_TYPES),
  isp_provider: z.string(),
  is_critical: z.boolean(),
  monitored: z.boolean(),
  uplink_role: z.enum([...UPLINK_ROLES, '']).meta({
    description: 'Of type isp: an uplink of its own, or one that another stands for. Empty for the others.',
  }),
  parent_if_name: z.string(),
  parent_source: z.enum(['', 'stack', 'name']),
  bandwidth_in: z.number().nullable().meta({ description: "Contracted bit/s: its own, else its provider's." }),
  bandwidth_out: z.number().nullable(),
  interface_type_discovered: z.enum(INTERFACE_TYPES),
  isp_provider_discovered: z.string(),
  is_critical_discovered: z.boolean(),
  parser_confidence: z.number(),
  parser_source: z.string(),
  parser_rule: z.string(),
  interface_type_override: z.enum(INTERFACE_TYPES).nullable(),
  isp_provider_override: z.string().nullable(),
  is_critical_override: z.boolean().nullable(),
  monitoring_enabled_override: z.boolean().nullable(),
  speed_override: z.number().nullable(),
  bandwidth_in_override: z.number().nullable(),
  bandwidth_out_override: z.number().nullable(),
  mtu: z.number().nullable(),
  phys_address: z.string(),
  admin_status_at_discovery: z.int().nullable(),
  oper_status_at_discovery: z.int().nullable(),
  speed_at_discovery: z.number().nullable(),
  active: z.boolean(),
  last_seen: moment.nullable(),
  discovered_at: moment,
  updated_at: moment,
  tags: z.array(z.string()),
  notes: z.string(),
};
export const interfaceAnswer = z.strictObject(interfaceShape).meta({ id: 'Interface' });

export const interfaceChangeAnswer = z
  .strictObject({ changed_at: moment, field: z.string(), old_value: z.string(), new_value: z.string() })
  .meta({ id: 'InterfaceChange' });
