import Evidence
import Retention
import Stores

/// Looks after the copies of a tenant's erased records at the end of each run: tells the sub-processors, looks whether backups
/// have expired, and issues the certificate that completes an earlier one when nothing about its copies is open any more.
struct CopyFollowUp {
  let node: Node
  let policy: TenantPolicy
  let issuer: Issuer

  private var tenant: String { policy.tenant.id }

  /// Does what is due, and gives what could not be done. One trouble does not hide the others.
  func run(at moment: Moment) throws -> [any Error] {
    var problems = try NoticeDesk(node: node, policy: policy).serve().problems
    let open = try node.state.unsettledCertificates(of: tenant)
    guard !open.isEmpty else { return problems }
    let places = BackupPlaces(node: node, policy: policy)
    problems += try places.rememberWhatIsSeen()
    let confirmations = try node.state.confirmations(of: tenant)
    for stored in open {
      let certificate = try stored.document()
      let finished = certificate.execution.finished
      let cleansed = try LeftResidue(node: node, policy: policy).outcome(of: stored)
      let methods = try certificate.methods.map { method in
        if method.place == .files, method.isOpenCopy {
          return try LeftFiles(node: node, policy: policy).isDone(stored) ? Method(.files, .unlink, .done) : method
        }
        if method.isOpenResidue { return cleansed?.methods.first { $0.place == method.place } ?? method }
        guard method.isOpenCopy, let name = method.location?.text else { return method }
        if method.place == .subprocessor {
          let isConfirmed = confirmations.contains { $0.covers(name, stored.id, since: finished.description) }
          return isConfirmed ? Method(.subprocessor, .instruct, .done, location: method.location) : method
        }
        switch try places.state(of: name, erasedAt: finished, certificate: stored.id) {
        case .gone: return Method(.backups, .expire, .done, location: method.location)
        case .open: return method
        case .problem(let error):
          problems.append(error)
          return method
        }
      }
      if !methods.contains(where: \.isOpenCopy) {
        try complete(stored, certificate, methods, cleansed?.checks ?? [], at: moment)
      }
    }
    return problems
  }

  /// Issues the certificate that completes another.
  private func complete(
    _ stored: StoredCertificate, _ certificate: Certificate, _ methods: [Method], _ searches: [Check], at moment: Moment
  ) throws {
    let looked = zip(certificate.methods, methods).filter { $0.isOpenCopy && $1.place == .backups }.map(\.1)
    var checks = searches
    if !looked.isEmpty {
      let record: JSONValue = .array(looked.map { ["backup": .string($0.location?.text ?? ""), "found": 0] })
      let count = Int64(looked.count)
      checks.append(
        Check(
          .files, covered: .init(seen: count, of: count, unit: .copies), probes: count, hits: 0,
          evidence: Hash(of: try record.canonical())))
    }
    var random = SystemRandomNumberGenerator()
    let following = try certificate.completed(
      as: CertificateID(), after: try issuer.anchor(at: moment.description), methods: methods, adding: checks,
      salt: Hash.random(using: &random))
    try issuer.complete(stored, by: following, at: moment)
  }
}
