/// Writes the files of a BagIt 1.0 bag (RFC 8493) into a ZIP file, each below one top folder, and keeps their checksums.
final class BagWriter {
  private let zip: ZipWriter
  private let top: String
  private let payload: Spool
  private let tags: Spool
  private var octets: Int64 = 0
  private var files: Int64 = 0
  private var open: (path: String, digest: Digest, size: Int64)?
  /// Hashes and compresses what is written to the open file. Whatever else is done here waits until that has come to rest.
  private let conveyor = Conveyor()
  private var isMoving = false

  init(_ zip: ZipWriter, top: String, spoolFolder: String) {
    self.zip = zip
    self.top = top
    payload = Spool(folder: spoolFolder)
    tags = Spool(folder: spoolFolder)
  }

  /// How long the archive is so far.
  var length: UInt64 { zip.offset }

  /// A file that was written.
  struct Written {
    let path: String
    let size: Int64
    let sha256: String
  }

  /// Begins a file, by its path below the top folder.
  func begin(_ path: String) throws {
    try zip.begin("\(top)/\(path)")
    open = (path, Digest(), 0)
  }

  func write(_ bytes: [UInt8]) throws {
    // A few bytes are done with sooner than handed over.
    guard bytes.count >= 1 << 15 else {
      try rest()
      return try take(bytes)
    }
    isMoving = true
    try conveyor.add { [unowned self] in try take(bytes) }
  }

  private func take(_ bytes: [UInt8]) throws {
    open?.digest.update(bytes)
    open?.size += Int64(bytes.count)
    try zip.write(content: bytes)
  }

  private func rest() throws {
    if isMoving { try conveyor.settle() }
    isMoving = false
  }

  /// Waits until nothing is written any more. Who begins a bag calls it, however that ends: only one that is given up for another
  /// error, which is told, has work left.
  func stop() { _ = try? rest() }

  /// Takes the open file out again.
  func abandon() throws {
    try rest()
    try zip.abandon()
    open = nil
  }

  @discardableResult
  func end() throws -> Written {
    try rest()
    try zip.end()
    guard let (path, digest, size) = open else { preconditionFailure("a file is open") }
    open = nil
    return try list(Written(path: path, size: size, sha256: digest.hex))
  }

  private func list(_ file: Written) throws -> Written {
    let isPayload = file.path.hasPrefix("data/")
    try (isPayload ? payload : tags).append("\(file.sha256)  \(Self.encoded(file.path))\n".utf8)
    if isPayload {
      octets += file.size
      files += 1
    }
    return file
  }

  /// Goes on behind files that stand in the archive already, whole, up to a place in it. Gives them the checksums that their bytes have.
  ///
  /// - Returns: the first of them.
  func takeOver(_ archive: ZipReader, upTo end: UInt64) throws -> Written {
    var first: Written?
    while archive.offset < end {
      var (path, digest, size) = ("", Digest(), Int64(0))
      let entry = try archive.next { name in
        path = name
        return { bytes in
          digest.update(bytes)
          size += Int64(bytes.count)
        }
      }
      guard let entry, path.hasPrefix("\(top)/") else { throw archive.damaged("it holds other files than were noted") }
      try zip.takeOver(entry, upTo: archive.offset)
      let file = try list(Written(path: String(path.dropFirst(top.utf8.count + 1)), size: size, sha256: digest.hex))
      first = first ?? file
    }
    guard let first, archive.offset == end else { throw archive.damaged("it holds other files than were noted") }
    return first
  }

  /// Writes a whole file.
  @discardableResult
  func add(_ path: String, _ text: String) throws -> Written {
    try begin(path)
    try write(Array(text.utf8))
    return try end()
  }

  /// Writes the tag files and the end of the archive. `info` goes into `bag-info.txt`, and `name` in the place of the top folder's.
  func finish(info: [(label: String, value: String)], naming name: String?) throws {
    try add("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    let labels = info + [("Payload-Oxum", "\(octets).\(files)")]
    // A value may not break the line; a line that begins with a space would continue the one before.
    let lines = labels.map { "\($0.label): \($0.value.split(whereSeparator: \.isNewline).joined(separator: " "))\n" }
    try add("bag-info.txt", lines.joined())
    try begin("manifest-sha256.txt")
    try payload.read { try write($0) }
    try end()
    // The manifest of the tag files cannot name itself.
    try zip.begin("\(top)/tagmanifest-sha256.txt")
    try tags.read { try zip.write(content: $0) }
    try zip.end()
    try zip.finish(naming: name)
  }

  /// RFC 8493 section 2.1.3: line breaks and percent signs are encoded.
  private static func encoded(_ path: String) -> String {
    path.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "%": text += "%25"
      case "\n": text += "%0A"
      case "\r": text += "%0D"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
