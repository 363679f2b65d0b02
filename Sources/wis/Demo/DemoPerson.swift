import Retention

/// An invented person. The domain of the mail addresses and the range of the citizen service numbers are nobody's.
struct DemoPerson {
  let firstName: String
  let lastName: String
  let isWoman: Bool
  let born: CivilDate
  let bsn: String
  let phone: String
  let street: String
  let postcode: String
  let town: String
  let iban: String

  var name: String { "\(firstName) \(lastName)" }
  var initial: String { "\(firstName.prefix(1))." }
  var sex: String { isWoman ? "V" : "M" }

  var email: String {
    "\(firstName).\(lastName)".lowercased().map { $0 == " " ? "" : String($0) }.joined() + "@voorbeeld.example"
  }

  init(_ source: inout DemoSource) {
    isWoman = source.happens(50)
    firstName = source.one(of: isWoman ? Self.women : Self.men)
    lastName = source.one(of: Self.lastNames)
    born = source.day(source.number(19 * 365...64 * 365))
    bsn = Self.bsn(&source)
    phone = "06-\(source.number(10_000_000...99_999_999))"
    street = "\(source.one(of: Self.streets)) \(source.number(1...240))"
    postcode = "\(source.number(1000...9999)) \(source.one(of: ["AB", "BC", "CD", "GH", "KL", "NP", "RT", "XZ"]))"
    town = source.one(of: Self.towns)
    iban = Self.iban(&source)
  }

  /// Nine digits beginning with 999 that pass the eleven test: 9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h − i is a multiple of 11.
  private static func bsn(_ source: inout DemoSource) -> String {
    while true {
      let digits = [9, 9, 9] + (0..<5).map { _ in source.number(0...9) }
      let last = zip(digits, (2...9).reversed()).reduce(0) { $0 + $1.0 * $1.1 } % 11
      if last < 10 { return (digits + [last]).map(String.init).joined() }
    }
  }

  /// An account at a bank that does not exist, with the right check digits (ISO 13616: modulo 97 is 1).
  private static func iban(_ source: inout DemoSource) -> String {
    let account = "0\(source.number(100_000_000...999_999_999))"
    // The letters as numbers: DEMO is 13 14 22 24, NL is 23 21.
    let rest = "13142224\(account)232100".reduce(0) { ($0 * 10 + ($1.wholeNumberValue ?? 0)) % 97 }
    return "NL\(source.padded(98 - rest, 2))DEMO\(account)"
  }

  private static let women = [
    "Sanne", "Lotte", "Fatima", "Anouk", "Marieke", "Iris", "Noor", "Samira", "Femke", "Elif", "Joke", "Roos", "Ingrid", "Malika", "Tess",
  ]
  private static let men = [
    "Daan", "Pieter", "Mohamed", "Bram", "Jeroen", "Sem", "Kees", "Youssef", "Thijs", "Emre", "Wouter", "Ruben", "Hendrik", "Omar", "Luuk",
  ]
  private static let lastNames = [
    "de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "van Dijk", "Visser", "Smit", "Meijer", "de Boer", "Mulder", "de Groot",
    "Bos", "Vos", "Peters", "Hendriks", "Yilmaz", "El Amrani", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Postma", "van Vliet", "Kuipers",
  ]
  private static let streets = [
    "Dorpsstraat", "Kerkstraat", "Molenweg", "Julianalaan", "Stationsweg", "Havenkade", "Lindelaan", "Beukenhof", "Marktplein", "Parkweg",
  ]
  private static let towns = ["Waterwijk", "Nieuwerdam", "Oosterkapel", "Houtenburg", "Zandvliet", "Meerloo", "Lagebrug"]
}
