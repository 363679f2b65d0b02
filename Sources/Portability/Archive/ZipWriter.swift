/// Writes a ZIP file (PKWARE APPNOTE 6.3) from beginning to end, without ever going back.
///
/// Each entry is deflated, and its sizes follow it in a descriptor. The Zip64 field stands in every local header already, because
/// only then does a reader know that the descriptor's sizes have eight bytes; without it macOS fails above 4 GB. Names are UTF-8.
/// The central directory waits in a spool, so that memory does not grow with the number of entries.
final class ZipWriter {
  private let output: ([UInt8]) throws -> Void
  private let directory: Spool
  private var deflater: Deflater
  private var offset: UInt64 = 0
  private var entries: UInt64 = 0
  private var open: Entry?
  /// MS-DOS date of every entry: the package has a day, not a time.
  private let date: UInt16

  private struct Entry {
    let name: [UInt8]
    let offset: UInt64
    var crc: UInt32 = 0
    var size: UInt64 = 0
    var compressed: UInt64 = 0
  }

  /// - Parameters:
  ///   - day: the civil day that entries carry, `YYYY-MM-DD`.
  ///   - spoolFolder: where a temporary file may be made.
  init(
    day: String, spoolFolder: String, to output: @escaping ([UInt8]) throws -> Void
  ) throws(PortabilityError) {
    self.output = output
    directory = Spool(folder: spoolFolder)
    deflater = try Deflater()
    let parts = day.split(separator: "-").compactMap { Int($0) }
    precondition(parts.count == 3, "a day has three parts")
    date = UInt16(min(max(parts[0] - 1980, 0), 127) << 9 | parts[1] << 5 | parts[2])
  }

  func begin(_ name: String) throws {
    precondition(open == nil, "one entry at a time")
    let entry = Entry(name: Array(name.utf8), offset: offset)
    var header: [UInt8] = []
    header.append(little: UInt32(0x0403_4b50))
    header.append(contentsOf: fixed)
    for _ in 0..<3 { header.append(little: UInt32(0)) }
    // The sizes that the descriptor will tell stand in the Zip64 field: so these say "look there".
    header.replaceSubrange((header.count - 8)..., with: [UInt8](repeating: 0xFF, count: 8))
    header.append(little: UInt16(entry.name.count))
    header.append(little: UInt16(20))
    header.append(contentsOf: entry.name)
    header.append(little: UInt16(1))
    header.append(little: UInt16(16))
    header.append(little: UInt64(0))
    header.append(little: UInt64(0))
    try write(header)
    deflater.restart()
    open = entry
  }

  /// Version needed 4.5, flags (descriptor, UTF-8), deflate, time and date: the same in both headers of an entry.
  private var fixed: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt16(45))
    bytes.append(little: UInt16(0x0808))
    bytes.append(little: UInt16(8))
    bytes.append(little: UInt16(0))
    bytes.append(little: date)
    return bytes
  }

  func write(content bytes: [UInt8]) throws { if !bytes.isEmpty { try compress(bytes, isLast: false) } }

  private func compress(_ bytes: [UInt8], isLast: Bool) throws {
    guard var entry = open else { preconditionFailure("content belongs to an entry") }
    entry.crc = crc32(bytes, entry.crc)
    entry.size += UInt64(bytes.count)
    var failure: (any Error)?
    let produced = try deflater.compress(bytes, isLast: isLast) { (part) throws(PortabilityError) in
      guard failure == nil else { return }
      do { try output(part) } catch { failure = error }
    }
    if let failure { throw failure }
    entry.compressed += UInt64(produced)
    offset += UInt64(produced)
    open = entry
  }

  func end() throws {
    try compress([], isLast: true)
    guard let entry = open else { return }
    open = nil
    var descriptor: [UInt8] = []
    descriptor.append(little: UInt32(0x0807_4b50))
    descriptor.append(little: entry.crc)
    descriptor.append(little: entry.compressed)
    descriptor.append(little: entry.size)
    try write(descriptor)
    var header: [UInt8] = []
    header.append(little: UInt32(0x0201_4b50))
    // Made by version 4.5 on Unix.
    header.append(little: UInt16(3 << 8 | 45))
    header.append(contentsOf: fixed)
    header.append(little: entry.crc)
    header.append(little: UInt32.max)
    header.append(little: UInt32.max)
    header.append(little: UInt16(entry.name.count))
    header.append(little: UInt16(28))
    for _ in 0..<3 { header.append(little: UInt16(0)) }
    // A regular file that its owner may read and write and others may read.
    header.append(little: UInt32(0o100644) << 16)
    header.append(little: UInt32.max)
    header.append(contentsOf: entry.name)
    header.append(little: UInt16(1))
    header.append(little: UInt16(24))
    header.append(little: entry.size)
    header.append(little: entry.compressed)
    header.append(little: entry.offset)
    try directory.append(header)
    entries += 1
  }

  /// Writes the central directory. Nothing can be added any more.
  func finish() throws {
    let start = offset
    try directory.read { try write($0) }
    let end = offset
    var tail: [UInt8] = []
    tail.append(little: UInt32(0x0606_4b50))
    tail.append(little: UInt64(44))
    tail.append(little: UInt16(3 << 8 | 45))
    tail.append(little: UInt16(45))
    tail.append(little: UInt32(0))
    tail.append(little: UInt32(0))
    tail.append(little: entries)
    tail.append(little: entries)
    tail.append(little: end - start)
    tail.append(little: start)
    tail.append(little: UInt32(0x0706_4b50))
    tail.append(little: UInt32(0))
    tail.append(little: end)
    tail.append(little: UInt32(1))
    tail.append(little: UInt32(0x0605_4b50))
    tail.append(little: UInt16(0))
    tail.append(little: UInt16(0))
    tail.append(little: UInt16(clamping: entries))
    tail.append(little: UInt16(clamping: entries))
    tail.append(little: UInt32(clamping: end - start))
    tail.append(little: UInt32(clamping: start))
    tail.append(little: UInt16(0))
    try write(tail)
  }

  private func write(_ bytes: [UInt8]) throws {
    try output(bytes)
    offset += UInt64(bytes.count)
  }
}

extension [UInt8] {
  /// Appends a number, least significant byte first.
  mutating func append(little number: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
