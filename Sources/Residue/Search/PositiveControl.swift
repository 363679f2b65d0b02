/// Values that nobody ever stored, put into copies of what is searched: a scan that does not find them could not have found
/// anything else either.
public struct PositiveControl {
  /// The patterns that must be found.
  public let patterns: [Pattern]

  /// Some random patterns of all kinds of length, none shorter than the shortest of those that they are searched with: it says how
  /// closely a scanner looks at all of them.
  public init(besides others: [Pattern], using random: inout some RandomNumberGenerator) {
    let shortest = min(Pattern.longest, others.lazy.map(\.bytes.count).min() ?? Pattern.shortest)
    patterns = [Pattern.shortest, 9, 11, 12, 13, 24, Pattern.longest].map { length in
      Pattern((0..<max(length, shortest)).map { _ in UInt8.random(in: 1...255, using: &random) })
    }
  }

  /// Puts each pattern into a copy of a piece of data, somewhere, and searches that; gives how many were found.
  ///
  /// - Parameter first: the number of the control's first pattern in the scanner.
  public func found(in data: [UInt8], by scanner: Scanner, first: Int, using random: inout some RandomNumberGenerator) -> Int {
    patterns.indices.count { index in
      let pattern = patterns[index].bytes
      var copy = data.count >= pattern.count ? data : [UInt8](repeating: 0, count: pattern.count)
      let position = Int.random(in: 0...(copy.count - pattern.count), using: &random)
      copy.replaceSubrange(position..<position + pattern.count, with: pattern)
      return scanner.hits(in: copy).contains { $0.pattern == first + index }
    }
  }
}
