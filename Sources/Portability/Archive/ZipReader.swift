/// Reads a ZIP file as `ZipWriter` writes it, from beginning to end: also one that comes out of a decryption and was never on
/// the disk. The central directory at its end must say the same as the entries did.
final class ZipReader {
  private let input: ByteReader
  private var inflater: Inflater
  private var seen: [String: Entry] = [:]

  private struct Entry: Equatable {
    let offset: UInt64
    let crc: UInt32
    let compressed: UInt64
    let size: UInt64
  }

  init(_ input: ByteReader) throws(PortabilityError) {
    self.input = input
    inflater = try Inflater()
  }

  /// Calls `begin` with the name of each entry, which answers where its bytes go.
  func forEachEntry(_ begin: (String) throws -> ([UInt8]) throws -> Void) throws {
    while true {
      let start = input.offset
      switch try number(UInt32.self) {
      case 0x0403_4b50:
        let header = try input.take(26)
        guard header[2...5].elementsEqual([8, 8, 8, 0]) else { throw input.damaged("it holds an entry of a kind that Wis does not write") }
        let length = Int(header[22]) | Int(header[23]) << 8
        let name = try text(length)
        _ = try input.take(Int(header[24]) | Int(header[25]) << 8)
        guard seen[name] == nil else { throw input.damaged("it holds the file \(name) twice") }
        let (crc, size, compressed) = try content(to: try begin(name))
        guard try number(UInt32.self) == 0x0807_4b50, try number(UInt32.self) == crc, try number(UInt64.self) == compressed,
          try number(UInt64.self) == size
        else { throw input.damaged("the file \(name) in it was altered") }
        seen[name] = Entry(offset: start, crc: crc, compressed: compressed, size: size)
      case 0x0201_4b50:
        return try directory(at: start)
      default:
        throw input.damaged("it is no ZIP file, or it was altered")
      }
    }
  }

  private func content(to write: ([UInt8]) throws -> Void) throws -> (UInt32, UInt64, UInt64) {
    inflater.restart()
    let start = input.offset
    var (crc, size): (UInt32, UInt64) = (0, 0)
    while true {
      guard let (bytes, taken, hasEnded) = inflater.inflate(input.buffer[input.position...]) else {
        throw input.damaged("it was altered")
      }
      input.advance(by: taken)
      if !bytes.isEmpty {
        crc = crc32(bytes, crc)
        size += UInt64(bytes.count)
        try write(bytes)
      }
      if hasEnded { return (crc, size, input.offset - start) }
      if bytes.isEmpty && taken == 0, try !input.fill() { throw input.damaged("it was cut short") }
    }
  }

  private func directory(at start: UInt64) throws {
    var entries = 0
    var signature: UInt32 = 0x0201_4b50
    while signature == 0x0201_4b50 {
      let header = try input.take(42)
      let name = try text(Int(header[24]) | Int(header[25]) << 8)
      let extra = try input.take(Int(header[26]) | Int(header[27]) << 8)
      guard extra.count == 28 else { throw input.damaged("its directory was altered") }
      let entry = Entry(
        offset: Self.number(extra[20..<28]), crc: UInt32(truncatingIfNeeded: Self.number(header[12..<16])),
        compressed: Self.number(extra[12..<20]), size: Self.number(extra[4..<12]))
      guard seen[name] == entry else { throw input.damaged("its directory does not fit its files") }
      entries += 1
      signature = try number(UInt32.self)
    }
    guard signature == 0x0606_4b50, entries == seen.count else { throw input.damaged("its directory does not fit its files") }
    let tail = try input.take(52 + 20 + 22)
    guard Self.number(tail[44..<52]) == start, try input.isAtEnd else { throw input.damaged("its end was altered") }
  }

  private func text(_ length: Int) throws -> String {
    guard let text = String(validating: try input.take(length), as: UTF8.self) else { throw input.damaged("a name in it is no UTF-8") }
    return text
  }

  private func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) throws -> Number {
    Number(truncatingIfNeeded: Self.number(try input.take(Number.bitWidth / 8)[...]))
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}
