internal import CPostgreSQL

/// A connection URL as libpq understands it, in a form that may be shown: without passwords.
public struct ConnectionInfo: Hashable, Sendable {
  /// Whether libpq can read the URL.
  public let isValid: Bool
  /// The settings of the URL as `host=… dbname=…`, without those that libpq marks as secret.
  public let description: String

  /// Reads `url` without connecting.
  public init(_ url: String) {
    var complaint: UnsafeMutablePointer<CChar>?
    let options = unsafe PQconninfoParse(url, &complaint)
    defer {
      unsafe PQfreemem(complaint)
      unsafe PQconninfoFree(options)
    }
    guard var option = unsafe options else {
      (isValid, description) = (false, "unreadable connection URL")
      return
    }
    var settings: [String] = []
    while let keyword = unsafe option.pointee.keyword {
      // "*" asks programs to hide what is typed (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PQCONNDEFAULTS).
      let isSecret = unsafe option.pointee.dispchar.map { unsafe $0.pointee == CChar(bitPattern: UInt8(ascii: "*")) } ?? false
      if let value = unsafe option.pointee.val, !isSecret {
        settings.append(unsafe "\(String(cString: keyword))=\(String(cString: value))")
      }
      unsafe option += 1
    }
    (isValid, description) = (true, settings.joined(separator: " "))
  }
}

extension ConnectionInfo: CustomStringConvertible {}
