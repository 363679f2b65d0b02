#ifndef WIS_CPOSTGRESQL_SHIM_H
#define WIS_CPOSTGRESQL_SHIM_H

#include <libpq-fe.h>

/* Field codes of PQresultErrorField live in postgres_ext.h as character constants, which Swift does not import. */
enum wis_pg_field {
  WIS_PG_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED,
  WIS_PG_SQLSTATE = PG_DIAG_SQLSTATE,
  WIS_PG_MESSAGE = PG_DIAG_MESSAGE_PRIMARY,
  WIS_PG_CONTEXT = PG_DIAG_CONTEXT,
  WIS_PG_SCHEMA = PG_DIAG_SCHEMA_NAME,
  WIS_PG_TABLE = PG_DIAG_TABLE_NAME,
  WIS_PG_COLUMN = PG_DIAG_COLUMN_NAME,
  WIS_PG_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME,
};

#endif
