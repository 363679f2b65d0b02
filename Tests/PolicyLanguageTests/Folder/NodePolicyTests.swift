import PolicyLanguage
import Retention
import Testing

@Suite struct NodePolicyTests {
  private struct NoFile: Error, CustomStringConvertible { let description = "no such file" }

  private let contract = agreement(
    retention: """
        - {rule: fiscal, clause: "1", applies-to: [payroll], keep-for: P7Y, counted-from: end-of-fiscal-year, force: [duty], ground: nl/awr-52}
        - {rule: rest, clause: "2", applies-to: all, keep-until: request}
      """)
  private let map = """
    map: sample
    tables:
      employee: {category: personnel, clock: {employment-end: left, hired: since}}
      slip: {category: payroll, belongs-to: employee, clock: {period-end: d}}
    """

  private func load(_ tenant: String, contract: String? = nil, map: String? = nil) throws(PolicyError) -> NodePolicy {
    let files = [
      "wis.yaml": inventory(tenant: "    store: sqlite:a.db\n    retention:\n\(tenant)"),
      "policies/agreements/sample.yaml": contract ?? self.contract, "policies/maps/sample.yaml": map ?? self.map,
      "policies/statutory/nl.yaml": sampleStatutes,
    ]
    return try NodePolicy.load(inventoryAt: "wis.yaml", sources: .none) { path in
      guard let text = files[path] else { throw NoFile() }
      return text
    }
  }

  private func complaints(_ tenant: String, contract: String? = nil, map: String? = nil) -> [String] {
    do throws(PolicyError) {
      _ = try load(tenant, contract: contract, map: map)
      return []
    } catch {
      guard case .refused(let complaints) = error else { return ["\(error)"] }
      return complaints.map(\.description)
    }
  }

  private func rule(_ rest: String) -> String { "      - {rule: own, clause: letter, \(rest)}" }

  @Test func `a tenant's policy holds the agreement's rules, then its own, and the statutes they rest on`() throws {
    let node = try load(rule("applies-to: [personnel], keep-for: P2Y, counted-from: employment-end, force: [limit]"))
    let policy = try #require(node.tenants.first)
    #expect(policy.rules.map(\.name) == ["fiscal", "rest", "own"])
    #expect(policy.statutes.keys.sorted() == ["nl/awr-52"] && policy.statutes["nl/awr-52"]?.binds == .controller)
    #expect(policy.agreement.name == "sample" && policy.map.name == "sample" && node.warnings.isEmpty)
  }

  @Test func `an own duty that is shorter than the law's is refused, a longer one accepted`() {
    let short = rule("applies-to: [payroll], keep-for: P5Y, counted-from: end-of-fiscal-year, force: [duty, limit]")
    #expect(
      complaints(short).first?.contains("wis.yaml:17:16: 'own': P5Y from end-of-fiscal-year is shorter than the statutory duty 'fiscal'")
        == true)
    let early = rule("applies-to: [payroll], keep-for: P7Y, counted-from: period-end, force: [duty]")
    #expect(complaints(early).first?.contains("is shorter than") == true)
    #expect(complaints(rule("applies-to: [payroll], keep-for: P10Y, counted-from: end-of-fiscal-year, force: [duty, limit]")) == [])
  }

  @Test func `an own limit that ends before the law's duty is a warning`() throws {
    let node = try load(rule("applies-to: [payroll], keep-for: P2Y, counted-from: end-of-fiscal-year, force: [limit]"))
    #expect(node.warnings.map(\.warning) == [.limitUnderDuty])
  }

  @Test func `an own rule replaces none of the agreement's and does something`() {
    let named = "      - {rule: fiscal, clause: letter, applies-to: [hour], keep-for: P9Y, counted-from: clock, force: [limit]}"
    let all = complaints(named, map: map + "\n  hours: {category: hours, belongs-to: employee, clock: {period-end: d}}")
    #expect(all.contains { $0.contains("a tenant adds rules and replaces none") })
    #expect(all.contains { $0.contains("no such category, so the rule would do nothing; did you mean 'hours'") })
  }

  @Test func `every kind of row needs a rule and the clock that the rule names`() {
    let bare = agreement(
      retention: "  - {rule: slips, clause: \"1\", applies-to: [payroll], keep-for: P7Y, counted-from: period-ends, force: [limit]}")
    #expect(
      complaints("      []", contract: bare) == [
        "policies/maps/sample.yaml:3:3: 'employee': no rule says how long 'personnel' is kept; add one to the agreement or to the tenant (tenant 'acme')",
        "policies/maps/sample.yaml:4:3: 'slip': the rule 'slips' counts from the clock 'period-ends', which the table and those it belongs to lack; did you mean 'period-end'? (tenant 'acme')",
      ])
  }

  @Test func `a rule that names no clock needs a row with one`() {
    let own = rule("applies-to: [personnel], keep-for: P2Y, counted-from: clock, force: [limit]")
    #expect(complaints(own).first?.contains("names no clock and the row has several (employment-end, hired)") == true)
  }

  @Test func `files that rows name need a folder to be found in`() {
    for files in ["{root: documents, path: p}", "[{root: documents, path: p}]", "[{root: documents, path: p}, {root: documents, path: q}]"]
    {
      let filed = map + "\n  scan: {category: personnel, belongs-to: slip, files: \(files)}"
      #expect(
        complaints("      []", map: filed) == [
          "wis.yaml:13:10: 'acme': the data map 'sample' names files below the root 'documents'; add file-roots: {documents: FOLDER} to the tenant"
        ])
    }
    let two = map + "\n  scan: {category: personnel, belongs-to: slip, files: [{root: documents, path: p}, {root: photos, path: q}]}"
    #expect(complaints("      []", map: two).map { $0.contains("'photos'") } == [false, true])
  }

  @Test func `a file that cannot be read is reported where it is named`() {
    let missing = inventory(tenant: "    store: sqlite:a.db")
    let error = #expect(throws: PolicyError.self) {
      try NodePolicy.load(inventoryAt: "wis.yaml", sources: .none) { path in
        guard path == "wis.yaml" else { throw NoFile() }
        return missing
      }
    }
    guard case .refused(let complaints)? = error else { return }
    #expect(
      complaints.map(\.description) == [
        "wis.yaml:12:16: 'sample': cannot read policies/agreements/sample.yaml: no such file",
        "wis.yaml:13:10: 'sample': cannot read policies/maps/sample.yaml: no such file",
      ])
    #expect(throws: PolicyError.unreadable(path: "wis.yaml", reason: "no such file")) {
      try NodePolicy.load(inventoryAt: "wis.yaml", sources: .none) { _ in throw NoFile() }
    }
  }

  @Test func `a file holds what it is named after`() {
    let other = map.replacing("map: sample", with: "map: other")
    #expect(
      complaints("      []", map: other) == [
        "policies/maps/sample.yaml:1:6: 'other': the file is named 'sample.yaml'; give both the same name"
      ])
  }

  @Test func `complaints of several files come together`() {
    let all = complaints("      [{rule: x}]", contract: contract + "\nextra: 1", map: map + "\nextra: 1")
    #expect(Set(all.map { $0.prefix { $0 != ":" } }) == ["wis.yaml"], "an inventory that cannot be read names no files")
    let both = complaints("      []", contract: contract + "\nextra: 1", map: map + "\nextra: 1")
    #expect(both.count == 2 && both.allSatisfy { $0.contains("'extra': unknown key") })
  }

  @Test func `kinds of data that the annex or the map lacks are warnings`() throws {
    let annexed = contract + "\ncategories: [payroll, pension]"
    let pension = annexed.replacing(
      "applies-to: all, keep-until",
      with:
        "applies-to: [pension], keep-for: P1Y, counted-from: clock, force: [limit]}\n  - {rule: r2, clause: \"2\", applies-to: all, keep-until"
    )
    let node = try load("      []", contract: pension)
    #expect(node.warnings.map(\.warning) == [.annexGap, .unusedCategory])
    #expect(node.warnings.map(\.found) == ["personnel", "pension"])
  }
}
