/// What a controller is given: the files with which anybody verifies a certificate offline.
public struct CertificateBundle: Hashable, Sendable {
  /// The signed certificate.
  public let jws: String
  /// The proof that the log holds it, with the checkpoint inside.
  public let proof: String

  /// A bundle of a certificate and its proof.
  public init(jws: CompactJWS, proof: LogProof) {
    self.init(jws: jws.text, proof: proof.serialized)
  }

  /// The two texts as somebody handed them over. Nothing is believed yet.
  public init(jws: String, proof: String) {
    self.jws = jws
    self.proof = proof
  }

  /// Reads the two files that count. Nothing is believed yet.
  public init(folder: String) throws(EvidenceError) {
    jws = try strictText(try DurableFile.read("\(folder)/certificate.jws"), what: "certificate.jws")
    proof = try strictText(try DurableFile.read("\(folder)/log.tlog-proof"), what: "log.tlog-proof")
  }

  /// Writes `certificate.jws`, `log.tlog-proof`, and, for standard tools, `checkpoint` and `chain.pem`. The chain's root is a
  /// convenience: trust it only when it equals the one got by another way.
  public func write(to folder: String, root: IdentityCertificate) throws(EvidenceError) {
    let leaf = try CertificateHeader(bytes: try CompactJWS(parsing: jws).header).leaf
    let checkpoint = try LogProof(parsing: proof).note
    try DurableFile.makeFolder(folder)
    for (name, text) in [
      ("certificate.jws", jws), ("log.tlog-proof", proof), ("checkpoint", checkpoint.serialized), ("chain.pem", leaf.pem + root.pem),
    ] {
      try DurableFile.write(Array(text.utf8), to: "\(folder)/\(name)")
    }
  }
}
