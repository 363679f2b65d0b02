import PolicyLanguage
import Retention
import Testing

@Suite struct DocumentTests {
  @Test func `an empty file is refused at its start`() {
    expectComplaints(["①": "the file is empty"], in: "①", reading: readMap)
    expectComplaints(["①": "the file is empty"], in: "①# only a comment\n", reading: readMap)
  }

  @Test func `a file that is no mapping is refused`() {
    expectComplaints(["①": "expected a data map: a mapping"], in: "①- a\n- b\n", reading: readMap)
  }

  @Test func `a second document is refused where it starts`() {
    expectComplaints(["①": "a second document starts here"], in: "map: a\ntables: {t: {category: none}}\n①---\nmap: b\n", reading: readMap)
  }

  @Test func `text that is not YAML is refused where the scanner stops`() {
    expectComplaints(["①": "not valid YAML"], in: "map: a\ntables: {t: {category: none}\n①", reading: readMap)
  }

  @Test func `anchors and aliases are refused`() {
    expectComplaints(
      ["①": "anchors are not used", "②": "anchors are not used"],
      in: """
        map: ①&name a
        tables:
          t: ②&t {category: none}
        """, reading: readMap)
  }

  @Test func `merge keys are refused`() {
    expectComplaints(
      ["①": "merge keys are not used", "②": "is missing: say what kind"],
      in: """
        map: a
        tables:
          t: ②{①<<: {category: none}}
        """, reading: readMap)
  }

  @Test func `tags are refused`() {
    expectComplaints(
      ["①": "tags are not used", "②": "tags are not used", "③": "tags are not used"],
      in: """
        map: ①!!str a
        tables: ②!tables
          t: {category: none, key: ③!!set [a]}
        """, reading: readMap)
  }

  @Test func `a key that stands twice is refused at its second place and the rest is read`() {
    expectComplaints(
      ["①": "given twice (first in line 1)", "②": "given twice (first in line 4)", "③": "did you mean 'category'", "④": "is missing"],
      in: """
        map: a
        ①map: b
        tables:
          t: {category: none, ②category: none}
          u:
            ④③categoy: none
        """, reading: readMap)
  }

  @Test func `the same key written with and without quotes stands twice`() {
    expectComplaints(
      ["①": "given twice"],
      in: """
        map: a
        tables: {t: {category: none}, ①"t": {category: none}}
        """, reading: readMap)
  }

  @Test func `lines may end as on Windows`() throws {
    let text = "map: a\r\ntables:\r\n  t: {category: none}\r\nmap: b\r\n"
    let error = #expect(throws: PolicyError.self) { try readMap(text) }
    guard case .refused(let complaints)? = error else { return }
    #expect(complaints.map(\.description) == ["map.yaml:4:1: 'map': the key is given twice (first in line 1); keep one of them"])
  }

  @Test func `a complaint is one line with file, line, column and the offending text`() {
    let error = #expect(throws: PolicyError.self) { try readMap("map: a\ntables: {t: {categry: none, category: none}}") }
    guard case .refused(let complaints) = error else { return }
    #expect(complaints.map(\.description) == ["map.yaml:2:14: 'categry': unknown key; did you mean 'category'?"])
  }
}
