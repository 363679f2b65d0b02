internal import Foundation

/// A package: an archive, decrypted on the way where it is encrypted, or the folder that came of one.
struct ArchiveSource {
  let path: String
  private let identity: String?

  /// - Parameter identity: a file with an age identity or an OpenPGP secret key; nil when the package is not encrypted.
  init(path: String, identity: String?) {
    var path = path
    while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
    self.path = path
    self.identity = identity
  }

  /// Whether it is a folder, which has no size and no digest of its own.
  var isUnpacked: Bool { isFolder(path) }

  /// Calls `begin` with the name of each file, the top folder's name before it, which answers where its bytes go.
  func forEachFile(_ begin: (String) throws -> ([UInt8]) throws -> Void) throws {
    if isUnpacked { try UnpackedFolder(path).forEachFile(begin) } else { try ZipReader(try open()).forEachEntry(begin) }
  }

  /// Size and SHA-256 of the file as it lies there, and of the archive inside.
  func measure() throws -> (file: BagWriter.Written, archive: BagWriter.Written) {
    let input = try InputFile(path: path)
    func measured(_ read: () throws -> [UInt8]) throws -> BagWriter.Written {
      var (digest, size) = (Digest(), Int64(0))
      while true {
        let bytes = try read()
        if bytes.isEmpty { return .init(path: path, size: size, sha256: digest.hex) }
        digest.update(bytes)
        size += Int64(bytes.count)
      }
    }
    let file = try measured(input.read)
    let archive = try self.open()
    return (file, try measured { try archive.upTo(1 << 17) })
  }

  /// Begins reading at the first byte.
  func open() throws -> ByteReader {
    let file = try InputFile(path: path)
    let reader = ByteReader(path: path, file.read)
    let start = try reader.upTo(Age.intro.utf8.count)
    reader.advance(by: -start.count)
    if start.starts(with: [0x50, 0x4B, 3, 4]) { return reader }
    if start.isEmpty { throw reader.damaged("it is empty") }
    let isAge = start.starts(with: Array("age-encryption.org/".utf8))
    // A binary OpenPGP packet begins with a set bit; the armoured form says what it is.
    guard isAge || (start[0] & 0x80 != 0 && !start.starts(with: [0xFF])) || start.starts(with: Array("-----BEGIN PGP".utf8)) else {
      throw reader.damaged("it is neither a ZIP file nor an encrypted one, or its beginning was altered")
    }
    guard let identity else { throw PortabilityError.encryption("\(path) is encrypted; name the key with --identity FILE") }
    if isAge {
      let age = try AgeReader(reader, identities: try Self.identities(identity))
      return ByteReader(path: path, age.read)
    }
    let gpg = try GPG.Reader(path: path, identity: identity)
    return ByteReader(path: path, gpg.read)
  }

  private static func identities(_ path: String) throws -> [Age.Identity] {
    guard let content = FileManager.default.contents(atPath: path) else { throw PortabilityError.encryption("\(path) cannot be read") }
    let lines = String(decoding: content.prefix(1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline)
    let identities = lines.compactMap { Age.Identity($0.trimmingCharacters(in: .whitespaces)) }
    guard !identities.isEmpty else { throw PortabilityError.encryption("\(path) holds no age identity (AGE-SECRET-KEY-1…)") }
    return identities
  }
}
