import Evidence

/// A made-up issuer, log and certificates.
struct Sample {
  static let origin = "log.example.nl/vernietiging"
  static let start = Moment(seconds: 1_790_000_000)
  static let logged = Moment(seconds: 1_790_100_000)

  let root: IssuerRoot
  let identity: Identity
  let log: LogKey
  let trust: TrustFolder

  init() throws {
    let person = try Self.issuer()
    let key = SigningKey()
    root = try IssuerRoot(of: person, from: Self.start)
    identity = try Identity(certificate: try root.issue(key.publicKey, to: person, from: Self.start), signer: key.signer)
    log = LogKey(origin: Self.origin)
    trust = TrustFolder(root: root.identity.certificate, log: try log.verifier)
  }

  static func issuer() throws -> LegalPerson {
    try LegalPerson(name: Label("Voorbeeld Hosting B.V."), kvk: "12345678")
  }

  /// Random entries of a log.
  static func records(_ count: Int, seed: UInt64) -> [LeafRecord] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      LeafRecord(certificate: CertificateID(using: &generator), jws: generator.bytes(8).lowerHex)
    }
  }

  /// A certificate with every kind of content somewhere among the seeds.
  static func certificate(seed: UInt64, anchor: Checkpoint = Checkpoint(origin: origin, size: 0, root: Hash(of: ""))) throws -> Certificate
  {
    var random = SeededGenerator(seed: seed)
    func pick<Element>(_ choices: [Element]) -> Element {
      choices[Int.random(in: 0..<choices.count, using: &random)]
    }
    func day() -> Day { Day(number: Int64.random(in: 12_000...30_000, using: &random)) }
    func count() -> DisclosedCount { DisclosedCount(Int64.random(in: 0...20, using: &random), couldSingleOut: Bool.random(using: &random)) }
    func many<Element>(_ make: () throws -> Element) rethrows -> [Element] {
      try (0..<Int.random(in: 0...3, using: &random)).map { _ in try make() }
    }
    let until = day()
    let reasons: [Exclusion.Reason] = [
      .duty(until: until), .duty(until: nil), .hold(until: nil), .hold(until: until), .term(until: until), .term(until: nil), .needed,
      .undated, .uncovered(column: nil), .uncovered(column: try Label("notes")), .failed,
    ]
    let statuses: [Method.Status] = [
      .done, .pending(until: until), .notApplicable, .failed, .unknown, .waiting(for: pick(Method.Obstacle.allCases)),
    ]
    let kind = pick(Basis.Kind.allCases)
    return try Certificate(
      id: CertificateID(using: &random), log: Label(origin), anchor: Anchor(anchor), issuer: issuer(),
      controller: LegalPerson(name: Label("Bäkkerij Jansen B.V."), kvk: "87654321"),
      agreement: AgreementReference(name: Label("Verwerkersovereenkomst ClockAssist"), version: Label("2024-01"), clauses: [Label("11.2")]),
      basis: Basis(
        kind: kind, rules: many { Basis.Rule(rule: try Label("hours-seven-years"), clause: try Label("3")) },
        policyVersion: Label("3"), policyDigest: Hash.random(using: &random), ground: Label("GDPR art. 5(1)(e)"),
        instruction: Hash.random(using: &random)),
      plan: Hash.random(using: &random),
      approval: many { Approval(role: try Label("privacy officer"), at: start) },
      scope: Scope(
        store: Label("postgresql"), location: Label("nl-ams-1"),
        tables: many {
          ScopedTable(
            table: try Label("public.hours"), category: try Label("hours"), sensitivity: pick(ScopedTable.Sensitivity.allCases),
            erased: count(), reduced: count(), restricted: count())
        },
        period: pick([nil, try Scope.Period(from: until, until: until)]), subjects: pick([nil, Hash.random(using: &random)]),
        excluded: many {
          Exclusion(table: try Label("public.payslip"), records: count(), reason: pick(reasons), rule: pick([nil, try Label("fiscal")]))
        },
        files: many {
          ScopedFiles(
            root: try Label("documents"), removed: count(), missing: count(), kept: count(), linked: count(), refused: count(),
            left: count())
        }),
      execution: Execution(
        started: start, finished: logged, agent: Label("wis 1.0.0"), build: Hash.random(using: &random), run: Label("R-41"),
        node: Label("node-3")),
      methods: [Method(.rows, .delete, pick([.done, .done, .failed]))]
        + many {
          Method(
            pick(Method.Place.allCases), pick(Method.Technique.allCases), pick(statuses), location: pick([nil, try Label("nl-rtm-2")]))
        },
      verification: many {
        let seen = Int64.random(in: 0...9, using: &random)
        return Check(
          pick(Check.Kind.allCases), covered: .init(seen: seen, of: seen + pick([0, 0, 5]), unit: pick(Check.Coverage.Unit.allCases)),
          probes: pick([0, 7, 7]), hits: pick([0, 0, 2]), evidence: Hash.random(using: &random))
      },
      salt: Hash.random(using: &random),
      follows: kind == .restore ? CertificateID(using: &random) : pick([nil, CertificateID(using: &random)]))
  }

  /// A certificate as number `index` in a log of `size` entries, with its proof.
  func bundle(at index: Int, of size: Int, seed: UInt64 = 1) throws -> (bundle: CertificateBundle, certificate: Certificate) {
    try withTemporaryFolder { folder in
      let certificate = try Self.certificate(seed: seed)
      let jws = try certificate.signed(by: identity, at: Self.logged)
      var records = Self.records(size, seed: seed)
      records[index] = LeafRecord(certificate: certificate.id, jws: jws.text)
      let published = PublishedLog(folder: folder)
      let root = try published.extend(from: 0, with: records)
      let signed = try log.sign(Checkpoint(origin: Self.origin, size: Int64(size), root: root))
      return (CertificateBundle(jws: jws, proof: try published.proof(of: Int64(index), under: signed)), certificate)
    }
  }
}
