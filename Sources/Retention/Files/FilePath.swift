/// The place of a file below a root, as a row names it. Names are bytes: what Unicode takes for the same text are two files.
public struct FilePath: Hashable, Sendable {
  /// The folders below the root and, last, the file.
  public let components: [[UInt8]]

  /// A place below a root, by the names on the way.
  public init(components: [[UInt8]]) {
    precondition(!components.isEmpty, "a file has a name")
    self.components = components
  }

  /// Reads what stands in a row: a path below the root, or a whole one that leads there. `roots` are the names by which the root is
  /// known, as whole paths. Nothing is looked up, so that `..` is taken away with the name before it, as it is where no link is followed.
  public init(_ name: some Collection<UInt8>, below roots: [String]) throws(FileRefusal) {
    let bytes = Array(name)
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\u{FFFD}"),
      !Self.isAddress(bytes)
    else { throw .notAPath }
    let last = bytes.split(separator: Self.slash, omittingEmptySubsequences: false).last.map(Array.init) ?? []
    guard let whole = Self.resolved(bytes) else { throw .outside }
    var below = whole
    if bytes.first == Self.slash {
      let leading = roots.compactMap { Self.resolved(Array($0.utf8)) }.first { whole.starts(with: $0) }
      guard let leading else { throw .outside }
      below = Array(whole.dropFirst(leading.count))
    }
    guard !below.isEmpty, ![[], Self.point, Self.point + Self.point].contains(last) else { throw .folder }
    self.init(components: below)
  }

  private static let slash = UInt8(ascii: "/")
  private static let point = [UInt8(ascii: ".")]

  /// The names that are left when `.` and `..` are carried out; nil when they lead above the start.
  private static func resolved(_ path: [UInt8]) -> [[UInt8]]? {
    var names: [[UInt8]] = []
    for name in path.split(separator: slash).map(Array.init) where name != point {
      guard name == point + point else {
        names.append(name)
        continue
      }
      guard names.popLast() != nil else { return nil }
    }
    return names
  }

  /// Whether it begins as an address does (`https://…`): a letter, letters and digits, a colon and two slashes.
  private static func isAddress(_ bytes: [UInt8]) -> Bool {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: Array("://".utf8)) else { return false }
    let scheme = bytes[..<colon].map { Character(UnicodeScalar($0)) }
    return scheme.first?.isLetter ?? false && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }
}

/// Why what a row names is not removed, and nothing else in its place.
public enum FileRefusal: String, Error, Hashable, Sendable, CaseIterable {
  /// It leads out of the root.
  case outside
  /// It is no path: an address, bytes that are no text.
  case notAPath = "not-a-path"
  /// It is a folder.
  case folder
  /// It is a symbolic link, or there is one on the way: what it leads to could be anybody's.
  case link
  /// It is neither a file nor a folder: a device, a socket.
  case special
  /// It is a part of the database or of the node itself.
  case own
}
