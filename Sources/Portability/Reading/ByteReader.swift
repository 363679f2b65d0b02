/// Reads a stream of bytes in pieces of any size.
final class ByteReader {
  let path: String
  private let source: () throws -> [UInt8]
  private var isSourceAtEnd = false
  /// What was read and not taken yet, from `position` on; some of what was taken stays before it, because a decompressor may
  /// give bytes back.
  fileprivate(set) var buffer: [UInt8] = []
  fileprivate(set) var position = 0
  /// How many bytes were taken.
  private(set) var offset: UInt64 = 0

  private static let keptBehind = 16

  /// - Parameter source: gives the next bytes, none at the end.
  init(path: String, _ source: @escaping () throws -> [UInt8]) {
    self.path = path
    self.source = source
  }

  /// The error that this file is not what it should be.
  func damaged(_ problem: String) -> PortabilityError { .damaged(path: path, problem: problem) }

  /// Reads on; false at the end.
  func fill() throws -> Bool {
    guard !isSourceAtEnd else { return false }
    let bytes = try source()
    if bytes.isEmpty {
      isSourceAtEnd = true
      return false
    }
    let old = max(0, position - Self.keptBehind)
    buffer.removeFirst(old)
    position -= old
    buffer += bytes
    return true
  }

  /// Moves on, or a few bytes back.
  func advance(by count: Int) {
    position += count
    offset = offset &+ UInt64(bitPattern: Int64(count))
  }

  var available: Int { buffer.count - position }

  var isAtEnd: Bool {
    get throws { try available == 0 && !fill() }
  }

  /// Exactly this many bytes; an error when there are fewer.
  func take(_ count: Int) throws -> [UInt8] {
    let bytes = try upTo(count)
    guard bytes.count == count else { throw damaged("it was cut short") }
    return bytes
  }

  /// As many bytes as there are, up to `count`.
  func upTo(_ count: Int) throws -> [UInt8] {
    while available < count, try fill() {}
    let bytes = Array(buffer[position..<min(position + count, buffer.count)])
    advance(by: bytes.count)
    return bytes
  }

  /// The next line with its line feed.
  func line() throws -> String {
    var searched = 0
    while true {
      if let end = buffer[(position + searched)...].firstIndex(of: 0x0A) {
        guard let line = String(validating: buffer[position...end], as: UTF8.self) else { throw damaged("its header cannot be read") }
        advance(by: end - position + 1)
        return line
      }
      searched = available
      guard searched < 1 << 16, try fill() else { throw damaged("its header cannot be read") }
    }
  }
}
