/// Looks for many patterns at once. One pass over the bytes, whatever the number of patterns.
///
/// Of each pattern the rarest window is indexed (``WindowIndex``); what the index lets through is compared byte by byte, so
/// that it finds exactly what a naive search finds.
public struct Scanner: Sendable {
  private let bytes: [UInt8]
  /// Where each pattern's compared bytes begin in `bytes`; one more at the end.
  private let starts: [UInt32]
  private let wholeNumbers: [Bool]
  private let long: WindowIndex
  private let short: WindowIndex

  private static let longWindow = 12

  /// How many patterns it looks for.
  public var count: Int { wholeNumbers.count }
  /// How many bytes around a position decide whether a pattern is there.
  public static let reach = Pattern.longest + 1

  /// A scanner for patterns, at most 16 million, in data of which a sample was counted.
  public init(_ patterns: [Pattern], in frequencies: PairFrequencies = PairFrequencies()) {
    precondition(patterns.count < 1 << 24, "at most 16 million patterns")
    var bytes: [UInt8] = []
    var starts: [UInt32] = [0]
    var long: [(number: Int, bytes: [UInt8], start: Int)] = []
    var short: [(number: Int, bytes: [UInt8], start: Int)] = []
    for (number, pattern) in patterns.enumerated() {
      let isLong = pattern.bytes.count >= Self.longWindow
      let width = isLong ? Self.longWindow : Pattern.shortest
      let window = frequencies.rarestWindow(of: width, in: pattern.bytes)
      let first = min(max(0, window - (Pattern.longest - width) / 2), max(0, pattern.bytes.count - Pattern.longest))
      let compared = Array(pattern.bytes[first..<min(pattern.bytes.count, first + Pattern.longest)])
      if isLong { long.append((number, compared, window - first)) } else { short.append((number, compared, window - first)) }
      bytes += compared
      starts.append(UInt32(bytes.count))
    }
    self.bytes = bytes
    self.starts = starts
    self.wholeNumbers = patterns.map(\.isWholeNumber)
    self.long = WindowIndex(width: Self.longWindow, long)
    self.short = WindowIndex(width: Pattern.shortest, short)
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
    for index in [long, short] {
      index.search(text, from: first, to: end, origin: origin) { number, start in
        if matches(number, text, start) { found(Hit(pattern: number, position: origin + start)) }
      }
    }
  }

  private func matches(_ number: Int, _ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
    let first = Int(starts[number])
    let count = Int(starts[number + 1]) - first
    guard start >= 0, start + count <= text.count else { return false }
    for offset in 0..<count where text[start + offset] != bytes[first + offset] { return false }
    guard wholeNumbers[number] else { return true }
    func isDigit(_ position: Int) -> Bool { position >= 0 && position < text.count && (0x30...0x39).contains(text[position]) }
    return !isDigit(start - 1) && !isDigit(start + count)
  }
}
