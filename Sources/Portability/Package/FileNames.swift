/// Gives tables file names that every file system can hold, apart from each other also where case does not count.
struct FileNames {
  private var taken: Set<String> = []

  /// A name made of a table's, which its sidecar can carry too.
  mutating func name(for table: String) -> String {
    let plain = Self.plain(table)
    var name = plain
    var number = 2
    while taken.contains(name.lowercased()) || taken.contains(name.lowercased() + ".types") || isSidecar(name) {
      name = "\(plain)-\(number)"
      number += 1
    }
    taken.insert(name.lowercased())
    taken.insert(name.lowercased() + ".types")
    return name
  }

  private func isSidecar(_ name: String) -> Bool {
    name.lowercased().hasSuffix(".types") && taken.contains(String(name.lowercased().dropLast(6)))
  }

  /// Letters, digits, `-`, `_` and inner points; anything else becomes `_`. Never empty, never a device of Windows.
  static func plain(_ name: String) -> String {
    var plain = ""
    for scalar in name.unicodeScalars.prefix(100) {
      let isKept =
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar))
      plain.unicodeScalars.append(isKept ? scalar : "_")
    }
    while plain.hasPrefix(".") || plain.hasPrefix("-") { plain = "_" + plain.dropFirst() }
    while plain.hasSuffix(".") { plain = plain.dropLast() + "_" }
    let stem = plain.prefix { $0 != "." }.lowercased()
    let isDevice = ["con", "prn", "aux", "nul"].contains(stem) || (stem.count == 4 && (stem.hasPrefix("com") || stem.hasPrefix("lpt")))
    return plain.isEmpty ? "_" : isDevice ? "_" + plain : plain
  }
}
