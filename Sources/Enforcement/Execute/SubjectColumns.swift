import Evidence
import Retention
import Stores

/// By which columns the people are known whose rows a step erases: the identifiers that the data map names, as far as a
/// certificate can commit to their kind, and the key that other tables refer to.
struct SubjectColumns {
  private let kinds: [SubjectIdentifier.Kind]
  /// The columns, in the order of their values.
  let columns: [String]
  /// `schema.table`, as keys are known by.
  private let table: String

  /// No columns for a step that erases nobody's own row.
  init(of step: Step, in policy: TenantPolicy) {
    guard step.action == .erase, let subject = policy.map.subject, subject.table == step.table.table.name else {
      (kinds, columns, table) = ([], [], "")
      return
    }
    let named = [SubjectIdentifier.Kind.bsn, .email].compactMap { kind in subject.identifiers[kind.rawValue].map { (kind, $0) } }
    kinds = named.map(\.0) + [.pk]
    columns = named.map(\.1) + [subject.key]
    let location = policy.tenant.store
    let home: String =
      switch location.database {
      case .sqlite: "main"
      case .postgreSQL: location.schema ?? "public"
      }
    table = subject.table.contains(".") ? subject.table : "\(home).\(subject.table)"
  }

  /// The identifiers of the people in some rows. A value that cannot be what its column promises identifies nobody.
  func identifiers(in rows: ChangedRows) -> [SubjectIdentifier] {
    rows.captured.flatMap { values in
      zip(kinds, values).compactMap { kind, value in
        do throws(EvidenceError) {
          return try value.map { text throws(EvidenceError) in try SubjectIdentifier(kind, kind == .pk ? "\(table):\(text)" : text) }
        } catch {
          return nil
        }
      }
    }
  }
}
