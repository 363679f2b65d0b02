/// How many row ids lie in each of some equal parts of their range: tells where rows are without sorting them, in memory that
/// does not grow with their number.
struct RowIDHistogram {
  private let range: ClosedRange<Int64>
  /// A part spans two to this power of positions.
  private let shift: UInt64
  private var counts: [UInt32]

  /// The most parts; four bytes each.
  private static let mostParts = 1 << 20

  /// No row ids yet, of a range in which about so many are expected.
  init(_ range: ClosedRange<Int64>, expecting rows: Int) {
    self.range = range
    let parts = UInt64(min(Self.mostParts, max(1024, rows < Self.mostParts ? rows * 8 : Self.mostParts)))
    let width = range.width
    var shift: UInt64 = 0
    while width >> shift >= parts { shift += 1 }
    self.shift = shift
    counts = Array(repeating: 0, count: Int(width >> shift) + 1)
  }

  /// Counts a row id of the range.
  mutating func add(_ rowID: Int64) { counts[Int(UInt64(bitPattern: rowID &- range.lowerBound) >> shift)] += 1 }

  /// Stretches in which all counted rows are, with at most so many rows each, and none much wider than some distance; nil when rows
  /// lie too close together to be told apart.
  func stretches(of most: Int, noneWiderThan widest: UInt64, in section: ClockSection?) -> [Stretch]? {
    var stretches: [Stretch] = []
    var (first, last, rows) = (0, 0, 0)
    let mostParts = Int(clamping: widest >> shift)
    for (part, count) in counts.enumerated() where count > 0 {
      guard count <= most else { return nil }
      if rows > 0, rows + Int(count) > most || part - first > mostParts {
        stretches.append(Stretch(positions: positions(first, last), rows: rows, section: section))
        rows = 0
      }
      if rows == 0 { first = part }
      (last, rows) = (part, rows + Int(count))
    }
    if rows > 0 { stretches.append(Stretch(positions: positions(first, last), rows: rows, section: section)) }
    return stretches
  }

  private func positions(_ first: Int, _ last: Int) -> ClosedRange<Int64> {
    func start(_ part: Int) -> Int64 { range.lowerBound &+ Int64(bitPattern: UInt64(part) << shift) }
    return start(first)...(last + 1 < counts.count ? start(last + 1) - 1 : range.upperBound)
  }
}
