#ifndef WIS_CISAL_SHIM_H
#define WIS_CISAL_SHIM_H

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

/* ISA-L's stream structures hold unions, pointers and buffers of which Swift needs nothing: here they are whole objects
   that take bytes and give bytes. Raw deflate (RFC 1951) both ways. */

typedef struct {
  struct isal_zstream stream;
  uint8_t level_buffer[ISAL_DEF_LVL1_DEFAULT];
} wis_deflater;

static inline void wis_deflater_reset(wis_deflater *deflater) {
  isal_deflate_init(&deflater->stream);
  deflater->stream.level = 1;
  deflater->stream.level_buf = deflater->level_buffer;
  deflater->stream.level_buf_size = sizeof deflater->level_buffer;
  deflater->stream.gzip_flag = IGZIP_DEFLATE;
  deflater->stream.flush = NO_FLUSH;
}

/* NULL when memory ran out. */
static inline wis_deflater *wis_deflater_new(void) {
  wis_deflater *deflater = (wis_deflater *)calloc(1, sizeof(wis_deflater));
  if (deflater) wis_deflater_reset(deflater);
  return deflater;
}

static inline void wis_deflater_free(wis_deflater *deflater) { free(deflater); }

/* Gives the next input; `last` when no more follows. */
static inline void wis_deflater_feed(wis_deflater *deflater, const uint8_t *input, uint32_t length, int last) {
  deflater->stream.next_in = (uint8_t *)input;
  deflater->stream.avail_in = length;
  deflater->stream.end_of_stream = last ? 1 : 0;
}

/* Writes what fits; returns how many bytes that is, or -1. As long as the output comes back full there is more. */
static inline int64_t wis_deflater_drain(wis_deflater *deflater, uint8_t *output, uint32_t capacity) {
  deflater->stream.next_out = output;
  deflater->stream.avail_out = capacity;
  if (isal_deflate(&deflater->stream) != COMP_OK) return -1;
  return (int64_t)capacity - deflater->stream.avail_out;
}

typedef struct {
  struct inflate_state state;
} wis_inflater;

static inline void wis_inflater_reset(wis_inflater *inflater) { isal_inflate_init(&inflater->state); }

static inline wis_inflater *wis_inflater_new(void) {
  wis_inflater *inflater = (wis_inflater *)calloc(1, sizeof(wis_inflater));
  if (inflater) wis_inflater_reset(inflater);
  return inflater;
}

static inline void wis_inflater_free(wis_inflater *inflater) { free(inflater); }

/* Inflates from `input`; tells how many bytes were taken and whether the stream has ended, in which case bytes that were read
   ahead are given back (up to eight, perhaps of the input before: `taken` is then negative). Returns how many bytes were written, or -1 for bytes that are no deflate stream. */
static inline int64_t wis_inflate(wis_inflater *inflater, const uint8_t *input, uint32_t length, int64_t *taken, uint8_t *output,
                                  uint32_t capacity, int *ended) {
  struct inflate_state *state = &inflater->state;
  state->next_in = (uint8_t *)input;
  state->avail_in = length;
  state->next_out = output;
  state->avail_out = capacity;
  int code = isal_inflate(state);
  if (code != ISAL_DECOMP_OK && code != ISAL_END_INPUT) return -1;
  *taken = (int64_t)length - state->avail_in;
  *ended = state->block_state == ISAL_BLOCK_FINISH;
  if (*ended && state->read_in_length > 0) *taken -= state->read_in_length / 8;
  return (int64_t)capacity - state->avail_out;
}

#endif
