/// An Excel workbook (ECMA-376) that is written from beginning to end, with a sheet for each table and one that says what it is.
///
/// Texts stand in their cells as they are, and never as formulas. What Excel cannot hold goes another way: a table with more rows than a
/// sheet has goes on in the next sheet, a number of more digits than Excel keeps is text, and a text that is too long is cut and counted.
struct Workbook: ~Copyable {
  private let zip: ZipWriter
  private var sheets: [String] = []
  private var taken: Set<String> = []
  private var open: (table: String, columns: [[UInt8]], rows: Int, size: Int)?
  private var lines: [UInt8] = []
  private var cut = 0

  /// Rows of a sheet (Excel specifications and limits), and characters of a cell.
  private static let (mostRows, mostCharacters) = (1_048_576, 32_767)
  /// Bytes of a sheet after which the next one begins: readers without Zip64 know entries of up to 4 GB.
  private static let mostBytes = 2 << 30
  private static let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let package = "http://schemas.openxmlformats.org/package/2006"
  private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

  /// - Parameter day: the civil day that its parts carry, `YYYY-MM-DD`.
  init(day: String, spoolFolder: String, write: @escaping ([UInt8]) throws -> Void) throws {
    zip = try ZipWriter(day: day, spoolFolder: spoolFolder, isLarge: false, to: .stream(write))
  }

  /// Begins a table.
  mutating func begin(_ table: String, columns: [String]) throws {
    try beginSheet(table, columns.map { Array($0.utf8) })
  }

  private mutating func beginSheet(_ table: String, _ columns: [[UInt8]]) throws {
    sheets.append(sheetName(table))
    try zip.begin("xl/worksheets/sheet\(sheets.count).xml")
    lines = Array(
      ("\(Self.head)<worksheet xmlns=\"\(Self.spreadsheet)\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
        + "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetData>\n").utf8)
    open = (table, columns, 0, 0)
    try add(columns.map(ReadableValue.text))
  }

  /// Adds a row of the table.
  mutating func add(_ row: [ReadableValue]) throws {
    if let (table, columns, rows, size) = open, rows == Self.mostRows || size > Self.mostBytes {
      try endSheet()
      try beginSheet(table, columns)
    }
    let start = lines.count
    lines += "<row>".utf8
    for value in row { append(value) }
    lines += "</row>\n".utf8
    open?.rows += 1
    open?.size += lines.count - start
    if lines.count >= 1 << 17 { try flush() }
  }

  /// Ends the table.
  mutating func endTable() throws { try endSheet() }

  private mutating func endSheet() throws {
    lines += "</sheetData></worksheet>\n".utf8
    try flush()
    try zip.end()
    open = nil
  }

  private mutating func flush() throws {
    try zip.write(content: lines)
    lines.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ value: ReadableValue) {
    switch value {
    case .null: lines += "<c/>".utf8
    case .boolean(let flag): lines += "<c t=\"b\"><v>\(flag ? 1 : 0)</v></c>".utf8
    case .number(let digits):
      // Excel keeps fifteen digits.
      guard digits.isFiniteNumber, digits.count(where: { (0x30...0x39).contains($0) }) <= 15 else { return append(text: digits) }
      lines += "<c><v>".utf8
      lines += digits
      lines += "</v></c>".utf8
    case .text(let text), .json(let text), .bytes(let text): append(text: text)
    case .file(let path): append(text: Array(path.utf8))
    }
  }

  private mutating func append(text bytes: [UInt8]) {
    var text = String(decoding: bytes, as: UTF8.self)
    if bytes.count > Self.mostCharacters, text.utf16.count > Self.mostCharacters {
      cut += 1
      text = String(text.unicodeScalars.prefix(Self.mostCharacters / 2)) + "…"
    }
    // With the style that says so, a text that begins like a formula stays one when somebody edits the cell.
    let isLikeFormula = bytes.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
    lines += "<c t=\"inlineStr\"\(isLikeFormula ? " s=\"1\"" : "")><is><t xml:space=\"preserve\">".utf8
    lines += Self.escaped(text).utf8
    lines += "</t></is></c>".utf8
  }

  /// Text as XML, with characters that XML does not know as Excel writes them: `_x0001_` (ECMA-376 part 1, 22.9.2.19).
  static func escaped(_ text: String) -> String {
    var escaped = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\0"..<" ", "\u{FFFE}", "\u{FFFF}":
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "_x\(String(repeating: "0", count: 4 - digits.count))\(digits)_"
      case "_" where rest.isEscape: escaped += "_x005F_"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A name that no other sheet has and that Excel takes: of 31 characters at most, without some signs.
  private mutating func sheetName(_ table: String) -> String {
    let plain = table.unicodeScalars.map { "[]:*?/\\'".unicodeScalars.contains($0) || $0.value < 0x20 ? "_" : Character($0) }
    var (name, number) = (String(plain.prefix(31)), 1)
    while name.isEmpty || !taken.insert(name.lowercased()).inserted {
      number += 1
      let ending = " (\(number))"
      name = String(plain.prefix(31 - ending.count)) + ending
    }
    return name
  }

  /// Writes the sheet about the copy and what makes a workbook of the sheets.
  mutating func finish() throws {
    let about = [
      "Leeskopie, geen bewijs. De precieze waarden staan in data/tables; daaruit wordt teruggezet en daarmee is vergeleken.",
      "Reading copy, not evidence. The exact values are in data/tables; they are what is restored and what was compared.",
      "Ingekorte teksten / texts that were cut: \(cut)",
    ]
    try begin("Leeskopie", columns: about.prefix(1).map(\.self))
    for line in about.dropFirst() { try add([.text(Array(line.utf8))]) }
    try endTable()
    let order = [sheets.count] + Array(1..<sheets.count)
    let sheetList = order.map { "<sheet name=\"\(Self.escaped(sheets[$0 - 1]))\" sheetId=\"\($0)\" r:id=\"rId\($0)\"/>" }.joined()
    try part(
      "xl/workbook.xml", "<workbook xmlns=\"\(Self.spreadsheet)\" xmlns:r=\"\(Self.office)\"><sheets>\(sheetList)</sheets></workbook>")
    let styles = sheets.count + 1
    let relations =
      (1..<styles).map { "<Relationship Id=\"rId\($0)\" Type=\"\(Self.office)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>" }.joined()
      + "<Relationship Id=\"rId\(styles)\" Type=\"\(Self.office)/styles\" Target=\"styles.xml\"/>"
    try part("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"\(Self.package)/relationships\">\(relations)</Relationships>")
    try part("xl/styles.xml", Self.styles)
    try part(
      "_rels/.rels",
      "<Relationships xmlns=\"\(Self.package)/relationships\"><Relationship Id=\"rId1\" Type=\"\(Self.office)/officeDocument\" "
        + "Target=\"xl/workbook.xml\"/></Relationships>")
    let parts =
      [("workbook", "sheet.main"), ("styles", "styles")] + (1..<styles).map { ("worksheets/sheet\($0)", "worksheet") }
    let overrides = parts.map { path, kind in
      "<Override PartName=\"/xl/\(path).xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.\(kind)+xml\"/>"
    }
    try part(
      "[Content_Types].xml",
      "<Types xmlns=\"\(Self.package)/content-types\"><Default Extension=\"rels\" "
        + "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\(overrides.joined())</Types>")
    try zip.finish(naming: nil)
  }

  /// The least that Excel takes for styles: the usual one, and that of a text which begins like a formula.
  private static let styles = """
    <styleSheet xmlns="\(spreadsheet)"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>\
    <patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/>\
    <right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>\
    </cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
    <xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs><cellStyles count="1">\
    <cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
    """

  private func part(_ path: String, _ xml: String) throws {
    try zip.begin(path)
    try zip.write(content: Array((Self.head + xml).utf8))
    try zip.end()
  }
}

extension Substring.UnicodeScalarView {
  /// Whether an underscore before it would make an escape: `x`, four hexadecimal digits, and an underscore.
  fileprivate var isEscape: Bool {
    let text = prefix(6)
    return text.count == 6 && text.first == "x" && text.last == "_" && text.dropFirst().dropLast().allSatisfy(\.properties.isASCIIHexDigit)
  }
}
