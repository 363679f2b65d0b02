-- The two roles under which Wis works on a tenant's data, with the least rights that suffice. Safe to run again.
--
--   psql -v ON_ERROR_STOP=1 -v database=salaris -v schema=public -v owner=salaris_app -f roles.sql salaris
--
--   database  the tenant's database; it must be the one that psql is connected to
--   schema    the schema with the tenant's tables; run the file once for each schema
--   owner     the role that makes the application's tables: rights on its future tables are given beforehand
--
-- Run it as a superuser, or as a role that may create roles and owns (or is a member of the owner of) the tables.
--
--   wis_scan   reads, for scan, explain, forecast and plan; its transactions are read-only
--   wis_erase  also deletes rows and empties columns, for apply and run
--
-- Neither owns anything, creates, inserts, truncates or grants; neither may use temporary tables; both are subject to
-- row security, and Wis refuses tables on which it would hide rows. Passwords are not set here: use peer or
-- certificate authentication, or \password.
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I', name) FROM (VALUES ('wis_scan'), ('wis_erase')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- A role of this name that existed before is brought to what this file says.
ALTER ROLE wis_scan LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT CONNECTION LIMIT 8;
ALTER ROLE wis_erase LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT CONNECTION LIMIT 8;
ALTER ROLE wis_scan SET default_transaction_read_only = on;

BEGIN;
GRANT CONNECT ON DATABASE :"database" TO wis_scan, wis_erase;
GRANT USAGE ON SCHEMA :"schema" TO wis_scan, wis_erase;

REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM wis_scan, wis_erase;
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO wis_scan;
GRANT SELECT, DELETE, UPDATE ON ALL TABLES IN SCHEMA :"schema" TO wis_erase;

ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"schema" GRANT SELECT ON TABLES TO wis_scan;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"schema" GRANT SELECT, DELETE, UPDATE ON TABLES TO wis_erase;
COMMIT;

-- What every role has by way of PUBLIC cannot be taken from two of them. PostgreSQL before 15 let everybody create in
-- "public", and every version lets everybody make temporary tables; "wis doctor" and this last query name what is left.
SELECT 'warning: PUBLIC may ' || what || '; consider: ' || remedy AS "rights that come from PUBLIC"
FROM (VALUES
  (has_schema_privilege('wis_erase', :'schema', 'CREATE'), 'create in the schema', format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', :'schema')),
  (has_database_privilege('wis_erase', :'database', 'TEMPORARY'), 'make temporary tables', format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', :'database'))
) AS found (holds, what, remedy) WHERE holds;
