/// What a verifier must have got by another way than the bundle: `issuer-root.pem` and `log.vkey`.
public struct TrustFolder: Hashable, Sendable {
  /// The root that signing certificates chain to.
  public let root: IdentityCertificate
  /// The key that checkpoints verify under.
  public let log: NoteVerifier

  /// Trust in a root and a log.
  public init(root: IdentityCertificate, log: NoteVerifier) {
    self.root = root
    self.log = log
  }

  /// Reads a trust folder.
  public init(folder: String) throws(EvidenceError) {
    root = try IdentityCertificate(pem: try strictText(try DurableFile.read("\(folder)/issuer-root.pem"), what: "issuer-root.pem"))
    let line = try strictText(try DurableFile.read("\(folder)/log.vkey"), what: "log.vkey")
    guard line.hasSuffix("\n") else { throw .malformed(what: "log.vkey", problem: "expected one line") }
    log = try NoteVerifier(vkey: String(line.dropLast()))
  }

  /// Writes a trust folder, to be handed out by other ways than the bundles.
  public func export(to folder: String) throws(EvidenceError) {
    try DurableFile.makeFolder(folder)
    try DurableFile.write(Array(root.pem.utf8), to: "\(folder)/issuer-root.pem")
    try DurableFile.write(Array((log.vkey + "\n").utf8), to: "\(folder)/log.vkey")
  }
}
