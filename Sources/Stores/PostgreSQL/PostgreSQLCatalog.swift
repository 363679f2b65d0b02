import PostgreSQL
import Retention

/// The tables of a PostgreSQL database that a tenant's data can be in, read from the system catalogs.
///
/// A tenant with a schema of its own sees that schema, and tables elsewhere that name its rows: those would be orphaned,
/// or erased by a cascade. Otherwise every schema that is not the system's is looked at, because a table that nobody
/// looked at must not pass for one that is clean.
struct PostgreSQLCatalog {
  /// The tables as the engine-neutral value.
  let schema: Schema
  /// Where each of them is.
  let places: [String: Place]

  /// A table's schema and name.
  struct Place: Hashable {
    let schema: String
    let name: String
  }

  init(of database: borrowing PostgreSQL.Connection, schema tenantSchema: String?) throws(PostgreSQLError) {
    let home = tenantSchema ?? "public"
    let elsewhere = """
      EXISTS (SELECT FROM pg_catalog.pg_constraint f JOIN pg_catalog.pg_class t ON t.oid = f.confrelid \
      WHERE f.contype = 'f' AND coalesce(pg_catalog.pg_partition_root(f.conrelid), f.conrelid) = c.oid \
      AND t.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1::text))
      """
    let scope =
      tenantSchema == nil
      ? "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND $1::text IS NOT NULL"
      : "(n.nspname = $1::text OR \(elsewhere))"
    let result = try database.fetch(
      """
      SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text FROM pg_catalog.pg_class c \
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND \(scope) ORDER BY 2, 3
      """, [.text(home)])
    var places: [String: Place] = [:]
    var names: [Int64: String] = [:]
    var kinds: [(oid: Int64, name: String, kind: Table.Kind)] = []
    for index in 0..<result.count {
      let place = Place(schema: try result[index].text(1), name: try result[index].text(2))
      let name = place.schema == home ? place.name : "\(place.schema).\(place.name)"
      let oid = try result[index].integer(0)
      places[name] = place
      names[oid] = name
      kinds.append((oid, name, Self.kind(try result[index].text(3))))
    }
    var tables: [Table] = []
    for (oid, name, kind) in kinds { tables.append(try Self.table(oid, name, kind, names, &places, database)) }
    self.schema = Schema(tables: tables)
    self.places = places
  }

  private static func kind(_ letter: String) -> Table.Kind {
    switch letter {
    case "p": .partitioned
    case "v": .view
    case "m": .materializedView
    case "f": .virtual
    default: .table
    }
  }

  private static func table(
    _ oid: Int64, _ name: String, _ kind: Table.Kind, _ names: [Int64: String], _ places: inout [String: Place],
    _ database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) -> Table {
    let columns = try columns(oid, database)
    let notNull = Set(columns.filter { !$0.isNullable }.map(\.name))
    let indexes = try indexes(oid, database)
    let primaryKey = indexes.first(where: \.isPrimary)?.columns ?? []
    return Table(
      name: name, kind: kind, columns: columns, primaryKey: primaryKey,
      uniqueKeys: indexes.filter { $0.isKey && !$0.isPrimary && notNull.isSuperset(of: $0.columns) }.map(\.columns),
      references: try references(oid, name, names, &places, database), indexes: indexes.filter(\.isWhole).map(\.columns),
      triggers: try triggers(oid, database), partitioning: kind == .partitioned ? try partitioning(oid, database) : nil)
  }

  private static func partitioning(_ oid: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Partitioning? {
    let result = try database.fetch(
      """
      SELECT CASE WHEN p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid IN ('date'::regtype, 'timestamp'::regtype, \
      'timestamptz'::regtype) THEN a.attname END, pg_catalog.pg_has_role(c.relowner, 'USAGE') AND NOT EXISTS (\
      SELECT FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class k ON k.oid = t.relid \
      WHERE NOT pg_catalog.pg_has_role(k.relowner, 'USAGE')) \
      FROM pg_catalog.pg_partitioned_table p JOIN pg_catalog.pg_class c ON c.oid = p.partrelid \
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] WHERE p.partrelid = $1::bigint::oid
      """, [.integer(oid)])
    guard result.count == 1 else { return nil }
    return Partitioning(column: try result[0].optionalText(0), isOwned: try result[0].bool(1))
  }

  private static func columns(_ oid: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [Column] {
    let result = try database.fetch(
      """
      SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated <> '', \
      \(Self.mayNameLargeObject) AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid \
      WHERE g.tgrelid = a.attrelid AND p.proname = 'lo_manage' AND g.tgenabled IN ('O', 'A') AND g.tgtype & 27 = 27 AND g.tgqual IS NULL \
      AND pg_catalog.encode(g.tgargs, 'escape') = pg_catalog.encode(pg_catalog.convert_to(a.attname, pg_catalog.getdatabaseencoding()) \
      || '\\x00', 'escape')) \
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
      WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
      """, [.integer(oid)])
    var columns: [Column] = []
    for index in 0..<result.count {
      columns.append(
        Column(
          name: try result[index].text(0), type: try result[index].text(1), isNullable: try !result[index].bool(2),
          isGenerated: try result[index].bool(3), leavesLargeObjects: try result[index].bool(4)))
    }
    return columns
  }

  /// Whether the column `a` of the type `t` can name large objects, in a database that has any
  /// (https://www.postgresql.org/docs/15/lo.html). A trigger that takes them along fires before each row's update (2 and 16, with 1) and
  /// deletion (8).
  static let mayNameLargeObject = """
    (coalesce(nullif(t.typbasetype, 0), t.oid) = 'pg_catalog.oid'::pg_catalog.regtype \
    AND EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata))
    """

  private struct Index {
    let columns: [String]
    let isPrimary: Bool
    let isKey: Bool
    let isWhole: Bool
  }

  private static func indexes(_ oid: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [Index] {
    let result = try database.fetch(
      """
      SELECT i.indisprimary, i.indisunique AND i.indimmediate, i.indpred IS NULL AND i.indisvalid, i.indexprs IS NULL, \
      ARRAY(SELECT coalesce(a.attname, '') FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) \
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum \
      WHERE place <= i.indnkeyatts ORDER BY place)::text[] \
      FROM pg_catalog.pg_index i WHERE i.indrelid = $1::bigint::oid ORDER BY i.indisprimary DESC, i.indexrelid
      """, [.integer(oid)])
    var indexes: [Index] = []
    for index in 0..<result.count {
      let columns = try result[index].textArray(4).compactMap(\.self)
      let plain = Array(columns.prefix { !$0.isEmpty })
      let isWhole = try result[index].bool(2)
      let isUnique = try result[index].bool(1)
      let isPlain = try result[index].bool(3)
      indexes.append(
        Index(columns: plain, isPrimary: try result[index].bool(0), isKey: isUnique && isWhole && isPlain, isWhole: isWhole))
    }
    return indexes
  }

  private static func references(
    _ oid: Int64, _ table: String, _ names: [Int64: String], _ places: inout [String: Place],
    _ database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) -> [Reference] {
    func columns(_ relation: String, _ numbers: String) -> String {
      """
      ARRAY(SELECT a.attname FROM pg_catalog.unnest(c.\(numbers)) WITH ORDINALITY AS k(attnum, place) \
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.\(relation) AND a.attnum = k.attnum ORDER BY place)::text[]
      """
    }
    let result = try database.fetch(
      """
      SELECT t.oid::bigint, \(columns("conrelid", "conkey")), \(columns("confrelid", "confkey")), n.nspname, t.relname, c.confdeltype::text \
      FROM pg_catalog.pg_constraint c \
      JOIN pg_catalog.pg_class t ON t.oid = coalesce(pg_catalog.pg_partition_root(c.confrelid), c.confrelid) \
      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE c.contype = 'f' AND c.conparentid = 0 \
      AND coalesce(pg_catalog.pg_partition_root(c.conrelid), c.conrelid) = $1::bigint::oid ORDER BY c.conname, c.oid
      """, [.integer(oid)])
    var references: [Reference] = []
    for index in 0..<result.count {
      let place = Place(schema: try result[index].text(3), name: try result[index].text(4))
      // A table that tenants share is not listed, but rows name its rows.
      let target = names[try result[index].integer(0)] ?? "\(place.schema).\(place.name)"
      places[target] = place
      references.append(
        Reference(
          table: table, columns: try result[index].textArray(1).compactMap(\.self), target: target,
          targetColumns: try result[index].textArray(2).compactMap(\.self), onDelete: Self.action(try result[index].text(5))))
    }
    return references
  }

  private static func action(_ letter: String) -> Reference.DeleteAction {
    switch letter {
    case "r": .restrict
    case "c": .cascade
    case "n": .setNull
    case "d": .setDefault
    default: .noAction
    }
  }

  private static func triggers(_ oid: Int64, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [String] {
    let result = try database.fetch(
      "SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = $1::bigint::oid AND NOT tgisinternal ORDER BY 1", [.integer(oid)])
    var names: [String] = []
    for index in 0..<result.count { names.append(try result[index].text(0)) }
    return names
  }
}
