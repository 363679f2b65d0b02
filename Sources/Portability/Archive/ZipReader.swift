/// Reads a ZIP file as `ZipWriter` writes it, from beginning to end: also one that comes out of a decryption and was never on
/// the disk. Every byte that is no content must be the one that the writer would have written.
final class ZipReader {
  private let input: ByteReader
  private var inflater: Inflater
  private var format: ZipFormat?
  private var entries: [ZipFormat.Entry] = []
  private var names: Set<String> = []

  init(_ input: ByteReader) throws(PortabilityError) {
    self.input = input
    inflater = try Inflater()
  }

  /// Calls `begin` with the name of each entry, which answers where its bytes go.
  func forEachEntry(_ begin: (String) throws -> ([UInt8]) throws -> Void) throws { while try next(begin) != nil {} }

  /// How many bytes were read.
  var offset: UInt64 { input.offset }

  func damaged(_ problem: String) -> PortabilityError { input.damaged(problem) }

  /// Reads one entry; nil at the end of the archive.
  func next(_ begin: (String) throws -> ([UInt8]) throws -> Void) throws -> ZipFormat.Entry? {
    let start = input.offset
    let signature = try input.take(4)
    guard Self.number(signature[...]) == UInt64(ZipFormat.local) else {
      try directory(at: start, signature)
      return nil
    }
    let header = try input.take(26)
    let format = self.format ?? ZipFormat(date: UInt16(truncatingIfNeeded: Self.number(header[8..<10])))
    self.format = format
    let nameBytes = try input.take(Int(Self.number(header[22..<24])))
    let extra = try input.take(20)
    guard signature + header + nameBytes + extra == format.localHeader(nameBytes) else {
      throw input.damaged("an entry's header was altered, or is not of Wis")
    }
    guard let name = String(validating: nameBytes, as: UTF8.self) else { throw input.damaged("a name in it is no UTF-8") }
    guard names.insert(name).inserted else { throw input.damaged("it holds the file \(name) twice") }
    var entry = ZipFormat.Entry(name: nameBytes, offset: start)
    try content(of: &entry, to: try begin(name))
    let descriptor = format.descriptor(entry)
    guard try input.take(descriptor.count) == descriptor else { throw input.damaged("the file \(name) in it was altered") }
    entries.append(entry)
    return entry
  }

  private func content(of entry: inout ZipFormat.Entry, to write: ([UInt8]) throws -> Void) throws {
    inflater.restart()
    let start = input.offset
    while true {
      guard let (bytes, taken, hasEnded) = inflater.inflate(input.buffer[input.position...]) else {
        throw input.damaged("it was altered")
      }
      input.advance(by: taken)
      if !bytes.isEmpty {
        entry.crc = crc32(bytes, entry.crc)
        entry.size += UInt64(bytes.count)
        try write(bytes)
      }
      if hasEnded {
        entry.compressed = input.offset - start
        return
      }
      if bytes.isEmpty && taken == 0, try !input.fill() { throw input.damaged("it was cut short") }
    }
  }

  private func directory(at start: UInt64, _ signature: [UInt8]) throws {
    guard let format, Self.number(signature[...]) == UInt64(ZipFormat.central) else {
      throw input.damaged("it is no ZIP file of Wis, or it was altered")
    }
    var expected = ArraySlice(signature)
    for entry in entries {
      let header = format.centralHeader(entry)
      guard try expected + input.take(header.count - expected.count) == header[...] else {
        throw input.damaged("its directory was altered")
      }
      expected = []
    }
    let tail = format.tail(entries: UInt64(entries.count), directory: start..<input.offset)
    guard try input.take(tail.count) == tail, try input.isAtEnd else { throw input.damaged("its end was altered") }
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}
