import Evidence
import Foundation
import Retention

/// Keeps to itself whom a request or a hold is about. The key of the person's row is sealed in the state store; what opens it
/// is in a file outside, which is destroyed when the request is completed or withdrawn: then nobody can tell any more.
struct SubjectSeals {
  private let folder: KeyFolder

  init(of node: Node) { folder = KeyFolder(path: "\(node.home)/subject-keys", environment: [:]) }

  /// Seals a person's key for a request or hold.
  func seal(_ key: PredicateValue, for name: String) throws -> SealedSubject {
    var random = SystemRandomNumberGenerator()
    // A name that was never used, so that what an interrupted command left is in nobody's way.
    let keyName = "\(name)-\(Hash.random(using: &random).hex.prefix(8)).key"
    return SealedSubject(
      bytes: try SealedKeys(newFor: keyName, in: folder).seal(Self.bytes(of: key), for: "subject of \(name)"), keyName: keyName)
  }

  /// Opens what was sealed for a request or hold.
  func open(_ sealed: SealedSubject, for name: String) throws -> PredicateValue {
    guard FileManager.default.fileExists(atPath: path(of: sealed)) else { throw AgentError.subjectLost(of: name, path: path(of: sealed)) }
    let bytes = try SealedKeys(of: sealed.keyName, in: folder).open(sealed.bytes, for: "subject of \(name)")
    guard let key = Self.key(from: bytes) else { throw AgentError.stateContent(what: name) }
    return key
  }

  /// Destroys the key, so that the seal cannot be opened any more.
  func destroy(_ sealed: SealedSubject) throws { try KeyFile.destroy(path(of: sealed)) }

  private func path(of sealed: SealedSubject) -> String { "\(folder.path)/\(sealed.keyName)" }

  private static func bytes(of key: PredicateValue) -> [UInt8] {
    switch key {
    case .integer(let number): Array("i\(number)".utf8)
    case .text(let text): Array("t\(text)".utf8)
    case .boolean, .null: preconditionFailure("no person's key is a truth or missing")
    }
  }

  private static func key(from bytes: [UInt8]) -> PredicateValue? {
    guard let text = String(validating: bytes, as: UTF8.self), let kind = text.first else { return nil }
    let rest = String(text.dropFirst())
    return kind == "i" ? Int64(rest).map { .integer($0) } : kind == "t" ? .text(rest) : nil
  }
}

/// Key files that have done their work.
enum KeyFile {
  /// Removes a key file for good. One that is gone already is no trouble.
  static func destroy(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw AgentError.file(path: path, problem: "could not be destroyed; remove it by hand")
    }
    try DurableFile.synchronizeFolder(NodeFiles.folder(of: path))
  }
}
