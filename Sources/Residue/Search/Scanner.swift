/// Looks for many patterns at once. One pass over the bytes, whatever the number of patterns.
///
/// Of each pattern the rarest window is indexed (``WindowIndex``), as wide for all as the shortest of them allows: the wider, the
/// fewer positions are looked at. What the index lets through is compared byte by byte, so that it finds exactly what a naive search
/// finds.
public struct Scanner: Sendable {
  private let bytes: [UInt8]
  /// Where each pattern's compared bytes begin in `bytes`; one more at the end.
  private let starts: [UInt32]
  private let wholeNumbers: [Bool]
  private let index: WindowIndex

  /// Wider windows would be looked at less often still, but each needs its place in memory.
  private static let widestWindow = 16

  /// How many patterns it looks for.
  public var count: Int { wholeNumbers.count }
  /// How many bytes around a position decide whether a pattern is there.
  public static let reach = Pattern.longest + 1

  /// A scanner for patterns, at most 16 million, in data of which a sample was counted.
  public init(_ patterns: [Pattern], in frequencies: PairFrequencies = PairFrequencies()) {
    precondition(patterns.count < 1 << 24, "at most 16 million patterns")
    // What many patterns have in common (the domain of addresses) tells none of them from the others.
    var frequencies = frequencies
    for pattern in patterns { frequencies.add(pattern.bytes) }
    var bytes: [UInt8] = []
    var starts: [UInt32] = [0]
    let width = min(Self.widestWindow, patterns.lazy.map(\.bytes.count).min() ?? Self.widestWindow)
    var windows: [WindowIndex.Window] = []
    windows.reserveCapacity(patterns.count)
    for pattern in patterns {
      let window = frequencies.rarestWindow(of: width, in: pattern.bytes)
      let first = min(max(0, window - (Pattern.longest - width) / 2), max(0, pattern.bytes.count - Pattern.longest))
      let compared = pattern.bytes[first..<min(pattern.bytes.count, first + Pattern.longest)]
      windows.append(WindowIndex.Window(pattern: bytes.count, start: window - first))
      bytes += compared
      starts.append(UInt32(bytes.count))
    }
    self.bytes = bytes
    self.starts = starts
    self.wholeNumbers = patterns.map(\.isWholeNumber)
    index = WindowIndex(width: width, windows, in: bytes)
  }

  /// Every place in `text` where a pattern stands, in no particular order.
  public func hits(in text: [UInt8]) -> [Hit] {
    var found: [Hit] = []
    search(text.span, from: 0, to: text.count - WindowIndex.gram + 1, origin: 0) { found.append($0) }
    return found
  }

  /// Looks at the positions from `first` to before `end`. What stands before and after them in `text` is only compared.
  func search(_ text: borrowing Span<UInt8>, from first: Int, to end: Int, origin: Int, _ found: (Hit) -> Void) {
    guard first < end else { return }
    let (bytes, starts) = (bytes.span, starts.span)
    index.search(text, from: first, to: end, origin: origin) { number, start in
      let compared = bytes.extracting(Int(starts[number])..<Int(starts[number + 1]))
      if matches(compared, text, start, isWholeNumber: wholeNumbers[number]) { found(Hit(pattern: number, position: origin + start)) }
    }
  }

  private func matches(_ pattern: borrowing Span<UInt8>, _ text: borrowing Span<UInt8>, _ start: Int, isWholeNumber: Bool) -> Bool {
    guard start >= 0, start + pattern.count <= text.count else { return false }
    for offset in pattern.indices where text[start + offset] != pattern[offset] { return false }
    guard isWholeNumber else { return true }
    func isDigit(_ position: Int) -> Bool { position >= 0 && position < text.count && (0x30...0x39).contains(text[position]) }
    return !isDigit(start - 1) && !isDigit(start + pattern.count)
  }
}
