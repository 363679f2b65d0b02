/// Chooses how much of a table the next batch takes, so that locks are short: measured, and adapted while running.
struct BatchSizer {
  /// The time for which a batch should hold its locks: below the 50 ms that the median may reach, because some take longer.
  static let target: Duration = .milliseconds(45)
  /// The most stretches in one batch.
  static let largest = 4096

  /// How many stretches the next batch takes.
  private(set) var stretches = 1

  /// Learns how long a batch of that many stretches held its locks. Grows at most twofold, and shrinks as far as needed.
  mutating func learn(_ locked: Duration, for count: Int) {
    let ratio = Self.target / max(locked, .microseconds(10))
    stretches = min(Self.largest, max(1, Int(Double(count) * min(2, ratio))))
  }
}
