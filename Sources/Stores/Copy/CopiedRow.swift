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
  /// The bytes of texts and blobs, one after another.
  public internal(set) var bytes: [UInt8] = []
  /// Where the row is, for reading its large values within the same snapshot; empty in a row that has none.
  public internal(set) var locator = ""

  init() {}

  mutating func clear() {
    cells.removeAll(keepingCapacity: true)
    // What one long row needed is not kept for all others.
    bytes.removeAll(keepingCapacity: bytes.capacity <= CopyLayout.largestHeld * 4)
    locator = ""
  }

  mutating func appendNull() { cells.append(Cell(kind: .null, bits: 0, range: 0..<0)) }
  mutating func append(_ integer: Int64) { cells.append(Cell(kind: .integer, bits: UInt64(bitPattern: integer), range: 0..<0)) }
  mutating func append(_ real: Double) { cells.append(Cell(kind: .real, bits: real.bitPattern, range: 0..<0)) }

  /// Adds a text or blob, whose bytes were appended from `start` on.
  mutating func close(_ kind: Kind, from start: Int) {
    cells.append(Cell(kind: kind, bits: 0, range: start..<bytes.count))
  }

  /// Adds a text or blob by where its bytes lie.
  mutating func append(_ kind: Kind, at range: Range<Int>) { cells.append(Cell(kind: kind, bits: 0, range: range)) }
}
