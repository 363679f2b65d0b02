-- Temporary work for people on benefit (data map: Policies/maps/flexensie.yaml).
CREATE TABLE gemeente (
  code TEXT PRIMARY KEY,
  naam TEXT NOT NULL
);
CREATE TABLE kandidaat (
  id INTEGER PRIMARY KEY,
  uitkeringsgemeente TEXT REFERENCES gemeente (code),
  roepnaam TEXT,
  voorletters TEXT,
  tussenvoegsel TEXT,
  achternaam TEXT NOT NULL,
  geboortedatum TEXT,
  geslacht TEXT,
  email TEXT,
  bsn TEXT,
  rekeningnummer TEXT,
  facebook TEXT,
  linkedin TEXT,
  mobiel TEXT,
  adres TEXT,
  postcode TEXT,
  woonplaats TEXT,
  bijstand_sinds TEXT,
  uren_beschikbaar INTEGER,
  beperkingen TEXT,
  video TEXT,
  ingeschreven_op TEXT NOT NULL,
  uitgeschreven_op TEXT
);
CREATE INDEX kandidaat_gemeente ON kandidaat (uitkeringsgemeente);
CREATE INDEX kandidaat_uitgeschreven_op ON kandidaat (uitgeschreven_op);
CREATE TABLE werkgever (
  id INTEGER PRIMARY KEY,
  naam TEXT NOT NULL,
  adres TEXT,
  contactpersoon TEXT,
  telefoon TEXT,
  email TEXT
);
CREATE TABLE opdracht (
  id INTEGER PRIMARY KEY,
  kandidaat INTEGER NOT NULL REFERENCES kandidaat (id),
  werkgever INTEGER NOT NULL REFERENCES werkgever (id),
  werkzaamheden TEXT NOT NULL,
  begin TEXT NOT NULL,
  eind TEXT
);
CREATE INDEX opdracht_kandidaat ON opdracht (kandidaat);
CREATE INDEX opdracht_werkgever ON opdracht (werkgever);
CREATE INDEX opdracht_eind ON opdracht (eind);
CREATE TABLE gewerkte_uren (
  opdracht INTEGER NOT NULL REFERENCES opdracht (id),
  datum TEXT NOT NULL,
  uren NUMERIC NOT NULL,
  PRIMARY KEY (opdracht, datum)
);
CREATE INDEX gewerkte_uren_datum ON gewerkte_uren (datum);
CREATE TABLE premiebetaling (
  id INTEGER PRIMARY KEY,
  kandidaat INTEGER NOT NULL REFERENCES kandidaat (id),
  betaald_op TEXT NOT NULL,
  bedrag NUMERIC NOT NULL,
  beslag INTEGER NOT NULL
);
CREATE INDEX premiebetaling_kandidaat ON premiebetaling (kandidaat);
CREATE INDEX premiebetaling_betaald_op ON premiebetaling (betaald_op);
CREATE TABLE bericht (
  id INTEGER PRIMARY KEY,
  soort TEXT NOT NULL,
  kandidaat INTEGER NOT NULL REFERENCES kandidaat (id),
  tekst TEXT,
  verzonden_op TEXT
);
CREATE INDEX bericht_kandidaat ON bericht (kandidaat);
CREATE INDEX bericht_verzonden_op ON bericht (verzonden_op);
