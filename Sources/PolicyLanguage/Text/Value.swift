import Retention
import Yams

/// A node of the document that is being read, with the list its complaints go to.
///
/// Each reading gives nil after it has complained; the caller goes on, so that one run finds everything.
struct Value {
  let node: Node
  let complaints: Complaints

  var place: Place { node.mark?.place ?? .start }

  /// The text as far as a person needs it to find the spot.
  var written: String {
    switch node {
    case .scalar(let scalar): scalar.string
    case .mapping: "{…}"
    case .sequence: "[…]"
    case .alias: "*"
    }
  }

  /// Whether it is one word or text, not a list or mapping.
  var isScalar: Bool { node.scalar != nil }

  /// Whether it is a mapping, whatever stands in it.
  var isMapping: Bool { node.mapping != nil }

  /// Whether it is written without quotes.
  var isPlain: Bool { node.scalar?.style == .plain }

  func refuse(_ expected: String) { complaints.refuse(written, at: place, expected) }

  /// Text: quoted, or a plain word that no version of YAML takes for something else.
  func text(_ what: String = "text") -> String? {
    guard case .scalar(let scalar) = node else {
      refuse("expected \(what)")
      return nil
    }
    if scalar.style == .plain {
      switch PlainScalar(scalar.string) {
      case .text: break
      case .null: return refused("nothing is given; expected \(what)")
      case .boolean: return refused("YAML takes this for a yes or no; expected \(what), in quotes")
      case .integer: return refused("YAML takes this for a number; expected \(what), in quotes: \"\(scalar.string)\"")
      case .ambiguous(let other):
        return refused("some readers of YAML take this for \(other); expected \(what), in quotes: \"\(scalar.string)\"")
      }
    }
    let blank = scalar.string.allSatisfy(\.isWhitespace)
    return blank ? refused("nothing is given; expected \(what)") : scalar.string
  }

  /// A name in small letters, digits and hyphens.
  func name(_ what: String) -> String? {
    guard let text = text(what) else { return nil }
    let fits = text.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
    guard fits, !text.hasPrefix("-"), !text.hasSuffix("-") else {
      return refused("expected \(what): small letters, digits and hyphens")
    }
    return text
  }

  /// One of a closed set of words.
  func choice<Word: RawRepresentable & CaseIterable>(_ what: String, _ type: Word.Type = Word.self) -> Word? where Word.RawValue == String {
    guard let text = text(what) else { return nil }
    let words = Word.allCases.map(\.rawValue)
    return Word(rawValue: text) ?? refused("expected \(what): \(words.joined(separator: ", "))\(Spelling.hint(for: text, among: words))")
  }

  /// Something that text is converted into.
  func converted<Result>(_ what: String, _ convert: (String) -> Result?) -> Result? {
    guard let text = text(what) else { return nil }
    return convert(text) ?? refused("expected \(what)")
  }

  /// A whole number within bounds.
  func integer(_ what: String, in range: ClosedRange<Int>) -> Int? {
    guard case .scalar(let scalar) = node, scalar.style == .plain, case .integer(let number) = PlainScalar(scalar.string),
      let value = Int(exactly: number), range.contains(value)
    else { return refused("expected \(what): a whole number from \(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  /// `true` or `false`, and no other spelling.
  func boolean(_ what: String) -> Bool? {
    guard case .scalar(let scalar) = node, scalar.style == .plain, case .boolean(let value) = PlainScalar(scalar.string) else {
      return refused("expected \(what): true or false")
    }
    return value
  }

  /// The elements of a list.
  func elements(_ what: String, allowEmpty: Bool = false) -> [Value]? {
    guard case .sequence(let sequence) = node else { return refused("expected \(what): a list, as [a, b]") }
    guard allowEmpty || !sequence.isEmpty else { return refused("the list is empty; expected \(what)") }
    return sequence.map { Value(node: $0, complaints: complaints) }
  }

  /// A list of texts, none twice.
  func names(_ what: String, of read: (Value) -> String?) -> [String]? {
    guard let elements = elements(what) else { return nil }
    var names: [String] = []
    for element in elements {
      guard let name = read(element) else { continue }
      if names.contains(name) { element.refuse("is in the list twice; keep one") } else { names.append(name) }
    }
    return names.count == elements.count ? names : nil
  }

  func refused<Result>(_ expected: String) -> Result? {
    refuse(expected)
    return nil
  }
}
