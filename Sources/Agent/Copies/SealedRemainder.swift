import Evidence
import Foundation

/// What outlives a run until something is done that it could not do: bytes in a file, sealed with a key of their own, because what the
/// run itself remembered is destroyed when its certificate is released.
struct SealedRemainder {
  private let folder: String
  private let name: String
  /// What the bytes are, in words; they open under no others.
  private let content: String

  /// The remainder of one kind that a run left, whether it is there or not.
  init(_ kind: String, of run: Int64, holding content: String, on node: Node) {
    folder = "\(node.home)/run-keys"
    name = "run-\(run).\(kind)"
    self.content = content
  }

  private var path: String { "\(folder)/\(name)" }
  private var keyName: String { "\(name).key" }
  private var keys: KeyFolder { KeyFolder(path: folder, environment: [:]) }

  var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  /// Keeps bytes, instead of those that were kept before.
  func keep(_ bytes: [UInt8]) throws {
    let isKnown = FileManager.default.fileExists(atPath: "\(folder)/\(keyName)")
    let seal = try isKnown ? SealedKeys(of: keyName, in: keys) : SealedKeys(newFor: keyName, in: keys)
    try DurableFile.write(try seal.seal(bytes, for: content), to: path, mode: 0o600)
  }

  /// The bytes; nil when there are none.
  func read() throws -> [UInt8]? {
    guard let sealed = try DurableFile.readIfPresent(path) else { return nil }
    return try SealedKeys(of: keyName, in: keys).open(sealed, for: content)
  }

  /// Destroys the key, and then the bytes.
  func destroy() throws {
    for path in ["\(folder)/\(keyName)", path] { try KeyFile.destroy(path) }
  }
}
