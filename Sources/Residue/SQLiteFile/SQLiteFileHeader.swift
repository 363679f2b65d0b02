/// What the first hundred bytes of a SQLite database say (https://www.sqlite.org/fileformat2.html#the_database_header).
public struct SQLiteFileHeader: Hashable, Sendable {
  /// Bytes of a page.
  public let pageSize: Int
  /// Bytes of a page that SQLite itself uses; what is reserved at its end belongs to extensions.
  public let usableSize: Int
  /// Pages of the database; the file may be longer.
  public let pageCount: Int
  /// How text is stored.
  public let encoding: TextEncoding
  let firstTrunk: Int
  let hasPointerMap: Bool

  /// Bytes of the header.
  public static let size = 100

  /// How a database stores its text.
  public enum TextEncoding: Int, Hashable, Sendable {
    case utf8 = 1
    case utf16LittleEndian
    case utf16BigEndian
  }

  /// Reads the header of a file of some size. An encrypted database has none that could be read.
  public init(_ bytes: [UInt8], fileSize: Int) throws(SQLiteFileError) {
    guard bytes.count >= Self.size, bytes.starts(with: Array("SQLite format 3".utf8) + [0]) else { throw .notSQLite }
    let written = bytes.bigEndian(at: 16, 2)
    pageSize = written == 1 ? 65_536 : written
    guard pageSize >= 512, pageSize <= 65_536, pageSize & (pageSize - 1) == 0 else { throw .notSQLite }
    usableSize = pageSize - Int(bytes[20])
    guard usableSize >= 480, bytes[21] == 64, bytes[22] == 32, bytes[23] == 32 else { throw .notSQLite }
    // The count is only valid when the program that last wrote the file knew of it.
    let counted = bytes.bigEndian(at: 28, 4)
    let isValid = counted > 0 && bytes[24..<28].elementsEqual(bytes[92..<96])
    pageCount = isValid ? counted : fileSize / pageSize
    guard pageCount > 0, pageCount <= fileSize / pageSize else { throw .damaged(page: 1) }
    firstTrunk = bytes.bigEndian(at: 32, 4)
    hasPointerMap = bytes.bigEndian(at: 52, 4) != 0
    // A database in which nothing was ever stored has no encoding yet.
    let encoding = bytes.bigEndian(at: 56, 4)
    guard let encoding = TextEncoding(rawValue: encoding == 0 ? 1 : encoding) else { throw .damaged(page: 1) }
    self.encoding = encoding
  }

  /// The page that the locks of the operating system lie on; nothing is ever stored there.
  var lockPage: Int { 0x4000_0000 / pageSize + 1 }

  /// Whether a page maps others to their parents.
  func isPointerMap(_ page: Int) -> Bool {
    guard hasPointerMap, page >= 2 else { return false }
    let period = usableSize / 5 + 1
    let map = (page - 2) / period * period + 2
    return map == lockPage ? page == map + 1 : page == map
  }
}

/// Why a file cannot be read as a SQLite database.
public enum SQLiteFileError: Error, Hashable, Sendable {
  /// It has no readable header: it is something else, or encrypted.
  case notSQLite
  /// A page is not what it should be. Nothing may be written to such a file.
  case damaged(page: Int)
}

extension [UInt8] {
  /// The unsigned number in some bytes, the most significant first.
  func bigEndian(at position: Int, _ count: Int) -> Int {
    var number = 0
    for index in position..<position + count { number = number << 8 | Int(self[index]) }
    return number
  }
}
