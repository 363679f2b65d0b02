/// How often each pair of neighbouring bytes stands in a sample of what will be searched: the rarer a pattern's pairs are,
/// the less often the search stops for nothing.
public struct PairFrequencies: Sendable {
  private var counts = [UInt32](repeating: 0, count: 65_536)

  /// Nothing is known: every window is as good as another.
  public init() {}

  /// Counts the pairs of a sample.
  public mutating func add(_ sample: [UInt8]) {
    guard var previous = sample.first else { return }
    for byte in sample.dropFirst() {
      counts[Int(previous) << 8 | Int(byte)] &+= 1
      previous = byte
    }
  }

  /// Where the rarest window of some width begins. Sums of logarithms: one rare pair is worth many common ones.
  func rarestWindow(of width: Int, in bytes: [UInt8]) -> Int {
    guard bytes.count > width else { return 0 }
    let costs = bytes.indices.dropLast().map { position in
      32 - counts[Int(bytes[position]) << 8 | Int(bytes[position + 1])].leadingZeroBitCount
    }
    var cost = costs[0..<width - 1].reduce(0, +)
    var (best, lowest) = (0, cost)
    for start in 1...(bytes.count - width) {
      cost += costs[start + width - 2] - costs[start - 1]
      if cost < lowest { (best, lowest) = (start, cost) }
    }
    return best
  }
}
