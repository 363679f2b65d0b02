import Stores

/// What a column's values are, for the descriptor and for the scripts that put them back.
struct ColumnType: Hashable {
  /// Of the Table Schema: `integer`, `number`, `string`, …
  let type: String
  /// Of the Table Schema: `uuid`, `binary`, …
  let format: String?

  /// The type that fits everything that was seen in a column.
  init(_ form: ColumnForm, _ seen: Seen) {
    let isOdd = seen.contains(.odd)
    (type, format) =
      switch form {
      case .dynamic: Self.dynamic(seen)
      case .integer: ("integer", nil)
      case .numeric, .float: ("number", nil)
      case .boolean: ("boolean", nil)
      case .date: isOdd ? ("string", nil) : ("date", nil)
      case .time: isOdd ? ("string", nil) : ("time", nil)
      case .timestamp, .moment: isOdd ? ("string", nil) : ("datetime", nil)
      case .interval: isOdd ? ("string", nil) : ("duration", nil)
      case .uuid: ("string", "uuid")
      case .binary: seen.contains(.binary) && !isOdd ? ("string", "binary") : ("string", nil)
      case .array: isOdd ? ("string", nil) : ("array", nil)
      case .json: ("any", nil)
      case .text, .other: ("string", nil)
      }
  }

  private static func dynamic(_ seen: Seen) -> (String, String?) {
    let values = seen.subtracting(.null)
    if values == .integer { return ("integer", nil) }
    if !values.isEmpty && values.isSubset(of: [.integer, .number]) { return ("number", nil) }
    if values == .day { return ("date", nil) }
    return ("string", nil)
  }
}

extension ColumnForm {
  /// The word in the descriptor.
  var word: String {
    switch self {
    case .dynamic(let affinity): "sqlite-\(affinity.rawValue)"
    case .integer: "integer"
    case .numeric: "numeric"
    case .float: "float"
    case .boolean: "boolean"
    case .date: "date"
    case .time: "time"
    case .timestamp: "timestamp"
    case .moment: "moment"
    case .interval: "interval"
    case .uuid: "uuid"
    case .text: "text"
    case .json: "json"
    case .array: "array"
    case .binary: "binary"
    case .other: "other"
    }
  }
}
