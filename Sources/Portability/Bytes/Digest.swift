internal import Crypto
internal import Foundation

/// A SHA-256 that is computed while bytes pass.
struct Digest {
  private var state = SHA256()

  mutating func update(_ bytes: [UInt8]) { state.update(data: bytes) }

  /// 64 lower-case hexadecimal digits over everything so far.
  var hex: String { Array(state.finalize()).hex }

  /// The digest of some bytes.
  static func hex(of bytes: [UInt8]) -> String { Array(SHA256.hash(data: bytes)).hex }
}
