import Retention

/// The letter that reminds a controller to say what becomes of its data.
struct OffboardingReminder {
  let policy: TenantPolicy
  let issuer: LegalPerson
  let day: CivilDate

  func text(in language: Tongue) -> String {
    let agreement = policy.agreement
    let ended = policy.tenant.contract.ended?.description ?? "–"
    switch language {
    case .nl:
      return """
        Aan: \(policy.tenant.controller.name)
        Van: \(issuer.name)
        Datum: \(day)

        De overeenkomst '\(agreement.title)' is geëindigd op \(ended). Wij hebben uw gegevens nog en wissen niets zonder uw opdracht.
        Laat ons schriftelijk weten wat u wilt: teruggave, vernietiging, of allebei. Wilt u ze terug, noem dan aan wie wij ze geven en met
        welke sleutel (age of OpenPGP) wij ze versleutelen.
        """
    case .en:
      return """
        To: \(policy.tenant.controller.name)
        From: \(issuer.name)
        Date: \(day)

        The agreement '\(agreement.title)' ended on \(ended). We still have your data, and erase nothing without your instruction.
        Tell us in writing what you want: return, destruction, or both. If you want them back, name to whom we give them and with which
        key (age or OpenPGP) we encrypt them.
        """
    }
  }
}
