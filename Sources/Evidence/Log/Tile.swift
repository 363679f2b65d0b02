/// One static file of the log: C2SP tlog-tiles, https://c2sp.org/tlog-tiles. 256 hashes of one level, or 256 entries; fewer at the right edge.
public struct Tile: Hashable, Sendable {
  /// What a tile is made of.
  public enum Content: Hashable, Sendable {
    /// Hashes; level 0 are the leaves, each hash of level n + 1 is a full tile of level n.
    case hashes(level: Int)
    /// The entries themselves, each after its length.
    case entries
  }

  /// A full tile's width and, as a power of two, its height.
  public static let fullWidth: Int64 = 256, height = 8

  /// Hashes or entries.
  public let content: Content
  /// The tile's number within its level.
  public let index: Int64
  /// How many hashes or entries it has, 1 to 256.
  public let width: Int64

  /// A tile by its place.
  public init(_ content: Content, index: Int64, width: Int64 = Tile.fullWidth) {
    precondition(index >= 0 && (1...Tile.fullWidth).contains(width), "no such tile")
    self.content = content
    self.index = index
    self.width = width
  }

  /// Where it is served, below the log's prefix: `tile/0/x001/x234/067.p/8`.
  public var path: String {
    var groups = [Self.threeDigits(index % 1000)]
    var rest = index / 1000
    while rest > 0 {
      groups.insert("x" + Self.threeDigits(rest % 1000), at: 0)
      rest /= 1000
    }
    let kind =
      switch content {
      case .hashes(let level): String(level)
      case .entries: "entries"
      }
    return "tile/\(kind)/" + groups.joined(separator: "/") + (width == Self.fullWidth ? "" : ".p/\(width)")
  }

  /// Every tile and bundle that must be written when the log grows, lowest level first. Growing from 0 names the whole log.
  public static func growth(from old: Int64, to new: Int64) -> [Tile] {
    precondition(0 <= old && old <= new, "a log only grows")
    var tiles = right(of: old, new, .entries)
    for level in 0..<8 {
      let shift = Int64(level * height)
      if new >> shift == 0 { break }
      tiles += right(of: old >> shift, new >> shift, .hashes(level: level))
    }
    return tiles
  }

  private static func right(of old: Int64, _ new: Int64, _ content: Content) -> [Tile] {
    guard old < new else { return [] }
    return (old / fullWidth...(new - 1) / fullWidth).map {
      Tile(content, index: $0, width: min(fullWidth, new - $0 * fullWidth))
    }
  }

  private static func threeDigits(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
