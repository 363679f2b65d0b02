import Agent
import Evidence

/// What a node knows about a certificate beside its own words: what followed it, and whether it still counts.
struct CertificateChain {
  private let followers: [(id: String, isRestore: Bool)]
  private let withdrawal: StoredWithdrawal?

  init(of certificate: StoredCertificate, on node: Node) throws {
    followers = try node.state.followers(of: certificate.id).map { ($0.id, try $0.document().basis.kind == .restore) }
    withdrawal = try node.state.withdrawal(of: certificate.id)
  }

  func lines(_ language: Tongue) -> [String] {
    let dutch = language == .nl
    var lines = followers.map { follower in
      let why =
        follower.isRestore
        ? (dutch ? "een teruggezette reservekopie, opnieuw verwijderd" : "a restored backup, removed again")
        : (dutch ? "reservekopieën en sub-verwerkers" : "backups and sub-processors")
      return "\(dutch ? "Gevolgd door" : "Followed by"): \(follower.id) (\(why))"
    }
    if let withdrawal {
      lines.append("\(dutch ? "INGETROKKEN op" : "WITHDRAWN at") \(withdrawal.at): \(withdrawal.reason)")
    }
    return lines
  }
}

/// Whether a certificate really follows the one that it names.
struct LinkVerdict {
  private let earlier: CertificateID
  private let outcome: Outcome

  private enum Outcome {
    case passed
    case failed(EvidenceError)
    /// The earlier certificate is not at hand.
    case absent
  }

  /// Judges the link of a certificate to an earlier one whose bundle lies beside its own; nil for a certificate that follows none.
  init?(of certificate: Certificate, beside folder: String, trust: TrustFolder) throws {
    guard let earlier = certificate.follows else { return nil }
    self.earlier = earlier
    let beside = "\(folder)/../\(earlier.text)"
    guard try DurableFile.readIfPresent("\(beside)/certificate.jws") != nil else {
      outcome = .absent
      return
    }
    do {
      let bundle = try CertificateBundle(folder: beside)
      let issued = try CertificateHeader(bytes: CompactJWS(parsing: bundle.jws).header).issued
      let verdict = VerificationOfCertificate(of: bundle, trust: trust, loggedAt: issued, expecting: earlier)
      guard let document = verdict.certificate else {
        throw verdict.findings.compactMap(\.failure).first ?? .refused(what: earlier.text, reason: "it does not verify")
      }
      try certificate.requireLink(to: document, loggedAt: LogProof(parsing: bundle.proof).index)
      outcome = .passed
    } catch let error as EvidenceError {
      outcome = .failed(error)
    }
  }

  /// Whether nothing speaks against it.
  var passed: Bool {
    if case .failed = outcome { false } else { true }
  }

  var line: String {
    switch outcome {
    case .passed: "ok     follows \(earlier)"
    case .failed(let error): "FAILED follows \(earlier): \(error)"
    case .absent: "–      follows \(earlier), which is not here: put its bundle beside this one to check that too"
    }
  }

  var json: JSONValue {
    switch outcome {
    case .passed: ["certificate": .string(earlier.text), "checked": true, "passed": true]
    case .failed(let error): ["certificate": .string(earlier.text), "checked": true, "passed": false, "reason": .string(error.description)]
    case .absent: ["certificate": .string(earlier.text), "checked": false]
    }
  }
}
