import Evidence
import Retention

/// A notice to a sub-processor in Dutch and English. It holds no personal data, and not the certificate's id, which is the
/// right to look the certificate up.
struct NoticeText {
  let notice: StoredNotice
  /// The day on which it was made.
  let madeOn: CivilDate
  let policy: TenantPolicy
  let issuer: Retention.LegalPerson
  /// What was erased; nil for a request or the end of the contract.
  let certificate: Certificate?
  /// The day on which that was done.
  let erasedOn: CivilDate?

  var text: String {
    let agreement = policy.agreement
    let clause = agreement.endOfContract.first { $0.action == .notifySubProcessors }.map { ", art. \($0.clause)" } ?? ""
    let purpose = policy.subProcessors.first { $0.name == notice.processor }.map { " (\($0.purpose))" } ?? ""
    return """
      KENNISGEVING AAN SUB-VERWERKER / NOTICE TO SUB-PROCESSOR  \(notice.name)

      Datum / Date:              \(madeOn)
      Van / From:                \(issuer.name)\(issuer.kvk.map { " (KvK \($0))" } ?? "")
      Aan / To:                  \(notice.processor)\(purpose)
      Namens / On behalf of:     \(policy.tenant.controller.name)
      Overeenkomst / Agreement:  \(agreement.title), \(agreement.source.version)\(clause)

      \(dutch)
      Bevestig schriftelijk dat dit is gebeurd, ook in uw kopieën en bij wie u hebt ingeschakeld, of noem de datum waarop de laatste
      kopie verloopt. Vermeld daarbij \(notice.name).

      \(english)
      Confirm in writing that this was done, in your copies and with those you engaged too, or name the date on which the last copy
      expires. Mention \(notice.name) in your answer.

      """
  }

  private var dutch: String {
    switch (certificate, erasedOn, notice.reference) {
    case (let certificate?, let erasedOn?, _):
      return "Wij hebben op \(erasedOn) gegevens verwijderd. Verwijder bij u dezelfde gegevens:\n"
        + lines(certificate, period: "periode")
        + (certificate.basis.kind == .rule || certificate.basis.kind == .end ? "" : "Om wie het gaat, hoort u langs een beveiligde weg.\n")
    case (_, _, SubprocessorDuty.endOfContract?):
      return
        "De overeenkomst is geëindigd op \(policy.tenant.contract.ended?.description ?? "–"). Staak de verwerking en geef de gegevens\n"
        + "terug of vernietig ze, zoals is overeengekomen.\n"
    case (_, _, let reference):
      return "Voer het verzoek \(reference ?? "") bij u uit. Om wie of wat het gaat, hoort u langs een beveiligde weg.\n"
    }
  }

  private var english: String {
    switch (certificate, erasedOn, notice.reference) {
    case (let certificate?, let erasedOn?, _):
      return "On \(erasedOn) we removed records. Remove the same records where you keep them:\n"
        + lines(certificate, period: "period")
        + (certificate.basis.kind == .rule || certificate.basis.kind == .end ? "" : "Whom it concerns, you learn by a secure way.\n")
    case (_, _, SubprocessorDuty.endOfContract?):
      return "The contract ended on \(policy.tenant.contract.ended?.description ?? "–"). Stop the processing and return or destroy the\n"
        + "data as agreed.\n"
    case (_, _, let reference):
      return "Carry out the request \(reference ?? "") where you keep the data. Whom or what it concerns, you learn by a secure way.\n"
    }
  }

  /// The kinds of data with the period: a line for each kind.
  private func lines(_ certificate: Certificate, period: String) -> String {
    let kinds = Set(certificate.scope.tables.map(\.category.text)).sorted()
    let span = certificate.scope.period.map { ", \(period) \($0.from) – \($0.until)" } ?? ""
    return kinds.map { "  - \($0)\(span)\n" }.joined()
  }
}
