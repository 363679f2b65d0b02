import Retention

/// `LEESMIJ.html` and `README.html`: what the package is, how to open, check and restore it, and what is not in it.
struct ReadmePages {
  let request: ExportRequest
  let evidence: ExportEvidence
  let package: DataPackage
  let name: String

  var dutch: String { page(.dutch) }
  var english: String { page(.english) }

  private func page(_ words: ReadmeWords) -> String {
    """
    <!DOCTYPE html>
    <html lang="\(words.language)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>\(escaped(name))</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <h1>\(words.title)</h1>
    <p>\(escaped(words.summary(evidence)))</p>
    \(evidence.scope.until.map { "<p>\(escaped(words.ending(evidence.scope.after, $0)))</p>\n" } ?? "")\
    <h2>\(words.contentsTitle)</h2>
    <table><tr>\(words.contentsColumns.map { "<th>\($0)</th>" }.joined())</tr>
    \(package.resources.enumerated().map { row($1, $0, words) }.joined())</table>
    \(evidence.copies.map { "<p>\(words.copies($0))</p>\n" } ?? "")\
    \(words.howTo(name: name).map { "<h2>\($0.title)</h2>\n\($0.html)\n" }.joined())
    <h2>\(words.leftOutTitle)</h2>
    \(leftOut(words))
    <h2>\(words.keptTitle)</h2>
    <p>\(words.kept)</p>
    \(kept(words))
    \(package.resources.enumerated().map { columns($1, $0, words) }.joined())
    <p class="foot">\(escaped(request.tool)) · \(evidence.export)</p>
    </body>
    </html>

    """
  }

  private func row(_ resource: DataPackage.Resource, _ index: Int, _ words: ReadmeWords) -> String {
    let kind = [resource.personalData, resource.nature].compactMap(\.self).joined(separator: ", ")
    return """
      <tr><td><a href="#t\(index)">\(escaped(resource.title ?? resource.name))</a></td>\
      <td><a href="data/\(escaped(resource.path))">\(escaped(resource.path))</a></td><td class="n">\(resource.rowCount)</td>\
      <td class="n">\(resource.bytes)</td><td>\(escaped(kind))</td></tr>\n
      """
  }

  private func columns(_ resource: DataPackage.Resource, _ index: Int, _ words: ReadmeWords) -> String {
    let rows = resource.schema.fields.map { field in
      "<tr><td>\(escaped(field.name))</td><td>\(escaped(field.type))</td><td>\(escaped(field.sourceType ?? ""))</td>"
        + "<td>\(escaped(field.personalData ?? ""))</td><td>\(escaped(field.description ?? ""))</td></tr>\n"
    }
    let keys = resource.schema.references.map { key in
      "\(key.fields.joined(separator: ", ")) → \(key.reference.resource ?? resource.name) (\(key.reference.fields.joined(separator: ", ")))"
    }
    return """
      <h3 id="t\(index)">\(escaped(resource.title ?? resource.name))</h3>
      <p>\(words.key): \(escaped((resource.schema.primaryKey ?? []).joined(separator: ", ")))\(keys.map { "<br>\(escaped($0))" }.joined()) \
      · \(words.empty): <code>\(escaped(resource.schema.missingValues.joined()))</code></p>
      <table><tr>\(words.columnColumns.map { "<th>\($0)</th>" }.joined())</tr>
      \(rows.joined())</table>

      """
  }

  private func leftOut(_ words: ReadmeWords) -> String {
    var lines = evidence.leftOut.map { "\($0.table)\($0.column.map { ".\($0)" } ?? ""): \(words.reason($0.reason))" }
    if evidence.files.missing > 0 { lines.append(words.missingFiles(evidence.files.missing)) }
    lines += evidence.orphans.map { words.orphans($0.reference, $0.rows) }
    lines += (evidence.later ?? []).map { words.later($0.reference, $0.rows) }
    guard !lines.isEmpty else { return "<p>\(words.nothing)</p>" }
    return "<ul>\n\(lines.map { "<li>\(escaped($0))</li>\n" }.joined())</ul>"
  }

  private func kept(_ words: ReadmeWords) -> String {
    let rules = request.policy.rules.map { rule in
      let term = if case .period(let period, _) = rule.keeping { words.term(period) } else { words.untilRequest }
      return "<li>\(words.clause) \(escaped(rule.clause)): \(escaped(rule.name)), \(escaped(term))</li>\n"
    }
    return rules.isEmpty ? "" : "<ul>\n\(rules.joined())</ul>"
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  private static let style = """
    body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}\
    th,td{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}.n{text-align:right}\
    code,pre{background:#f3f3f3}pre{padding:.6em;overflow:auto}.foot{color:#666;font-size:80%}
    """
}
