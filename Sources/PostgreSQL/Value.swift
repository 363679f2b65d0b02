/// The value of a parameter.
///
/// The server infers the type of `null`, `text` and `textArray` from where they stand (`$1::date`); the others carry their own.
public enum Value: Hashable, Sendable {
  /// No value.
  case null
  /// A `bigint`.
  case integer(Int64)
  /// A `double precision`, NaN and infinities included.
  case double(Double)
  /// The text form of any type; `text` where nothing else is asked for. Text with NUL is refused.
  case text(String)
  /// A `bytea`.
  case bytes([UInt8])
  /// A `boolean`.
  case bool(Bool)
  /// The elements of a one-dimensional array in their text form, such as `= ANY ($1::bigint[])` asks for.
  case textArray([String?])
}
