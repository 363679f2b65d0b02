import PostgreSQL
import Retention

extension PostgreSQLStore {
  /// What the schemas of the copied tables hold beside them. The tables themselves are not listed: PostgreSQL keeps no
  /// statement that makes one.
  public func objects() throws(StoreError) -> [SchemaObject] {
    let schemas = Set(catalog.schema.tables.compactMap { catalog.places[$0.name]?.schema }).sorted()
    return try speaking { database throws(PostgreSQLError) in
      let result = try database.fetch(Self.listing, [.textArray(schemas)])
      var objects: [SchemaObject] = []
      for index in 0..<result.count {
        objects.append(
          SchemaObject(
            kind: try result[index].text(0), name: try result[index].text(1), schema: try result[index].optionalText(2),
            definition: try result[index].optionalText(3)))
      }
      return objects
    }
  }

  /// Kind, name, schema and definition, in an order in which they can be made. What belongs to an extension comes with it. Types are
  /// also listed that columns have from another schema; each was made before those that are made of it, so its oid is lower.
  private static let listing = """
    WITH RECURSIVE n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY ($1::text[])), \
    own(class, object, extension) AS (SELECT classid, objid, refobjid FROM pg_depend WHERE deptype = 'e'), \
    used(type) AS (
      SELECT atttypid FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN n ON n.oid = relnamespace
      WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
      UNION
      SELECT part FROM used JOIN pg_type t ON t.oid = type CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[typelem, typbasetype])
        UNION ALL SELECT rngsubtype FROM pg_range WHERE t.oid IN (rngtypid, rngmultitypid)
        UNION ALL SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid
        UNION ALL SELECT atttypid FROM pg_attribute WHERE attrelid = typrelid AND typtype = 'c' AND attnum > 0 AND NOT attisdropped
      ) AS parts(part) WHERE part <> 0), \
    made AS (
      SELECT t.*, nspname FROM pg_type t JOIN pg_namespace s ON s.oid = typnamespace
      WHERE (typnamespace IN (SELECT oid FROM n) OR t.oid IN (TABLE used)) AND nspname NOT IN ('pg_catalog', 'information_schema')
        AND ('pg_type'::regclass, t.oid) NOT IN (SELECT class, object FROM own)), \
    listed(place, turn, kind, schema, name, definition) AS (
      SELECT DISTINCT 0, 0::oid, 'extension', CASE WHEN s.nspname <> 'pg_catalog' THEN s.nspname END, extname::text,
        format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I', extname, s.nspname)
      FROM used JOIN own ON class = 'pg_type'::regclass AND object = type JOIN pg_extension e ON e.oid = extension
      JOIN pg_namespace s ON s.oid = extnamespace
      UNION ALL
      SELECT 1, oid, 'type', nspname, typname, format('CREATE TYPE %I.%I AS ENUM (%s)', nspname, typname,
        (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
      FROM made t WHERE typtype = 'e'
      UNION ALL
      SELECT 1, t.oid, 'type', nspname, typname, format('CREATE TYPE %I.%I AS (%s)', nspname, typname,
        (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped))
      FROM made t JOIN pg_class c ON c.oid = typrelid WHERE relkind = 'c'
      UNION ALL
      SELECT 1, t.oid, 'type', nspname, typname, format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s)', nspname, typname,
        format_type(rngsubtype, NULL))
      FROM made t JOIN pg_range ON rngtypid = t.oid
      UNION ALL
      SELECT 1, oid, 'domain', nspname, typname, format('CREATE DOMAIN %I.%I AS %s%s%s', nspname, typname, format_type(typbasetype, typtypmod),
        CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END, coalesce((SELECT string_agg(' ' || pg_get_constraintdef(c.oid), '' ORDER BY conname)
        FROM pg_constraint c WHERE contypid = t.oid), ''))
      FROM made t WHERE typtype = 'd'
      UNION ALL
      SELECT 3, 0, 'sequence', n.nspname, c.relname, format('CREATE SEQUENCE %I.%I AS %s START %s INCREMENT %s', n.nspname, c.relname,
        format_type(seqtypid, NULL), coalesce(s.last_value + seqincrement, seqstart), seqincrement)
      FROM pg_class c JOIN n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid
      JOIN pg_sequences s ON s.schemaname = n.nspname AND s.sequencename = c.relname
      UNION ALL
      SELECT 4, 0, 'function', nspname, proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
      FROM pg_proc p JOIN n ON n.oid = pronamespace WHERE prokind IN ('f', 'p') AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT class, object FROM own)
      UNION ALL
      SELECT 5, 0, CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, nspname, relname, format('CREATE %s %I.%I AS %s',
        CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, nspname, relname, rtrim(pg_get_viewdef(c.oid), ';'))
      FROM pg_class c JOIN n ON n.oid = relnamespace WHERE relkind IN ('v', 'm') AND ('pg_class'::regclass, c.oid) NOT IN (SELECT class, object FROM own)
      UNION ALL
      SELECT 6, 0, 'foreign table', nspname, relname, NULL FROM pg_class c JOIN n ON n.oid = relnamespace WHERE relkind = 'f'
      UNION ALL
      SELECT 7, 0, 'index', nspname, c.relname, pg_get_indexdef(i.indexrelid)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN n ON n.oid = c.relnamespace
      WHERE NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
      UNION ALL
      SELECT 8, 0, 'constraint', nspname, c.relname || '.' || conname,
        format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', nspname, c.relname, conname, pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN n ON n.oid = c.relnamespace
      WHERE contype IN ('c', 'x') AND conparentid = 0 AND NOT c.relispartition
      UNION ALL
      SELECT 9, 0, 'trigger', nspname, c.relname || '.' || tgname, pg_get_triggerdef(g.oid)
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN n ON n.oid = c.relnamespace
      WHERE NOT tgisinternal AND tgparentid = 0)
    SELECT kind, CASE WHEN schema = 'public' OR kind = 'extension' THEN name ELSE schema || '.' || name END, schema, definition FROM listed
    ORDER BY place, turn, schema COLLATE "C", name COLLATE "C"
    """
}
