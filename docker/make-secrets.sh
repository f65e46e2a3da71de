#!/bin/sh
# Writes the secrets that docker-compose.yml asks for into the directory given (default ./secrets): random passwords,
# and empty files for the addresses that only you know. What is there already is left alone.
set -eu
umask 022
dir="${1:-secrets}"
mkdir -p "$dir"
# The directory keeps others out; the files in it must be readable for the users of the containers.
chmod 700 "$dir"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
write() { [ -e "$dir/$1" ] || { printf '%s' "$2" >"$dir/$1"; chmod 444 "$dir/$1"; echo "wrote $dir/$1"; }; }

write postgres_password "$(random)"
write discovery_database_password "$(random)"
write discovery_database_url "postgres://isp_discovery:$(cat "$dir/discovery_database_password")@postgres:5432/isp_monitor"
write inventory_token "$(random)"
write discovery_admin_token "$(random)"
write grafana_admin_password "$(random)"
for receiver in operators_url pager_url dead_mans_switch_url; do
  [ -e "$dir/$receiver" ] || { : >"$dir/$receiver"; chmod 644 "$dir/$receiver"; echo "empty: $dir/$receiver (put the address of the receiver into it)"; }
done
