internal import Foundation

/// Where keys live: `$CREDENTIALS_DIRECTORY` when the service manager gives one, then a folder of our own.
public struct KeyFolder {
  /// The folder of our own.
  public let path: String
  private let credentials: String?

  /// Keys in a folder. The environment is passed in, so that nothing hidden decides which key signs.
  public init(path: String, environment: [String: String]) {
    self.path = path
    credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Reads a secret, after checking that nobody else could.
  public func secret(named name: String) throws(EvidenceError) -> [UInt8] {
    if let credentials {
      do {
        return try Self.readSecret("\(credentials)/\(name)", fromServiceManager: true)
      } catch {
        // Not among the credentials: then it is one of our own. Every other failure is told.
        guard case .file(_, _, ENOENT) = error else { throw error }
      }
    }
    do {
      return try Self.readSecret("\(path)/\(name)", fromServiceManager: false)
    } catch {
      guard case .file(let file, _, ENOENT) = error else { throw error }
      throw .key(path: file, problem: "does not exist", remedy: "make it with: wis key new, or pass it with LoadCredential=")
    }
  }

  /// Reads a secret that is text, as PEM is.
  public func text(named name: String) throws(EvidenceError) -> String {
    try strictText(try secret(named: name), what: name)
  }

  /// Stores a new secret, readable by its owner alone, atomically. An existing one is never replaced.
  public func create(_ secret: [UInt8], named name: String) throws(EvidenceError) {
    try DurableFile.makeFolder(path, mode: 0o700)
    do {
      try DurableFile.create(secret, at: "\(path)/\(name)", mode: 0o600)
    } catch {
      guard case .file(let file, _, EEXIST) = error else { throw error }
      throw .key(path: file, problem: "already exists", remedy: "rotate with: wis key rotate; a key is never overwritten")
    }
  }

  /// Stores a secret in place of another, which is gone then.
  public func replace(_ secret: [UInt8], named name: String) throws(EvidenceError) {
    try DurableFile.write(secret, to: "\(path)/\(name)", mode: 0o600)
  }

  private static func readSecret(_ path: String, fromServiceManager: Bool) throws(EvidenceError) -> [UInt8] {
    // A secret mounted by an orchestrator is a symbolic link; what it leads to is what must be private.
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let descriptor = try systemCall("open", path) { unsafe open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) }
    defer { close(descriptor) }
    let (kind, owner, mode) = try attributes(file)
    guard kind == .typeRegular else { throw .key(path: path, problem: "is not a regular file", remedy: "put the key itself there") }
    guard owner == geteuid() || owner == 0 else {
      throw .key(path: path, problem: "belongs to another user (uid \(owner))", remedy: "chown it to the user that runs Wis")
    }
    // systemd gives a credential to the service's user by an access list on a file of root (exec-credential.c,
    // write_credential); the list's mask then shows as the group's read bit though no group may read.
    let allowed: UInt32 = fromServiceManager && owner == 0 ? 0o740 : 0o700
    guard mode & ~allowed == 0 else {
      throw .key(path: path, problem: "is accessible to others (mode \(String(mode, radix: 8)))", remedy: "run: chmod 600 \(path)")
    }
    return try DurableFile.read(descriptor, path)
  }

  /// Foundation's answer, because the members of `struct stat` belong to another C module in every build (MemberImportVisibility).
  private static func attributes(_ path: String) throws(EvidenceError) -> (FileAttributeType, owner: UInt32, mode: UInt32) {
    let found: [FileAttributeKey: Any]
    do {
      found = try FileManager.default.attributesOfItem(atPath: path)
    } catch {
      throw .key(path: path, problem: "cannot be examined", remedy: "check the folder's permissions")
    }
    guard let kind = found[.type] as? FileAttributeType, let owner = found[.ownerAccountID] as? NSNumber,
      let mode = found[.posixPermissions] as? NSNumber
    else { throw .key(path: path, problem: "has no readable owner and mode", remedy: "keep keys on a local file system") }
    return (kind, owner.uint32Value, mode.uint32Value & 0o777)
  }
}
