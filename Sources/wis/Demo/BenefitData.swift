import Retention

/// Waterwijk, a municipality with people on benefit who do temporary work. The contract has ended.
enum BenefitData {
  static func fill(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    for (code, name) in [("WW", "Waterwijk"), ("ND", "Nieuwerdam")] { try database.add("gemeente", code, name) }
    for number in 1...15 {
      let contact = DemoPerson(&source)
      _ = try database.addNumbered("werkgever", "Werkgever \(number) B.V.", contact.street, contact.name, contact.phone, contact.email)
    }
    for _ in 1...90 { try addCandidate(database, &source) }
  }

  private static func addCandidate(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    let person = DemoPerson(&source)
    let began = source.number(300...10 * 365)
    let candidate = try database.addNumbered(
      "kandidaat", source.one(of: ["WW", "ND"]), person.firstName, person.initial, nil, person.lastName, person.born, person.sex,
      person.email, person.bsn, person.iban, nil, nil, person.phone, person.street, person.postcode, person.town,
      source.day(began + source.number(30...900)), source.number(8...32), source.happens(25) ? "Niet tillen" : nil, nil, source.day(began),
      source.happens(60) ? source.day(source.number(70...began)) : nil)
    for _ in 1...source.number(1...3) {
      let start = source.number(150...began)
      let end = max(65, start - source.number(20...200))
      let job = try database.addNumbered(
        "opdracht", candidate, source.number(1...15), source.one(of: ["magazijn", "groen", "keuken"]), source.day(start), source.day(end))
      for ago in stride(from: start, through: end, by: -7) {
        try database.add("gewerkte_uren", job, source.day(ago), Double(source.number(4...8)))
      }
      _ = try database.addNumbered("premiebetaling", candidate, source.day(end), source.amount(50...300), source.happens(10) ? 1 : 0)
    }
    _ = try database.addNumbered(
      "bericht", source.happens(15) ? "medisch" : "algemeen", candidate, "Uw inschrijving", source.day(source.number(70...began)))
  }
}
