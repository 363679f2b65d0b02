/// Rows as JSON objects (RFC 8259), one in a line.
enum JSONLines {
  /// Appends a row. `names` are the columns' names as JSON.
  static func append(_ row: [ReadableValue], _ names: [[UInt8]], to lines: inout [UInt8]) {
    for (index, value) in row.enumerated() {
      lines.append(UInt8(ascii: index == 0 ? "{" : ","))
      lines += names[index]
      lines.append(UInt8(ascii: ":"))
      append(value, to: &lines)
    }
    lines += "}\n".utf8
  }

  private static func append(_ value: ReadableValue, to lines: inout [UInt8]) {
    switch value {
    case .null: lines += "null".utf8
    case .boolean(let flag): lines += (flag ? "true" : "false").utf8
    // JSON has neither an infinite number nor what is none.
    case .number(let digits): lines += digits.isFiniteNumber ? digits : string(digits)
    case .text(let text): lines += string(text)
    // Between the parts of JSON a line break is as good as a space, and within a text it is always escaped.
    case .json(let text): lines += text.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    case .bytes(let base64):
      lines += "{\"base64\":\"".utf8
      lines += base64
      lines += "\"}".utf8
    case .file(let path):
      lines += "{\"file\":".utf8
      lines += string(Array(path.utf8))
      lines.append(UInt8(ascii: "}"))
    }
  }

  /// A text as JSON.
  static func string(_ text: [UInt8]) -> [UInt8] {
    var json = [UInt8(ascii: "\"")]
    json.reserveCapacity(text.count + 2)
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        json += "\\u00".utf8
        json += [byte].hex.utf8
      default: json.append(byte)
      }
    }
    json.append(UInt8(ascii: "\""))
    return json
  }
}

extension [UInt8] {
  /// Whether they are the digits of a finite number; others are written in letters.
  var isFiniteNumber: Bool { last.map { (0x30...0x39).contains($0) } ?? false }
}
