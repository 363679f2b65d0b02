#ifndef WIS_CSQLITE_SHIM_H
#define WIS_CSQLITE_SHIM_H

#include <sqlite3.h>

/* What Swift cannot import: variadic functions and the SQLITE_TRANSIENT cast. */

/* A double-quoted name that is no column is an error, not a string: "WHERE "missing" < ..." must never match.
   https://www.sqlite.org/quirks.html#dblquote */
static inline int wis_sqlite3_refuse_quoted_strings(sqlite3 *db) {
  return sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}

static inline int wis_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 length) {
  return sqlite3_bind_text64(statement, index, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int wis_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length) {
  return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_TRANSIENT);
}

#endif
