-- Sites, devices, their interfaces, providers and the record of discovery runs.
-- Identity and operators' words live here; values that change with time live in the time series database, hence the
-- columns *_at_discovery, which say what a walk saw and never what is true now.

-- One row. Grows whenever something of the target list may have changed; the first lock of every writing transaction,
-- so that writers queue up in one order instead of meeting in a deadlock.
create table inventory_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null default 1
);
insert into inventory_revision default values;

create function bump_inventory_revision() returns trigger language plpgsql as $$
begin
  update inventory_revision set revision = revision + 1;
  return null;
end $$;

create table sites (
  id bigint generated always as identity primary key,
  name text not null unique check (name <> ''),
  region text not null default '',
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  origin text not null default 'api' check (origin in ('file', 'api')),
  notes text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table devices (
  id text primary key check (id <> ''),
  name text not null check (name <> ''),
  -- IP literal or DNS name.
  address text not null check (address <> ''),
  snmp_port integer not null default 161 check (snmp_port between 1 and 65535),
  site_id bigint references sites (id),
  -- Only where it differs from the site's.
  region_override text,
  type text not null default '',
  role text not null default '',
  -- Name of an entry under auths:, never a secret; null: pinged only.
  auth text,
  ping boolean not null default true,
  enabled boolean not null default true,
  origin text not null default 'api' check (origin in ('file', 'api')),
  -- What discovery read.
  vendor text not null default '',
  model text not null default '',
  os_version text not null default '',
  sys_name text not null default '',
  sys_object_id text not null default '',
  sys_descr text not null default '',
  sys_location text not null default '',
  -- Schedule of discovery; see claimDue.
  next_discovery_at timestamptz not null default '-infinity',
  next_full_walk_at timestamptz not null default '-infinity',
  lease_owner text,
  lease_until timestamptz,
  -- Asked for again while it was being walked: due again as soon as that walk ends.
  rediscover boolean not null default false,
  -- Outcome of the last discovery: ok, or the reason why SNMP failed.
  discovery_reason text,
  discovery_detail text not null default '',
  discovery_failures integer not null default 0,
  last_discovery_at timestamptz,
  last_discovery_success_at timestamptz,
  tags text[] not null default '{}',
  custom_fields jsonb not null default '{}',
  notes text not null default '',
  discovered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Left the file: kept, with interfaces and operators' words, for the case that it comes back.
  removed_at timestamptz,
  -- Deferred, because two devices may swap names or addresses within one import.
  constraint devices_name_taken exclude using btree (name with =) where (removed_at is null) deferrable initially deferred,
  constraint devices_address_taken exclude using btree (address with =, snmp_port with =) where (removed_at is null) deferrable initially deferred
);

-- claimDue: which devices are due for discovery, the longest waiting first.
create index devices_due on devices (next_discovery_at) where removed_at is null and enabled and auth is not null;

create table device_interfaces (
  -- Stays the same when the agent renumbers its ifIndex.
  id bigint generated always as identity primary key,
  device_id text not null references devices (id) on delete cascade,
  if_name text not null check (if_name <> ''),
  weak_identity boolean not null default false,
  -- An attribute that a reboot may change; agents use values above 2^31-1.
  if_index bigint not null,
  if_descr text not null default '',
  if_alias text not null default '',
  if_type integer not null default 0,
  mtu bigint,
  phys_address text not null default '',
  admin_status_at_discovery smallint,
  oper_status_at_discovery smallint,
  -- bit/s
  speed_at_discovery numeric,
  -- The classifier's verdict and how it came to it.
  interface_type text not null default 'other' check (interface_type in (
    'isp', 'trunk', 'server_link', 'branch_link', 'management', 'access', 'loopback', 'voice', 'camera', 'other')),
  isp_provider text not null default '',
  is_critical boolean not null default false,
  monitoring_enabled boolean not null default true,
  parser_confidence real not null default 0,
  parser_source text not null default '',
  parser_rule text not null default '',
  -- Operators' words: discovery never writes these, and they win until they are null again.
  interface_type_override text check (interface_type_override in (
    'isp', 'trunk', 'server_link', 'branch_link', 'management', 'access', 'loopback', 'voice', 'camera', 'other')),
  isp_provider_override text,
  is_critical_override boolean,
  monitoring_enabled_override boolean,
  -- bit/s, where the agent has no speed or a wrong one.
  speed_override numeric check (speed_override > 0),
  tags text[] not null default '{}',
  custom_fields jsonb not null default '{}',
  notes text not null default '',
  -- Full walks in a row that were complete and did not have it; two make a tombstone.
  missed_walks smallint not null default 0,
  active boolean not null default true,
  -- When a walk last had it, written at the first walk that misses it; null: the device's last discovery had it.
  last_seen timestamptz,
  discovered_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- saveWalk and the exporter's list find the interfaces of one device by it.
  unique (device_id, if_name)
);

-- What changed on an interface, for the question "since when is this called so?".
create table interface_changes (
  id bigint generated always as identity primary key,
  interface_id bigint not null references device_interfaces (id) on delete cascade,
  changed_at timestamptz not null,
  field text not null,
  old_value text not null,
  new_value text not null
);
-- interfaceChanges: the history of one interface, newest first.
create index interface_changes_of on interface_changes (interface_id, changed_at desc);

create table providers (
  -- Value of the label isp_provider.
  name text primary key check (name <> ''),
  display_name text not null,
  aliases text[] not null default '{}',
  weak_aliases text[] not null default '{}',
  color text not null default '',
  origin text not null default 'operator' check (origin in ('shipped', 'operator')),
  updated_at timestamptz not null default now()
);

create table discovery_runs (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('full', 'refresh', 'manual')),
  owner text not null,
  started_at timestamptz not null,
  -- Null while it runs, and for good when the sidecar was killed meanwhile.
  finished_at timestamptz,
  devices integer not null default 0,
  succeeded integer not null default 0,
  failed integer not null default 0,
  -- reason -> devices
  failed_by_reason jsonb not null default '{}',
  interfaces_found integer not null default 0,
  interfaces_added integer not null default 0,
  interfaces_changed integer not null default 0,
  interfaces_removed integer not null default 0
);
-- listRuns: the newest runs; purgeHistory: the oldest.
create index discovery_runs_started on discovery_runs (started_at);

-- An interface as everybody outside this schema sees it: the operator's word where there is one.
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

create view devices_in_effect as
select d.*, coalesce(s.name, '') as site, coalesce(d.region_override, s.region, '') as region
from devices d
left join sites s on s.id = d.site_id
where d.removed_at is null;

create trigger sites_changed after insert or delete or update on sites
  for each statement execute function bump_inventory_revision();
create trigger interfaces_changed after insert or delete or update on device_interfaces
  for each statement execute function bump_inventory_revision();
-- Only the columns of the target list: claiming and finishing a discovery leave the list as it is.
create trigger devices_changed after insert or delete or update of
  id, name, address, snmp_port, site_id, region_override, type, role, auth, ping, enabled, vendor, model, os_version,
  sys_name, removed_at on devices
  for each statement execute function bump_inventory_revision();
