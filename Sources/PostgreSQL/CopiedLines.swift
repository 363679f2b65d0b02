internal import CPostgreSQL

/// The rows of a running `COPY … TO STDOUT`, one at a time as they arrive. Borrows its connection, which can do nothing else meanwhile.
///
/// A server sends rows this way with less work on both sides than as results. When its life ends before the last row, the command is
/// ended as that of ``Rows``.
@safe public struct CopiedLines: ~Copyable, ~Escapable {
  private let conversation: Conversation
  private let mayCancel: Bool
  private var isFinished = false

  @_lifetime(borrow connection)
  fileprivate init(_ conversation: Conversation, mayCancel: Bool, on connection: borrowing Connection) throws(PostgreSQLError) {
    self.conversation = conversation
    self.mayCancel = mayCancel
    guard let answer = unsafe PQgetResult(conversation.connection) else {
      throw PostgreSQLError(.connectionLost, message: "no answer", statement: conversation.sql)
    }
    guard unsafe PQresultStatus(answer) == PGRES_COPY_OUT else {
      isFinished = true
      // What did not fail and copies nothing out is another statement.
      if try unsafe conversation.succeeded(answer) { unsafe PQclear(answer) }
      conversation.discard()
      throw PostgreSQLError(.misuse, message: "the statement does not copy out", statement: conversation.sql)
    }
    unsafe PQclear(answer)
  }

  deinit {
    guard !isFinished else { return }
    if mayCancel { Canceller(of: conversation).cancel() }
    conversation.discardCopy()
  }

  /// Reads the next row: its values one after another into `bytes`, which is never made smaller, and where each ends into `ends`, or -1
  /// for NULL. False after the last row. Rows read before a failure are no answer.
  public mutating func next(_ bytes: inout [UInt8], _ ends: inout [Int]) throws(PostgreSQLError) -> Bool {
    ends.removeAll(keepingCapacity: true)
    guard !isFinished else { return false }
    var line: UnsafeMutablePointer<CChar>?
    let length = Int(unsafe PQgetCopyData(conversation.connection, &line, 0))
    if let line = unsafe line, length > 0 {
      defer { unsafe PQfreemem(line) }
      // Values are never longer than what was sent for them.
      if bytes.count < length { bytes.append(contentsOf: repeatElement(0, count: length - bytes.count)) }
      unsafe bytes.withUnsafeMutableBytes { target in
        unsafe Self.take(UnsafeRawBufferPointer(start: line, count: length), target, &ends)
      }
      return true
    }
    isFinished = true
    // Only the result that follows says whether these were all rows.
    _ = try conversation.answer()
    return false
  }

  /// Takes a line of COPY's text format apart (https://www.postgresql.org/docs/current/sql-copy.html, "Text Format").
  private static func take(_ line: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ ends: inout [Int]) {
    let tab = UInt8(ascii: "\t")
    let backslash = UInt8(ascii: "\\")
    var end = line.count
    if end > 0, unsafe line[end &- 1] == UInt8(ascii: "\n") { end &-= 1 }
    var (index, filled) = (0, 0)
    var isNull = false
    while true {
      // Eight bytes are taken together; those from a mark on are written over.
      while index &+ 8 <= end {
        let word = unsafe UInt64(littleEndian: line.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        unsafe target.storeBytes(of: word.littleEndian, toByteOffset: filled, as: UInt64.self)
        let marks = marks(in: word)
        let taken = marks == 0 ? 8 : marks.trailingZeroBitCount / 8
        index &+= taken
        filled &+= taken
        if marks != 0 { break }
      }
      while index < end, unsafe line[index] != tab && line[index] != backslash {
        unsafe target[filled] = unsafe line[index]
        index &+= 1
        filled &+= 1
      }
      if index < end, unsafe line[index] == backslash {
        let escaped = unsafe index &+ 1 < end ? line[index &+ 1] : backslash
        if escaped == UInt8(ascii: "N") {
          isNull = true
        } else {
          unsafe target[filled] = character(escaped)
          filled &+= 1
        }
        index = min(index &+ 2, end)
        continue
      }
      ends.append(isNull ? -1 : filled)
      isNull = false
      if index >= end { return }
      index &+= 1
    }
  }

  /// The lowest bit that is set tells the first byte that is a tab or a backslash.
  private static func marks(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let (tab, backslash) = (word ^ ones &* 0x09, word ^ ones &* 0x5C)
    return ((tab &- ones) & ~tab | (backslash &- ones) & ~backslash) & (ones &* 0x80)
  }

  private static func character(_ escaped: UInt8) -> UInt8 {
    switch escaped {
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "v"): 11
    case UInt8(ascii: "f"): 12
    case UInt8(ascii: "r"): 13
    default: escaped
    }
  }
}

extension Connection {
  /// Runs a query without parameters and copies its rows out, in the text forms of the session.
  @_lifetime(borrow self)
  public borrowing func copyOut(_ query: String) throws(PostgreSQLError) -> CopiedLines {
    let conversation = unsafe Conversation(handle, "COPY (\(query)) TO STDOUT")
    let mayCancel = conversation.mayCancel
    try conversation.sendScript()
    return try CopiedLines(conversation, mayCancel: mayCancel, on: self)
  }
}
