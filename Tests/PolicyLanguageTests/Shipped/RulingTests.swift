import PolicyLanguage
import Retention
import Testing

/// What each of the five agreements says about the same requests.
@Suite struct RulingTests {
  private static let all = ShippedFiles.applications.keys.sorted()
  private let today: CivilDate
  private let receipt: Receipt

  init() throws {
    today = try #require(CivilDate("2026-11-21"))
    receipt = Receipt(moment: try #require(Instant("2026-11-21T08:00:00Z")), day: today)
  }

  private func request(
    _ wanted: RequestRule.Action = .erase, from asker: RequestRule.Asker = .controller, _ about: RequestRule.Reach = .subject,
    isWritten: Bool = true, answer: Request.Answer? = nil, role: String? = nil
  ) -> Request {
    Request(
      id: "R-1", asker: asker, role: role, wanted: wanted, about: about, receipt: receipt, written: isWritten ? receipt : nil,
      answer: answer)
  }

  private func ruling(_ agreement: String, _ request: Request, ended: String? = nil, instructors: [String] = []) throws -> Ruling {
    let agreement = try ShippedFiles.agreement(agreement).content
    let started = try #require(CivilDate("2020-01-01"))
    let tenant = Tenant(
      id: "t", controller: LegalPerson(name: "C", kvk: nil), agreement: agreement.name, map: "m",
      contract: .init(started: started, ended: try ended.map { try #require(CivilDate($0)) }), fiscalYearStart: nil,
      store: StoreLocation(database: .sqlite(path: "/")), retention: [], fileRoots: [:], backups: [], subProcessors: [],
      instructors: instructors)
    let policy = TenantPolicy(
      tenant: tenant, agreement: agreement, map: DataMap(name: "m", subject: nil, tables: [:], references: []), rules: agreement.retention,
      statutes: [:])
    return Ruling(on: request, under: policy, today: today)
  }

  @Test(arguments: all) func `what a data subject asks is forwarded and never executed`(agreement: String) throws {
    for wanted in [RequestRule.Action.erase, .correct, .restrict, .inform] {
      let found = try ruling(agreement, request(wanted, from: .dataSubject, answer: .erase))
      #expect(found.course == .forward)
      #expect(found.instruction(of: request(wanted, from: .dataSubject), subject: .integer(1)) == nil)
      #expect(found.deadline != nil)
    }
  }

  @Test func `only Felixx sets hours for forwarding; elsewhere the law's month runs`() throws {
    #expect(try ruling("felixx-loon", request(from: .dataSubject)).deadline == .at(receipt.moment.adding(seconds: 48 * 3600)))
    for agreement in Self.all where agreement != "felixx-loon" {
      #expect(try ruling(agreement, request(from: .dataSubject)).deadline == .endOf(try #require(CivilDate("2026-12-21"))))
    }
  }

  @Test func `an erasure is asked back wherever it would beat the controller's own duty`() throws {
    for agreement in Self.all {
      let found = try ruling(agreement, request())
      #expect(found.course == (agreement == "clockassist" ? .erase(lifts: [], overrulesController: false) : .waits(for: [.answer])))
    }
  }

  @Test func `each agreement lifts its own duties and no other's`() throws {
    func lifts(_ agreement: String, _ answer: Request.Answer) throws -> Set<String>? {
      guard case .erase(let lifts, _) = try ruling(agreement, request(answer: answer)).course else { return nil }
      return lifts
    }
    #expect(try lifts("flexsoftware", .erase) == ["wage-administration", "books", "identity-copies"])
    #expect(try lifts("hr365", .erase) == ["wage-administration"])
    #expect(try lifts("felixx-loon", .erase) == ["fiscal"])
    #expect(try lifts("clockassist", .erase) == [] && lifts("flexensie-wil", .erase) == [])
    for agreement in Self.all { #expect(try lifts(agreement, .keepDuties) == []) }
  }

  @Test(arguments: all) func `nothing irreversible is done without writing`(agreement: String) throws {
    guard case .waits(let missing) = try ruling(agreement, request(isWritten: false, answer: .erase)).course else {
      return #expect(Bool(false), "\(agreement) waits for writing")
    }
    #expect(missing == [.writing])
  }

  @Test func `a first oral request starts the term, except where the clause demands writing`() throws {
    #expect(try ruling("clockassist", request(isWritten: false)).deadline == .endOf(try #require(CivilDate("2026-12-19"))))
    let felixx = try ShippedFiles.agreement("felixx-loon").content.onRequest.first { $0.form == .written }
    #expect(felixx != nil)
    #expect(try ruling("felixx-loon", request(isWritten: false)).deadline == nil)
  }

  @Test func `Flexsoftware destroys everything only once the contract has ended`() throws {
    let whole = request(.erase, .tenant)
    #expect(try ruling("flexsoftware", whole).course == .afterContract(from: nil))
    #expect(try ruling("flexsoftware", whole, ended: "2026-12-31").course == .afterContract(from: CivilDate("2027-01-01")))
    #expect(try ruling("flexsoftware", whole, ended: "2026-11-21").course == .afterContract(from: CivilDate("2026-11-22")))
    let after = try ruling("flexsoftware", whole, ended: "2026-11-20")
    #expect(after.course == .waits(for: [.answer]) && after.deadline == .endOf(today))
    #expect(after.rule?.clause == "7.1")
  }

  @Test func `ClockAssist has 28 days for everything, Flexensie the law's month for people`() throws {
    for wanted in [RequestRule.Action.erase, .inform, .correct, .restrict, .transfer, .handOver] {
      #expect(try ruling("clockassist", request(wanted)).deadline == .endOf(try #require(CivilDate("2026-12-19"))))
    }
    #expect(try ruling("flexensie-wil", request()).deadline == .endOf(try #require(CivilDate("2026-12-21"))))
    #expect(try ruling("flexensie-wil", request(.erase, .tenant)).rule?.clause == "4.7")
  }

  @Test func `what no clause provides for is refused`() throws {
    #expect(try ruling("flexensie-wil", request(.transfer)).course == .noClause)
    #expect(try ruling("hr365", request(.inform)).course == .noClause)
  }

  @Test func `only a registered role instructs, where roles are registered`() throws {
    func course(_ role: String?) throws -> Ruling.Course {
      try ruling("clockassist", request(role: role), instructors: ["head of HR"]).course
    }
    #expect(try course("head of HR") == .erase(lifts: [], overrulesController: false))
    #expect(try course("intern") == .waits(for: [.sender]) && course(nil) == .waits(for: [.sender]))
    #expect(try ruling("clockassist", request(from: .dataSubject), instructors: ["head of HR"]).course == .forward)
  }
}
