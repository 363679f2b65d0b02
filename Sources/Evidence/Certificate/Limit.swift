/// A boundary of the claim, with its full text in both languages.
public struct Limit: Hashable, Sendable {
  /// The codes.
  public enum Code: String, CaseIterable, Sendable {
    /// Storage below the agent.
    case storage = "L1"
    /// Backups until they expire.
    case backups = "L2"
    /// Absence cannot be proven.
    case absence = "L3"
    /// Copies outside the inventory.
    case inventory = "L4"
    /// The word of sub-processors.
    case subprocessors = "L5"
    /// Sampling.
    case sampling = "L6"
    /// Counts as reported by the database.
    case counts = "L7"
    /// Excluded records.
    case excluded = "L8"
    /// The window of the write-ahead log.
    case journal = "L9"
  }

  /// The code.
  public let code: Code
  /// The text in Dutch.
  public let dutch: String
  /// The text in English.
  public let english: String

  var json: JSONValue { ["code": .string(code.rawValue), "nl": .string(dutch), "en": .string(english)] }
}

extension Certificate {
  /// Where the claim ends. Four limits always apply, so this is never empty.
  public var limits: [Limit] {
    Limit.Code.allCases.compactMap(limit)
  }

  private func limit(_ code: Limit.Code) -> Limit? {
    switch code {
    case .storage:
      Limit(
        code: code,
        dutch:
          "Lagen onder de agent (bestandssysteem, opslagsysteem, SSD, momentopnamen van de opslag) kunnen blokken bewaren die de agent niet ziet.",
        english: "Layers below the agent (file system, storage system, SSD, storage snapshots) may keep blocks that the agent cannot see.")
    case .backups: backupLimit
    case .absence:
      Limit(
        code: code,
        dutch:
          "Dat nergens een kopie bestaat, is niet te bewijzen; deze verklaring zegt wat is gedaan en wat bij controle niet meer is gevonden.",
        english: "That no copy exists anywhere cannot be proven; this certificate says what was done and what checks no longer found.")
    case .inventory:
      Limit(
        code: code,
        dutch: "Kopieën buiten de inventaris, zoals eerder gemaakte exports, afdrukken of e-mails, vallen buiten deze verklaring.",
        english: "Copies outside the inventory, such as earlier exports, prints or e-mails, are outside this certificate.")
    case .subprocessors:
      methods.contains { $0.place == .subprocessor && $0.status != .notApplicable }
        ? Limit(
          code: code, dutch: "Wat bij sub-verwerkers is gebeurd, is door ons niet zelf waargenomen.",
          english: "What happened at sub-processors was not observed by us.") : nil
    case .sampling:
      verification.contains { $0.covered.seen < $0.covered.of }
        ? Limit(
          code: code, dutch: "Ten minste één controle is een steekproef; het aantal bekeken en aanwezige eenheden staat bij de controle.",
          english: "At least one check was a sample; the check states how many units were seen and how many there were.") : nil
    case .counts:
      Limit(
        code: code, dutch: "Aantallen zijn zoals de database ze heeft gemeld.", english: "Counts are as reported by the database.")
    case .excluded:
      scope.excluded.isEmpty
        ? nil
        : Limit(
          code: code, dutch: "De onder uitgezonderd genoemde gegevens zijn niet gewist; reden en einddatum staan erbij.",
          english: "The records listed as excluded were not erased; the reason and end date are stated.")
    case .journal:
      methods.contains { $0.place == .journal && $0.status != .done && $0.status != .notApplicable }
        ? Limit(
          code: code, dutch: "Het transactielogboek (WAL) kan de gewiste gegevens bevatten tot het is hergebruikt of verlopen.",
          english: "The write-ahead log may hold the erased records until it is recycled or expires.") : nil
    }
  }

  private var backupLimit: Limit? {
    let open = methods.filter { $0.place == .backups && $0.status != .done && $0.status != .notApplicable }
    if open.isEmpty { return nil }
    // One backup without a date leaves the whole without one.
    let days = open.compactMap(\.status.until)
    guard days.count == open.count, let last = days.max() else {
      return Limit(
        code: .backups, dutch: "Reservekopieën kunnen de gegevens nog bevatten; de datum waarop de laatste verloopt, is niet bekend.",
        english: "Backups may still hold the records; the date on which the last one expires is not known.")
    }
    return Limit(
      code: .backups, dutch: "In reservekopieën zijn de gegevens aanwezig tot \(last).",
      english: "In backups the records are present until \(last).")
  }
}
