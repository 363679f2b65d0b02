import Retention

/// De Grote Kade, a restaurant with its payroll.
enum PayrollData {
  static func fill(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    for (code, name, taxed) in [("LOON", "Bruto loon", 1), ("LH", "Loonheffing", 0), ("REIS", "Reiskosten", 0)] {
      try database.add("looncomponent", code, name, taxed)
    }
    let contact = DemoPerson(&source)
    _ = try database.addNumbered("werkgever", "Restaurant De Grote Kade B.V.", "900000582L01", contact.name, contact.email, nil)
    for number in 1...60 { try addEmployee(number, database, &source) }
  }

  private static func addEmployee(_ number: Int, _ database: DemoDatabase, _ source: inout DemoSource) throws {
    let person = DemoPerson(&source)
    let began = source.number(100...12 * 365)
    let left = source.happens(30) ? nil : max(3, began - source.number(90...1200))
    let last = left ?? 1
    let employee = try database.addNumbered(
      "medewerker", 1, "L\(source.padded(number, 4))", person.initial, person.lastName, person.born, person.sex,
      source.one(of: ["gehuwd", "ongehuwd"]), person.bsn, person.street, person.postcode, person.town, person.phone, person.email,
      person.iban, source.one(of: ["vmbo", "mbo", "hbo"]), left.map(source.day))
    if source.happens(50) {
      let kin = DemoPerson(&source)
      _ = try database.addNumbered("gezinslid", employee, kin.name, kin.born, source.one(of: ["partner", "kind"]))
    }
    _ = try database.addNumbered("pensioen", employee, "Pensioenfonds Voorbeeld", source.amount(50...300))
    let contract = try database.addNumbered(
      "dienstverband", employee, source.one(of: ["kok", "bediening", "afwas"]), "tijdelijk", source.day(began), left.map(source.day))
    let ends = source.monthEnds(from: min(began, last + 1200), to: last)
    for end in ends {
      let gross = source.amount(900...3100)
      let tax = (gross * 21).rounded() / 100
      let slip = try database.addNumbered("loonstrook", contract, end, gross, tax, gross - tax)
      try database.add("loonregel", slip, 1, "LOON", gross)
      try database.add("loonregel", slip, 2, "LH", -tax)
      if end.components.month == 12 { try database.add("jaaropgave", employee, end.components.year, end, gross * 12, tax * 12) }
    }
    try addEvents(of: employee, from: max(began, last + 1), to: last, database, &source)
  }

  private static func addEvents(
    of employee: Int, from began: Int, to last: Int, _ database: DemoDatabase, _ source: inout DemoSource
  ) throws {
    for _ in 1...3 {
      _ = try database.addNumbered("verlof", employee, "vakantie", source.day(source.number(last...began)), Double(source.number(8...80)))
      _ = try database.addNumbered(
        "inloglog", employee, "198.51.100.\(source.number(1...250))", "loonstrook bekeken",
        source.moment(on: source.day(source.number(last...began))))
    }
    let ill = source.number(last...began)
    _ = try database.addNumbered("verzuim", employee, source.day(ill), source.day(max(last, ill - source.number(1...60))))
    for kind in ["gespreksverslag", "verzuimgesprek"] where source.happens(60) {
      let note = try database.addNumbered("notitie", employee, kind, source.day(source.number(last...began)), "Gesprek gevoerd.")
      _ = try database.addNumbered("actiepunt", note, "Terugbellen", 1)
      let file = try database.addNumbered("bestand", "\(employee)/\(kind).pdf", source.number(1000...90_000))
      try database.add("bijlage", note, file)
    }
  }
}
