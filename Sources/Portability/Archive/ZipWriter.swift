/// Writes a ZIP file from beginning to end: each entry is deflated, and its sizes follow it.
///
/// The central directory waits in a spool, so that memory does not grow with the number of entries.
final class ZipWriter {
  private let output: ArchiveOutput
  private let format: ZipFormat
  private let directory: Spool
  /// Where names stand: of each entry's header its place, and that of its line of the directory within that.
  private let names: Spool
  private var deflater: Deflater
  /// How long the file is so far.
  private(set) var offset: UInt64 = 0
  private var entries: UInt64 = 0
  private var open: ZipFormat.Entry?

  /// - Parameters:
  ///   - day: the civil day that entries carry, `YYYY-MM-DD`.
  ///   - spoolFolder: where a temporary file may be made.
  ///   - isLarge: whether it may be larger than 4 GB. Not every program reads one that may (Excel says that it is damaged).
  init(day: String, spoolFolder: String, isLarge: Bool = true, to output: ArchiveOutput) throws(PortabilityError) {
    self.output = output
    format = ZipFormat(day: day, isLarge: isLarge)
    directory = Spool(folder: spoolFolder)
    names = Spool(folder: spoolFolder)
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
    let produced = try deflater.compress(bytes, isLast: isLast, output.write)
    entry.compressed += UInt64(produced)
    offset += UInt64(produced)
    open = entry
  }

  func end() throws {
    try compress([], isLast: true)
    guard let entry = open else { return }
    open = nil
    guard format.isLarge || max(entry.size, offset) < UInt64(UInt32.max) else {
      throw PortabilityError.scope("the copy of the data for Excel would be larger than 4 GB; leave out --format xlsx")
    }
    try write(format.descriptor(entry))
    try list(entry)
  }

  /// Goes on behind an entry that stands in the file already, right after those before it.
  func takeOver(_ entry: ZipFormat.Entry, upTo end: UInt64) throws {
    precondition(open == nil && entry.offset == offset, "entries follow each other")
    try list(entry)
    offset = end
  }

  private func list(_ entry: ZipFormat.Entry) throws {
    var places: [UInt8] = []
    places.append(little: entry.offset + UInt64(ZipFormat.nameInLocalHeader))
    places.append(little: UInt64(directory.size) + UInt64(ZipFormat.nameInCentralHeader))
    try names.append(places)
    try directory.append(format.centralHeader(entry))
    entries += 1
  }

  /// Takes the open entry out again. Only of a file that can be gone back to.
  func abandon() throws {
    guard let entry = open, case .file(let file) = output else { preconditionFailure("a file is open, and an entry in it") }
    try file.truncate(to: entry.offset)
    offset = entry.offset
    open = nil
  }

  /// Writes the central directory. Nothing can be added any more.
  ///
  /// - Parameter top: the name of the folder that all entries are in, where entries have another one of the same length so far.
  func finish(naming top: String?) throws {
    let start = offset
    try directory.read { try write($0) }
    try write(format.tail(entries: entries, directory: start..<offset))
    guard let top = top.map({ Array($0.utf8) }) else { return }
    guard case .file(let file) = output else { preconditionFailure("what is written is gone") }
    try names.read { places in
      for place in stride(from: 0, to: places.count, by: 16) {
        try file.replace(at: ZipReader.number(places[place..<(place + 8)]), with: top)
        try file.replace(at: start + ZipReader.number(places[(place + 8)..<(place + 16)]), with: top)
      }
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    try output.write(bytes)
    offset += UInt64(bytes.count)
  }
}

/// Where the bytes of an archive go.
enum ArchiveOutput {
  /// To a file, which can be gone back to.
  case file(OutputFile)
  /// Away: encrypted at once, so that nothing is on the disk in the clear.
  case stream(([UInt8]) throws -> Void)

  func write(_ bytes: [UInt8]) throws {
    switch self {
    case .file(let file): try file.append(bytes)
    case .stream(let write): try write(bytes)
    }
  }
}
