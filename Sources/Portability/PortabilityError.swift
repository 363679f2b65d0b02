public import Retention
public import Stores

/// Why a package could not be written, read or believed. Never holds a value of a record.
public enum PortabilityError: Error {
  /// The destination exists already.
  case exists(path: String)
  /// A call to the operating system failed.
  case file(path: String, act: String, errno: Int32)
  /// The tenant's database refused.
  case store(StoreError)
  /// The data map and the schema do not fit together.
  case decision(DecisionError)
  /// What was asked for does not fit the tenant's data map or schema.
  case scope(String)
  /// A recipient, identity or program for encryption cannot be used.
  case encryption(String)
  /// The file is not what it should be: damaged, cut short, altered, or encrypted to somebody else.
  case damaged(path: String, problem: String)
  /// A library ran out of memory.
  case outOfMemory
}
