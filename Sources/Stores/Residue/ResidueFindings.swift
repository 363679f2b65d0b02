public import Residue

/// What a search through a database's own files found.
public struct ResidueFindings: Hashable, Sendable {
  /// Pages of the database, and how many of them were walked.
  public internal(set) var pages: Coverage = Coverage()
  /// Bytes of the files, and how many of them were searched for values.
  public internal(set) var bytes: Coverage = Coverage()
  /// Pages with bytes that belong to nothing and are not zero.
  public internal(set) var dirtyPages = 0
  /// How many values were looked for, in all their forms.
  public internal(set) var patterns = 0
  /// Rows of which at least one value was looked for, of those that were captured.
  public internal(set) var rowsCovered = 0
  /// Places where a value was found that lives on nowhere, by kind.
  public internal(set) var hits: [Region: Int] = [:]
  /// Values that were found and that live on in kept rows.
  public internal(set) var livingOn = 0
  /// How many planted values had to be found, and were.
  public internal(set) var controls: Coverage = Coverage()
  /// What is in use beside the files, and was not searched for values that a person gave.
  public internal(set) var unsearched: Set<Elsewhere> = []
  /// What kept the search from everything.
  public internal(set) var obstacle: Cleansing.Obstacle?

  /// Some of all.
  public struct Coverage: Hashable, Sendable {
    /// How many were looked at.
    public internal(set) var seen = 0
    /// How many there were.
    public internal(set) var of = 0
  }

  /// Where a value was found.
  public enum Region: String, Hashable, Sendable, CaseIterable {
    /// In bytes that belong to nothing.
    case slack
    /// In a page of the free list or behind the end.
    case free
    /// In a row version that nobody can see any more.
    case deadRows = "dead-rows"
    /// In a full-text index, materialized view or another copy that the database made.
    case derived
    /// In an index.
    case index
    /// In the planner's samples.
    case statistics
    /// In the journal or write-ahead log.
    case journal
    /// In a large object that no row names.
    case largeObjects = "large-objects"
    /// In the server's own log.
    case serverLog = "server-log"
    /// In the statements that the server collected.
    case statements
    /// In the schema or in administration.
    case schema
    /// Somewhere: the place could not be told.
    case unknown
  }

  /// Where else a server keeps what passed through it.
  public enum Elsewhere: String, Hashable, Sendable, CaseIterable {
    /// Segments of the write-ahead log that are copied elsewhere.
    case archive
    /// Servers that follow, and slots that keep the log for one.
    case standbys
    /// The server's own log, where only the system knows its place.
    case serverLog = "server-log"
    /// The statements that were collected, where this database cannot list them.
    case statements
    /// Pages in the write-ahead log, which are compressed.
    case compressedLog = "compressed-log"
    /// Compressed values that are very large, or whose parts lie far from each other in the files.
    case scattered = "scattered-values"

    init(_ place: OutsidePlace) {
      self =
        switch place {
        case .archive: .archive
        case .standbys: .standbys
        case .serverLog: .serverLog
        case .statements: .statements
        }
    }
  }

  init(stoppedBy obstacle: Cleansing.Obstacle? = nil) { self.obstacle = obstacle }

  /// How many places hold a value that should be gone.
  public var hitCount: Int { hits.values.reduce(0, +) }

  /// Whether everything was looked at, by a search that could have found something, and nothing was found.
  public var isClean: Bool { isComplete && dirtyPages == 0 && hitCount == 0 }

  /// Whether everything was looked at, by a search that could have found something.
  public var isComplete: Bool { obstacle == nil && pages.seen == pages.of && pages.of > 0 && controls.seen == controls.of }
}

/// What is looked for.
public enum ResidueQuestion: Sendable {
  /// Only whether any byte that belongs to nothing is not zero.
  case structure
  /// Rows that were captured while they were erased.
  case rows(ErasedRows)
  /// Values that a person gave.
  case values([[UInt8]])

  /// The texts among the values, in UTF-8.
  var texts: [[UInt8]] {
    switch self {
    case .structure: []
    case .rows(let rows): rows.rows.flatMap(\.columns).compactMap { if case .text(let text) = $0 { text } else { nil } }
    case .values(let values): values
    }
  }

  /// The patterns for a database of some size.
  func probes(searching size: Int, forms: (ErasedRow) -> [Form], _ encodings: ([UInt8]) -> [[UInt8]]) -> Probes {
    switch self {
    case .structure: Probes(of: ErasedRows(), searching: size, forms: forms)
    case .rows(let rows): Probes(of: rows, searching: size, forms: forms)
    case .values(let values): Probes(values: values, searching: size, forms: encodings)
    }
  }
}
