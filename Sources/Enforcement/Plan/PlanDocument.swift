public import Evidence
public import Retention

/// A plan as a document: what `wis plan` writes, `wis approve` binds itself to and the certificate names.
///
/// The digest covers what will be done and the policies and schema it follows from; the counts of what stays are told
/// beside it, because an application that goes on working changes them without changing the plan.
public struct PlanDocument {
  /// The files that the plan follows from.
  public struct Sources: Hashable, Sendable {
    /// SHA-256 of the agreement's file.
    public let agreement: String
    /// SHA-256 of the data map's file.
    public let map: String

    /// The digests of an agreement and a data map.
    public init(agreement: String, map: String) {
      self.agreement = agreement
      self.map = map
    }
  }

  /// What will be done, as JSON.
  public let body: JSONValue
  /// SHA-256 of the canonical body, in hexadecimal.
  public let digest: String

  /// The document of a plan.
  public init(_ plan: Plan, from sources: Sources) throws(EvidenceError) {
    let policy = plan.decision.policy
    var body: [String: JSONValue] = [
      "type": "wis-plan",
      "v": 1,
      "tenant": .string(policy.tenant.id),
      "asOf": .string(plan.decision.today.description),
      "agreement": [
        "name": .string(policy.agreement.name), "version": .string(policy.agreement.source.version),
        "sha256": .string(sources.agreement),
      ],
      "map": ["name": .string(policy.map.name), "sha256": .string(sources.map)],
      "schema": .string(Hash(of: Array(plan.decision.schema.fingerprint.utf8)).hex),
      "level": .string(policy.level.rawValue),
      "steps": .array(plan.steps.map(\.json)),
    ]
    body["request"] = plan.decision.instruction?.json
    let budget = policy.tenant.scrub
    // What is not done costs nothing.
    if policy.level > .logical, budget != .unlimited {
      body["scrub"] = .object(present: [
        "seconds": budget.seconds.map { .integer(Int64($0)) }, "bytes": budget.bytes.map { .integer(Int64($0)) },
      ])
    }
    self.body = .object(body)
    digest = Hash(of: try self.body.canonical()).hex
  }

  /// The document as a file: the body with its digest, and what stays.
  public func file(of plan: Plan) -> JSONValue {
    [
      "digest": .string(digest), "plan": body,
      "totals": .object(Dictionary(uniqueKeysWithValues: plan.totals.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
      "excluded": .array(plan.exclusions.map(\.json)),
      "uncovered": .array(
        plan.decision.gaps.map { .object(present: ["table": .string($0.table), "column": $0.column.map(JSONValue.string)]) }),
    ]
  }
}

extension Instruction {
  /// The request that a plan carries out. Whom it is about is not told.
  fileprivate var json: JSONValue {
    .object([
      "id": .string(request), "rule": .string(rule.name), "clause": .string(rule.clause),
      "about": .string(subject == nil ? "tenant" : "subject"),
      "lifts": .array(lifts.sorted().map(JSONValue.string)),
    ])
  }
}

extension Step {
  fileprivate var json: JSONValue {
    .object(present: [
      "table": .string(table.table.name), "category": .string(category.name), "action": .string(action.rawValue),
      "rows": .integer(Int64(rows)), "where": .string(conditionInCircle.description), "reasons": .array(reasons.map(\.json)),
      "empties": action == .reduce ? .array(emptied.map(JSONValue.string)) : nil,
      "partitions": dropsPartitions ? "drop" : nil, "sets": marking.map { .array($0.map(JSONValue.string)) },
    ])
  }
}

extension Step {
  /// The columns of which the values go, of a step that reduces.
  public var emptied: [String] {
    guard action == .reduce, let reduction = table.reduction else { return [] }
    return reduction.values.keys.filter { table.restriction?.values[$0] == nil }.sorted()
  }

  /// How its rows are marked as restricted, column by column; nil when they are not.
  public var marking: [String]? {
    guard action != .erase else { return nil }
    return table.restriction?.values.sorted { $0.key < $1.key }.map { Predicate.equals(column: $0, $1).description }
  }
}

extension Retention.Exclusion {
  /// The records that stay, as JSON.
  public var json: JSONValue {
    .object(present: [
      "table": .string(table), "category": `case`.category.map { .string($0.name) }, "disposition": .string(`case`.disposition.rawValue),
      "rows": .integer(Int64(count.rows)), "until": until.map { .string($0.description) }, "reasons": .array(`case`.reasons.map(\.json)),
    ])
  }
}

extension Reason {
  /// The reason as JSON: a kind, and the rule with its clause where there is one.
  public var json: JSONValue {
    switch self {
    case .limitReached(let applied): applied.json(as: "limit-reached")
    case .requested(let request, let rule):
      ["kind": "requested", "request": .string(request), "rule": .string(rule.name), "clause": .string(rule.clause)]
    case .dutyOpen(let applied): applied.json(as: "duty-open")
    case .limitNotReached(let applied): applied.json(as: "limit-not-reached")
    case .untilRequest(let applied): applied.json(as: "until-request")
    case .hold(let id, let until): .object(present: ["kind": "hold", "hold": .string(id), "until": until.map { .string($0.description) }])
    case .processingStopped(let rule, let since):
      ["kind": "processing-stopped", "rule": .string(rule.name), "clause": .string(rule.clause), "since": .string(since.description)]
    case .neededBy(let tables): ["kind": "needed-by", "tables": .array(tables.map(JSONValue.string))]
    case .livesWith(let tables): ["kind": "lives-with", "tables": .array(tables.map(JSONValue.string))]
    case .neverNamed(let tables): ["kind": "never-named", "tables": .array(tables.map(JSONValue.string))]
    case .alreadyReduced: ["kind": "already-reduced"]
    case .alreadyRestricted: ["kind": "already-restricted"]
    case .clockMissing(let clocks): ["kind": "clock-missing", "clocks": .array(clocks.map(JSONValue.string))]
    case .noRule(let category): ["kind": "no-rule", "category": .string(category.name)]
    case .unmapped: ["kind": "unmapped"]
    case .restored(let certificate): ["kind": "restored-backup", "certificate": .string(certificate)]
    case .unmarked(let request): ["kind": "restored-unmarked", "request": .string(request)]
    case .impersonal: ["kind": "impersonal"]
    }
  }
}

extension AppliedRule {
  fileprivate func json(as kind: String) -> JSONValue {
    var cutoff: CivilDate?
    if case .clocksBefore(let day) = reach { cutoff = day }
    return .object(present: [
      "kind": .string(kind), "rule": .string(rule.name), "clause": .string(rule.clause), "ground": rule.ground.map(JSONValue.string),
      "clock": clock.map { .string($0.description) }, "before": cutoff.map { .string($0.description) },
    ])
  }
}
