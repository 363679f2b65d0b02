/// `datapackage.json`: a Frictionless Data Package (https://datapackage.org, version 2) with what Wis adds to it.
struct DataPackage: Codable {
  var schema = "https://datapackage.org/profiles/2.0/datapackage.json"
  /// The version of this layout.
  var profileVersion = "1.0"
  let name: String
  let title: String
  let created: String
  let resources: [Resource]

  enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case profileVersion = "wis:profile"
    case name, title, created, resources
  }

  /// One CSV file.
  struct Resource: Codable {
    let name: String
    let title: String?
    let description: String?
    let path: String
    var type = "table"
    var format = "csv"
    var mediatype = "text/csv"
    var encoding = "utf-8"
    let bytes: Int64
    let hash: String
    var dialect = Dialect()
    let schema: Schema
    let rowCount: Int
    let sourceTable: String?
    /// The sum of 64-bit hashes that the database computed, in hexadecimal.
    let sourceMultisetHash: String?
    /// The sum of 128-bit hashes of the lines of the file, in hexadecimal.
    let exportedMultisetHash: String
    /// The file that says which values are of another class than their column.
    let typesPath: String?
    /// The kind of data, and whether it is raw or derived.
    let personalData: String?
    let nature: String?
  }

  /// How the CSV is written: the defaults of RFC 4180, but for the end of a line.
  struct Dialect: Codable {
    var delimiter = ","
    var lineTerminator = "\n"
    var quoteChar = "\""
    var doubleQuote = true
    var header = true
  }

  struct Schema: Codable {
    let fields: [Field]
    let missingValues: [String]
    let primaryKey: [String]?
    let uniqueKeys: [[String]]?
    let foreignKeys: [ForeignKey]?
    /// Those of several columns of which some row leaves a part empty. To databases such a row refers to nothing; other readers of
    /// data packages would look for a row with the empty part, so they do not stand among ``foreignKeys``.
    let partialForeignKeys: [ForeignKey]?

    /// All of them.
    var references: [ForeignKey] { (foreignKeys ?? []) + (partialForeignKeys ?? []) }
  }

  struct Field: Codable {
    let name: String
    let type: String
    let format: String?
    let description: String?
    let constraints: Constraints?
    let sourceType: String?
    let generated: Bool?
    /// What the values are written as, where the type does not tell: `integer`, `number`, `text`, `blob`, `array`, …
    let form: String?
    let personalData: String?
    let nature: String?
  }

  struct Constraints: Codable {
    let required: Bool?
    let `enum`: [String]?
  }

  struct ForeignKey: Codable {
    let fields: [String]
    let reference: Target

    struct Target: Codable {
      /// The resource; nil is this one.
      let resource: String?
      let fields: [String]
    }
  }
}
