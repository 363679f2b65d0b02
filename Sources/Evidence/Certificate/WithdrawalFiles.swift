/// The two files that stand beside a certificate which no longer counts: `withdrawal.jws` and `withdrawal.tlog-proof`.
public struct WithdrawalFiles: Hashable, Sendable {
  private let jws: String
  private let proof: String

  /// A signed withdrawal with the proof that the log has it.
  public init(jws: CompactJWS, proof: LogProof) {
    self.jws = jws.text
    self.proof = proof.serialized
  }

  /// Reads the files beside a certificate; nil when it was not withdrawn. Nothing is believed yet.
  public init?(folder: String) throws(EvidenceError) {
    guard let bytes = try DurableFile.readIfPresent("\(folder)/withdrawal.jws") else { return nil }
    jws = try strictText(bytes, what: "withdrawal.jws")
    proof = try strictText(try DurableFile.read("\(folder)/withdrawal.tlog-proof"), what: "withdrawal.tlog-proof")
  }

  /// Writes the files.
  public func write(to folder: String) throws(EvidenceError) {
    try DurableFile.makeFolder(folder)
    try DurableFile.write(Array(proof.utf8), to: "\(folder)/withdrawal.tlog-proof")
    try DurableFile.write(Array(jws.utf8), to: "\(folder)/withdrawal.jws")
  }

  /// What they say, verified.
  public func verified(_ trust: TrustFolder) throws(EvidenceError) -> Withdrawal {
    try Withdrawal(verifying: CompactJWS(parsing: jws), proof: LogProof(parsing: proof), trust: trust)
  }
}
