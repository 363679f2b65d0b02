import Foundation
import Glibc
import Testing

/// `Tests/leaks` must know that it would see a leak: it runs this test once with `WIS_TEST_LEAK` set and expects a complaint.
@Suite struct `A leak` {
  @Test func `is made on purpose when asked for`() {
    guard ProcessInfo.processInfo.environment["WIS_TEST_LEAK"] != nil else { return }
    for size in 1...100 { _ = unsafe malloc(size * 16) }
  }
}
