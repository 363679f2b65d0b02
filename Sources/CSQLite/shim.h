#ifndef WIS_CSQLITE_SHIM_H
#define WIS_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <stddef.h>
#include <time.h>

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

/* The database's own file through SQLite's handle; see Connection+File.swift. */
static inline sqlite3_file *wis_sqlite3_file(sqlite3 *db) {
  sqlite3_file *file = 0;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file && file->pMethods ? file : 0;
}

static inline int wis_sqlite3_file_size(sqlite3 *db, sqlite3_int64 *size) {
  sqlite3_file *file = wis_sqlite3_file(db);
  return file ? file->pMethods->xFileSize(file, size) : SQLITE_IOERR;
}

static inline int wis_sqlite3_file_read(sqlite3 *db, void *bytes, int count, sqlite3_int64 position) {
  sqlite3_file *file = wis_sqlite3_file(db);
  return file ? file->pMethods->xRead(file, bytes, count, position) : SQLITE_IOERR;
}

static inline int wis_sqlite3_file_write(sqlite3 *db, const void *bytes, int count, sqlite3_int64 position) {
  sqlite3_file *file = wis_sqlite3_file(db);
  return file ? file->pMethods->xWrite(file, bytes, count, position) : SQLITE_IOERR;
}

static inline int wis_sqlite3_file_sync(sqlite3 *db) {
  sqlite3_file *file = wis_sqlite3_file(db);
  return file ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : SQLITE_IOERR;
}

static inline sqlite3_int64 wis_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (sqlite3_int64)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline int wis_sqlite3_is_late(void *deadline) { return wis_milliseconds() > (sqlite3_int64)(size_t)deadline; }

/* The moment is in the pointer itself, so that nothing must be kept alive. */
static inline void wis_sqlite3_deadline(sqlite3 *db, sqlite3_int64 milliseconds) {
  if (milliseconds > 0)
    sqlite3_progress_handler(db, 4096, wis_sqlite3_is_late, (void *)(size_t)(wis_milliseconds() + milliseconds));
  else
    sqlite3_progress_handler(db, 0, 0, 0);
}

#endif
