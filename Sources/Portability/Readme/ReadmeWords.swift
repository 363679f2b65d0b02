import Retention

/// The words of the two pages, in one language.
struct ReadmeWords {
  let language: String
  let title: String
  let contentsTitle: String
  let contentsColumns: [String]
  let columnColumns: [String]
  let leftOutTitle: String
  let nothing: String
  let keptTitle: String
  let kept: String
  let key: String
  let empty: String
  let clause: String
  let untilRequest: String
  private let isDutch: Bool

  static let dutch = ReadmeWords(
    language: "nl", title: "Teruggave van gegevens", contentsTitle: "Wat erin zit",
    contentsColumns: ["tabel", "bestand", "rijen", "bytes", "soort"],
    columnColumns: ["kolom", "type", "type in de bron", "soort gegevens", "betekenis"], leftOutTitle: "Wat er niet in zit, en waarom",
    nothing: "Alles wat gevraagd is, zit erin.", keptTitle: "Wat de verwerker zelf nog bewaart",
    kept: "Dit pakket is een kopie. Hoe lang de verwerker de gegevens zelf nog bewaart, volgt uit de overeenkomst:", key: "sleutel",
    empty: "geen waarde staat er als", clause: "artikel", untilRequest: "tot u erom vraagt", isDutch: true)

  static let english = ReadmeWords(
    language: "en", title: "Return of data", contentsTitle: "What is in it",
    contentsColumns: ["table", "file", "rows", "bytes", "kind"],
    columnColumns: ["column", "type", "type in the source", "kind of data", "meaning"],
    leftOutTitle: "What is not in it, and why", nothing: "Everything that was asked for is in it.",
    keptTitle: "What the processor still keeps",
    kept: "This package is a copy. How long the processor itself still keeps the data follows from the agreement:", key: "key",
    empty: "no value is written as", clause: "article", untilRequest: "until you ask", isDutch: false)

  func summary(_ evidence: ExportEvidence) -> String {
    let rows = evidence.tables.reduce(0) { $0 + $1.writtenRows }
    return isDutch
      ? "De gegevens van \(evidence.controller) (\(evidence.tenant)) zoals ze op \(evidence.day) in \(evidence.engine) stonden: \(evidence.tables.count) tabellen, \(rows) rijen, \(evidence.files.written) bestanden. Overeenkomst: \(evidence.agreement)."
      : "The data of \(evidence.controller) (\(evidence.tenant)) as it was in \(evidence.engine) on \(evidence.day): \(evidence.tables.count) tables, \(rows) rows, \(evidence.files.written) files. Agreement: \(evidence.agreement)."
  }

  /// A period as people say it.
  func term(_ period: Period) -> String {
    let parts = [
      (period.months / 12, "jaar", "jaar", "year", "years"), (period.months % 12, "maand", "maanden", "month", "months"),
      (period.days, "dag", "dagen", "day", "days"),
    ].filter { $0.0 > 0 }.map { count, een, meer, one, more in
      "\(count) \(isDutch ? (count == 1 ? een : meer) : (count == 1 ? one : more))"
    }
    return parts.isEmpty ? (isDutch ? "0 dagen" : "0 days") : parts.joined(separator: " ")
  }

  func reason(_ reason: String) -> String {
    switch reason {
    case "derived": isDutch ? "verwerkte gegevens, geen ruwe" : "derived data, not raw"
    case "not-asked": isDutch ? "niet gevraagd" : "not asked for"
    case "owner-unknown":
      isDutch
        ? "niet vast te stellen van wie de rijen zijn; vraag de verwerker" : "it cannot be told whose rows they are; ask the processor"
    case "view":
      isDutch
        ? "wordt berekend uit tabellen; de definitie staat in data/schema/source.sql"
        : "computed from tables; its definition is in data/schema/source.sql"
    case "outside":
      isDutch
        ? "gedeeld met anderen, buiten het schema van deze klant; er wordt alleen naar verwezen"
        : "shared with others, outside this customer's schema; rows only refer to it"
    case "missing-objects":
      isDutch
        ? "sommige rijen noemen een large object dat niet bestaat; daar staat niets"
        : "some rows name a large object that does not exist; nothing stands there"
    case "no-columns": isDutch ? "heeft geen kolommen" : "has no columns"
    case "unreadable":
      isDutch
        ? "alleen te lezen met een module van de toepassing, of een index zonder zijn rijen; er is niets van gelezen"
        : "can be read with a module of the application only, or is an index without its rows; nothing of it was read"
    default: isDutch ? "de rijen staan niet in deze database" : "its rows are not in this database"
    }
  }

  func missingFiles(_ count: Int) -> String {
    isDutch
      ? "\(count) bestanden die rijen noemen, zijn er niet of mogen niet gelezen worden: zie data/files/index.csv"
      : "\(count) files that rows name are not there or may not be read: see data/files/index.csv"
  }

  func orphans(_ reference: String, _ rows: Int) -> String {
    isDutch
      ? "\(reference): \(rows) rijen verwijzen naar een rij die er ook in de bron niet is"
      : "\(reference): \(rows) rows refer to a row that is not in the source either"
  }

  func later(_ reference: String, _ rows: Int) -> String {
    isDutch
      ? "\(reference): \(rows) rijen verwijzen naar een rij die langer bewaard moet worden en in een ander archief zit"
      : "\(reference): \(rows) rows refer to a row that must be kept longer and is in another archive"
  }

  /// That it is an archive of what must be kept until a day.
  func ending(_ after: String?, _ until: String) -> String {
    isDutch
      ? "Dit is een verzegeld archief: rijen die bewaard moeten worden\(after.map { " tot na \($0)," } ?? "") uiterlijk tot \(until). "
        + "Dan worden archief en sleutel vernietigd."
      : "This is a sealed archive: rows that must be kept\(after.map { " beyond \($0)," } ?? "") until \(until) at the latest. "
        + "Then archive and key are destroyed."
  }

  /// What the further copies are, in HTML.
  func copies(_ copies: [ReadingCopy]) -> String {
    let names = copies.map { $0 == .workbook ? "Excel" : "JSON Lines" }.joined(separator: ", ")
    return isDutch
      ? "Dezelfde rijen staan ook in <code>\(ReadingCopy.folder)</code> (\(names)): om te lezen, niet als bewijs."
      : "The same rows are also in <code>\(ReadingCopy.folder)</code> (\(names)): to be read, not as evidence."
  }

  /// Chapters in HTML. Nothing of the data stands in them.
  func howTo(name: String) -> [(title: String, html: String)] {
    isDutch
      ? [
        (
          "Openen",
          """
          <p>Elke tabel is een CSV-bestand in <code>data/tables</code>: UTF-8, komma's, de eerste regel noemt de kolommen. Grote waarden en \
          bijlagen staan als bestanden in <code>data/files</code>.</p><p>In Excel: kies <em>Gegevens &gt; Uit tekst/CSV</em>, codering UTF-8, \
          scheidingsteken komma, en laat alle kolommen als tekst staan. Dubbelklikken maakt van lange nummers andere nummers, en een waarde die met \
          <code>=</code> begint wordt dan een formule: de waarden staan hier onveranderd.</p>
          """
        ),
        (
          "Controleren",
          """
          <pre>sha256sum -c manifest-sha256.txt
          bagit.py --validate .
          frictionless validate data/datapackage.json
          wis export verify ../\(name).zip</pre><p>De aantallen rijen en de controlegetallen van elke tabel staan in \
          <code>data/evidence/export.json</code>.</p>
          """
        ),
        (
          "Terugzetten",
          """
          <pre>cd data
          sqlite3 -bail nieuw.db &lt; schema/sqlite-import.sql
          createdb nieuw &amp;&amp; psql -X -d nieuw -f schema/postgresql-import.sql</pre>
          """
        ),
      ]
      : [
        (
          "How to open it",
          """
          <p>Each table is a CSV file in <code>data/tables</code>: UTF-8, commas, the first line names the columns. Large values and \
          attachments are files in <code>data/files</code>.</p><p>In Excel: choose <em>Data &gt; From Text/CSV</em>, encoding UTF-8, delimiter \
          comma, and leave all columns as text. A double click makes other numbers of long ones, and a formula of a value that begins with \
          <code>=</code>: the values here are unchanged.</p>
          """
        ),
        (
          "How to check it",
          """
          <pre>sha256sum -c manifest-sha256.txt
          bagit.py --validate .
          frictionless validate data/datapackage.json
          wis export verify ../\(name).zip</pre><p>The numbers of rows and the check sums of each table are in \
          <code>data/evidence/export.json</code>.</p>
          """
        ),
        (
          "How to restore it",
          """
          <pre>cd data
          sqlite3 -bail new.db &lt; schema/sqlite-import.sql
          createdb new &amp;&amp; psql -X -d new -f schema/postgresql-import.sql</pre>
          """
        ),
      ]
  }
}
