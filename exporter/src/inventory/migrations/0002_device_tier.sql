-- How often a device may be asked: "slow" is for boxes that suffer from it.
alter table devices add column tier text not null default 'standard' check (tier in ('standard', 'slow'));

-- A view keeps the columns that "d.*" had when it was made.
drop view devices_in_effect;
create view devices_in_effect as
select d.*, coalesce(s.name, '') as site, coalesce(d.region_override, s.region, '') as region
from devices d
left join sites s on s.id = d.site_id
where d.removed_at is null;

drop trigger devices_changed on devices;
create trigger devices_changed after insert or delete or update of
  id, name, address, snmp_port, site_id, region_override, type, role, auth, ping, enabled, tier, vendor, model,
  os_version, sys_name, removed_at on devices
  for each statement execute function bump_inventory_revision();
