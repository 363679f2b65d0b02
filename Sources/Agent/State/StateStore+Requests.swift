public import Retention
import SQLite

/// A request as the state store remembers it. Whom it is about is sealed; the key to that is in a file of its own.
public struct StoredRequest: Hashable, Sendable {
  /// What the rules need to know of it.
  public let request: Request
  /// Whose data it is about.
  public let tenant: String
  /// The form that the sender gave it.
  public let isOral: Bool
  /// A reference of the sender or of the person who recorded it, as a ticket's number.
  public let reference: String?
  /// The kind of identifier that the person was named by, as `bsn`; nil when it is about all data.
  public let identifier: String?
  /// The person, sealed; nil when it is about all data, or when it is only forwarded.
  public let seal: SealedSubject?
  /// The SHA-256 of the written request.
  public let evidence: String?
  /// The SHA-256 of the controller's answer to the warning and the offer.
  public let answerEvidence: String?
  /// How far it has come.
  public let state: State
  /// When it was completed or withdrawn.
  public let closedAt: String?
  /// What the last run found left of it; nil when none has looked.
  public let remainder: Remainder?

  /// How far a request has come.
  public enum State: String, Hashable, Sendable {
    case open, completed, withdrawn
  }

  /// What a run found left of a request.
  public enum Remainder: Hashable, Sendable {
    /// Something can be done, and waits for a person.
    case due
    /// Nothing can be done before this day; nil when the day cannot be told.
    case deferred(until: CivilDate?)
  }

  /// The written instruction that a certificate names: the answer where one was asked for, else the request itself.
  public var instructionEvidence: String? { answerEvidence ?? evidence }
}

/// Whom a request or a hold is about: noise without the key in the file.
public struct SealedSubject: Hashable, Sendable {
  /// The sealed key of the person's row.
  public let bytes: [UInt8]
  /// The name of the file with the key.
  public let keyName: String
}

extension StateStore {
  /// The number of the next request.
  func nextRequest() throws(AgentError) -> String { "R-\(try nextNumber("number", in: "requests"))" }

  /// Remembers a new request, or one of which more is known.
  func set(_ stored: StoredRequest) throws(AgentError) {
    let request = stored.request
    let remainder: (String?, String?) =
      switch stored.remainder {
      case .due: ("due", nil)
      case .deferred(let until): ("deferred", until?.description)
      case nil: (nil, nil)
      }
    guard let number = Int64(request.id.dropFirst(2)) else { throw .stateContent(what: "request \(request.id)") }
    let columns = [
      "number", "tenant", "asker", "role", "wanted", "about", "received_at", "received_on", "written_at", "written_on", "answer", "is_oral",
      "reference", "identifier", "sealed", "key_name", "evidence", "answer_evidence", "state", "closed_at", "remainder", "possible_from",
    ]
    let values: [SQLite.Value] = [
      .integer(number), .text(stored.tenant), .text(request.asker.rawValue), SQLite.Value(request.role), .text(request.wanted.rawValue),
      .text(request.about.rawValue), .integer(Int64(request.receipt.moment.seconds)), .text(request.receipt.day.description),
      request.written.map { .integer(Int64($0.moment.seconds)) } ?? .null, SQLite.Value(request.written?.day.description),
      SQLite.Value(request.answer?.rawValue), .integer(stored.isOral ? 1 : 0), SQLite.Value(stored.reference),
      SQLite.Value(stored.identifier), stored.seal.map { .blob($0.bytes) } ?? .null, SQLite.Value(stored.seal?.keyName),
      SQLite.Value(stored.evidence), SQLite.Value(stored.answerEvidence), .text(stored.state.rawValue), SQLite.Value(stored.closedAt),
      SQLite.Value(remainder.0), SQLite.Value(remainder.1),
    ]
    let places = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    let updates = columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO requests (\(columns.joined(separator: ", "))) VALUES (\(places)) ON CONFLICT (number) DO UPDATE SET \(updates)", values
      )
    }
  }

  /// The requests about a tenant's data, oldest first; about all tenants' when none is named.
  public func requests(about tenant: String?) throws(AgentError) -> [StoredRequest] {
    var rows: [RequestRow] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(
        """
        SELECT number, tenant, asker, role, wanted, about, received_at, received_on, written_at, written_on, answer, is_oral, reference, \
        identifier, sealed, key_name, evidence, answer_evidence, state, closed_at, remainder, possible_from FROM requests \
        WHERE ?1 IS NULL OR tenant = ?1 ORDER BY number
        """, [SQLite.Value(tenant)])
      while let row = try statement.next() {
        var sealed: [UInt8]?
        if case .blob(let bytes) = row.value(14) { sealed = bytes }
        var texts: [Int: String] = [:]
        for column in 1..<22 where ![6, 8, 11, 14].contains(column) { texts[column] = try row.optionalText(column) }
        rows.append(
          RequestRow(
            number: try row.integer(0), texts: texts, receivedAt: try row.integer(6),
            writtenAt: row.isNull(8) ? nil : try row.integer(8), isOral: try row.integer(11) == 1, sealed: sealed))
      }
    }
    var found: [StoredRequest] = []
    for row in rows {
      guard let stored = row.stored else { throw .stateContent(what: "request R-\(row.number)") }
      found.append(stored)
    }
    return found
  }

  /// The request with a name.
  public func request(_ id: String) throws(AgentError) -> StoredRequest {
    guard let found = try requests(about: nil).first(where: { $0.request.id == id }) else { throw .noRequest(id) }
    return found
  }
}

/// The columns of one row, before they are read.
private struct RequestRow {
  let number: Int64
  let texts: [Int: String]
  let receivedAt: Int64
  let writtenAt: Int64?
  let isOral: Bool
  let sealed: [UInt8]?

  /// Nil when something in it is not what it should be.
  var stored: StoredRequest? {
    guard let tenant = texts[1], let asker = texts[2].flatMap(RequestRule.Asker.init),
      let wanted = texts[4].flatMap(RequestRule.Action.init),
      let about = texts[5].flatMap(RequestRule.Reach.init), let day = texts[7].flatMap({ CivilDate($0) }),
      let state = texts[18].flatMap(StoredRequest.State.init)
    else { return nil }
    var written: Receipt?
    if let writtenAt {
      guard let day = texts[9].flatMap({ CivilDate($0) }) else { return nil }
      written = Receipt(moment: Instant(seconds: Int(writtenAt)), day: day)
    }
    let answer = texts[10].flatMap(Request.Answer.init)
    guard (answer == nil) == (texts[10] == nil) else { return nil }
    let until = texts[21].flatMap { CivilDate($0) }
    guard (until == nil) == (texts[21] == nil) else { return nil }
    let remainder: StoredRequest.Remainder?
    switch texts[20] {
    case nil: remainder = nil
    case "due"?: remainder = .due
    case "deferred"?: remainder = .deferred(until: until)
    default: return nil
    }
    let request = Request(
      id: "R-\(number)", asker: asker, role: texts[3], wanted: wanted, about: about,
      receipt: Receipt(moment: Instant(seconds: Int(receivedAt)), day: day), written: written, answer: answer)
    return StoredRequest(
      request: request, tenant: tenant, isOral: isOral, reference: texts[12], identifier: texts[13],
      seal: sealed.flatMap { bytes in texts[15].map { SealedSubject(bytes: bytes, keyName: $0) } }, evidence: texts[16],
      answerEvidence: texts[17], state: state, closedAt: texts[19], remainder: remainder)
  }
}
