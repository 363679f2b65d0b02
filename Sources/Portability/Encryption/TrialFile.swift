/// A small file that is encrypted as a package will be, by which its recipient shows that it can open one.
public struct TrialFile {
  /// Where it is.
  public let path: String
  /// The SHA-256 of what it was decrypted to.
  public let sha256: String

  /// Writes one to a path without an ending. What is in it is known to nobody who cannot open it.
  public static func write(for recipient: Recipient, to stem: String) throws -> TrialFile {
    let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max) }.hex
    let text = Array(
      """
      Dit is een proef: wie dit leest, kan ook openen wat met dezelfde sleutel komt. Meld de SHA-256 van dit bestand.
      This is a trial: who reads this can also open what comes with the same key. Report the SHA-256 of this file.
      \(secret)

      """.utf8)
    let file = try OutputFile(path: "\(stem).txt\(recipient.ending)")
    switch recipient.kind {
    case .age(let recipients):
      let writer = try AgeWriter(recipients, to: file.write)
      try writer.write(text)
      try writer.finish()
    case .openPGP(let key, _):
      let writer = try GPG.Writer(keyFile: key, to: file.descriptor)
      try writer.write(text)
      try writer.finish()
    }
    try file.finish()
    return TrialFile(path: file.path, sha256: Digest.hex(of: text))
  }
}
