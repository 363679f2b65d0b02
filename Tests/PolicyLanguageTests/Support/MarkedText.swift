import PolicyLanguage
import Testing

/// A sample that carries the marks `①`…`⑨` where complaints must point; the text itself is without them.
struct MarkedText {
  let text: String
  let marks: [Character: Mark]

  /// A place in the text.
  struct Mark: Hashable {
    let line: Int
    let column: Int
  }

  init(_ marked: String) {
    var text = ""
    var marks: [Character: Mark] = [:]
    var (line, column) = (1, 1)
    for character in marked {
      if "①②③④⑤⑥⑦⑧⑨".contains(character) {
        marks[character] = Mark(line: line, column: column)
        continue
      }
      text.append(character)
      (line, column) = character == "\n" ? (line + 1, 1) : (line, column + character.unicodeScalars.count)
    }
    self.text = text
    self.marks = marks
  }
}

/// Expects that reading a sample complains at each mark, with these words, and nowhere else.
func expectComplaints<Content>(
  _ expected: KeyValuePairs<Character, String>, in marked: String, location: SourceLocation = #_sourceLocation,
  reading read: (String) throws(PolicyError) -> Content
) {
  let sample = MarkedText(marked)
  var complaints: [Complaint] = []
  do throws(PolicyError) {
    _ = try read(sample.text)
  } catch {
    if case .refused(let all) = error { complaints = all }
  }
  compare(complaints, with: expected, sample, location)
}

/// Expects that a sample is read with a warning at each mark and nowhere else.
func expectWarnings<Content>(
  _ expected: KeyValuePairs<Character, String>, in marked: String, location: SourceLocation = #_sourceLocation,
  reading read: (String) throws(PolicyError) -> PolicyFile<Content>
) {
  let sample = MarkedText(marked)
  do throws(PolicyError) {
    compare(try read(sample.text).warnings, with: expected, sample, location)
  } catch {
    Issue.record("refused: \(error)", sourceLocation: location)
  }
}

private func compare(
  _ complaints: [Complaint], with expected: KeyValuePairs<Character, String>, _ sample: MarkedText, _ location: SourceLocation
) {
  #expect(Set(expected.map(\.key)) == Set(sample.marks.keys), "each mark has its words", sourceLocation: location)
  var rest = complaints
  for (mark, words) in expected {
    guard let place = sample.marks[mark] else { continue }
    let index = rest.firstIndex { $0.line == place.line && $0.column == place.column && $0.description.contains(words) }
    if let index {
      rest.remove(at: index)
    } else {
      Issue.record("\(mark) at \(place.line):\(place.column): no complaint says '\(words)'; \(complaints)", sourceLocation: location)
    }
  }
  for complaint in rest { Issue.record("not expected: \(complaint)", sourceLocation: location) }
}
