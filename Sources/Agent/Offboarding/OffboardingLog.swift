import Foundation
public import Portability
import Retention

/// What was recorded about the end of one contract, with what still counts of it: a return counts until the data changes, a
/// delivery is of the last return, a receipt of the last delivery.
public struct OffboardingLog {
  /// The last day that was announced.
  public private(set) var ended: Recorded<End>?
  /// What the controller said last.
  public private(set) var choice: Recorded<Choice>?
  /// When all use of the data was stopped.
  public private(set) var stopped: Recorded<Nothing>?
  /// What was written to be returned and never counted as such.
  private(set) var returning: Recorded<Unfinished>?
  /// The return that counts.
  public private(set) var returned: Recorded<Return>?
  /// Its delivery.
  public private(set) var delivered: Recorded<Delivery>?
  /// The controller's word that it opened it.
  public private(set) var received: Recorded<Delivery>?
  /// The tables in which the data was found to differ from the return before it was destroyed; nil when it did not.
  public private(set) var changed: Recorded<Change>?
  /// Whether the destruction of what was returned has begun.
  public private(set) var destroying: Recorded<Beginning>?
  /// From when on consents count: from the last time the data was found to have changed.
  private(set) var consentCountsFrom = ""
  /// The runs that stopped because the data had changed: they end with what they did.
  private(set) var stoppedRuns: Set<Int64> = []
  /// Whether rows that were sealed could not all be removed, because some were no longer what is in the archive.
  public private(set) var isRemovalStopped = false
  /// When no record was left.
  public private(set) var emptied: Recorded<Nothing>?
  /// When nothing was left to be done.
  public private(set) var closed: Recorded<Nothing>?
  /// Archives that were begun and never counted as sealed.
  private(set) var sealing: [Begun] = []
  /// The archives of what duties keep, as they were sealed together; nil when there are none, or none any more.
  public private(set) var sealed: Recorded<Seal>?
  /// The last archives that were made.
  public private(set) var lastSealed: Recorded<Seal>?
  /// Whether the removal of what was sealed has begun.
  public private(set) var removing: Recorded<Beginning>?
  /// Who opened them, and why.
  public private(set) var opened: [Recorded<Opening>] = []
  /// Which of them were destroyed with their keys, and when, by the path of each.
  public private(set) var unsealed: [String: String] = [:]
  /// The last trial file.
  public private(set) var trial: Recorded<Trial>?
  /// The keys of which somebody has shown to open what is encrypted to them.
  public private(set) var proven: Set<String> = []
  /// When a silent controller was reminded.
  public private(set) var reminded: [String] = []

  /// Something with the moment at which it was recorded.
  public struct Recorded<Facts> {
    /// The moment.
    public let at: String
    /// What is known.
    public let facts: Facts
  }

  /// Nothing but the moment is known.
  public struct Nothing: Codable {}

  /// The end of a contract, as somebody announced it.
  public struct End: Codable {
    /// The contract's last day.
    public let ended: String
    /// The account that announced it.
    public let account: String
  }

  /// What the controller wants, and how that is carried out.
  public struct Choice: Codable {
    /// What it wants.
    public let wish: String
    /// The day on which it said so.
    public let on: String
    /// To whom the data goes.
    public let to: String
    /// Nil is all data.
    public let nature: String?
    /// The part that is returned; nil is everything.
    public let tables: [String]?
    /// In which further forms it wants the rows; nil is none.
    public let copies: [ReadingCopy]?
    /// In which role it was said.
    public let role: String?
    /// SHA-256 of the writing.
    public let evidence: String?
    /// The account that recorded it.
    public let account: String
    /// Where the package goes.
    public let out: String?
    /// To whom it is encrypted: an age recipient, or a file with a key.
    public let encryptTo: String?
    /// The requests that were recorded with it.
    public let requests: [String]
  }

  /// A trial file for a key.
  public struct Trial: Codable {
    /// The key.
    public let recipient: String
    /// The SHA-256 of what is in the file.
    public let sha256: String
  }

  /// A package and its statement that are not verified yet.
  struct Unfinished: Codable {
    let file: String
    let sha256: String
    let statement: String
    let statementSHA256: String
  }

  /// A package that was written and verified.
  public struct Return: Codable {
    /// The package.
    public let file: String
    /// The statement beside it.
    public let statement: String
    /// Its SHA-256.
    public let sha256: String
    /// The SHA-256 of what is in it when it is encrypted, else the same.
    public let archive: String
    /// To whom it is encrypted.
    public let recipient: String?
    /// Whether something is missing that should have been in it, and somebody said that it may.
    public let isIncomplete: Bool
    /// The part that was returned; nil is everything.
    public let tables: [String]?
    /// Nil is all data.
    public let nature: String?
    /// What was in it.
    public let rows: SourceRows
  }

  /// A package that reached somebody.
  public struct Delivery: Codable {
    /// Its SHA-256.
    public let sha256: String
    /// In which role that was said.
    public let role: String?
    /// SHA-256 of what shows it.
    public let evidence: String?
  }

  /// Where an archive is to be, and under which name its key.
  struct Begun: Codable {
    let file: String
    let key: String
  }

  /// An archive of what duties keep until a day.
  public struct Archive: Codable {
    /// Where it is.
    public let file: String
    /// The name of the key that opens it.
    public let key: String
    /// Its SHA-256.
    public let sha256: String
    /// The day on which the duties on all that is in it are over.
    public let until: String
  }

  /// The archives that hold together what duties keep.
  public struct Seal: Codable {
    /// The day on which they were made.
    public let day: String
    /// All of the tenant's rows at that moment.
    public let rows: SourceRows
    /// The archives, the one that ends first first.
    public let archives: [Archive]
  }

  /// One of the archives was destroyed with its key.
  struct Unsealing: Codable {
    let file: String
  }

  /// Somebody looked into an archive.
  public struct Opening: Codable {
    /// Until when it was to be kept.
    public let until: String
    /// In which role.
    public let role: String
    /// Why.
    public let reason: String
  }

  /// What differed.
  public struct Change: Codable {
    /// The tables.
    public let tables: [String]
    /// The run that was to destroy the data.
    public let run: Int64?
  }

  /// The beginning of a destruction.
  public struct Beginning: Codable {
    /// The run that destroys; nil where it was not remembered.
    public let run: Int64?
  }

  init(_ events: [OffboardingEvent]) throws {
    for event in events {
      func facts<Facts: Decodable>(_ type: Facts.Type = Facts.self) throws -> Recorded<Facts> {
        do {
          return Recorded(at: event.at, facts: try JSONDecoder().decode(type, from: Data(event.facts.utf8)))
        } catch {
          throw AgentError.stateContent(what: "what was \(event.kind.rawValue) at the end of a contract")
        }
      }
      switch event.kind {
      case .announced: ended = try facts()
      case .chosen: choice = try facts()
      case .stopped: stopped = try facts()
      case .returning: returning = try facts()
      case .returned:
        returned = try facts()
        returning = nil
        (delivered, received, changed, destroying) = (nil, nil, nil, nil)
      case .delivered:
        delivered = try facts()
        received = nil
      case .received:
        received = try facts()
        if let recipient = returned?.facts.recipient { proven.insert(recipient) }
      case .tried: trial = try facts()
      case .proven: proven.insert(try facts(Trial.self).facts.recipient)
      case .reminded: reminded.append(event.at)
      case .destroying: destroying = try facts()
      case .changed:
        (returned, delivered, received, destroying) = (nil, nil, nil, nil)
        changed = try facts()
        consentCountsFrom = event.at
        if let run = changed?.facts.run { stoppedRuns.insert(run) }
        if removing != nil { isRemovalStopped = true }
      case .emptied: emptied = try facts()
      case .found: (emptied, closed) = (nil, nil)
      case .closed: closed = try facts()
      case .sealing: sealing.append(try facts(Begun.self).facts)
      case .sealed:
        sealed = try facts()
        sealing = []
        (lastSealed, removing, unsealed, isRemovalStopped) = (sealed, nil, [:], false)
      case .removing: removing = try facts()
      case .opened: opened.append(try facts())
      case .unsealed:
        unsealed[try facts(Unsealing.self).facts.file] = event.at
        if archives.isEmpty { sealed = nil }
      }
    }
  }
}

extension OffboardingLog {
  /// The archives that are still there, the one that ends first first.
  public var archives: [Archive] { sealed?.facts.archives.filter { unsealed[$0.file] == nil } ?? [] }

  /// Who opened an archive, and why.
  public func openings(of archive: Archive) -> [Recorded<Opening>] {
    guard let sealed = lastSealed?.at else { return [] }
    return opened.filter { $0.facts.until == archive.until && sealed <= $0.at }
  }

  /// The archives because of which live rows go; nil once their removal had to stop, because they were no longer what is in it.
  public var releasing: Recorded<Seal>? { isRemovalStopped ? nil : sealed }

  /// Whether silence can be taken for a receipt: not of what is encrypted to a key that nobody has shown to open. A package that
  /// nobody can open equals destruction.
  public var isSilenceReceipt: Bool { returned?.facts.recipient.map(proven.contains) ?? true }
}

extension OffboardingEvent {
  init(_ kind: Kind, _ facts: some Encodable, at moment: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.init(kind: kind, at: moment, facts: String(decoding: try encoder.encode(facts), as: UTF8.self))
  }
}

extension Node {
  /// What was recorded about the end of a tenant's contract.
  public func offboardingLog(of tenant: String) throws -> OffboardingLog { try OffboardingLog(state.offboarding(of: tenant)) }

  func record(_ kind: OffboardingEvent.Kind, _ facts: some Encodable = OffboardingLog.Nothing(), of tenant: String) throws {
    try state.append(try OffboardingEvent(kind, facts, at: now().description), of: tenant)
  }
}
