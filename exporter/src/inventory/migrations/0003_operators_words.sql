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
  -- What the agent said of its age and of its table at the last discovery, by which a refresh tells whether another
  -- full walk is due; null: nothing is known.
  add column agent_signs jsonb,
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

-- What people search in: the same letters whatever their case, also where the database's locale (C above all) knows
-- the case of ASCII letters only: Latin-1, Cyrillic, Georgian capitals.
create function search_form(said text) returns text language sql immutable parallel safe as $$
  select lower(translate(said,
    'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ' || 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁ'
      || 'ᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿ',
    'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ' || 'абвгдежзийклмнопрстуфхцчшщъыьэюяё'
      || 'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿ'))
$$;
alter table sites add column search_text text generated always as (search_form(name || ' ' || region)) stored;
alter table devices add column search_text text generated always as (search_form(
  name || ' ' || id || ' ' || address || ' ' || sys_name || ' ' || coalesce(nullif(model_override, ''), model))) stored;
alter table device_interfaces add column search_text text generated always as (search_form(
  if_name || ' ' || if_alias || ' ' || if_descr || ' ' || phys_address || ' '
    || coalesce(nullif(isp_provider_override, ''), isp_provider))) stored;

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
  snmp_port integer not null default 161 check (snmp_port between 1 and 65535),
  -- Configured credentials that are tried, in this order.
  auths text[] not null default '{}',
  ping boolean not null default false,
  requested_by text not null,
  -- Which sidecar looks, and until when it is believed to: it renews this while it lives.
  owner text not null,
  lease_until timestamptz not null,
  state text not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
  cancel_requested boolean not null default false,
  started_at timestamptz not null,
  -- Null while it runs.
  finished_at timestamptz,
  -- Addresses that a host may have; skipped: devices already; asked: decided so far.
  addresses integer not null default 0,
  skipped integer not null default 0,
  asked integer not null default 0,
  answered integer not null default 0,
  -- Why it ended early, or of which addresses nothing is known; empty: all went well.
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
create view interfaces_in_words as
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

-- Whether an uplink of a known provider runs over this interface, with no other uplink in between; see
-- model/uplink-role.ts, which says the same without a database.
create function carries_known_uplink(device text, name text) returns boolean language sql stable as $$
  with recursive below as (
    select c.if_name, c.provider_in_effect, c.type_in_effect = 'isp' and c.monitored_in_effect as counts
      from interfaces_in_words c
     where c.device_id = device and c.parent_if_name = name and c.active
    union
    select c.if_name, c.provider_in_effect, c.type_in_effect = 'isp' and c.monitored_in_effect
      from below b join interfaces_in_words c on c.device_id = device and c.parent_if_name = b.if_name and c.active
     where not b.counts
  )
  select exists (select from below where counts and provider_in_effect <> 'unknown')
$$;

create view interfaces_in_effect as
select
  w.*,
  -- Of a port and its VLANs one is the uplink: 'child' is stood for by what carries it, 'parent' by what it carries.
  case
    when w.type_in_effect <> 'isp' or not w.active then ''
    when w.interface_type_override = 'isp' then 'uplink'
    when w.parent_if_name <> '' and exists (
      with recursive above as (
        select p.if_name, p.parent_if_name, p.provider_in_effect, p.interface_type_override,
               p.type_in_effect = 'isp' and p.monitored_in_effect as counts
          from interfaces_in_words p
         where p.device_id = w.device_id and p.if_name = w.parent_if_name and p.active
        union
        select p.if_name, p.parent_if_name, p.provider_in_effect, p.interface_type_override,
               p.type_in_effect = 'isp' and p.monitored_in_effect
          from above a
          join interfaces_in_words p on p.device_id = w.device_id and p.if_name = a.parent_if_name and p.active
         where not a.counts
      )
      select from above a
       where a.counts and a.if_name <> w.if_name
         and (a.provider_in_effect = w.provider_in_effect or w.provider_in_effect = 'unknown')
         and (a.provider_in_effect <> 'unknown' or a.interface_type_override is not null
              or not carries_known_uplink(w.device_id, a.if_name))
    ) then 'child'
    when w.provider_in_effect = 'unknown' and carries_known_uplink(w.device_id, w.if_name) then 'parent'
    else 'uplink'
  end as uplink_role
from interfaces_in_words w;

drop trigger devices_changed on devices;
create trigger devices_changed after insert or delete or update of
  id, name, address, snmp_port, site_id, region_override, type, role, auth, auth_found, ping, enabled, tier, vendor,
  vendor_override, model, model_override, os_version, sys_name, tags, modules, removed_at on devices
  for each statement execute function bump_inventory_revision();

-- claimDue: the longest waiting first, told apart by id as its order is; without that each claim sorted all that wait.
drop index devices_due;
create index devices_due on devices (next_discovery_at, id) where removed_at is null and enabled and auth is not null;
-- listDevices and listInterfaces: a first page in their usual order reads the devices on it and no others.
create index devices_by_name on devices (lower(name), id) where removed_at is null;
-- listInterfaces, summary: interfaces of one type (uplinks above all) among many times as many; and its count of all,
-- which reads this and no row.
create index interfaces_of_type on device_interfaces ((coalesce(interface_type_override, interface_type)), device_id)
  where active;
-- listInterfaces: the critical ones; the condition is critical_in_effect of the view, word by word.
create index interfaces_critical on device_interfaces (device_id) where active and coalesce(
  is_critical_override,
  case
    when interface_type_override is null or interface_type_override = interface_type then is_critical
    else interface_type_override = 'isp'
  end
);
