import Evidence
import Retention
import Stores

/// What is looked at in the rows of a step when they change: who they were about, which files they named, and whether they are what
/// was returned.
struct RowMemory {
  private let subjects: SubjectColumns
  private let files: [MappedTable.Files]
  private let mark: RowPart?
  private let action: Step.Action

  init(of step: Step, in policy: TenantPolicy, returned: ReturnedRows?) {
    subjects = SubjectColumns(of: step, in: policy)
    files = step.fileColumns(in: policy.map)
    mark = step.action.destroys ? returned?.mark(in: step.table.table.name) : nil
    action = step.action
  }

  private var own: [RowPart] { files.map { .column($0.path) } + [mark].compactMap(\.self) }

  /// What the changing statement itself gives back.
  var captured: [RowPart] { subjects.columns.map(RowPart.column) + (action == .erase ? own : []) }

  /// What must be read before the rows change, because it is changed.
  var read: [RowPart] { action == .reduce ? own : [] }

  /// The files and hashes of the rows, in the order of ``own``. `before` is what was read, for each row.
  private func values(_ rows: ChangedRows, _ before: [[[UInt8]?]]) -> [[[UInt8]?]] {
    action == .erase ? rows.captured.map { $0.suffix(own.count).map { $0.map { Array($0.utf8) } } } : before
  }

  /// The hashes of the rows as they were; empty where none are asked for.
  func hashes(_ rows: ChangedRows, before: [[[UInt8]?]]) -> [[UInt8]?] {
    mark == nil ? [] : values(rows, before).map { $0.last ?? nil }
  }

  /// What a batch remembers. `before` is what was read, for each row.
  func batch(_ rows: ChangedRows, before: [[[UInt8]?]]) -> BatchMemory {
    let named = files.isEmpty ? [] : values(rows, before)
    return BatchMemory(
      keys: rows.keys, subjects: subjects.identifiers(in: rows),
      files: named.flatMap { names in zip(files, names).compactMap { $0.file($1) } })
  }
}
