import Foundation

/// The data and the policy of a small tenant in which everything occurs that a run can do or must leave: rows to erase in
/// several tables, people who name people, rows to reduce, rows under a duty that are marked, rows under a hold, and rows without a date.
struct WorldScript {
  let engine: Database.Engine
  /// Which of the few worlds it is: they differ in size, journal and kinds of tables.
  let variant: Int

  /// The world on PostgreSQL that has a server of its own, which may be crashed.
  static let onOwnServer = 3

  /// Whether some rows have no date, so that a run never ends with 0.
  var hasUndated: Bool { variant % 2 == 1 }

  static let agreement = """
    agreement: sample
    title: Processing agreement of a sample tenant
    source: {document: invented for tests, version: "1"}
    time-zone: Europe/Amsterdam
    fiscal-year-starts: "01-01"
    categories: [contact, hours, payroll, letters]
    retention:
      - {rule: two-years, clause: "3.1", applies-to: all, keep-for: P2Y, counted-from: clock, force: [limit]}
      - {rule: books, clause: "3.2", applies-to: [payroll], keep-for: P7Y, counted-from: end-of-fiscal-year, force: [duty], ground: nl/awr-52}
    on-request:
      - {rule: return, clause: "4.1", action: return, from: controller, within: P30D}

    """

  static let map = """
    map: sample
    subject: {table: person, key: id, identifiers: {email: email}}
    tables:
      person:
        category: contact
        clock: {left: {column: left_on, when-null: ongoing}}
        columns: {bsn: contact, name: contact, email: contact, left_on: contact}
        when-still-needed: {reduce-to: [name, left_on]}
      hours:
        category: hours
        clock: {worked: {column: worked, when-null: undated}}
        columns: {worked: hours, note: hours}
      payslip:
        category: payroll
        clock: {paid: paid}
        columns: {paid: payroll, amount: payroll}
        when-restricted: {set: {shut: true}}
      letter:
        category: letters
        clock: {sent: sent}
        columns: {sent: letters, body: letters}

    """

  /// The statements that make it.
  var text: String {
    let columns = ["id integer PRIMARY KEY", "bsn text", "name text NOT NULL", "email text", "chef integer REFERENCES person (id)"]
    let ending = engine == .sqlite && variant % 4 >= 2 ? " WITHOUT ROWID" : ""
    return """
      \(engine == .sqlite && variant % 2 == 0 ? "PRAGMA journal_mode = WAL;" : "")
      CREATE TABLE person (\(columns.joined(separator: ", ")), left_on date);
      CREATE TABLE hours (
        person integer NOT NULL REFERENCES person (id), line integer NOT NULL, worked date, note text, PRIMARY KEY (person, line))\(ending);
      CREATE TABLE payslip (id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), paid date NOT NULL, amount integer, shut boolean);
      CREATE TABLE letter (id integer PRIMARY KEY, sent date NOT NULL, body text);
      CREATE INDEX person_chef ON person (chef);
      CREATE INDEX payslip_person ON payslip (person);
      INSERT INTO person VALUES \(people.joined(separator: ", "));
      INSERT INTO hours VALUES \(hours.joined(separator: ", "));
      INSERT INTO payslip (id, person, paid, amount) VALUES \(payslips.joined(separator: ", "));
      INSERT INTO letter VALUES \((1...4).map { "(\($0), '2014-03-0\($0)', 'letter \($0)')" }.joined(separator: ", "));
      """
  }

  private var count: Int { 9 + variant }

  /// Every third still works; the others left long ago. Each has a chef who came earlier.
  private var people: [String] {
    (1...count).map { id in
      let chef = id > 2 ? "\(1 + (id * 7 + variant) % (id - 1))" : "NULL"
      return "(\(id), '9000\(id)', 'Person \(id)', 'p\(id)@example.org', \(chef), \(id % 3 == 0 ? "NULL" : "'2015-04-30'"))"
    }
  }

  private var hours: [String] {
    var rows: [String] = []
    for person in 1...count {
      // In some worlds one table is more than a batch.
      for line in 1...(person == 1 && variant >= 2 ? 1_300 : 3) { rows.append("(\(person), \(line), '2014-01-05', 'note \(line)')") }
      if person % 4 == 0 { rows.append("(\(person), 5000, '\(Self.day(yearsAgo: 1))', 'recent')") }
    }
    if hasUndated { rows.append("(3, 6000, NULL, 'undated')") }
    return rows
  }

  /// Some are past every term, some are under the law's duty.
  private var payslips: [String] {
    (1...count).map { "(\($0), \($0), '\($0 % 3 == 1 ? "2014-02-01" : Self.day(yearsAgo: $0 % 2 == 0 ? 4 : 1))', \(100 * $0))" }
  }

  private static func day(yearsAgo years: Int) -> String {
    "\(Calendar(identifier: .gregorian).component(.year, from: Date()) - years)-11-15"
  }
}
