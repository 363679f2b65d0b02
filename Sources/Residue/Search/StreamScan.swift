/// A search through bytes that come in pieces, as from a file: what lies across two pieces is found as well.
public struct StreamScan {
  private let scanner: Scanner
  /// The end of what has come, as far as it can still matter.
  private var kept: [UInt8] = []
  /// The position in the stream of the first byte kept.
  private var origin = 0
  /// The position in the stream up to which was looked.
  private var done = 0

  /// How many bytes have come.
  public var count: Int { origin + kept.count }

  /// A search from the beginning of a stream.
  public init(_ scanner: Scanner) { self.scanner = scanner }

  /// Takes the next piece.
  public mutating func add(_ piece: some Collection<UInt8>, _ found: (Hit) -> Void) {
    kept += piece
    look(upTo: count - Scanner.reach, found)
    let unneeded = done - origin - Scanner.reach
    guard unneeded > 0 else { return }
    kept.removeFirst(unneeded)
    origin += unneeded
  }

  /// Looks at the rest: nothing comes any more.
  public mutating func finish(_ found: (Hit) -> Void) { look(upTo: count - WindowIndex.gram + 1, found) }

  private mutating func look(upTo end: Int, _ found: (Hit) -> Void) {
    guard end > done else { return }
    scanner.search(kept.span, from: done - origin, to: end - origin, origin: origin, found)
    done = end
  }
}
