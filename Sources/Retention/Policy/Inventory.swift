/// One node: where its state, keys and policies are, and which tenants it looks after (`wis.yaml`).
public struct Inventory: Hashable, Sendable {
  /// The node's name, as it appears in certificates.
  public let node: String
  /// The legal person that issues certificates.
  public let issuer: LegalPerson
  /// The state store (`/var/lib/wis/state.db`).
  public let state: String
  /// The folder with the signing keys.
  public let keys: String
  /// The folder with the issuer's public anchors.
  public let trust: String
  /// The folder that the certificate log is published in.
  public let log: String
  /// The name of the log, as it stands on its checkpoints (`wis.example/log`).
  public let logOrigin: String
  /// The folder with agreements, maps and statutes.
  public let policies: String
  /// When a run must wait for a person.
  public let brakes: Brakes
  /// The program that delivers notices; nil where files alone are written.
  public let notices: OperatorCommand?
  /// What signs certificates in the place of a key file (a program in front of an HSM, a TPM or a KMS); nil is the key file.
  public let signer: OperatorCommand?
  /// The tenants.
  public let tenants: [Tenant]

  /// A node with everything about it.
  public init(
    node: String, issuer: LegalPerson, state: String, keys: String, trust: String, log: String, logOrigin: String, policies: String,
    brakes: Brakes, notices: OperatorCommand? = nil, signer: OperatorCommand? = nil, tenants: [Tenant]
  ) {
    self.node = node
    self.issuer = issuer
    self.state = state
    self.keys = keys
    self.trust = trust
    self.log = log
    self.logOrigin = logOrigin
    self.policies = policies
    self.brakes = brakes
    self.notices = notices
    self.signer = signer
    self.tenants = tenants
  }
}

/// A company or public body.
public struct LegalPerson: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its number in the Dutch trade register (KvK), if it has one.
  public let kvk: String?

  /// A legal person.
  public init(name: String, kvk: String?) {
    self.name = name
    self.kvk = kvk
  }
}

/// A program of the operator's that does something for the node with what it gets on its standard input.
public struct OperatorCommand: Hashable, Sendable {
  /// The program's path and its arguments.
  public let arguments: [String]
  /// How long it may take, in seconds.
  public let seconds: Int

  /// A program with a time limit.
  public init(arguments: [String], seconds: Int) {
    self.arguments = arguments
    self.seconds = seconds
  }
}

/// Safety limits that stop a run before it acts. What passes them waits for `wis approve`.
public struct Brakes: Hashable, Sendable {
  /// More rows than this in one plan wait.
  public let rows: Int
  /// More than this percentage of a table's rows waits.
  public let percent: Int
  /// The clock may be ahead of the last run by at most this many days.
  public let clockAheadDays: Int
  /// The node's clock and a database server's may differ by at most this many seconds.
  public let clockSkewSeconds: Int
  /// An approved plan may be applied for this many days.
  public let planValidDays: Int

  /// The days between an instruction to destroy all data after a contract and the earliest destruction; a clause that leaves
  /// less time shortens it.
  public let coolingOffDays: Int

  /// The limits that hold when an inventory says nothing: small, because releasing them costs one command.
  public static let cautious = Brakes(
    rows: 1000, percent: 10, clockAheadDays: 45, clockSkewSeconds: 300, planValidDays: 7, coolingOffDays: 7)

  /// Limits of a node.
  public init(rows: Int, percent: Int, clockAheadDays: Int, clockSkewSeconds: Int, planValidDays: Int, coolingOffDays: Int) {
    self.rows = rows
    self.percent = percent
    self.clockAheadDays = clockAheadDays
    self.clockSkewSeconds = clockSkewSeconds
    self.planValidDays = planValidDays
    self.coolingOffDays = coolingOffDays
  }
}
