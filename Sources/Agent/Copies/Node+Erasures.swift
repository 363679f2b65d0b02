import Evidence
public import Retention
import Stores

/// What was erased on a day, as a certificate tells it.
public struct Erasure: Hashable, Sendable {
  /// The certificate.
  public let id: String
  /// The civil day in the tenant's time zone on which the last record went.
  public let day: CivilDate
}

extension Node {
  /// What was ever erased of a tenant and certified, oldest first. Certificates that only complete others are left out.
  public func erasures(of tenant: TenantPolicy) throws -> [Erasure] {
    let zone = try ZoneRules(named: tenant.agreement.timeZone, for: tenant.agreement.name)
    return try state.certificates(of: tenant.tenant.id).compactMap { stored in
      let document = try stored.document()
      guard document.follows == nil || document.basis.kind == .restore,
        let day = zone.day(Instant(seconds: Int(document.execution.finished.seconds)))
      else { return nil }
      return Erasure(id: stored.id, day: day)
    }
  }

  /// Until when backups may hold what was erased of a tenant, what sub-processors have not confirmed, and what could not be
  /// removed yet.
  public func openCopies(of tenant: TenantPolicy) throws -> OpenCopies {
    var backups: [String: CivilDate?] = [:]
    for stored in try state.unsettledCertificates(of: tenant.tenant.id) {
      for method in try stored.document().openCopies where method.place == .backups {
        let name = method.location?.text ?? "–"
        let until = method.status.until.flatMap { CivilDate($0.description) }
        guard let known = backups[name] else {
          backups[name] = .some(until)
          continue
        }
        backups[name] = .some(known.flatMap { known in until.map { max(known, $0) } })
      }
    }
    return OpenCopies(
      backups: backups.sorted { $0.key < $1.key }.map { .init(name: $0.key, until: $0.value) },
      duties: try subprocessorDuties(of: tenant), leftFiles: try LeftFiles(node: self, policy: tenant).left().map(\.id),
      leftResidue: try LeftResidue(node: self, policy: tenant).left().map(\.id))
  }
}

/// What is open about copies of a tenant's erased records.
public struct OpenCopies {
  /// The places whose copies may hold some of them.
  public let backups: [Place]
  /// What sub-processors must still be told, or confirm.
  public let duties: [SubprocessorDuty]
  /// The certificates of erasures whose files could not be removed yet.
  public let leftFiles: [String]
  /// The certificates of erasures of which the database's own files may still hold something.
  public let leftResidue: [String]

  /// A place with copies.
  public struct Place: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The day on which the last copy expires; nil when nobody knows.
    public let until: CivilDate?
  }
}
