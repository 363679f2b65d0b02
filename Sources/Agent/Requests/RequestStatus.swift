public import Enforcement
public import Retention

/// Where a request stands: for people, and for whoever watches deadlines.
public struct RequestStatus {
  /// The request.
  public let stored: StoredRequest
  /// What the agreement says about it.
  public let ruling: Ruling
  /// What it waits for.
  public let stage: Stage
  /// Until when it must be dealt with; nil when no term is named or the term has not begun.
  public let deadline: Deadline?
  /// Whether that time has passed and somebody still has something to do.
  public let isOverdue: Bool

  /// What a request waits for.
  public enum Stage: Hashable, Sendable {
    /// That somebody tells the sender why it is refused.
    case refused
    /// That somebody forwards it to the controller.
    case forward
    /// The end of the contract.
    case contractEnd(CivilDate?)
    /// What it lacks.
    case missing([Ruling.Missing])
    /// That people do it.
    case people
    /// The next run, or a person's consent to its plan.
    case run
    /// Likewise, and rows are marked, not erased.
    case restriction
    /// The end of what forbids the rest.
    case deferred(until: CivilDate?)
    /// Nothing more.
    case closed(StoredRequest.State)

    /// One word for scripts.
    public var word: String {
      switch self {
      case .refused: "refused"
      case .forward: "to-forward"
      case .contractEnd: "after-contract"
      case .missing: "waiting"
      case .people: "by-hand"
      case .run: "to-erase"
      case .restriction: "to-restrict"
      case .deferred: "deferred"
      case .closed(let state): state.rawValue
      }
    }

    /// Whether a person has something to do; what waits for a date needs nobody.
    public var needsPerson: Bool {
      switch self {
      case .refused, .forward, .missing, .people, .run, .restriction: true
      case .contractEnd, .deferred, .closed: false
      }
    }
  }

  init(_ stored: StoredRequest, under tenant: TenantPolicy, now: Instant, today: CivilDate) {
    self.stored = stored
    ruling = Ruling(on: stored.request, under: tenant, today: today)
    if stored.state != .open {
      stage = .closed(stored.state)
    } else {
      switch ruling.course {
      case .noClause: stage = .refused
      case .forward: stage = .forward
      case .afterContract(let day): stage = .contractEnd(day)
      case .waits(let missing): stage = .missing(missing)
      case .byPeople: stage = .people
      case .restrict:
        // What the data map names no mark for is left to people.
        if case .deferred? = stored.remainder { stage = .people } else { stage = .restriction }
      case .erase:
        if case .deferred(let until)? = stored.remainder { stage = .deferred(until: until) } else { stage = .run }
      }
    }
    deadline = ruling.deadline
    isOverdue = stage.needsPerson && deadline.map { $0.isOver(at: now, on: today) } ?? false
  }
}

extension Node {
  /// Where the requests about a tenant's data stand, oldest first.
  public func requests(about tenant: TenantPolicy) throws -> [RequestStatus] {
    let (now, today) = (now(), try today(of: tenant))
    return try state.requests(about: tenant.tenant.id).map { RequestStatus($0, under: tenant, now: now, today: today) }
  }

  /// Where one request stands.
  public func status(of stored: StoredRequest) throws -> RequestStatus {
    let tenant = try policy(of: stored)
    return RequestStatus(stored, under: tenant, now: now(), today: try today(of: tenant))
  }

  /// What a request's plan would be on a day, changing nothing; nil when no row is to be changed for now.
  public func look(at stored: StoredRequest, on day: CivilDate) throws -> Findings? {
    let tenant = try policy(of: stored)
    guard let instruction = try instruction(of: stored, under: tenant, on: day) else { return nil }
    let store = try store(of: tenant, access: .look)
    return try Findings(
      policy: tenant, store: store, today: day, holds: try openHolds(on: tenant.tenant.id, against: instruction), instruction: instruction)
  }
}

extension Findings {
  /// The day from which all that is refused for now can go; nil when nothing is, or when the day cannot be told.
  public var possibleFrom: CivilDate? {
    // Rows that others need go with the last of those, which have days of their own.
    let dated = plan.exclusions.filter { exclusion in
      exclusion.case.reasons.contains {
        switch $0 {
        case .dutyOpen, .hold: true
        default: false
        }
      }
    }
    let days = dated.compactMap(\.until)
    return days.count == dated.count ? days.max() : nil
  }
}
