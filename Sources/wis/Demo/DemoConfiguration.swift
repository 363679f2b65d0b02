import Retention

/// The `wis.yaml` of the demonstration: five tenants under the five agreements.
enum DemoConfiguration {
  /// The tenants, in the order of the file, with the name of the schema of each.
  static let tenants: [(id: String, schema: String)] = [
    ("zuidwerk", "uitzenden"), ("korenmolen", "hr"), ("steiger", "klok"), ("kade", "loon"), ("waterwijk", "flexensie"),
  ]

  /// The first line, by which an earlier demonstration is recognised.
  static let mark = "# A demonstration of Wis, made by: wis demo. People, companies and numbers are invented."

  /// The text of the file, as it is on a day.
  static func text(today: CivilDate) -> String {
    let began = today.adding(months: -150) ?? today
    let ended = today.adding(days: -60) ?? today
    return """
      \(mark)
      # Relative paths are taken from the folder of this file.
      \(NodeTemplate.head(node: "demo", issuer: "Voorbeeld Hosting B.V.", kvk: "90000010", origin: "demo.wis.example/log"))

      tenants:
        # Staffing. The contract names no periods; the controller gave them in writing (3.2).
        - id: zuidwerk
          controller: {name: Zuidwerk Uitzendbureau B.V., kvk: "90000027"}
          agreement: flexsoftware
          map: uitzenden
          contract: {started: \(began)}
          store: sqlite:data/zuidwerk.db
          file-roots: {documents: data/zuidwerk-files}
          retention:
            - {rule: rejected-applicants, clause: "3.2", applies-to: [applicants], keep-for: P4W, counted-from: clock, force: [limit]}
            - {rule: after-employment, clause: "3.2", applies-to: [employment], keep-for: P2Y, counted-from: clock, force: [limit]}
            - {rule: time-sheets, clause: "3.2", applies-to: [hours], keep-for: P2Y, counted-from: clock, force: [limit]}
            - {rule: wages, clause: "3.2", applies-to: [payroll], keep-for: P7Y, counted-from: end-of-fiscal-year, clock: period-end, force: [limit]}
            - {rule: identity-documents, clause: "3.2", applies-to: [identification], keep-for: P5Y, counted-from: end-of-calendar-year, clock: employment-end, force: [limit]}
            - {rule: invoices, clause: "3.2", applies-to: [financial], keep-for: P7Y, counted-from: end-of-fiscal-year, force: [limit]}
            - {rule: messages, clause: "3.2", applies-to: [messages], keep-for: P1Y, counted-from: clock, force: [limit]}
          backups: [{name: nightly, kept-for: P30D}]

        # Personnel files. The controller supplies a period for each kind of data (9.2). A broken fiscal year.
        - id: korenmolen
          controller: {name: Bakkerij De Korenmolen B.V., kvk: "90000034"}
          agreement: hr365
          map: hr
          contract: {started: \(began)}
          fiscal-year-starts: "07-01"
          store: sqlite:data/korenmolen.db
          file-roots: {documents: data/korenmolen-files}
          retention:
            - {rule: personnel-file, clause: "9.2", applies-to: [employment], keep-for: P2Y, counted-from: employment-end, force: [limit]}
            - {rule: wages, clause: "9.2", applies-to: [payroll], keep-for: P7Y, counted-from: end-of-fiscal-year, force: [limit]}
            - {rule: absence, clause: "9.2", applies-to: [absence], keep-for: P2Y, counted-from: clock, force: [limit]}
            - {rule: reviews, clause: "9.2", applies-to: [performance], keep-for: P3Y, counted-from: clock, force: [limit]}
            - {rule: accounts-and-contacts, clause: "9.2", applies-to: [contact, emergency-contacts], keep-for: P1M, counted-from: employment-end, force: [limit]}
          backups: [{name: nightly, kept-for: P30D}]

        # A time clock. Seven years for everything (3.6), and shorter limits where that would be too long.
        - id: steiger
          controller: {name: Bouwbedrijf De Steiger B.V., kvk: "90000041"}
          agreement: clockassist
          map: klok
          contract: {started: \(began)}
          store: sqlite:data/steiger.db
          retention:
            - {rule: places, clause: "3.6", applies-to: [location], keep-for: P4W, counted-from: clock, force: [limit]}
            - {rule: clocked-hours, clause: "3.6", applies-to: [hours], keep-for: P2Y, counted-from: clock, force: [limit]}
            - {rule: absence, clause: "3.6", applies-to: [absence], keep-for: P2Y, counted-from: clock, force: [limit]}
            - {rule: messages, clause: "3.6", applies-to: [messages], keep-for: P1Y, counted-from: clock, force: [limit]}
            - {rule: log-ins, clause: "3.6", applies-to: [access-log], keep-for: P6M, counted-from: clock, force: [limit]}
            - {rule: former-employees, clause: "3.6", applies-to: [employment], keep-for: P2Y, counted-from: clock, force: [limit]}

        # Payroll. Seven years after the fiscal year, by the agreement itself (11.4).
        - id: kade
          controller: {name: Restaurant De Grote Kade B.V., kvk: "90000058"}
          agreement: felixx-loon
          map: loon
          contract: {started: \(began)}
          store: sqlite:data/kade.db
          file-roots: {attachments: data/kade-files}
          backups: [{name: nightly, kept-for: P30D}]

        # Work for people on benefit. The contract has ended: everything goes (4.7, 9.2).
        - id: waterwijk
          controller: {name: Gemeente Waterwijk, kvk: "90000065"}
          agreement: flexensie-wil
          map: flexensie
          contract: {started: \(began), ended: \(ended)}
          store: sqlite:data/waterwijk.db

      """
  }
}
