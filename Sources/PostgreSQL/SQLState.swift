/// A SQLSTATE: five characters, the first two of which are its class (https://www.postgresql.org/docs/15/errcodes-appendix.html).
public struct SQLState: RawRepresentable, Hashable, Sendable {
  /// The five characters.
  public let rawValue: String

  /// Takes a code as the server sent it; nil unless it is five digits or capital letters.
  public init?(rawValue: String) {
    let isWellFormed = rawValue.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    guard isWellFormed, rawValue.utf8.count == 5 else { return nil }
    self.rawValue = rawValue
  }

  private init(known rawValue: String) {
    self.rawValue = rawValue
  }

  /// The class: the first two characters.
  public var group: String { String(rawValue.prefix(2)) }

  /// Whether `error` comes from the server with this code.
  public static func ~= (pattern: SQLState, error: any Error) -> Bool {
    (error as? PostgreSQLError)?.code == pattern
  }
}

extension SQLState {
  /// `unique_violation`
  public static let uniqueViolation = SQLState(known: "23505")
  /// `foreign_key_violation`
  public static let foreignKeyViolation = SQLState(known: "23503")
  /// `not_null_violation`
  public static let notNullViolation = SQLState(known: "23502")
  /// `check_violation`
  public static let checkViolation = SQLState(known: "23514")
  /// `serialization_failure`
  public static let serializationFailure = SQLState(known: "40001")
  /// `deadlock_detected`
  public static let deadlockDetected = SQLState(known: "40P01")
  /// `lock_not_available`: a lock timeout or NOWAIT.
  public static let lockNotAvailable = SQLState(known: "55P03")
  /// `object_in_use`
  public static let objectInUse = SQLState(known: "55006")
  /// `dependent_objects_still_exist`: something is made of what should be dropped.
  public static let dependentObjectsStillExist = SQLState(known: "2BP01")
  /// `query_canceled`: a statement timeout or a request to cancel.
  public static let queryCanceled = SQLState(known: "57014")
  /// `admin_shutdown`: the server stops or ended this connection.
  public static let adminShutdown = SQLState(known: "57P01")
  /// `invalid_password`
  public static let invalidPassword = SQLState(known: "28P01")
  /// `invalid_catalog_name`: no such database.
  public static let invalidCatalogName = SQLState(known: "3D000")
  /// `character_not_in_repertoire`: a text of a database without an encoding is no UTF-8.
  public static let characterNotInRepertoire = SQLState(known: "22021")
  /// `raise_exception`: a function or trigger refused.
  public static let raiseException = SQLState(known: "P0001")
  /// `feature_not_supported`
  public static let featureNotSupported = SQLState(known: "0A000")
  /// `insufficient_privilege`
  public static let insufficientPrivilege = SQLState(known: "42501")
  /// `undefined_table`
  public static let undefinedTable = SQLState(known: "42P01")
  /// `undefined_column`
  public static let undefinedColumn = SQLState(known: "42703")
  /// `undefined_function`
  public static let undefinedFunction = SQLState(known: "42883")
  /// `in_failed_sql_transaction`
  public static let inFailedTransaction = SQLState(known: "25P02")
  /// `read_only_sql_transaction`
  public static let readOnlyTransaction = SQLState(known: "25006")
  /// `untranslatable_character`: the other encoding does not have it.
  public static let untranslatableCharacter = SQLState(known: "22P05")
  /// `disk_full`
  public static let diskFull = SQLState(known: "53100")
}
