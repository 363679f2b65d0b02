import Retention

/// De Steiger, a builder with its time clock.
enum ClockData {
  static func fill(_ database: DemoDatabase, _ source: inout DemoSource) throws {
    for (code, name) in [("TIM", "Timmerwerk"), ("MET", "Metselwerk"), ("REI", "Reistijd")] { try database.add("activiteit", code, name) }
    for number in 1...20 {
      let contact = DemoPerson(&source)
      _ = try database.addNumbered("klant", "Klant \(number) B.V.", contact.name, contact.email, contact.phone, contact.street)
    }
    var projects: [(code: String, from: Int, until: Int)] = []
    for number in 1...40 {
      let from = source.number(60...12 * 365)
      let until = source.happens(15) ? nil : max(5, from - source.number(60...600))
      let code = "PR\(source.padded(number, 4))"
      try database.add(
        "project", code, (number - 1) % 20 + 1, "Verbouwing \(number)", DemoPerson(&source).street, until.map(source.day))
      projects.append((code, from, until ?? 5))
    }
    for number in 1...45 { try addWorker(number, projects.map(\.code), database, &source) }
    var invoice = 0
    for project in projects {
      for _ in 1...source.number(1...4) {
        invoice += 1
        let day = source.day(source.number(project.until...max(project.from, project.until)))
        let amount = source.amount(500...20_000)
        let row = try database.addNumbered("factuur", project.code, "\(source.padded(invoice, 5))", day, amount)
        try database.add("factuurregel", row, 1, "Arbeid", Double(source.number(8...200)), amount)
      }
    }
  }

  private static func addWorker(_ number: Int, _ projects: [String], _ database: DemoDatabase, _ source: inout DemoSource) throws {
    let person = DemoPerson(&source)
    let began = source.number(200...12 * 365)
    let left = source.happens(45) ? nil : max(3, began - source.number(120...1500))
    let last = left ?? 1
    let worker = try database.addNumbered(
      "medewerker", "K\(source.padded(number, 4))", person.name, person.email, person.phone, "$2b$demo$\(source.number(1000...9999))",
      left.map(source.day))
    // A day every three weeks stands for all of them.
    for (index, ago) in stride(from: began, through: last, by: -21).enumerated() {
      let day = source.day(ago)
      let line = try database.addNumbered("klokregel", worker, index % 2 == 0 ? "in" : "uit", source.moment(on: day))
      _ = try database.addNumbered(
        "locatie", line, Double(source.number(51_500...53_200)) / 1000, Double(source.number(4_200...6_800)) / 1000,
        Double(source.number(4...40)))
      _ = try database.addNumbered(
        "urenregel", worker, source.one(of: projects), source.one(of: ["TIM", "MET", "REI"]),
        source.one(of: ["werk", "werk", "werk", "werk", "verlof", "ziek"]), day, Double(source.number(4...9)), nil)
      if source.happens(20) { try database.add("inloglog", source.moment(on: day), worker, "192.0.2.\(source.number(1...250))", 1) }
      if source.happens(15) {
        _ = try database.addNumbered(
          "bericht", worker, "planning", "Ik ben wat later.", source.seconds(on: day) * 1000)
      }
    }
  }
}
