/// The verdict on a certificate, step by step, as `wis certificate verify` prints it. Every step is judged, also after one has failed.
public struct VerificationOfCertificate: Hashable, Sendable {
  /// The steps.
  public enum Step: String, CaseIterable, Sendable {
    /// The JWS and its header have exactly the specified form.
    case envelope
    /// The signature fits the content and the key in the header.
    case signature
    /// The key's certificate was issued by the trusted root and valid at the logged time.
    case chain
    /// That certificate is for signing documents.
    case usage
    /// The content is a certificate of the closed schema in its one byte form, by the organisation whose key signed it.
    case document
    /// The id is the one that was asked for.
    case id
    /// The trusted log signed the checkpoint.
    case checkpoint
    /// The certificate is in the log under that checkpoint.
    case inclusion
  }

  /// What came of one step.
  public struct Finding: Hashable, Sendable {
    /// The step.
    public let step: Step
    /// Why it failed; nil when it passed.
    public let failure: EvidenceError?

    /// Whether it passed.
    public var passed: Bool { failure == nil }
  }

  /// One finding for each step, in order.
  public let findings: [Finding]
  /// The content, when all steps passed: an unverified document is never handed out.
  public let certificate: Certificate?

  /// Whether every step passed.
  public var passed: Bool { certificate != nil }

  /// Judges a bundle. Validity is judged at `loggedAt`, the time at which the log took the certificate in, never at what it says itself.
  public init(of bundle: CertificateBundle, trust: TrustFolder, loggedAt: Moment, expecting id: CertificateID? = nil) {
    let jws = Self.attempt { () throws(EvidenceError) in try CompactJWS(parsing: bundle.jws) }
    let header = jws.then { (jws) throws(EvidenceError) in try CertificateHeader(bytes: jws.header) }
    let proof = Self.attempt { () throws(EvidenceError) in try LogProof(parsing: bundle.proof) }
    let signature = header.then { (header) throws(EvidenceError) in try jws.get().verify(header.leaf.publicKey) }
    let chain = header.then { (header) throws(EvidenceError) in try trust.root.verifyChain(of: header.leaf, at: loggedAt) }
    let usage = header.then { (header) throws(EvidenceError) in try header.leaf.verifyDocumentSigning() }
    let document = jws.then { (jws) throws(EvidenceError) in
      let certificate = try Certificate(canonical: jws.payload)
      guard try header.get().leaf.organizationIdentifier == certificate.issuer.organizationIdentifier else {
        throw .refused(what: "certificate", reason: "its issuer is not the organisation in the signing certificate")
      }
      guard certificate.log.text == trust.log.name else {
        throw .refused(what: "certificate", reason: "it names the log \(certificate.log), the trusted log is \(trust.log.name)")
      }
      return certificate
    }
    let identity = document.then { (certificate) throws(EvidenceError) in
      guard id == nil || id == certificate.id else {
        throw .refused(what: "id", reason: "it is another certificate than the one asked for")
      }
    }
    let checkpoint = proof.then { (proof) throws(EvidenceError) in
      _ = try SignedCheckpoint(parsing: proof.note.serialized, by: trust.log)
    }
    let inclusion = proof.then { (proof) throws(EvidenceError) in
      let record = LeafRecord(certificate: try document.get().id, jws: try jws.get().text)
      let signed = try proof.verify(record, log: trust.log)
      // The anchor says which state of the log this certificate comes after.
      guard try document.get().anchor.size <= proof.index, try document.get().anchor.size < signed.checkpoint.size else {
        throw .refused(what: "log proof", reason: "the certificate is logged before the checkpoint that it names as its anchor")
      }
    }
    findings = Step.allCases.map { step in
      switch step {
      case .envelope: Finding(step: step, failure: header.failure)
      case .signature: Finding(step: step, failure: signature.failure)
      case .chain: Finding(step: step, failure: chain.failure)
      case .usage: Finding(step: step, failure: usage.failure)
      case .document: Finding(step: step, failure: document.failure)
      case .id: Finding(step: step, failure: identity.failure)
      case .checkpoint: Finding(step: step, failure: checkpoint.failure)
      case .inclusion: Finding(step: step, failure: inclusion.failure)
      }
    }
    certificate =
      switch document {
      case .success(let content) where findings.allSatisfy(\.passed): content
      case .success, .failure: nil
      }
  }

  private static func attempt<Value>(_ act: () throws(EvidenceError) -> Value) -> Result<Value, EvidenceError> {
    do {
      return .success(try act())
    } catch {
      return .failure(error)
    }
  }
}

extension Result where Failure == EvidenceError {
  fileprivate func then<Next>(_ act: (Success) throws(EvidenceError) -> Next) -> Result<Next, EvidenceError> {
    do {
      return .success(try act(try get()))
    } catch {
      return .failure(error)
    }
  }

  fileprivate var failure: EvidenceError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
