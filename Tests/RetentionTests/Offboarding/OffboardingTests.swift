import Retention
import TestSupport
import Testing

/// The end of a contract, from the last day to the day on which nothing is left.
@Suite struct `An offboarding` {
  /// A clause that destroys at request within a term, a window for the return, and a sub-processor.
  private static func agreement(
    end: [EndRule], destroyWithin: String? = "P28D", limits: Set<RetentionRule.Force> = [.duty], processors: [String] = []
  ) -> Agreement {
    Agreement(
      name: "a", title: "A", source: .init(document: "d", version: "1"), timeZone: "Europe/Amsterdam", fiscalYearStart: .calendarYear,
      retention: [
        RetentionRule(
          name: "r", clause: "3", scope: .all, keeping: .untilRequest, force: limits, ground: nil, binds: .controller)
      ],
      onRequest: [
        RequestRule(
          name: "destruction", clause: "7.1", action: .erase, from: .controller, form: nil, lifts: [], nature: nil,
          within: destroyWithin.flatMap { Term($0) }, fee: nil)
      ],
      endOfContract: end, subProcessors: processors.map { SubProcessor(name: $0, purpose: "p") }, obligations: [])
  }

  private static let window = EndRule(name: "window", clause: "11.1", action: .handOver, within: Term("P30D"))
  private static let stop = EndRule(name: "stop", clause: "11.1", action: .restrict, within: Term("P0D"))
  private static let destroy = EndRule(name: "destroy", clause: "9.2", action: .erase, within: nil)
  private static let notify = EndRule(name: "notify", clause: "11.7", action: .notifySubProcessors, within: Term("P0D"))

  private func state(
    _ step: OffboardingStep, of end: EndOfContract, _ agreement: Agreement, coolingOff: Int = 7, on today: String
  ) -> Offboarding.State? {
    Offboarding(end, under: agreement, subProcessors: [], coolingOff: coolingOff, today: day(today)).steps.first { $0.step == step }?.state
  }

  private func written(_ wish: EndOfContract.Wish, _ on: String) -> EndOfContract.Choice {
    EndOfContract.Choice(wish: wish, on: day(on))
  }

  @Test func `destroys nothing, and reminds, while the controller says nothing`() {
    let silent = EndOfContract(ended: day("2026-01-31"))
    let offboarding = Offboarding(
      silent, under: Self.agreement(end: [Self.window]), subProcessors: [], coolingOff: 7, today: day("2030-01-01"))
    #expect(offboarding.isWithoutInstruction)
    #expect(offboarding.reminders == [day("2026-01-31"), day("2026-02-14"), day("2026-02-28")])
    #expect(offboarding.steps.first { $0.step == .destroy }?.state == .blocked(by: .choice, due: nil))
    #expect(offboarding.overdue(on: day("2030-01-01")).map(\.step) == [.handOver, .deliver])
  }

  @Test func `goes by itself where a clause says so, after the controller had its time to ask`() {
    let silent = EndOfContract(ended: day("2026-01-31"))
    let agreement = Self.agreement(end: [Self.destroy])
    #expect(state(.handOver, of: silent, agreement, on: "2026-03-02") == .blocked(by: .choice, due: nil))
    #expect(state(.approve, of: silent, agreement, on: "2026-03-02") == .blocked(by: .step(.receive), due: nil))
    #expect(state(.handOver, of: silent, agreement, on: "2026-03-03") == .notAsked)
    #expect(state(.approve, of: silent, agreement, on: "2026-03-03") == .open(due: nil))
    let offboarding = Offboarding(silent, under: agreement, subProcessors: [], coolingOff: 7, today: day("2026-03-03"))
    #expect(!offboarding.isWithoutInstruction && offboarding.reminders.isEmpty)
  }

  @Test func `has the day by which the law wants a request carried out, of the clause about all data`() throws {
    func rule(_ clause: String, _ about: RequestRule.Reach?, within: String? = nil, law: StatutoryTerm? = nil) -> RequestRule {
      RequestRule(
        name: clause, clause: clause, action: .erase, from: .controller, within: within.flatMap { Term($0) }, law: law, about: about)
    }
    let month = StatutoryTerm(article: "GDPR art. 12(3)", within: try #require(Period("P1M")), holidays: [day("2027-03-01")])
    let agreement = Agreement(
      name: "a", title: "A", source: .init(document: "d", version: "1"), timeZone: "Europe/Amsterdam", fiscalYearStart: .calendarYear,
      retention: [], onRequest: [rule("2", .subject, within: "P7D"), rule("9", .tenant, law: month)], endOfContract: [], subProcessors: [],
      obligations: [])
    let chosen = EndOfContract(ended: day("2027-01-31"), choice: written(.destroy, "2027-01-31"))
    let offboarding = Offboarding(chosen, under: agreement, subProcessors: [], coolingOff: 7, today: day("2027-03-03"))
    let destroy = offboarding.steps.first { $0.step == .destroy }
    // The last day of February is a Sunday, and the Monday after it is said to be a holiday.
    #expect(destroy?.clause == "9" && destroy?.state == .blocked(by: .step(.approve), due: day("2027-03-02")))
    #expect(offboarding.overdue(on: day("2027-03-03")).map(\.step) == [.destroy])
  }

  @Test func `lets the periods run out where all use is stopped and the controller says nothing`() {
    let silent = EndOfContract(ended: day("2026-01-31"))
    let agreement = Self.agreement(end: [Self.stop], limits: [.duty, .limit])
    #expect(state(.stop, of: silent, agreement, on: "2026-02-01") == .open(due: day("2026-01-31")))
    #expect(state(.approve, of: silent, agreement, on: "2026-02-01") == .notAsked)
    #expect(state(.destroy, of: silent, agreement, on: "2026-02-01") == .blocked(by: .periods, due: nil))
  }

  @Test func `does not destroy before the window for the return has passed, unless the data was received`() {
    let agreement = Self.agreement(end: [Self.window])
    let choice = written(.destroy, "2026-02-01")
    let chosen = EndOfContract(ended: day("2026-01-31"), choice: choice)
    #expect(state(.approve, of: chosen, agreement, on: "2026-03-02") == .blocked(by: .day(day("2026-03-03")), due: nil))
    #expect(state(.approve, of: chosen, agreement, on: "2026-03-03") == .open(due: nil))
    // The clause that destroys leaves less time than the window: what may not be done yet is not late.
    func overdue(_ today: String) -> [OffboardingStep] {
      Offboarding(chosen, under: agreement, subProcessors: [], coolingOff: 7, today: day(today)).overdue(on: day(today)).map(\.step)
    }
    #expect(overdue("2026-03-03") == [] && overdue("2026-03-04") == [.destroy])
    let received = EndOfContract(
      ended: day("2026-01-31"), choice: written(.both, "2026-02-01"),
      taken: [.handOver: day("2026-02-02"), .deliver: day("2026-02-02"), .receive: day("2026-02-05")])
    #expect(state(.approve, of: received, agreement, on: "2026-02-07") == .blocked(by: .day(day("2026-02-08")), due: nil))
    #expect(state(.approve, of: received, agreement, on: "2026-02-08") == .open(due: nil))
  }

  @Test func `waits to cool off no longer than the clause allows`() {
    let chosen = EndOfContract(ended: day("2026-01-31"), choice: written(.destroy, "2026-02-01"))
    #expect(
      state(.approve, of: chosen, Self.agreement(end: [], destroyWithin: "P28D"), on: "2026-02-01")
        == .blocked(by: .day(day("2026-02-08")), due: nil))
    #expect(state(.approve, of: chosen, Self.agreement(end: [], destroyWithin: "P0D"), on: "2026-02-01") == .open(due: nil))
    #expect(
      state(.destroy, of: chosen, Self.agreement(end: [], destroyWithin: "P0D"), on: "2026-02-02")
        == .blocked(by: .step(.approve), due: day("2026-02-01")))
  }

  @Test func `destroys nothing on a spoken word`() {
    let spoken = EndOfContract(ended: day("2026-01-31"), choice: .init(wish: .destroy, on: day("2026-02-01"), destructionLacks: [.writing]))
    #expect(state(.approve, of: spoken, Self.agreement(end: []), on: "2027-01-01") == .blocked(by: .word([.writing]), due: nil))
  }

  @Test func `takes silence for a receipt when the time to fetch the data has passed`() {
    let agreement = Self.agreement(end: [])
    let delivered = EndOfContract(
      ended: day("2026-01-31"), choice: written(.both, "2026-02-01"), taken: [.handOver: day("2026-02-02"), .deliver: day("2026-02-03")])
    #expect(state(.receive, of: delivered, agreement, on: "2026-03-04") == .open(due: nil))
    #expect(state(.receive, of: delivered, agreement, on: "2026-03-05") == .done(day("2026-03-05")))
    let unopened = EndOfContract(
      ended: day("2026-01-31"), choice: written(.both, "2026-02-01"), taken: [.handOver: day("2026-02-02"), .deliver: day("2026-02-03")],
      isSilenceReceipt: false)
    #expect(state(.receive, of: unopened, agreement, on: "2027-03-05") == .open(due: nil))
  }

  @Test func `is not over before every sub-processor confirmed and every copy expired`() {
    let agreement = Self.agreement(end: [Self.notify], processors: ["Hosting B.V.", "Mail B.V."])
    func end(_ confirmed: Set<String>, _ expire: String?) -> EndOfContract {
      EndOfContract(
        ended: day("2026-01-31"), choice: written(.destroy, "2026-02-01"),
        taken: [
          .notify: day("2026-01-31"), .approve: day("2026-02-10"), .destroy: day("2026-02-10"), .certify: day("2026-02-10"),
        ], confirmed: confirmed,
        copiesExpire: expire.map(day))
    }
    #expect(
      state(.expire, of: end([], "2026-03-12"), agreement, on: "2027-01-01")
        == .blocked(by: .subProcessors(["Hosting B.V.", "Mail B.V."]), due: nil))
    let both: Set = ["Hosting B.V.", "Mail B.V."]
    #expect(state(.expire, of: end(both, nil), agreement, on: "2027-01-01") == .blocked(by: .unknownExpiry, due: nil))
    #expect(state(.expire, of: end(both, "2026-03-12"), agreement, on: "2026-03-11") == .blocked(by: .day(day("2026-03-12")), due: nil))
    #expect(state(.expire, of: end(both, "2026-03-12"), agreement, on: "2026-03-12") == .open(due: nil))
  }

  @Test func `asks nobody to tell sub-processors where there are none`() {
    let end = EndOfContract(ended: day("2026-01-31"))
    #expect(state(.notify, of: end, Self.agreement(end: [Self.notify]), on: "2026-02-01") == .notAsked)
    let some = Self.agreement(end: [Self.notify], processors: ["Hosting B.V."])
    #expect(state(.notify, of: end, some, on: "2026-02-01") == .open(due: day("2026-01-31")))
    #expect(state(.notify, of: end, some, on: "2026-01-30") == .blocked(by: .day(day("2026-01-31")), due: day("2026-01-31")))
  }

  @Test func `waits for the contract's last day, whenever the controller spoke`() {
    let early = EndOfContract(ended: day("2026-01-31"), choice: written(.both, "2025-11-01"))
    let agreement = Self.agreement(end: [], destroyWithin: "P0D")
    #expect(state(.handOver, of: early, agreement, on: "2026-01-31") == .blocked(by: .day(day("2026-02-01")), due: nil))
    #expect(state(.handOver, of: early, agreement, on: "2026-02-01") == .open(due: nil))
    let chosen = EndOfContract(ended: day("2026-01-31"), choice: written(.destroy, "2025-11-01"))
    #expect(state(.approve, of: chosen, agreement, on: "2026-01-31") == .blocked(by: .day(day("2026-02-01")), due: nil))
    #expect(state(.approve, of: chosen, agreement, on: "2026-02-01") == .open(due: nil))
  }

  @Test func `keeps all data together between the word and the destruction`() {
    let agreement = Self.agreement(end: [])
    func keeps(_ end: EndOfContract, _ today: String) -> Bool {
      Offboarding(end, under: agreement, subProcessors: [], coolingOff: 7, today: day(today)).keepsTogether
    }
    let chosen = EndOfContract(ended: day("2026-01-31"), choice: written(.destroy, "2026-02-01"))
    #expect(!keeps(EndOfContract(ended: day("2026-01-31")), "2026-02-02"))
    #expect(keeps(chosen, "2026-02-07") && !keeps(chosen, "2026-02-08"))
    #expect(!keeps(EndOfContract(ended: day("2026-01-31"), choice: written(.handOver, "2026-02-01")), "2026-02-02"))
  }

  @Test(arguments: 0..<300)
  func `never lets the data go before the word, the window and the pause`(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let wish = EndOfContract.Wish.allCases.randomElement(using: &random) ?? .both
    let ended = day("2026-01-31")
    let chosen = try #require(ended.adding(days: Int.random(in: -10...40, using: &random)))
    let taken = OffboardingStep.allCases.prefix(Int.random(in: 0...5, using: &random)).filter { $0 != .stop }
    let end = EndOfContract(
      ended: ended, choice: Bool.random(using: &random) ? written(wish, chosen.description) : nil,
      taken: Dictionary(uniqueKeysWithValues: taken.map { ($0, chosen) }))
    let ends = [Self.window, Self.stop, Self.destroy, Self.notify].filter { _ in Bool.random(using: &random) }
    let agreement = Self.agreement(end: ends, destroyWithin: ["P0D", "P3D", "P28D"].randomElement(using: &random))
    let today = try #require(ended.adding(days: Int.random(in: 0...90, using: &random)))
    let offboarding = Offboarding(end, under: agreement, subProcessors: [], coolingOff: 7, today: today)
    for progress in offboarding.steps where progress.step == .approve {
      guard case .open = progress.state else { continue }
      #expect(end.choice != nil || ends.contains(Self.destroy))
      #expect(end.choice?.wish != .handOver || ends.contains(Self.destroy))
      if ends.contains(Self.window), end.taken[.receive] == nil { #expect(day("2026-03-02") < today) }
      if end.choice == nil, end.taken[.deliver] == nil { #expect(day("2026-03-02") < today) }
    }
  }
}
