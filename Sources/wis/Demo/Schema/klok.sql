-- Time clock: hours, projects and places (data map: Policies/maps/klok.yaml).
CREATE TABLE activiteit (
  code TEXT PRIMARY KEY,
  naam TEXT NOT NULL
);
CREATE TABLE medewerker (
  id INTEGER PRIMARY KEY,
  nummer TEXT NOT NULL UNIQUE,
  naam TEXT NOT NULL,
  email TEXT,
  telefoon TEXT,
  pincode TEXT,
  uit_dienst TEXT
);
CREATE INDEX medewerker_uit_dienst ON medewerker (uit_dienst);
CREATE TABLE klant (
  id INTEGER PRIMARY KEY,
  naam TEXT NOT NULL,
  contactpersoon TEXT,
  email TEXT,
  telefoon TEXT,
  adres TEXT
);
CREATE TABLE project (
  code TEXT PRIMARY KEY,
  klant INTEGER NOT NULL REFERENCES klant (id),
  naam TEXT NOT NULL,
  werkadres TEXT,
  afgesloten_op TEXT
);
CREATE INDEX project_klant ON project (klant);
CREATE INDEX project_afgesloten_op ON project (afgesloten_op);
CREATE TABLE klokregel (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  soort TEXT NOT NULL,
  moment TEXT
);
CREATE INDEX klokregel_medewerker ON klokregel (medewerker);
CREATE INDEX klokregel_moment ON klokregel (moment);
CREATE TABLE locatie (
  id INTEGER PRIMARY KEY,
  klokregel INTEGER NOT NULL REFERENCES klokregel (id),
  breedte NUMERIC NOT NULL,
  lengte NUMERIC NOT NULL,
  nauwkeurigheid NUMERIC
);
CREATE INDEX locatie_klokregel ON locatie (klokregel);
CREATE TABLE urenregel (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  project TEXT,
  activiteit TEXT REFERENCES activiteit (code),
  soort TEXT NOT NULL,
  datum TEXT NOT NULL,
  uren NUMERIC NOT NULL,
  opmerking TEXT
);
CREATE INDEX urenregel_medewerker ON urenregel (medewerker);
CREATE INDEX urenregel_project ON urenregel (project);
CREATE INDEX urenregel_activiteit ON urenregel (activiteit);
CREATE INDEX urenregel_datum ON urenregel (datum);
CREATE TABLE factuur (
  id INTEGER PRIMARY KEY,
  project TEXT NOT NULL REFERENCES project (code),
  nummer TEXT NOT NULL UNIQUE,
  factuurdatum TEXT NOT NULL,
  bedrag NUMERIC NOT NULL
);
CREATE INDEX factuur_project ON factuur (project);
CREATE INDEX factuur_factuurdatum ON factuur (factuurdatum);
CREATE TABLE factuurregel (
  factuur INTEGER NOT NULL REFERENCES factuur (id),
  regel INTEGER NOT NULL,
  omschrijving TEXT NOT NULL,
  uren NUMERIC,
  bedrag NUMERIC NOT NULL,
  PRIMARY KEY (factuur, regel)
);
CREATE TABLE bericht (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  aan TEXT NOT NULL,
  tekst TEXT,
  verzonden INTEGER NOT NULL
);
CREATE INDEX bericht_medewerker ON bericht (medewerker);
CREATE INDEX bericht_verzonden ON bericht (verzonden);
CREATE TABLE inloglog (
  moment TEXT NOT NULL,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  ip_adres TEXT,
  gelukt INTEGER NOT NULL,
  PRIMARY KEY (medewerker, moment)
);
CREATE INDEX inloglog_moment ON inloglog (moment);
