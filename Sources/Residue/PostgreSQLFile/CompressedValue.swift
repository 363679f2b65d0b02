/// How PostgreSQL compressed a value: the word that stands before its bytes (src/include/varatt.h, va_tcinfo).
struct CompressedValue {
  enum Method: Int {
    /// PostgreSQL's own (src/common/pg_lzcompress.c).
    case pglz = 0
    /// The block format of LZ4 (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md).
    case lz4 = 1
  }

  /// How many bytes it was before.
  let size: Int
  let method: Method

  /// How a decompression ended.
  enum Ending {
    /// All bytes of the value were there, and no others.
    case whole
    /// Bytes are missing; what came before them is right.
    case cut
    /// It is no such value.
    case wrong
  }

  /// Reads the word; nil when it is none.
  init?(word: Int) {
    guard let method = Method(rawValue: word >> 30) else { return nil }
    size = word & 0x3FFF_FFFF
    self.method = method
  }

  /// Whether so many bytes can be what it was compressed to: fewer than before, but no method takes more than 255 into one.
  func canBe(_ count: Int) -> Bool { count < size && size / 255 <= count }

  /// Gives the bytes that it was before in pieces, in order.
  func decompress(_ bytes: ArraySlice<UInt8>, _ piece: ([UInt8]) -> Void) -> Ending {
    var window = Window(size: size)
    let ending =
      switch method {
      case .pglz: Self.pglz(bytes, &window, piece)
      case .lz4: Self.lz4(bytes, &window, piece)
      }
    piece(window.bytes)
    return ending
  }

  /// A byte of eight flags, then for each either a byte as it is, or how far back and how long something stands that is repeated.
  private static func pglz(_ bytes: ArraySlice<UInt8>, _ window: inout Window, _ piece: ([UInt8]) -> Void) -> Ending {
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let flags = bytes[position]
      position += 1
      for bit in 0..<8 where window.rest > 0 {
        guard position < bytes.endIndex else { return .cut }
        if flags >> UInt8(bit) & 1 == 0 {
          window.append(bytes[position])
          position += 1
          continue
        }
        guard position + 1 < bytes.endIndex else { return .cut }
        let distance = Int(bytes[position] & 0xF0) << 4 | Int(bytes[position + 1])
        var length = Int(bytes[position] & 0x0F) + 3
        position += 2
        if length == 18 {
          guard position < bytes.endIndex else { return .cut }
          length += Int(bytes[position])
          position += 1
        }
        guard window.repeat(min(length, window.rest), from: distance, piece) else { return .wrong }
      }
      window.flush(piece)
      if window.rest == 0 { return position == bytes.endIndex ? .whole : .wrong }
    }
    return .cut
  }

  /// Two lengths in a byte, so many bytes as they are, then how far back something stands that is repeated; the last part has no such.
  private static func lz4(_ bytes: ArraySlice<UInt8>, _ window: inout Window, _ piece: ([UInt8]) -> Void) -> Ending {
    var position = bytes.startIndex
    func length(_ start: UInt8) -> Int? {
      var length = Int(start)
      guard start == 15 else { return length }
      while position < bytes.endIndex {
        let byte = bytes[position]
        position += 1
        length += Int(byte)
        if byte < 255 { return length }
      }
      return nil
    }
    while position < bytes.endIndex {
      let token = bytes[position]
      position += 1
      guard let literals = length(token >> 4) else { return .cut }
      guard literals <= window.rest else { return .wrong }
      let end = min(bytes.endIndex, position + literals)
      window.append(bytes[position..<end])
      window.flush(piece)
      guard end == position + literals else { return .cut }
      position = end
      if window.rest == 0 { return position == bytes.endIndex ? .whole : .wrong }
      guard position + 1 < bytes.endIndex else { return .cut }
      let distance = Int(bytes[position]) | Int(bytes[position + 1]) << 8
      position += 2
      guard let repeated = length(token & 15) else { return .cut }
      guard repeated + 4 <= window.rest, window.repeat(repeated + 4, from: distance, piece) else { return .wrong }
    }
    return .cut
  }

  /// The last bytes that were made, as far as later ones may repeat them.
  private struct Window {
    private(set) var bytes: [UInt8] = []
    /// How many bytes are still to come.
    private(set) var rest: Int
    // Constants to be looked up would cost more than the bytes.
    private static var reach: Int { 1 << 16 }
    private static var most: Int { 1 << 20 }

    init(size: Int) { rest = size }

    mutating func append(_ byte: UInt8) {
      bytes.append(byte)
      rest -= 1
    }

    mutating func append(_ literals: ArraySlice<UInt8>) {
      bytes += literals
      rest -= literals.count
    }

    /// Repeats what stands so far back. False when that is before the beginning.
    mutating func `repeat`(_ length: Int, from distance: Int, _ piece: ([UInt8]) -> Void) -> Bool {
      guard distance > 0, distance <= bytes.count else { return false }
      for _ in 0..<length {
        bytes.append(bytes[bytes.count - distance])
        flush(piece)
      }
      rest -= length
      return true
    }

    /// Gives away what can no longer be repeated, when much has gathered.
    mutating func flush(_ piece: ([UInt8]) -> Void) {
      guard bytes.count > Self.most else { return }
      piece(Array(bytes.dropLast(Self.reach)))
      bytes.removeFirst(bytes.count - Self.reach)
    }
  }
}
