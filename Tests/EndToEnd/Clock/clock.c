// Shows a program another time: preloaded, it lets the clock start at WIS_TEST_MOMENT (seconds since 1970) and run on from there.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

typedef int (*clock_function)(clockid_t, struct timespec *);

int clock_gettime(clockid_t clock, struct timespec *now) {
  static clock_function real;
  static time_t ahead;
  if (!real) {
    struct timespec start;
    const char *moment = getenv("WIS_TEST_MOMENT");
    real = (clock_function)dlsym(RTLD_NEXT, "clock_gettime");
    if (moment && !real(CLOCK_REALTIME, &start)) ahead = atol(moment) - start.tv_sec;
  }
  int result = real(clock, now);
  if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead;
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (out) *out = exact.tv_sec;
  return exact.tv_sec;
}
