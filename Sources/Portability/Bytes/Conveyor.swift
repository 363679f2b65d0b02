internal import Dispatch
internal import Synchronization

/// Work that is done in order on a second thread, while the first one makes ready what comes next. One reads and formats rows, the
/// other hashes and compresses them: nothing else in this module knows of threads.
///
/// Nothing is shared: what a piece of work holds belongs to the second thread until ``settle()`` has returned, and to the first one
/// from then on. The queue's own order is the only synchronisation, so there is no lock to forget; the flag of a failure only makes the
/// first thread stop early. A bounded number of pieces waits, so memory does not grow when the second thread is the slower one.
final class Conveyor {
  private let queue = DispatchQueue(label: "wis.conveyor")
  private let room = DispatchSemaphore(value: 4)
  private let hasFailed = Atomic(false)
  /// Belongs to the second thread, until everything is settled.
  private var failure: (any Error)?

  /// Puts a piece of work at the end. Waits while too many wait. Throws what an earlier piece threw; then nothing more is done.
  func add(_ work: @escaping () throws -> Void) throws {
    room.wait()
    if hasFailed.load(ordering: .relaxed) {
      room.signal()
      try settle()
    }
    // What the closure holds changes threads as a whole (see above), which the compiler cannot see.
    nonisolated(unsafe) let (this, work) = (self, work)
    queue.async {
      unsafe this.perform(work)
    }
  }

  private func perform(_ work: () throws -> Void) {
    if failure == nil {
      do {
        try work()
      } catch {
        failure = error
        hasFailed.store(true, ordering: .relaxed)
      }
    }
    room.signal()
  }

  /// Waits until all work is done, and throws the first failure.
  func settle() throws {
    queue.sync {}
    if let failure { throw failure }
  }
}
