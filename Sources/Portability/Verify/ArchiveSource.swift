internal import Foundation

/// A package's archive as bytes, decrypted on the way where it is encrypted.
struct ArchiveSource {
  private let path: String
  private let identity: String?

  /// - Parameter identity: a file with an age identity or an OpenPGP secret key; nil when the package is not encrypted.
  init(path: String, identity: String?) {
    self.path = path
    self.identity = identity
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
