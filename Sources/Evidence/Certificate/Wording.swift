/// The two languages a certificate is read in.
public enum Language: String, CaseIterable, Sendable {
  /// Dutch.
  case nl
  /// English.
  case en
}

/// The words for what was done. They are chosen so that each one is true: deleting is not wiping a medium, and reducing is never
/// called erasing.
enum Wording {
  static func technique(_ technique: Method.Technique, _ language: Language) -> String {
    let words =
      switch technique {
      case .delete:
        (
          "niet meer opvraagbaar via de database; dit is geen wissen van het opslagmedium",
          "no longer retrievable through the database; this is not erasure of the storage medium"
        )
      case .rewrite:
        (
          "tabel herschreven; vrijgekomen blokken kunnen tot hergebruik restanten bevatten",
          "table rewritten; freed blocks may hold remnants until they are reused"
        )
      case .overwrite: ("door de database overschreven", "overwritten by the database")
      case .checkpoint: ("journaal verwerkt en ingekort", "journal checkpointed and truncated")
      case .recompute: ("opnieuw berekend zonder de gegevens", "computed again without the records")
      case .unlink:
        (
          "bestand verwijderd; vrijgekomen blokken kunnen tot hergebruik restanten bevatten",
          "file removed; freed blocks may hold remnants until they are reused"
        )
      case .drop:
        (
          "tabel of database opgeheven; vrijgekomen blokken kunnen tot hergebruik restanten bevatten",
          "table or database dropped; freed blocks may hold remnants until they are reused"
        )
      case .forget: ("sleutel van de versleutelde gegevens vernietigd", "key of the encrypted records destroyed")
      case .reduce:
        (
          "beperkt tot wat andere gegevens nodig hebben; de rij bestaat nog, dit is geen wissen",
          "reduced to what other records need; the row is still there, this is not erasure"
        )
      case .restrict:
        (
          "afgeschermd door een kenmerk dat de toepassing leest; niets gewist",
          "marked as restricted, for the application to heed; not erased"
        )
      case .replicate: ("volgt door replicatie", "follows by replication")
      case .expire: ("verloopt vanzelf", "expires by itself")
      case .instruct: ("opdracht gegeven; door ons niet zelf waargenomen", "instructed; not observed by us")
      case .none: ("niets gedaan", "nothing done")
      }
    return language == .nl ? words.0 : words.1
  }

  static func status(_ status: Method.Status, _ language: Language) -> String {
    let words =
      switch status {
      case .done: ("gedaan", "done")
      case .pending(let until): ("aanwezig tot \(until)", "present until \(until)")
      case .waiting(let obstacle): ("nog niet gedaan: \(self.obstacle(obstacle, .nl))", "not done yet: \(self.obstacle(obstacle, .en))")
      case .notApplicable: ("niet van toepassing", "not applicable")
      case .failed: ("mislukt", "failed")
      case .unknown: ("onbekend", "unknown")
      }
    return language == .nl ? words.0 : words.1
  }

  private static func obstacle(_ obstacle: Method.Obstacle, _ language: Language) -> String {
    let words =
      switch obstacle {
      case .reader: ("een andere verbinding leest of schrijft", "another connection reads or writes")
      case .time: ("de tijd die het mag kosten is te kort", "it would take longer than it may")
      case .disk: ("er is te weinig schijfruimte voor", "it would take more disk than there is or than it may")
      case .rights: ("het account mag het niet", "the account may not do it")
      case .snapshot:
        (
          "een oude momentopname, replica of open transactie heeft de gegevens nog nodig",
          "an old snapshot, replica or open transaction needs it"
        )
      case .log: ("replicatie, archivering of herstel heeft het journaal nog nodig", "replication, archiving or recovery needs the log")
      case .damage: ("het bestand is beschadigd of niet leesbaar", "the file is damaged or cannot be read")
      }
    return language == .nl ? words.0 : words.1
  }

  static func place(_ place: Method.Place, _ language: Language) -> String {
    let words =
      switch place {
      case .rows: ("rijen", "live rows")
      case .pages: ("vrije pagina's", "free pages")
      case .journal: ("journaal / WAL", "journal / WAL")
      case .statistics: ("statistieken", "statistics")
      case .derived: ("afgeleide indexen en weergaven", "derived indexes and views")
      case .files: ("bestanden", "files")
      case .replicas: ("replica's", "replicas")
      case .backups: ("reservekopieën", "backups")
      case .logs: ("logbestanden", "logs")
      case .subprocessor: ("sub-verwerker", "sub-processor")
      }
    return language == .nl ? words.0 : words.1
  }

  static func completeness(_ completeness: Completeness, _ language: Language) -> String {
    let words =
      switch completeness {
      case .complete: ("volledig", "complete")
      case .partial: ("gedeeltelijk; er volgt een latere verklaring", "partial; a later certificate follows")
      case .failed: ("mislukt", "failed")
      }
    return language == .nl ? words.0 : words.1
  }

  static func reason(_ reason: Exclusion.Reason, _ language: Language) -> String {
    let words =
      switch reason {
      case .duty(.some(let until)): ("bewaarplicht tot \(until)", "duty to keep until \(until)")
      case .duty(nil): ("bewaarplicht, einddatum verschilt per record", "duty to keep, with an end of its own for each record")
      case .term(.some(let until)):
        ("niet meer te gebruiken; termijn loopt tot \(until)", "not to be used any more; the period runs until \(until)")
      case .term(nil): ("niet meer te gebruiken; termijn loopt nog", "not to be used any more; the period still runs")
      case .needed: ("nog nodig voor gegevens die bewaard blijven", "still needed by records that are kept")
      case .uncovered(.some(let column)):
        ("kolom \(column) is door niemand ingedeeld", "column \(column) was classified by nobody")
      case .uncovered(nil): ("door niemand ingedeeld; geen regel spreekt erover", "classified by nobody; no rule speaks about them")
      case .hold(.some(let until)): ("aangehouden tot \(until)", "held until \(until)")
      case .hold(nil): ("aangehouden, zonder einddatum", "held, without an end date")
      case .undated: ("zonder datum waarop de termijn begint", "without a date from which the period counts")
      case .failed: ("verwijderen mislukt", "removal failed")
      }
    return language == .nl ? words.0 : words.1
  }

  static func check(_ check: Check, _ language: Language) -> String {
    let kind =
      switch check.kind {
      case .requery: ("opnieuw opgevraagd langs een andere weg", "asked again by another route")
      case .orphans: ("verwijzingen naar verwijderde rijen", "references to removed rows")
      case .remaining: ("rijen die moesten blijven", "rows that had to remain")
      case .residue: ("restanten gezocht", "residue searched")
      case .files: ("bestanden gecontroleerd", "files checked")
      case .restore: ("teruggezette kopie doorzocht", "restored copy searched")
      }
    let result =
      switch check.result {
      case .passed: ("niets gevonden", "nothing found")
      case .failed: ("gevonden", "found")
      case .incomplete: ("niet volledig uitgevoerd", "not fully carried out")
      }
    let unit =
      switch check.covered.unit {
      case .records: ("gegevens", "records")
      case .references: ("verwijzingen", "references")
      case .pages: ("pagina's", "pages")
      case .bytes: ("bytes", "bytes")
      case .files: ("bestanden", "files")
      case .copies: ("kopieën", "copies")
      }
    let (seen, of) = (check.covered.seen, check.covered.of)
    return language == .nl
      ? "\(kind.0): \(result.0) (\(seen) van \(of) \(unit.0) bekeken, \(check.probes) vragen, \(check.hits) treffers)"
      : "\(kind.1): \(result.1) (\(seen) of \(of) \(unit.1) seen, \(check.probes) probes, \(check.hits) hits)"
  }
}
