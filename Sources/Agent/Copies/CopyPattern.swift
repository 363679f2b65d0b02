import Retention

/// One name of a path pattern: `*` is any text, `?` one character, `{date}` the day on which a copy was made.
struct NamePattern {
  private let pieces: [Piece]
  /// The characters with which every name that fits ends, the last first. They are compared before anything is tried: hundreds of
  /// archives lie in one folder, each with a pattern of its own.
  private let ending: [Piece]

  private enum Piece: Equatable {
    case character(Character)
    case any
    case one
    case date
  }

  init(_ text: some StringProtocol) {
    var pieces: [Piece] = []
    var rest = Substring(text)
    while let first = rest.first {
      if rest.hasPrefix("{date}") {
        pieces.append(.date)
        rest = rest.dropFirst(6)
        continue
      }
      pieces.append(first == "*" ? .any : first == "?" ? .one : .character(first))
      rest = rest.dropFirst()
    }
    self.pieces = pieces
    ending = pieces.reversed().prefix { if case .character = $0 { true } else { false } }
  }

  /// Whether only one name fits.
  var isPlain: Bool { !pieces.contains { [.any, .one, .date].contains($0) } }

  /// What a name that fits says about the day of the copy.
  enum Match: Equatable {
    case undated
    case dated(CivilDate)
  }

  /// How a name fits; nil when it does not. A name that begins with a dot is hidden from `*` and `?`.
  func match(_ name: String) -> Match? {
    if name.hasPrefix("."), pieces.first != .character(".") { return nil }
    guard name.reversed().lazy.map(Piece.character).starts(with: ending) else { return nil }
    return match(pieces[...], Substring(name))
  }

  private func match(_ pieces: ArraySlice<Piece>, _ text: Substring) -> Match? {
    guard let piece = pieces.first else { return text.isEmpty ? .undated : nil }
    let rest = pieces.dropFirst()
    switch piece {
    case .character(let wanted):
      return text.first == wanted ? match(rest, text.dropFirst()) : nil
    case .one:
      return text.isEmpty ? nil : match(rest, text.dropFirst())
    case .any:
      if rest.first == .any { return match(rest, text) }
      var tail = text
      while true {
        if let found = match(rest, tail) { return found }
        guard !tail.isEmpty else { return nil }
        tail = tail.dropFirst()
      }
    case .date:
      for (day, tail) in Self.days(at: text) where match(rest, tail) != nil { return .dated(day) }
      return nil
    }
  }

  /// The days that a text can begin with, each with what follows it: `2026-01-31` or `20260131`, perhaps with a time.
  private static func days(at text: Substring) -> [(CivilDate, Substring)] {
    var found: [(CivilDate, Substring)] = []
    for length in [10, 8] {
      let digits = text.prefix(length).filter { $0 != "-" }
      let written = length == 10 ? "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6))" : String(digits)
      guard digits.count == 8, written == text.prefix(length),
        let day = CivilDate("\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6))")
      else { continue }
      let rest = text.dropFirst(length)
      found.append((day, rest))
      if let time = rest.firstMatch(of: time) { found.append((day, rest[time.range.upperBound...])) }
    }
    return found
  }

  /// A time behind a day: `T0200`, `-02:00:59`, `_020059Z`.
  private static var time: Regex<Substring> { /^[T_-][0-2][0-9][:-]?[0-5][0-9](?:[:-]?[0-5][0-9])?Z?/ }
}
