extension Certificate {
  /// The certificate as a person reads it. It says of itself that only the signed file counts.
  public func text(language: Language) -> String {
    let say = { (dutch: String, english: String) in language == .nl ? dutch : english }
    var lines = [
      say("VERKLARING VAN VERNIETIGING", "CERTIFICATE OF DESTRUCTION") + " \(id)",
      say(
        "Leesbare weergave, zonder bewijskracht: alleen het ondertekende bestand (certificate.jws) geldt.",
        "Readable rendering, not authoritative: only the signed file (certificate.jws) counts."),
      "",
      say("Uitgever: ", "Issuer: ") + "\(issuer.name) (KvK \(issuer.kvk))",
      say("Verwerkingsverantwoordelijke: ", "Controller: ") + "\(controller.name) (KvK \(controller.kvk))",
      say("Overeenkomst: ", "Agreement: ") + "\(agreement.name), \(agreement.version), art. "
        + agreement.clauses.map(\.text).joined(separator: ", "),
      say("Grondslag: ", "Basis: ") + "\(basis.ground); "
        + basis.rules.map { "\($0.rule) (\($0.clause))" }.joined(separator: ", "),
      say("Uitgevoerd: ", "Carried out: ") + "\(execution.started) – \(execution.finished), \(execution.agent)",
      say("Plan: ", "Plan: ") + plan.hex,
    ]
    lines += approval.map { say("Goedgekeurd: ", "Approved: ") + "\($0.role), \($0.at)" }
    lines.append(say("Uitkomst: ", "Outcome: ") + Wording.completeness(completeness, language))
    if let follows {
      let why =
        basis.kind == .restore
        ? say("een teruggezette reservekopie bracht terug wat toen was verwijderd", "a restored backup brought back what was removed then")
        : say(
          "dezelfde vernietiging; alleen wat over kopieën bekend is, is bijgewerkt",
          "the same destruction; only what is known of the copies has been brought up to date")
      lines.append(say("Vervolg op: ", "Follows: ") + "\(follows) (\(why))")
    }

    lines += ["", say("WAT IS VERWIJDERD", "WHAT WAS REMOVED") + " (\(scope.store), \(scope.location))"]
    if let period = scope.period { lines.append("  " + say("periode ", "period ") + "\(period.from) – \(period.until)") }
    lines += scope.tables.map {
      "  \($0.table) [\($0.category)]: "
        + say(
          "\($0.erased) verwijderd, \($0.reduced) beperkt tot wat nodig is, \($0.restricted) afgeschermd",
          "\($0.erased) removed, \($0.reduced) reduced, \($0.restricted) restricted")
    }
    lines += scope.files.map { "  " + say("bestanden", "files") + " [\($0.root)]: " + $0.words(language) }
    lines += ["", say("UITGEZONDERD", "EXCLUDED")]
    lines += scope.excluded.isEmpty ? ["  " + say("niets", "nothing")] : []
    lines += scope.excluded.map { "  \($0.table): \($0.records), \(Wording.reason($0.reason, language))" }

    lines += ["", say("HOE", "HOW")]
    lines += methods.map { method in
      "  \(Wording.place(method.place, language))\(method.location.map { " (\($0))" } ?? ""): "
        + (method.status == .notApplicable ? "" : Wording.technique(method.technique, language) + " – ")
        + Wording.status(method.status, language)
    }
    lines += ["", say("CONTROLE", "VERIFICATION")]
    lines += verification.map { "  " + Wording.check($0, language) }
    lines += ["", say("GRENZEN VAN DEZE VERKLARING", "LIMITS OF THIS CERTIFICATE")]
    lines += limits.map { "  \($0.code.rawValue) \(language == .nl ? $0.dutch : $0.english)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
