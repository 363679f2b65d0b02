import Evidence
import Retention
import Stores

/// What is remembered of the rows of a step when they change: who they were about, and which files they named.
struct RowMemory {
  private let subjects: SubjectColumns
  private let files: FileColumn?
  private let action: Step.Action

  init(of step: Step, in policy: TenantPolicy) {
    subjects = SubjectColumns(of: step, in: policy)
    files = FileColumn(of: step, in: policy.map)
    action = step.action
  }

  /// The columns that the changing statement itself gives back.
  var captured: [String] { subjects.columns + (action == .erase ? [files?.column].compactMap(\.self) : []) }

  /// The column that must be read before the rows change, because it is emptied.
  var read: String? { action == .reduce ? files?.column : nil }

  /// What a batch remembers. `before` is what stood in the column to be read, for each row.
  func batch(_ rows: ChangedRows, before: [[UInt8]?]) -> BatchMemory {
    let names = action == .erase ? rows.captured.map { $0.last?.map { Array($0.utf8) } } : before
    return BatchMemory(
      keys: rows.keys, subjects: subjects.identifiers(in: rows),
      files: files.map { files in names.compactMap { files.file($0) } } ?? [])
  }
}
