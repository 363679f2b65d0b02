import Stores

extension PackageWriter {
  /// The bag in a file, behind the tables that an export which was interrupted has written and that are the same in this snapshot.
  func beginning(
    _ file: OutputFile, _ checkpoints: Checkpoints, _ tables: [TablePart], _ top: String
  ) throws -> (BagWriter, [WrittenTable]) {
    let known = try unchanged(tables, since: checkpoints.interrupted)
    do {
      let begun = try behind(known, in: file, top)
      try checkpoints.begin(with: known.map(\.noted))
      try file.truncate(to: begun.bag.length)
      return begun
    } catch PortabilityError.damaged(let path, let problem) {
      progress("\(path) is begun anew: \(problem)")
      try checkpoints.begin(with: [])
      try file.truncate(to: 0)
      return (try begun(in: .file(file), top), [])
    }
  }

  private func behind(
    _ known: [(table: TablePart, noted: Checkpoints.Table)], in file: OutputFile, _ top: String
  ) throws -> (bag: BagWriter, written: [WrittenTable]) {
    let bag = try begun(in: .file(file), top)
    let input = try file.reader()
    let archive = try ZipReader(ByteReader(path: file.path) { try input.read() })
    var written: [WrittenTable] = []
    for (table, noted) in known {
      progress("\(table.name): \(noted.rows) rows, as the export that was interrupted wrote them")
      written.append(
        WrittenTable(
          table: table.with(nullMarker: noted.nullMarker), file: try bag.takeOver(archive, upTo: noted.end),
          path: "tables/\(table.fileName).csv", typesPath: noted.typesPath, rows: noted.rows, hash: noted.hash,
          sourceHash: noted.sourceHash, seen: noted.seen.map(Seen.init), hasFiles: noted.hasFiles))
    }
    return (bag, written)
  }

  /// The first tables, up to one that is not the same any more as when it was noted.
  private func unchanged(
    _ tables: [TablePart], since noted: [Checkpoints.Table]
  ) throws -> [(table: TablePart, noted: Checkpoints.Table)] {
    var same: [(table: TablePart, noted: Checkpoints.Table)] = []
    for (table, noted) in zip(tables, noted) {
      guard noted.fits(table) else { break }
      let survey = try store.survey(table.selection, for: noted.nullMarker)
      guard survey.rows == noted.rows, survey.hash == noted.sourceHash, survey.marked == 0 else { break }
      same.append((table, noted))
    }
    return same
  }
}
