/// A row that is being copied out: its values in one buffer, which the next row uses again.
public struct CopiedRow {
  /// How the engine gave a value.
  public enum Kind: UInt8, Sendable {
    /// No value.
    case null
    /// A whole number of 64 bits.
    case integer
    /// A floating point number.
    case real
    /// Characters in the engine's encoding, which ought to be UTF-8.
    case text
    /// Bytes.
    case blob
    /// More bytes than ``CopyLayout/largestHeld``: only the first few are here. ``CopySource/readLarge(_:of:at:_:)`` has them all.
    case large
  }

  /// One value.
  public struct Cell: Sendable {
    /// How it was given.
    public let kind: Kind
    /// The number, as its bits.
    fileprivate let bits: UInt64
    /// Where its bytes lie in the row's.
    public let range: Range<Int>

    /// The value of an integer.
    public var integer: Int64 { Int64(bitPattern: bits) }
    /// The value of a real.
    public var real: Double { Double(bitPattern: bits) }
  }

  /// The values, in the order of the layout's columns.
  public private(set) var cells: [Cell] = []
  /// Holds the bytes of texts and blobs; what lies between and behind them means nothing.
  public internal(set) var bytes: [UInt8] = []
  /// Where the row is, for reading its large values within the same snapshot; empty in a row that has none.
  public internal(set) var locator = ""

  init() {}

  /// The bytes of a text or blob, in place.
  @_lifetime(borrow self)
  public func bytes(of cell: Cell) -> Span<UInt8> { bytes.span.extracting(cell.range) }

  mutating func clear() {
    cells.removeAll(keepingCapacity: true)
    // What one long row needed is not kept for all others.
    if bytes.count > CopyLayout.largestHeld * 4 { bytes = [] }
    if !locator.isEmpty { locator = "" }
  }

  /// Adds a number by its bits, or a text or blob by where its bytes lie.
  mutating func append(_ kind: Kind, bits: UInt64 = 0, at range: Range<Int> = 0..<0) {
    cells.append(Cell(kind: kind, bits: bits, range: range))
  }

  /// Says that a value is larger than what is here of it.
  mutating func setLarge(_ column: Int) { cells[column] = Cell(kind: .large, bits: 0, range: cells[column].range) }

  /// Says that a value is larger than these first bytes of it.
  mutating func setLarge(_ column: Int, first: [UInt8]) {
    cells[column] = Cell(kind: .large, bits: 0, range: bytes.count..<(bytes.count + first.count))
    bytes += first
  }
}
