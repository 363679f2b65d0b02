#ifndef WIS_CSQLITE_SHIM_H
#define WIS_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
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

/* The hash of a row as SQL sees it, so that counting and hashing a table stays inside the engine. Each value goes in with its
   storage class and length; eight bytes at a time, mixed as MurmurHash64A does (https://github.com/aappleby/smhasher). */

static inline uint64_t wis_hash_word(uint64_t hash, uint64_t word) {
  const uint64_t m = 0xc6a4a7935bd1e995ULL;
  word *= m;
  word ^= word >> 47;
  word *= m;
  hash ^= word;
  return hash * m;
}

static inline uint64_t wis_hash_bytes(uint64_t hash, const unsigned char *bytes, uint64_t length) {
  uint64_t word;
  hash = wis_hash_word(hash, length);
  for (; length >= 8; bytes += 8, length -= 8) {
    memcpy(&word, bytes, 8);
    hash = wis_hash_word(hash, word);
  }
  word = 0;
  if (length) {
    memcpy(&word, bytes, length);
    hash = wis_hash_word(hash, word);
  }
  return hash;
}

/* A value where SQLite holds it: until the statement's next step, or until the function returns. A real stands as its bits. */
typedef struct {
  int64_t bits;
  const unsigned char *bytes;
  int32_t length, type;
} wis_cell;

static inline wis_cell wis_sqlite3_cell(sqlite3_value *value) {
  wis_cell cell = {0, 0, 0, sqlite3_value_type(value)};
  double real;
  switch (cell.type) {
  case SQLITE_INTEGER:
    cell.bits = sqlite3_value_int64(value);
    break;
  case SQLITE_FLOAT:
    real = sqlite3_value_double(value);
    memcpy(&cell.bits, &real, 8);
    break;
  case SQLITE_TEXT:
    cell.bytes = sqlite3_value_text(value);
    cell.length = sqlite3_value_bytes(value);
    break;
  case SQLITE_BLOB:
    cell.bytes = (const unsigned char *)sqlite3_value_blob(value);
    cell.length = sqlite3_value_bytes(value);
    break;
  }
  return cell;
}

static inline uint64_t wis_hash_cell(uint64_t hash, const wis_cell *cell) {
  hash = wis_hash_word(hash, (uint64_t)cell->type);
  switch (cell->type) {
  case SQLITE_INTEGER:
  case SQLITE_FLOAT:
    return wis_hash_word(hash, (uint64_t)cell->bits);
  case SQLITE_TEXT:
  case SQLITE_BLOB:
    return wis_hash_bytes(hash, cell->bytes, (uint64_t)cell->length);
  default:
    return hash;
  }
}

static const uint64_t wis_hash_seed = 0x9ae16a3b2f90404fULL;

static inline uint64_t wis_hash_end(uint64_t hash) {
  hash ^= hash >> 47;
  hash *= 0xc6a4a7935bd1e995ULL;
  return hash ^ hash >> 47;
}

static inline uint64_t wis_sqlite3_hash_values(int count, sqlite3_value **values) {
  uint64_t hash = wis_hash_seed;
  for (int i = 0; i < count; i++) {
    wis_cell cell = wis_sqlite3_cell(values[i]);
    hash = wis_hash_cell(hash, &cell);
  }
  return wis_hash_end(hash);
}

/* As many values as go into a function of SQL together: what is beyond goes in as a hash of its own. A function takes 127 arguments at
   most (https://www.sqlite.org/limits.html#max_function_arg). */
static const int wis_hash_group = 100;

static inline uint64_t wis_hash_cells(const wis_cell *cells, int count) {
  uint64_t hash = wis_hash_seed;
  for (int i = 0; i < count && i < wis_hash_group; i++) hash = wis_hash_cell(hash, cells + i);
  for (int start = wis_hash_group; start < count; start += wis_hash_group) {
    uint64_t inner = wis_hash_seed;
    for (int i = start; i < count && i < start + wis_hash_group; i++) inner = wis_hash_cell(inner, cells + i);
    wis_cell cell = {(int64_t)wis_hash_end(inner), 0, 0, SQLITE_INTEGER};
    hash = wis_hash_cell(hash, &cell);
  }
  return wis_hash_end(hash);
}

/* The values of the row that a statement stands on, and the number of their bytes; -1 when memory ran out. No other thread uses the
   connection, so that values may be read outside functions (https://www.sqlite.org/c3ref/column_blob.html). */
static inline int64_t wis_sqlite3_row(sqlite3_stmt *statement, wis_cell *cells, int count) {
  int64_t length = 0;
  for (int i = 0; i < count; i++) {
    cells[i] = wis_sqlite3_cell(sqlite3_column_value(statement, i));
    if (!cells[i].bytes && (cells[i].type == SQLITE_TEXT || cells[i].length)) return -1;
    length += cells[i].length;
  }
  return length;
}

static inline void wis_sqlite3_row_hash(sqlite3_context *context, int count, sqlite3_value **values) {
  sqlite3_result_int64(context, (sqlite3_int64)wis_sqlite3_hash_values(count, values));
}

/* The aggregate wis_survey(text, value, …): how many rows there are, the sum of their hashes, and how many of their values are
   exactly the text. One call for each row is far cheaper than expressions over every column. */

typedef struct {
  sqlite3_int64 rows, marked;
  uint64_t hash;
} wis_survey;

static inline void wis_sqlite3_survey_step(sqlite3_context *context, int count, sqlite3_value **values) {
  wis_survey *survey = (wis_survey *)sqlite3_aggregate_context(context, sizeof(wis_survey));
  if (!survey) {
    sqlite3_result_error_nomem(context);
    return;
  }
  survey->rows++;
  survey->hash += wis_sqlite3_hash_values(count - 1, values + 1);
  const void *text = sqlite3_value_text(values[0]);
  int length = sqlite3_value_bytes(values[0]);
  for (int i = 1; i < count; i++)
    if (sqlite3_value_type(values[i]) == SQLITE_TEXT && sqlite3_value_bytes(values[i]) == length &&
        !memcmp(sqlite3_value_text(values[i]), text, (size_t)length))
      survey->marked++;
}

static inline void wis_sqlite3_survey_final(sqlite3_context *context) {
  wis_survey *survey = (wis_survey *)sqlite3_aggregate_context(context, 0);
  char text[80];
  snprintf(text, sizeof text, "%lld %llu %lld", survey ? (long long)survey->rows : 0LL,
           survey ? (unsigned long long)survey->hash : 0ULL, survey ? (long long)survey->marked : 0LL);
  sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static inline int wis_sqlite3_register_row_hash(sqlite3 *db) {
  int code = sqlite3_create_function_v2(db, "wis_row_hash", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, (void *)0,
                                        wis_sqlite3_row_hash, (void *)0, (void *)0, (void *)0);
  if (code != SQLITE_OK) return code;
  return sqlite3_create_function_v2(db, "wis_survey", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, (void *)0, (void *)0,
                                    wis_sqlite3_survey_step, wis_sqlite3_survey_final, (void *)0);
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
