import Stores

/// Chooses how much of a table the next batch takes, so that locks are short: measured, and adapted while running.
struct BatchSizer {
  /// The time for which a batch should hold its locks: below the 50 ms that the median may reach, because some take longer.
  static let target: Duration = .milliseconds(45)
  /// The most stretches in one batch.
  static let largest = 4096
  /// How many counted rows a batch can have without its time being known, about those of one stretch.
  static let fewestRows = 500

  /// How many stretches the next batch takes.
  private(set) var stretches: Int
  /// How many counted rows it has at most: stretches with few rows tell nothing about how long those with many take.
  private(set) var rows: Int

  /// Begins with one stretch; with all of them where the rows go in one transaction anyway.
  init(takingAll: Bool = false) {
    stretches = takingAll ? Self.largest : 1
    rows = takingAll ? .max : Self.fewestRows
  }

  /// Those that the next batch takes of what is left: one at least.
  func next(of left: ArraySlice<Stretch>) -> ArraySlice<Stretch> {
    guard let first = left.first, !first.standsAlone else { return left.prefix(1) }
    var counted = 0
    let count = left.prefix(stretches).prefix { stretch in
      counted += stretch.rows ?? 0
      return counted <= rows
    }.count
    return left.prefix(max(1, count))
  }

  /// Learns how long a batch of some stretches held its locks. Grows at most twofold, and shrinks as far as needed.
  mutating func learn(_ locked: Duration, for batch: ArraySlice<Stretch>) {
    guard let first = batch.first, !first.standsAlone else { return }
    let growth = min(2, Self.target / max(locked, .microseconds(10)))
    func grown(_ count: Int, from least: Int) -> Int { max(least, Int(Double(count) * growth)) }
    stretches = min(Self.largest, grown(batch.count, from: 1))
    rows = grown(batch.reduce(0) { $0 + ($1.rows ?? 0) }, from: Self.fewestRows)
  }
}
