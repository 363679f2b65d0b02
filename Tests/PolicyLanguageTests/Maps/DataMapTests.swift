import PolicyLanguage
import Retention
import Testing

@Suite struct DataMapTests {
  @Test func `a map is read with everything it says`() throws {
    let map = try readMap(
      """
      map: sample
      subject: {table: employee, key: id, identifiers: {personnel-number: number}}
      tables:
        employee:
          category: personnel
          clock: {employment-end: {column: left, as: utc, when-null: ongoing}, hired: since}
          columns: {name: identification, notes: {category: reports, nature: derived, description: free text}, since: {}}
          when-still-needed: {reduce-to: [name], blank: {email: "", score: 0}}
          when-restricted: {set: {blocked: true, state: shut, level: 3}}
          key: [company, number]
        hours: {category: hours, belongs-to: employee, nature: derived, files: {root: sheets, path: sheet}}
        crm.contact: {category: contact, lives-with: [employee]}
        country: {category: none}
      references:
        - {from: hours.approver, to: employee.number}
        - {from: crm.contact.person, to: employee.id}
        - {from: {table: hours, columns: [company, number]}, to: {table: employee, columns: [company, number]}}
      """
    ).content
    let employee = try #require(map.tables["employee"])
    #expect(map.subject?.identifiers == ["personnel-number": "number"])
    #expect(employee.clocks["employment-end"] == Clock(column: "left", encoding: .utc, whenNull: .ongoing))
    #expect(employee.clocks["hired"] == Clock(column: "since", encoding: .civil, whenNull: .undated))
    #expect(employee.columns["name"] == MappedColumn(category: Category("identification")))
    #expect(employee.columns["notes"] == MappedColumn(category: Category("reports"), nature: .derived, description: "free text"))
    #expect(employee.reduction == MappedTable.Reduction(kept: ["name"], blanks: ["email": .text(""), "score": .integer(0)]))
    #expect(employee.mark == ["blocked": .boolean(true), "state": .text("shut"), "level": .integer(3)])
    #expect(employee.key == ["company", "number"])
    #expect(map.tables["hours"]?.belongsTo == "employee")
    #expect(map.tables["hours"]?.files == [MappedTable.Files(root: "sheets", path: "sheet")])
    #expect(map.tables["crm.contact"]?.livesWith == ["employee"])
    #expect(map.references.map(\.table) == ["hours", "crm.contact", "hours"] && map.references.map(\.columns.count) == [1, 1, 2])
  }

  @Test func `several columns of a table can name files, each once`() throws {
    let map = try readMap(
      """
      map: a
      tables:
        person:
          category: personal
          clock: {end: e}
          files:
            - {root: photos, path: photo}
            - {root: deeds, path: contract}
      """
    ).content
    #expect(map.tables["person"]?.files.map(\.root) == ["photos", "deeds"])
    #expect(map.tables["person"]?.files.map(\.path) == ["photo", "contract"])
    expectComplaints(
      [
        "①": "names files below a root already", "②": "the list is empty; expected where files are", "③": "expected where files are",
        "④": "expected where files are",
        "⑤": "the key 'path' is missing: name the column", "⑥": "did you mean 'path'", "⑦": "tells when, which, or where rows are",
        "⑧": "about nobody", "⑨": "expected the name of a file root",
      ],
      in: """
        map: a
        tables:
          t: {category: x, clock: {end: e}, files: [{root: r, path: a}, {root: s, path: ①a}]}
          u: {category: x, clock: {end: e}, files: ②[]}
          v: {category: x, clock: {end: e}, files: ③photo}
          w: {category: x, clock: {end: e}, files: [④photo, ⑤{root: r, ⑥pth: b}]}
          x: {category: x, clock: {end: e}, files: [{root: r, path: a}, {root: r, path: b}], when-restricted: {set: {⑦b: 1}}}
          z: {category: none, ⑧files: [{root: r, path: a}, {root: ⑨R, path: b}]}
        """, reading: readMap)
  }

  @Test func `a reference can hold for rows of one kind`() throws {
    let map = try readMap(
      """
      map: a
      tables:
        t: {category: none}
        p: {category: none}
      references:
        - {from: t.by, to: p.id, when: {column: kind, is: person}}
        - {from: t.by, to: p.id, when: {column: kind, in: [7, null]}}
      """
    ).content
    #expect(
      map.references.map(\.when) == [
        .equals(column: "kind", .text("person")), .oneOf(column: "kind", [.integer(7), .null]),
      ])
    expectComplaints(
      ["①": "unknown key", "②": "the key 'column' is missing", "③": "unknown key"],
      in: """
        map: a
        tables:
          t: {category: none}
        references:
          - {from: t.by, to: t.id, when: {①not: {column: kind, is: x}, column: kind, is: x}}
          - {from: t.by, to: t.id, when: ②{is: x}}
          - {from: t.by, to: t.id, ③if: {column: kind, is: x}}
        """, reading: readMap)
  }

  @Test func `predicates are read as structures`() throws {
    let map = try readMap(
      """
      map: a
      tables:
        t:
          category: personal
          clock: {end: e}
          variants:
            - rows: {and: [{column: a, is: x}, {or: [{column: b, in: [1, 2]}, {not: {column: c, before: 2024-02-29}}]}]}
              category: other
      """
    ).content
    let day = try #require(CivilDate("2024-02-29"))
    let expected = Predicate.and([
      .equals(column: "a", .text("x")), .or([.oneOf(column: "b", [.integer(1), .integer(2)]), .not(.before(column: "c", day))]),
    ])
    #expect(map.tables["t"]?.variants.first?.rows == expected)
  }

  @Test func `predicates that say nothing, too much or the impossible are refused`() {
    expectComplaints(
      [
        "①": "exactly one of", "②": "exactly one of", "③": "'column' is missing", "④": "a date that exists", "⑤": "does not go with and",
        "⑥": "did you mean 'before'",
      ],
      in: """
        map: a
        tables:
          t:
            category: personal
            clock: {end: e}
            variants:
              - {rows: ①{column: a}, category: x}
              - {rows: ②{column: a, is: 1, in: [2]}, category: x}
              - {rows: ③{is: 1}, category: x}
              - {rows: {column: a, before: ④2023-02-29}, category: x}
              - {rows: {⑤column: a, and: [{column: a, is: 1}]}, category: x}
              - {rows: {column: a, is: 1, ⑥befor: 2024-01-01}, category: x}
        """, reading: readMap)
  }

  @Test func `a table about people that has no clock and no kin is refused`() {
    expectComplaints(
      ["①": "nothing tells from when periods count: give a clock, belongs-to or lives-with"],
      in: "map: a\ntables:\n  ①t: {category: personal}\n", reading: readMap)
  }

  @Test func `a table about nobody has no periods and no personal columns`() {
    expectComplaints(
      ["①": "category none is about nobody", "②": "category none is about nobody", "③": "makes its table personal"],
      in: """
        map: a
        tables:
          t: {category: none, ①clock: {end: e}, ②when-still-needed: {reduce-to: [a]}}
          u: {category: none, columns: {code: none, ③name: identification}}
        """, reading: readMap)
  }

  @Test func `rows that live with others have no clock of their own`() {
    expectComplaints(
      ["①": "does not go with lives-with", "②": "lives with others and has no clock for these rows"],
      in: """
        map: a
        tables:
          invoice: {category: financial, clock: {invoiced: d}}
          customer: {category: contact, lives-with: [invoice], ①clock: {since: s}}
          supplier: {category: contact, lives-with: [invoice]}
          note: {category: contact, belongs-to: ②supplier}
        """, reading: readMap)
  }

  @Test func `kin must be mapped, personal and free of circles`() {
    expectComplaints(
      [
        "①": "no table 'emplyee'; did you mean 'employee'", "②": "of category none", "③": "goes round in a circle",
        "④": "goes round in a circle",
      ],
      in: """
        map: a
        tables:
          employee: {category: personal, clock: {end: e}}
          hours: {category: hours, belongs-to: ①emplyee}
          place: {category: hours, belongs-to: ②country}
          country: {category: none}
          a: {category: x, belongs-to: ③b}
          b: {category: x, belongs-to: ④a}
        """, reading: readMap)
    expectComplaints(
      ["①": "goes round in a circle"], in: "map: a\ntables:\n  t: {category: x, belongs-to: ①t}\n", reading: readMap)
  }

  @Test func `clocks keep clear of the words of the policy language`() {
    expectComplaints(
      [
        "①": "use this word for something else", "②": "give the clock another name, as year-end", "③": "did you mean 'ongoing'",
        "④": "how the column tells time",
      ],
      in: """
        map: a
        tables:
          t:
            category: personal
            clock: {①clock: a, ②end-of-year: b, c: {column: c, when-null: ③ongoin}, d: {column: d, as: ④local}}
        """, reading: readMap)
  }

  @Test func `references and the subject name mapped tables`() {
    expectComplaints(
      ["①": "did you mean 'people'", "②": "no table 'x'", "③": "expected table.column", "④": "as many columns"],
      in: """
        map: a
        subject: {table: ①peeple, key: id}
        tables:
          people: {category: personal, clock: {end: e}}
        references:
          - {from: people.a, to: ②x.b}
          - {from: ③people, to: people.id}
          - {from: {table: people, columns: [a, b]}, to: ④people.id}
        """, reading: readMap)
  }

  @Test func `a column is kept or blanked, not both, and no list says a thing twice`() {
    expectComplaints(
      ["①": "is not blanked", "②": "in the list twice"],
      in: """
        map: a
        tables:
          t:
            category: personal
            clock: {end: e}
            when-still-needed: {reduce-to: [name], blank: {①name: ""}}
            key: [id, ②id]
        """, reading: readMap)
  }

  @Test func `a mark has columns of its own, with values that say something`() {
    expectComplaints(
      [
        "①": "tells when, which, or where rows are", "②": "tells when, which, or where rows are", "③": "holds data of category contact",
        "④": "is given another value by blank", "⑤": "tells who a person is", "⑥": "a mark is a value", "⑦": "no column is named",
        "⑧": "unknown key", "⑨": "the key 'set' is missing",
      ],
      in: """
        map: a
        subject: {table: t, key: id, identifiers: {email: mail}}
        tables:
          t:
            category: personal
            clock: {end: e}
            files: {root: r, path: f}
            columns: {c: contact, z: none}
            when-still-needed: {reduce-to: [name], blank: {b: ""}}
            when-restricted: {set: {①e: 1, ②f: x, ③c: x, ④b: x, ⑤mail: x, z: true, m: ⑥null}}
          u: {category: personal, clock: {end: e}, when-restricted: {set: ⑦{}}}
          v: {category: personal, clock: {end: e}, when-restricted: ⑨{⑧mark: x}}
        """, reading: readMap)
    expectComplaints(
      ["①": "about nobody", "②": "about nobody", "③": "expected what is done with a whole partition"],
      in: """
        map: a
        tables:
          t: {category: none, ①when-restricted: {set: {a: 1}}}
          u: {category: none, ②partitions: drop}
          v: {category: personal, clock: {end: e}, partitions: ③detach}
        """, reading: readMap)
  }
}
