#!/bin/sh
# Runs once, on an empty data directory, by the entry point of the postgres image. The sidecar owns its database and
# nothing else: it is no superuser, and nobody else may connect or create there.
set -eu
password="$(cat /run/secrets/discovery_database_password)"
[ -n "$password" ] || { echo "discovery_database_password is empty: put a password into the file of this secret" >&2; exit 1; }
# The password comes in by the environment of psql and not by an argument, which ps would show.
DISCOVERY_PASSWORD="$password" psql -v ON_ERROR_STOP=1 --no-psqlrc -U "$POSTGRES_USER" -d postgres <<'SQL'
\getenv password DISCOVERY_PASSWORD
CREATE ROLE isp_discovery LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE isp_monitor OWNER isp_discovery;
REVOKE ALL ON DATABASE isp_monitor FROM PUBLIC;
SQL
