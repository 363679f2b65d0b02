/// What was recorded about the end of one contract. All days are civil days of the agreement's time zone.
public struct EndOfContract: Hashable, Sendable {
  /// The contract's last day.
  public let ended: CivilDate
  /// What the controller wants, once it has said so.
  public let choice: Choice?
  /// The steps that were taken, with the day.
  public let taken: [OffboardingStep: CivilDate]
  /// The sub-processors that confirmed since the destruction, by name.
  public let confirmed: Set<String>
  /// The day on which the last copy in a backup has expired; nil while data still lives, or when nobody can say.
  public let copiesExpire: CivilDate?
  /// Whether the time that passes after the delivery counts as a receipt.
  public let isSilenceReceipt: Bool
  /// What a destruction had to leave because a duty or a hold forbids more for now; nil when there was none, or it left nothing.
  public let remainder: Remainder?

  /// What a destruction had to leave.
  public enum Remainder: Hashable, Sendable {
    /// It can go on this day.
    case until(CivilDate)
    /// Nobody can say when it can go.
    case unknown
  }

  /// What the controller wants to happen with the data, and when it said so.
  public struct Choice: Hashable, Sendable {
    /// What it wants.
    public let wish: Wish
    /// The day on which it said so.
    public let on: CivilDate
    /// What its word still lacks before the data is returned.
    public let returnLacks: Set<Ruling.Missing>
    /// What its word still lacks before anything is destroyed.
    public let destructionLacks: Set<Ruling.Missing>

    /// A wish that was made known on a day.
    public init(
      wish: Wish, on: CivilDate, returnLacks: Set<Ruling.Missing> = [], destructionLacks: Set<Ruling.Missing> = []
    ) {
      self.wish = wish
      self.on = on
      self.returnLacks = returnLacks
      self.destructionLacks = destructionLacks
    }
  }

  /// What can be wanted at the end of a contract.
  public enum Wish: String, Hashable, Sendable, CaseIterable {
    case handOver = "return"
    case destroy
    case both
  }

  /// What was recorded so far.
  public init(
    ended: CivilDate, choice: Choice? = nil, taken: [OffboardingStep: CivilDate] = [:], confirmed: Set<String> = [],
    copiesExpire: CivilDate? = nil, isSilenceReceipt: Bool = true, remainder: Remainder? = nil
  ) {
    self.ended = ended
    self.choice = choice
    self.taken = taken
    self.confirmed = confirmed
    self.copiesExpire = copiesExpire
    self.isSilenceReceipt = isSilenceReceipt
    self.remainder = remainder
  }
}

/// The steps from the end of a contract to the day on which nothing of the data is left, in their order.
public enum OffboardingStep: String, Hashable, Sendable, CaseIterable {
  /// The application stops every use of the data.
  case stop
  /// The sub-processors hear that the contract has ended.
  case notify
  /// The data is written out and compared with its source.
  case handOver = "return"
  /// What was written out reaches the controller or its new processor.
  case deliver
  /// The controller says that it can read what it got, or its time to say so has passed.
  case receive
  /// A second person consents to the plan that destroys the data.
  case approve
  /// The data is destroyed.
  case destroy
  /// The destruction is verified, and a certificate says so.
  case certify
  /// The copies in backups expire, and the sub-processors confirm: the last certificate says so.
  case expire
  /// Nothing is left to be done.
  case close
}
