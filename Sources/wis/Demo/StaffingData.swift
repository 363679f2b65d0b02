import Retention

/// Zuidwerk, a temporary employment agency.
enum StaffingData {
  static func fill(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    for (code, name) in [("NL", "Nederland"), ("BE", "België"), ("PL", "Polen")] { try database.add("land", code, name) }
    let posts = ["magazijnmedewerker", "chauffeur", "productiemedewerker", "schoonmaker", "receptionist"]
    for number in 1...12 {
      let contact = DemoPerson(&source)
      let until = number % 4 == 0 ? source.day(source.number(200...3300)) : nil
      let client = try database.addNumbered(
        "opdrachtgever", "Opdrachtgever \(number) B.V.", source.padded(90_001_000 + number, 8), contact.name, contact.email, contact.phone,
        until)
      for _ in 1...4 {
        _ = try database.addNumbered(
          "vacature", client, source.one(of: posts), "Werk in ploegen", source.amount(13...22), source.day(source.number(10...2000)))
      }
    }
    for _ in 1...160 { try addApplicant(database, &source) }
    for number in 1...70 { try addWorker(number, posts, database, &source) }
    var invoice = 0
    for end in source.monthEnds(from: 12 * 365, to: 20) {
      for _ in 1...4 {
        invoice += 1
        _ = try database.addNumbered("factuur", source.number(1...12), "F\(source.padded(invoice, 6))", end, source.amount(400...9000))
      }
    }
  }

  private static func addApplicant(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    let person = DemoPerson(&source)
    let began = source.number(5...1400)
    let ended = source.happens(10) ? nil : max(1, began - source.number(4...60))
    let applicant = try database.addNumbered(
      "kandidaat", person.name, person.email, person.phone, person.town, "Ik werk graag met mensen.", nil, source.day(began),
      ended.map(source.day))
    for _ in 1...source.number(1...2) {
      _ = try database.addNumbered(
        "sollicitatie", applicant, source.number(1...48), source.day(began), ended == nil ? "in behandeling" : "afgewezen",
        "Telefonisch gesproken")
    }
    _ = try database.addNumbered(
      "bericht", "kandidaat", applicant, "Uw sollicitatie", "Dank voor uw brief.", source.seconds(on: source.day(max(1, began - 2))))
  }

  private static func addWorker(_ number: Int, _ posts: [String], _ database: DemoDatabase, _ source: inout DemoSource) throws {
    let person = DemoPerson(&source)
    let began = source.number(200...12 * 365)
    let left = source.happens(35) ? nil : max(3, began - source.number(90...900))
    let worker = try database.addNumbered(
      "uitzendkracht", "U\(source.padded(number, 5))", person.firstName, person.lastName, person.born, person.bsn, person.email,
      person.phone, person.street, person.postcode, person.town, source.one(of: ["NL", "NL", "NL", "BE", "PL"]), person.iban,
      source.day(began), left.map(source.day))
    _ = try database.addNumbered(
      "identiteitsbewijs", worker, source.one(of: ["paspoort", "identiteitskaart"]), "NX\(source.number(1_000_000...9_999_999))",
      source.day(source.number(-2000...2000)), nil)
    let placement = try database.addNumbered(
      "plaatsing", worker, source.number(1...12), source.one(of: posts), source.amount(13...22), source.day(began), left.map(source.day))
    let last = left ?? 1
    for end in source.monthEnds(from: min(began, last + 900), to: last) {
      let gross = source.amount(1600...2900)
      let tax = (gross * 18).rounded() / 100
      let slip = try database.addNumbered("loonstrook", worker, end, gross, tax, gross - tax, nil)
      try database.add("loonstrook_regel", slip, 1, "Uurloon", gross)
      try database.add("loonstrook_regel", slip, 2, "Loonheffing", -tax)
      _ = try database.addNumbered("urenbriefje", placement, end, Double(source.number(16...40)), "Chef van dienst", end)
    }
    for _ in 1...3 {
      _ = try database.addNumbered(
        "bericht", "uitzendkracht", worker, "Rooster", "Het rooster staat klaar.",
        source.seconds(on: source.day(source.number(last...max(began, last)))))
    }
  }
}
