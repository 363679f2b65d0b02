public import Retention

/// What stands in a row: its key and the values of some of its columns, as bytes that tell equal values from unequal ones.
public struct RowContents: Hashable, Sendable {
  /// The key's columns.
  public let key: [[UInt8]]
  /// The values in the order in which they were asked for; nil for NULL.
  public let values: [[UInt8]?]

  /// A row read from elsewhere: an archive.
  public init(key: [[UInt8]], values: [[UInt8]?]) {
    self.key = key
    self.values = values
  }
}

extension Table {
  /// The columns that say what a row is: all that the database does not compute.
  public var ownColumns: [String] { columns.filter { !$0.isGenerated }.map(\.name) }
}

extension FrozenKeys {
  /// How many rows one batch has that is told by keys.
  static let portion = 200
}

/// Keys that come one after another, cut into portions that are handled in one transaction each.
public struct PortionedKeys: Sendable {
  private let width: Int
  private var full: [FrozenKeys] = []
  private var open: FrozenKeys

  /// No keys yet, of a number of columns.
  public init(width: Int) {
    self.width = width
    open = FrozenKeys(width: width)
  }

  /// Adds a key.
  public mutating func append(_ key: [[UInt8]]) {
    for column in key { open.append(column: column) }
    open.closeKey()
    guard open.count == FrozenKeys.portion else { return }
    full.append(open)
    open = FrozenKeys(width: width)
  }

  /// The portions.
  public var all: [FrozenKeys] { open.count > 0 ? full + [open] : full }
}

extension [RowContents] {
  /// The rows whose key is one of some.
  func among(_ keys: Set<[[UInt8]]>) -> [RowContents] { filter { keys.contains($0.key) } }
}
