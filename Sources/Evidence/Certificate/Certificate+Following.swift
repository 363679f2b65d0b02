extension Certificate {
  /// The certificate that completes this one: the same destruction, with what became of the copies since. Nothing new is
  /// claimed to be destroyed, so scope, plan, basis and execution stay word for word. A later search for residue takes the
  /// place of the earlier one.
  public func completed(
    as id: CertificateID, after anchor: Checkpoint, methods: [Method], adding checks: [Check], salt: Hash
  ) throws(EvidenceError) -> Certificate {
    let searches = checks.contains { $0.kind == .residue }
    return try Certificate(
      id: id, log: log, anchor: Anchor(anchor), issuer: issuer, controller: controller, agreement: agreement, basis: basis, plan: plan,
      approval: approval, scope: scope, execution: execution, methods: methods,
      verification: verification.filter { !(searches && $0.kind == .residue) } + checks, salt: salt,
      follows: self.id)
  }

  /// Whether it tells of the same destruction as the one it follows.
  public func completes(_ earlier: Certificate) -> Bool {
    follows == earlier.id && plan == earlier.plan && scope == earlier.scope && execution == earlier.execution && basis == earlier.basis
      && approval == earlier.approval
  }

  /// Checks that this certificate really follows an earlier one, which stands at an index of the log: the same parties, logged
  /// before, and either the same destruction or another one of what a restored backup brought back.
  public func requireLink(to earlier: Certificate, loggedAt index: Int64) throws(EvidenceError) {
    func refuse(_ reason: String) -> EvidenceError { .refused(what: "link to \(earlier.id)", reason: reason) }
    guard follows == earlier.id else { throw refuse("it follows another certificate") }
    guard issuer == earlier.issuer, controller == earlier.controller, log == earlier.log else {
      throw refuse("issuer, controller or log differ")
    }
    guard index < anchor.size else { throw refuse("the earlier certificate was logged after the anchor of the later one") }
    guard basis.kind == .restore || completes(earlier) else { throw refuse("it tells of another destruction") }
  }
}
