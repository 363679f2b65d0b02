import Agent
import Evidence
import Retention

/// What is open about copies of a tenant's erased records, for people and for scripts.
struct CopyStatus {
  private let open: OpenCopies
  private let tenant: String
  private let today: CivilDate

  init(_ open: OpenCopies, of tenant: String, on today: CivilDate) {
    self.open = open
    self.tenant = tenant
    self.today = today
  }

  /// Whether a notice is late.
  var isOverdue: Bool { open.duties.contains { $0.isOverdue(on: today) } }

  /// Whether something that should be gone is still there, and nobody has to wait for a day.
  var isLeft: Bool { !(open.leftFiles + open.leftResidue).isEmpty }

  var lines: [String] {
    left
      + open.backups.map { place in
        "copies: \(tenant): backup '\(place.name)' may hold erased records "
          + (place.until.map { "until \($0)" } ?? "without a known end")
      }
      + open.duties.map { duty in
        let about = duty.certificate?.id.text ?? "the end of the contract"
        guard let notice = duty.notice, notice.delivery != .open else {
          return "sub-processor: \(tenant): \(duty.processor) was not notified of \(about)"
            + (duty.due.map { ", due \($0)\($0 < today ? ": overdue" : "")" } ?? "")
            + "; run: wis subprocessor notify \(tenant)"
        }
        return "sub-processor: \(tenant): \(duty.processor) has not "
          + (duty.confirmation == nil ? "confirmed \(about) (\(notice.name) of \(notice.madeAt.prefix(10)))" : "been sent \(notice.name)")
      }
  }

  private var left: [String] {
    open.leftFiles.map { "left: \(tenant): files of rows that \($0) tells of could not be removed; every run tries again" }
      + open.leftResidue.map { "left: \(tenant): the database's own files may hold what \($0) tells of; every run tries again" }
  }

  var json: JSONValue {
    [
      "leftFiles": .array(open.leftFiles.map(JSONValue.string)), "leftResidue": .array(open.leftResidue.map(JSONValue.string)),
      "backups": .array(
        open.backups.map {
          .object(present: ["backup": .string($0.name), "until": $0.until.map { .string($0.description) }])
        }),
      "subprocessors": .array(
        open.duties.map {
          .object(present: [
            "subprocessor": .string($0.processor), "certificate": $0.certificate.map { .string($0.id.text) },
            "clause": $0.rule.map { .string($0.clause) }, "due": $0.due.map { .string($0.description) },
            "overdue": .bool($0.isOverdue(on: today)), "notice": $0.notice.map { .string($0.name) },
            "confirmed": .bool($0.confirmation != nil),
          ])
        }),
    ]
  }
}
