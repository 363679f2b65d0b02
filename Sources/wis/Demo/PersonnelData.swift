import Retention

/// De Korenmolen, a bakery with its personnel files.
enum PersonnelData {
  static func fill(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    for (code, name) in [("BAK", "Bakkerij"), ("WIN", "Winkel"), ("KAN", "Kantoor"), ("LOG", "Bezorging")] {
      try database.add("afdeling", code, name, "KP-\(code)")
    }
    for number in 1...80 { try addEmployee(number, database, &source) }
  }

  private static func addEmployee(_ number: Int, _ database: DemoDatabase, _ source: inout DemoSource) throws {
    let person = DemoPerson(&source)
    let began = source.number(300...12 * 365)
    // The first four lead the departments and stay.
    let left = number <= 4 || source.happens(40) ? nil : max(3, began - source.number(150...1500))
    let last = left ?? 1
    let employee = try database.addNumbered(
      "medewerker", "P\(source.padded(number, 4))", source.one(of: ["BAK", "WIN", "KAN", "LOG"]), number <= 4 ? nil : source.number(1...4),
      person.firstName, person.lastName, person.sex, person.born, person.bsn, nil, person.email, person.phone, person.street,
      person.postcode, person.town, source.day(began), left.map(source.day))
    let kin = DemoPerson(&source)
    _ = try database.addNumbered("ice_contact", employee, kin.name, source.one(of: ["partner", "ouder", "vriend"]), kin.phone)
    let contract = try database.addNumbered(
      "dienstverband", employee, source.one(of: ["bakker", "verkoper", "bezorger", "administrateur"]), Double(source.number(16...40)),
      source.one(of: ["vast", "tijdelijk"]), source.day(began), left.map(source.day))
    for end in source.monthEnds(from: min(began, last + 1200), to: last) {
      _ = try database.addNumbered(
        "salaris", contract, end, "S\(source.number(2...8))", source.amount(1900...4200), person.iban)
    }
    for _ in 0..<source.number(0...3) { try addAbsence(of: employee, from: began, to: last, database, &source) }
    for year in stride(from: began - 365, to: last, by: -365) {
      _ = try database.addNumbered("beoordeling", employee, source.day(year), source.number(4...9), "Goed gesprek, afspraken gemaakt.")
    }
    for kind in ["arbeidsovereenkomst", "loonbelastingverklaring", "diploma"] {
      let day = source.day(max(last, began - source.number(0...40)))
      let scan = try database.addNumbered("scan", "\(employee)/\(kind).pdf", source.number(1...6))
      _ = try database.addNumbered("document", employee, scan, kind, kind.prefix(1).uppercased() + String(kind.dropFirst()), day)
    }
    _ = try database.addNumbered(
      "gebruiker", employee, "\(person.firstName.lowercased())\(number)", "$argon2id$demo$\(source.number(100_000...999_999))")
  }

  private static func addAbsence(
    of employee: Int, from began: Int, to last: Int, _ database: DemoDatabase, _ source: inout DemoSource
  ) throws {
    let ill = source.number(last + 1...max(began, last + 1))
    let well = max(last, ill - source.number(2...120))
    let absence = try database.addNumbered(
      "verzuim", employee, source.day(ill), source.day(well), source.happens(50) ? 100 : 50, "Hervat met aangepast werk")
    try database.add("verzuim_actie", absence, 1, source.day(max(well, ill - 7)), "Probleemanalyse", source.number(1...4))
    try database.add("verzuim_actie", absence, 2, source.day(well), "Herstelmelding", nil)
  }
}
