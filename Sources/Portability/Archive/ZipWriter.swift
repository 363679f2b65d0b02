/// Writes a ZIP file from beginning to end, without ever going back: each entry is deflated, and its sizes follow it.
///
/// The central directory waits in a spool, so that memory does not grow with the number of entries.
final class ZipWriter {
  private let output: ([UInt8]) throws -> Void
  private let format: ZipFormat
  private let directory: Spool
  private var deflater: Deflater
  private var offset: UInt64 = 0
  private var entries: UInt64 = 0
  private var open: ZipFormat.Entry?

  /// - Parameters:
  ///   - day: the civil day that entries carry, `YYYY-MM-DD`.
  ///   - spoolFolder: where a temporary file may be made.
  init(day: String, spoolFolder: String, to output: @escaping ([UInt8]) throws -> Void) throws(PortabilityError) {
    self.output = output
    format = ZipFormat(day: day)
    directory = Spool(folder: spoolFolder)
    deflater = try Deflater()
  }

  func begin(_ name: String) throws {
    precondition(open == nil, "one entry at a time")
    let entry = ZipFormat.Entry(name: Array(name.utf8), offset: offset)
    try write(format.localHeader(entry.name))
    deflater.restart()
    open = entry
  }

  func write(content bytes: [UInt8]) throws { if !bytes.isEmpty { try compress(bytes, isLast: false) } }

  private func compress(_ bytes: [UInt8], isLast: Bool) throws {
    guard var entry = open else { preconditionFailure("content belongs to an entry") }
    entry.crc = crc32(bytes, entry.crc)
    entry.size += UInt64(bytes.count)
    let produced = try deflater.compress(bytes, isLast: isLast, output)
    entry.compressed += UInt64(produced)
    offset += UInt64(produced)
    open = entry
  }

  func end() throws {
    try compress([], isLast: true)
    guard let entry = open else { return }
    open = nil
    try write(format.descriptor(entry))
    try directory.append(format.centralHeader(entry))
    entries += 1
  }

  /// Writes the central directory. Nothing can be added any more.
  func finish() throws {
    let start = offset
    try directory.read { try write($0) }
    try write(format.tail(entries: entries, directory: start..<offset))
  }

  private func write(_ bytes: [UInt8]) throws {
    try output(bytes)
    offset += UInt64(bytes.count)
  }
}
