import Evidence
import Foundation
import Testing

@Suite struct CertificateTests {
  @Test(arguments: UInt64(0)..<150) func `a certificate reads back from its bytes`(seed: UInt64) throws {
    let certificate = try Sample.certificate(seed: seed)
    #expect(try Certificate(canonical: try certificate.json.canonical()) == certificate)
  }

  @Test(arguments: UInt64(0)..<30) func `every member is required or known, at every depth`(seed: UInt64) throws {
    let json = try Sample.certificate(seed: seed).json
    for (path, changed) in Self.withStrangers(json) {
      #expect(throws: EvidenceError.self, "a stranger in \(path)") { try Certificate(changed) }
    }
    guard case .object(let members) = json else { return }
    for name in members.keys where name != "follows" {
      #expect(throws: EvidenceError.self, "without \(name)") { try Certificate(.object(members.filter { $0.key != name })) }
      for wrong: JSONValue in [nil, 7, "x", [], [:], true] where wrong.kind != members[name]?.kind {
        #expect(throws: EvidenceError.self, "\(name) as \(wrong.kind)") {
          try Certificate(.object(members.merging([name: wrong]) { $1 }))
        }
      }
    }
  }

  @Test func `the published schema accepts every certificate and refuses strangers`() throws {
    var good: [JSONValue] = []
    var bad: [JSONValue] = []
    for seed in UInt64(0)..<60 {
      let json = try Sample.certificate(seed: seed).json
      good.append(json)
      if seed < 8 { bad += Self.withStrangers(json).map(\.1) }
    }
    let answer = try Tool.python(
      """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      good, bad = json.load(sys.stdin)
      refused = [e.message for d in good for e in validator.iter_errors(d)]
      accepted = sum(validator.is_valid(d) for d in bad)
      print(len(good), len(bad) > 50, refused[:3], accepted)
      """, ["\(packageFolder)/Policies/schema/certificate.schema.json"],
      input: try JSONValue.array([.array(good), .array(bad)]).canonical())
    #expect(answer.output == "60 True [] 0\n")
  }

  @Test func `completeness follows from what happened`() throws {
    func completeness(
      _ methods: [Evidence.Method], hits: Int64 = 0, excluded: [Exclusion.Reason] = [], checks: Bool = true
    ) throws -> Completeness {
      try Self.certificate(methods: methods, hits: hits, excluded: excluded, checks: checks).completeness
    }
    let rows = Evidence.Method(.rows, .delete, .done)
    let rest = Method.Place.allCases.filter { $0 != .rows && $0 != .subprocessor }.map { Evidence.Method($0, .none, .notApplicable) }
    let backup = Evidence.Method(.backups, .expire, .pending(until: try Day("2026-12-21")))
    let duty = Exclusion.Reason.duty(until: try Day("2031-01-01"))
    let stays: [Exclusion.Reason] = [duty, .duty(until: nil), .hold(until: nil), .term(until: nil), .needed]
    #expect(try completeness([rows] + rest) == .complete)
    #expect(try completeness([rows] + rest, excluded: stays) == .complete)
    for index in rest.indices { #expect(try completeness([rows] + rest[..<index] + rest[(index + 1)...]) == .partial) }
    #expect(try completeness([rows] + rest + [backup]) == .partial)
    #expect(try completeness([rows] + rest + [Method(.logs, .none, .unknown)]) == .partial)
    #expect(try completeness([rows] + rest + [Method(.files, .unlink, .failed)]) == .partial)
    for open: Exclusion.Reason in [.undated, .failed, .uncovered(column: nil), .uncovered(column: try Label("notes"))] {
      #expect(try completeness([rows] + rest, excluded: stays + [open]) == .partial)
    }
    #expect(try completeness([rows] + rest, checks: false) == .partial)
    #expect(try completeness([rows] + rest, hits: 1) == .failed)
    #expect(try completeness([Method(.rows, .delete, .failed)]) == .failed)
    #expect(throws: EvidenceError.self) { try completeness([backup]) }
  }

  @Test func `nobody claims more than the document gives`() throws {
    let json = try Self.certificate(methods: [Method(.rows, .delete, .done), Method(.logs, .none, .unknown)]).json
    guard case .object(let members) = json else { return }
    #expect(throws: EvidenceError.self) { try Certificate(.object(members.merging(["completeness": "complete"]) { $1 })) }
    #expect(throws: EvidenceError.self) { try Certificate(.object(members.merging(["limits": []]) { $1 })) }
  }

  @Test func `limits are those that apply and never none`() throws {
    let always = ["L1", "L3", "L4", "L7"]
    func codes(_ methods: [Evidence.Method], excluded: [Exclusion.Reason] = []) throws -> [String] {
      try Self.certificate(methods: [Method(.rows, .delete, .done)] + methods, excluded: excluded).limits.map(\.code.rawValue)
    }
    let day = try Day("2026-12-21")
    #expect(try codes([]) == always)
    #expect(try codes([Method(.backups, .expire, .pending(until: day))]) == ["L1", "L2", "L3", "L4", "L7"])
    #expect(try codes([Method(.subprocessor, .instruct, .done)]) == ["L1", "L3", "L4", "L5", "L7"])
    #expect(try codes([], excluded: [.undated]) == ["L1", "L3", "L4", "L7", "L8"])
    #expect(try codes([Method(.journal, .none, .pending(until: day))]) == ["L1", "L3", "L4", "L7", "L9"])
    #expect(try codes([Method(.journal, .checkpoint, .done), Method(.backups, .expire, .done)]) == always)
    let sampled = Check(.residue, covered: .init(seen: 3, of: 9, unit: .pages), probes: 3, hits: 0, evidence: Hash(of: ""))
    #expect(
      try Self.certificate(methods: [Method(.rows, .delete, .done)], more: [sampled]).limits.map(\.code.rawValue) == [
        "L1", "L3", "L4", "L6", "L7",
      ])
    let text = try Self.certificate(methods: [
      Method(.rows, .delete, .done), Method(.backups, .expire, .pending(until: day)),
      Method(.backups, .expire, .pending(until: try Day("2027-01-31"))),
    ]).limits
    #expect(text.first { $0.code == .backups }?.dutch == "In reservekopieën zijn de gegevens aanwezig tot 2027-01-31.")
  }

  @Test(arguments: UInt64(0)..<150) func `a small count that could single someone out is never told`(seed: UInt64) throws {
    let number = Int64(seed % 15)
    let count = DisclosedCount(number, couldSingleOut: true)
    #expect(count.description == (number == 0 ? "0" : number < 10 ? "<10" : String(number)))
    #expect(DisclosedCount(number, couldSingleOut: false) == .exactly(number))
  }

  @Test(arguments: UInt64(0)..<100) func `nothing is printed that cannot be true`(seed: UInt64) throws {
    let certificate = try Sample.certificate(seed: seed)
    for text in [certificate.text(language: .nl), certificate.text(language: .en), try certificate.json.canonicalText()] {
      for word in ["onherstelbaar", "100 %", "100%", "bewezen verwijderd", "irrecoverabl", "irreversibl"] {
        #expect(!text.lowercased().contains(word))
      }
    }
  }

  @Test func `a reader is told what counts, what was done and where the claim ends`() throws {
    let certificate = try Self.certificate(
      methods: [
        Method(.rows, .delete, .done), Method(.pages, .rewrite, .done), Method(.subprocessor, .instruct, .done),
        Method(.backups, .expire, .pending(until: try Day("2026-12-21")), location: try Label("nl-rtm-2")),
      ], excluded: [.duty(until: try Day("2031-01-01"))])
    let dutch = certificate.text(language: .nl)
    for phrase in [
      "VERKLARING VAN VERNIETIGING VN-", "zonder bewijskracht",
      "niet meer opvraagbaar via de database; dit is geen wissen van het opslagmedium",
      "vrijgekomen blokken kunnen tot hergebruik restanten bevatten", "aanwezig tot 2026-12-21", "door ons niet zelf waargenomen",
      "public.hours [hours]: 1204 verwijderd, <10 beperkt", "bewaarplicht tot 2031-01-01", "gedeeltelijk", "L8",
    ] { #expect(dutch.contains(phrase), "\(phrase)") }
    let english = certificate.text(language: .en)
    for phrase in [
      "not authoritative", "no longer retrievable through the database; this is not erasure of the storage medium",
      "freed blocks may hold remnants until they are reused", "present until 2026-12-21", "not observed by us",
      "duty to keep until 2031-01-01",
    ] { #expect(english.contains(phrase), "\(phrase)") }
  }

  @Test(arguments: [
    "jan@example.nl", "BSN 111222333", "klant 111.222.333 of 111222333", "", "a\nb", "e\u{301}", String(repeating: "x", count: 201),
  ])
  func `a reference that could name a person is refused without being repeated`(text: String) {
    do {
      _ = try Label(text)
      Issue.record("accepted")
    } catch {
      #expect(text.isEmpty || !"\(error)".contains(text))
    }
  }

  @Test func `an instruction needs its hash`() {
    for kind in [Basis.Kind.instruction, .request, .court] {
      #expect(throws: EvidenceError.self) {
        try Basis(kind: kind, rules: [], policyVersion: Label("1"), policyDigest: Hash(of: ""), ground: Label("AVG"))
      }
    }
  }

  /// The same document with an unknown member added to one of its objects, for each of them.
  private static func withStrangers(_ value: JSONValue, path: String = "$") -> [(String, JSONValue)] {
    switch value {
    case .null, .bool, .integer, .string: return []
    case .array(let elements):
      return elements.indices.flatMap { index in
        withStrangers(elements[index], path: "\(path)[\(index)]").map { found in
          var changed = elements
          changed[index] = found.1
          return (found.0, JSONValue.array(changed))
        }
      }
    case .object(let members):
      return [(path, .object(members.merging(["stranger": 1]) { $1 }))]
        + members.flatMap { name, member in
          withStrangers(member, path: "\(path).\(name)").map { ($0.0, JSONValue.object(members.merging([name: $0.1]) { $1 })) }
        }
    }
  }

  private static func certificate(
    methods: [Evidence.Method], hits: Int64 = 0, excluded: [Exclusion.Reason] = [], checks: Bool = true, more: [Check] = []
  ) throws -> Certificate {
    let requery = Check(
      .requery, covered: .init(seen: 1204, of: 1204, unit: .records), probes: 1204, hits: hits, evidence: Hash(of: "requery"))
    return try Certificate(
      id: CertificateID(), log: Label(Sample.origin), anchor: Anchor(Checkpoint(origin: Sample.origin, size: 0, root: Hash(of: ""))),
      issuer: Sample.issuer(), controller: LegalPerson(name: Label("Bakkerij Jansen B.V."), kvk: "87654321"),
      agreement: AgreementReference(name: Label("ClockAssist"), version: Label("2024-01"), clauses: [Label("11.2")]),
      basis: Basis(kind: .rule, rules: [], policyVersion: Label("3"), policyDigest: Hash(of: "policy"), ground: Label("GDPR art. 5(1)(e)")),
      plan: Hash(of: "plan"), approval: [],
      scope: Scope(
        store: Label("postgresql"), location: Label("nl-ams-1"),
        tables: [
          ScopedTable(
            table: Label("public.hours"), category: Label("hours"), sensitivity: .ordinary, erased: .exactly(1204),
            reduced: DisclosedCount(3, couldSingleOut: true), restricted: .exactly(0))
        ],
        excluded: excluded.map { Exclusion(table: try Label("public.payslip"), records: .fewerThanTen, reason: $0) }),
      execution: Execution(
        started: Sample.start, finished: Sample.logged, agent: Label("wis 1.0.0"), build: Hash(of: "build"), run: Label("R-41"),
        node: Label("node-3")),
      methods: methods, verification: (checks ? [requery] : []) + more, salt: Hash(of: "salt"))
  }
}

@Suite struct CertificateIDTests {
  @Test(arguments: UInt64(0)..<100) func `an id reads back, also as a person types it`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let id = CertificateID(using: &random)
    #expect(try CertificateID(id.text) == id)
    let typed = id.text.lowercased().replacingOccurrences(of: "1", with: seed.isMultiple(of: 2) ? "l" : "I").replacingOccurrences(
      of: "0", with: "O")
    #expect(try CertificateID(typed: typed) == id)
    if typed != id.text { #expect(throws: EvidenceError.self) { try CertificateID(typed) } }
  }

  @Test func `ids do not repeat and use every character`() {
    let ids = (0..<2000).map { _ in CertificateID().text }
    #expect(Set(ids).count == 2000)
    #expect(Set(ids.joined()).count == 32 + 1)
  }

  @Test(arguments: [
    "", "VN-", "VN-7K3QX9D2M5W8RJ0T4ZB6CHNYF", "VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFEE", "XX-7K3QX9D2M5W8RJ0T4ZB6CHNYFE",
    "VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFU", "VN-7K3QX9D2M5W8RJ0T4ZB6CHNYF\u{c9}",
  ])
  func `what is not an id is refused, typed or not`(text: String) {
    #expect(throws: EvidenceError.self) { try CertificateID(text) }
    #expect(throws: EvidenceError.self) { try CertificateID(typed: text) }
  }
}
