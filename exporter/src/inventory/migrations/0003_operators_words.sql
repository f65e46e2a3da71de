-- What operators say of sites, devices and uplinks; which interface stands for which; what a scan of a network found;
-- and who changed what.

alter table sites
  add column address text not null default '',
  -- Name of the ready-made fleet that brought it; null: people's own.
  add column bundle text;

alter table devices
  -- Operators' words: discovery never writes these, and they win until they are null again.
  add column vendor_override text,
  add column model_override text,
  -- Null: where its site is. WGS 84, degrees.
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  -- Which of the configured credentials answered, where auth is 'auto'.
  add column auth_found text,
  -- SNMP modules that fit its sysObjectID, in the order in which they are polled.
  add column modules text[] not null default '{}',
  add column bundle text;

alter table device_interfaces
  -- Contracted bit/s, in and out as seen from the device.
  add column bandwidth_in numeric check (bandwidth_in > 0),
  add column bandwidth_out numeric check (bandwidth_out > 0),
  -- if_name of the interface of the same device that carries this one: a port its VLAN sub-interface, a bundle its
  -- members. Empty: none.
  add column parent_if_name text not null default '',
  -- How that is known: stack (IF-MIB::ifStackTable) or name; empty without a parent.
  add column parent_source text not null default '' check (parent_source in ('', 'stack', 'name'));

alter table providers
  add column asn bigint check (asn between 1 and 4294967295),
  add column contact_group text not null default '',
  -- Contracted bit/s of an uplink that says nothing of its own.
  add column bandwidth_in numeric check (bandwidth_in > 0),
  add column bandwidth_out numeric check (bandwidth_out > 0);

-- Who changed what, and how it was before and after; never a secret, for the inventory holds none.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- Name of the token, or "anonymous".
  actor text not null,
  role text not null,
  -- create, update, delete, import, …
  action text not null,
  -- device, interface, site, provider, candidate, scan, bundle, discovery
  entity text not null,
  entity_id text not null,
  -- Only the fields that changed; null where there was nothing before or is nothing after.
  before jsonb,
  after jsonb
);
-- listAudit: the newest changes of one thing; of everything by primary key.
create index audit_log_of on audit_log (entity, entity_id, id desc);

-- Looking through a network for devices.
create table network_scans (
  id bigint generated always as identity primary key,
  -- CIDR as asked for, host bits cleared.
  network text not null,
  requested_by text not null,
  started_at timestamptz not null,
  -- Null while it runs, and for good when its sidecar was killed.
  finished_at timestamptz,
  addresses integer not null default 0,
  answered integer not null default 0,
  -- Why it ended early; empty: it did not.
  error text not null default ''
);

-- What answered and is no device yet; becomes one only when somebody says so.
create table discovery_candidates (
  id bigint generated always as identity primary key,
  address text not null,
  snmp_port integer not null default 161 check (snmp_port between 1 and 65535),
  -- Which configured credential answered; null: it answers pings only.
  auth text,
  sys_name text not null default '',
  sys_descr text not null default '',
  sys_object_id text not null default '',
  vendor text not null default '',
  model text not null default '',
  os_version text not null default '',
  scan_id bigint references network_scans (id) on delete set null,
  found_at timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  state text not null default 'pending' check (state in ('pending', 'approved', 'dismissed')),
  decided_by text,
  decided_at timestamptz,
  device_id text references devices (id) on delete set null,
  unique (address, snmp_port)
);

drop view devices_in_effect;
create view devices_in_effect as
select
  d.*,
  coalesce(s.name, '') as site,
  coalesce(d.region_override, s.region, '') as region,
  coalesce(nullif(d.vendor_override, ''), d.vendor) as vendor_in_effect,
  coalesce(nullif(d.model_override, ''), d.model) as model_in_effect,
  -- Null also while nobody knows which credential answers: it is pinged only until then.
  case when d.auth = 'auto' then d.auth_found else d.auth end as auth_in_effect,
  coalesce(d.latitude, s.latitude) as latitude_in_effect,
  coalesce(d.longitude, s.longitude) as longitude_in_effect
from devices d
left join sites s on s.id = d.site_id
where d.removed_at is null;

-- A view keeps the columns that "i.*" had when it was made.
drop view interfaces_in_effect;
create view interfaces_in_effect as
select
  i.*,
  coalesce(i.interface_type_override, i.interface_type) as type_in_effect,
  case
    when coalesce(i.interface_type_override, i.interface_type) <> 'isp' then ''
    else coalesce(nullif(i.isp_provider_override, ''), nullif(i.isp_provider, ''), 'unknown')
  end as provider_in_effect,
  coalesce(
    i.is_critical_override,
    case
      when i.interface_type_override is null or i.interface_type_override = i.interface_type then i.is_critical
      else i.interface_type_override = 'isp'
    end
  ) as critical_in_effect,
  coalesce(i.monitoring_enabled_override, i.monitoring_enabled) as monitored_in_effect
from device_interfaces i;

drop trigger devices_changed on devices;
create trigger devices_changed after insert or delete or update of
  id, name, address, snmp_port, site_id, region_override, type, role, auth, auth_found, ping, enabled, tier, vendor,
  vendor_override, model, model_override, os_version, sys_name, removed_at on devices
  for each statement execute function bump_inventory_revision();
