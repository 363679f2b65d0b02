import Glibc
import PostgreSQL
import Testing

@Test func `signals during connecting, a long query and a stream disturb nothing`() throws {
  try TestDatabase.with { database in
    var action = sigaction()
    var former = sigaction()
    // Without SA_RESTART, so that system calls do fail with EINTR.
    unsafe action.__sigaction_handler.sa_handler = { _ in }
    unsafe #expect(sigaction(SIGALRM, &action, &former) == 0)
    var timer = itimerval(it_interval: timeval(tv_sec: 0, tv_usec: 2000), it_value: timeval(tv_sec: 0, tv_usec: 2000))
    unsafe #expect(setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil) == 0)
    defer {
      var none = itimerval()
      unsafe setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &none, nil)
      // A signal may still be on its way, and its default is the end of the process: to ignore it discards it.
      var ignoring = sigaction()
      unsafe ignoring.__sigaction_handler.sa_handler = SIG_IGN
      unsafe sigaction(SIGALRM, &ignoring, nil)
      unsafe sigaction(SIGALRM, &former, nil)
    }
    let pg = try database.connect()
    #expect(try pg.text("SELECT 'slept' FROM pg_sleep(0.3)") == "slept")
    var rows = 0
    try pg.query("SELECT n FROM generate_series(1, 100000) n") { _ in
      rows += 1
      return .continue
    }
    #expect(rows == 100_000)
    #expect(failure { _ = try Connection(url: "host=/nonexistent-folder") }?.kind == .unreachable)
  }
}
