import Agent
import Enforcement
import Retention

/// The reply to a request: what was asked, what is done, what is refused and why, and from when it is possible. It holds no
/// personal data: the sender knows whom it is about, and the reference connects the two.
struct RequestLetter {
  private let status: RequestStatus
  private let findings: Findings?
  private let tenant: TenantPolicy
  private let issuer: String
  private let time: LocalTime
  private let today: CivilDate

  init(_ status: RequestStatus, findings: Findings?, tenant: TenantPolicy, issuer: String, time: LocalTime, today: CivilDate) {
    self.status = status
    self.findings = findings
    self.tenant = tenant
    self.issuer = issuer
    self.time = time
    self.today = today
  }

  /// The letter as plain text.
  func text(in tongue: Tongue) -> String {
    let dutch = tongue == .nl
    func say(_ dutchText: String, _ english: String) -> String { dutch ? dutchText : english }
    let request = status.stored.request
    var parts = [
      "\(issuer)\n\(today)",
      say("Betreft: verzoek \(request.id)", "Subject: request \(request.id)")
        + (status.stored.reference.map { say(", uw kenmerk \($0)", ", your reference \($0)") } ?? ""),
      say(
        "Op \(request.receipt.day) ontvingen wij \(sender(dutch)) een verzoek: \(asked(dutch)), \(about(dutch)). "
          + "Van toepassing is: \(tenant.agreement.title).",
        "On \(request.receipt.day) we received a request \(sender(dutch)): \(asked(dutch)), \(about(dutch)). "
          + "It falls under: \(tenant.agreement.title)."),
    ]
    parts += decision(dutch)
    parts += refusals(dutch)
    if let deadline = status.deadline {
      let words = RequestText.words(deadline, time)
      let source = status.ruling.rule?.law?.article ?? status.ruling.rule.map { say("artikel \($0.clause)", "clause \($0.clause)") } ?? ""
      parts.append(say("Termijn: uiterlijk \(words) (\(source)).", "Term: \(words) at the latest (\(source))."))
    }
    parts.append(complaint(dutch))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func sender(_ dutch: Bool) -> String {
    switch status.stored.request.asker {
    case .controller: dutch ? "van de verwerkingsverantwoordelijke" : "from the controller"
    case .dataSubject: dutch ? "van een betrokkene" : "from a data subject"
    }
  }

  private func about(_ dutch: Bool) -> String {
    switch status.stored.request.about {
    case .tenant: dutch ? "voor alle persoonsgegevens" : "about all personal data"
    case .subject: dutch ? "voor de gegevens van één betrokkene" : "about the data of one data subject"
    }
  }

  private func asked(_ dutch: Bool) -> String {
    switch status.stored.request.wanted {
    case .erase: dutch ? "wissen" : "erasure"
    case .restrict: dutch ? "afschermen" : "restriction"
    case .correct: dutch ? "verbeteren" : "correction"
    case .inform: dutch ? "inzage" : "access"
    case .transfer: dutch ? "overdragen" : "transfer"
    case .handOver: dutch ? "teruggeven" : "return"
    case .forward: dutch ? "doorsturen" : "forwarding"
    }
  }

  /// What is done with the request.
  private func decision(_ dutch: Bool) -> [String] {
    let clause = status.ruling.rule?.clause ?? ""
    func say(_ dutchText: String, _ english: String) -> [String] { [dutch ? dutchText : english] }
    switch status.stage {
    case .refused:
      return say(
        "Wij kunnen dit verzoek niet uitvoeren: de overeenkomst voorziet er niet in.",
        "We cannot carry out this request: the agreement does not provide for it.")
    case .forward:
      return say(
        "Wij zijn verwerker. De verwerkingsverantwoordelijke beslist; wij sturen het verzoek door (artikel \(clause)) en voeren het niet zelf uit.",
        "We are a processor. The controller decides; we forward the request (clause \(clause)) and do not carry it out ourselves.")
    case .contractEnd(let day):
      return say(
        "Wij voeren dit nu niet uit: artikel \(clause) geldt pas na het einde van de overeenkomst"
          + (day.map { ", dus vanaf \($0)." } ?? "."),
        "We do not carry this out now: clause \(clause) applies only after the end of the agreement"
          + (day.map { ", so from \($0)." } ?? "."))
    case .missing(let missing): return missing.flatMap { asking(for: $0, dutch) }
    case .people:
      return say("Wij voeren het verzoek uit (artikel \(clause)).", "We carry out the request (clause \(clause)).")
    case .restriction:
      return say(
        "Wij schermen de gegevens af (artikel \(clause)): zij blijven bewaard en worden niet meer gebruikt.",
        "We restrict the data (clause \(clause)): they are kept and used no more.")
    case .run, .deferred:
      return say(
        "Wij wissen wat gewist mag worden (artikel \(clause)). Daarvan ontvangt u een verklaring van vernietiging.",
        "We erase what may be erased (clause \(clause)). You will receive a certificate of destruction.")
    case .closed(.completed):
      return say("Het verzoek is afgehandeld (artikel \(clause)).", "The request has been dealt with (clause \(clause)).")
    case .closed:
      return say("Het verzoek is ingetrokken. Wij doen er niets meer mee.", "The request was withdrawn. We do nothing more about it.")
    }
  }

  private func asking(for missing: Ruling.Missing, _ dutch: Bool) -> [String] {
    let clause = status.ruling.rule?.clause ?? ""
    switch missing {
    case .writing:
      return [
        dutch
          ? "Wissen is onomkeerbaar. Wij vragen u het verzoek schriftelijk te bevestigen (artikel \(clause)); tot dan wissen wij niets."
          : "Erasure cannot be undone. Please confirm the request in writing (clause \(clause)); until then we erase nothing."
      ]
    case .sender:
      return [
        dutch
          ? "De afzender is bij ons niet bekend als bevoegd om opdracht te geven. Wij vragen u de opdracht te laten geven door een bevoegde."
          : "The sender is not registered with us as entitled to instruct. Please let somebody who is give the instruction."
      ]
    case .answer:
      let statutes = lifted.map { rule in (rule.ground.flatMap { tenant.statutes[$0]?.article } ?? rule.name) }.uniqued().joined(
        separator: "; ")
      return [
        dutch
          ? "Waarschuwing: voor deze gegevens kan op u een bewaarplicht rusten\(statutes.isEmpty ? "" : " (\(statutes))"). "
            + "Wij wissen ze op uw opdracht, en kunnen ze daarna niet meer leveren."
          : "Warning: you may be obliged to keep these data yourself\(statutes.isEmpty ? "" : " (\(statutes))"). "
            + "We erase them at your instruction, and cannot deliver them afterwards.",
        dutch
          ? "Wij bieden aan de gegevens eerst aan u terug te geven. Laat ons schriftelijk weten of u dat wilt, en of wij daarna alles "
            + "wissen, of de gegevens onder een bewaarplicht afgeschermd bewaren tot die eindigt. Tot uw antwoord wissen wij niets."
          : "We offer to return the data to you first. Please let us know in writing whether you want that, and whether we then erase "
            + "everything, or keep what is under a duty, restricted, until the duty ends. Until your answer we erase nothing.",
      ]
    }
  }

  /// The duties that the request would lift.
  private var lifted: [RetentionRule] {
    let names = Set(status.ruling.rule?.lifts ?? [])
    return tenant.rules.filter { names.contains($0.name) }
  }

  /// What stays for now, by rule and day: kinds of data, never rows.
  private func refusals(_ dutch: Bool) -> [String] {
    var lines: [String] = []
    if findings?.decision.instruction?.isRestricting ?? false { return [] }
    func tell(_ kind: String, _ table: String, _ reasons: [Reason], _ until: CivilDate?) {
      let why = reasons.compactMap { ground($0, dutch) }.uniqued().joined(separator: "; ")
      let day = until.map { dutch ? "mogelijk vanaf \($0)" : "possible from \($0)" }
      let text = [why, day ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
      lines.append("- \(kind) (\(table))\(text.isEmpty ? "" : ": \(text)")")
    }
    for exclusion in findings?.plan.exclusions ?? [] {
      tell(exclusion.case.category?.name ?? exclusion.table, exclusion.table, exclusion.case.reasons, exclusion.until)
    }
    // Of a row that is only reduced the rest stays.
    for step in findings?.plan.steps ?? [] where step.action == .reduce {
      tell(step.category.name, step.table.table.name, step.reasons, nil)
    }
    guard !lines.isEmpty else { return [] }
    let head =
      dutch
      ? "Nog niet gewist worden, en tot dan afgeschermd (wij wissen ze daarna uit onszelf):"
      : "Not erased yet, and restricted until then (we erase them afterwards by ourselves):"
    return [([head] + lines.uniqued()).joined(separator: "\n")]
  }

  private func ground(_ reason: Reason, _ dutch: Bool) -> String? {
    switch reason {
    case .dutyOpen(let applied):
      let law = applied.rule.ground.flatMap { tenant.statutes[$0]?.article }
      return (dutch ? "bewaarplicht, artikel \(applied.rule.clause)" : "duty to keep, clause \(applied.rule.clause)")
        + (law.map { ", \($0)" } ?? "")
    case .hold(let id, _): return dutch ? "opschorting \(id)" : "hold \(id)"
    case .neededBy: return dutch ? "nodig voor gegevens die bewaard moeten blijven" : "needed by data that must be kept"
    case .clockMissing: return dutch ? "de datum waarvan de termijn telt ontbreekt" : "the day that the term counts from is missing"
    case .unmapped, .neverNamed: return dutch ? "nog niet beoordeeld" : "not assessed yet"
    case .limitReached, .requested, .limitNotReached, .untilRequest, .processingStopped, .livesWith, .alreadyReduced, .alreadyRestricted,
      .restored, .unmarked, .noRule, .impersonal:
      return nil
    }
  }

  private func complaint(_ dutch: Bool) -> String {
    switch status.stored.request.asker {
    case .controller:
      dutch
        ? "Bent u het hier niet mee eens, laat het ons dan weten onder vermelding van \(status.stored.request.id)."
        : "If you do not agree, please let us know, quoting \(status.stored.request.id)."
    case .dataSubject:
      dutch
        ? "Bent u het niet eens met de behandeling van uw verzoek, dan kunt u een klacht indienen bij de verwerkingsverantwoordelijke en bij "
          + "de Autoriteit Persoonsgegevens (autoriteitpersoonsgegevens.nl), en u kunt naar de rechter gaan."
        : "If you do not agree with how your request is handled, you can complain to the controller and to the Dutch data protection "
          + "authority (autoriteitpersoonsgegevens.nl), and you can go to court."
    }
  }
}
