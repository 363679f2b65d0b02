-- HR: personnel files of an employer (data map: Policies/maps/hr.yaml).
CREATE TABLE afdeling (
  code TEXT PRIMARY KEY,
  naam TEXT NOT NULL,
  kostenplaats TEXT
);
CREATE TABLE medewerker (
  id INTEGER PRIMARY KEY,
  nummer TEXT NOT NULL UNIQUE,
  afdeling TEXT REFERENCES afdeling (code),
  leidinggevende INTEGER REFERENCES medewerker (id),
  voornaam TEXT NOT NULL,
  achternaam TEXT NOT NULL,
  geslacht TEXT,
  geboortedatum TEXT,
  bsn TEXT,
  pasfoto TEXT,
  email TEXT,
  telefoon TEXT,
  adres TEXT,
  postcode TEXT,
  woonplaats TEXT,
  in_dienst TEXT NOT NULL,
  uit_dienst TEXT
);
CREATE INDEX medewerker_uit_dienst ON medewerker (uit_dienst);
CREATE INDEX medewerker_afdeling ON medewerker (afdeling);
CREATE INDEX medewerker_leidinggevende ON medewerker (leidinggevende);
CREATE TABLE ice_contact (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  naam TEXT NOT NULL,
  relatie TEXT,
  telefoon TEXT NOT NULL
);
CREATE INDEX ice_contact_medewerker ON ice_contact (medewerker);
CREATE TABLE dienstverband (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  functie TEXT NOT NULL,
  uren_per_week NUMERIC NOT NULL,
  soort TEXT NOT NULL,
  begin TEXT NOT NULL,
  eind TEXT
);
CREATE INDEX dienstverband_medewerker ON dienstverband (medewerker);
CREATE INDEX dienstverband_eind ON dienstverband (eind);
CREATE TABLE salaris (
  id INTEGER PRIMARY KEY,
  dienstverband INTEGER NOT NULL REFERENCES dienstverband (id),
  periode_eind TEXT NOT NULL,
  schaal TEXT,
  bruto NUMERIC NOT NULL,
  iban TEXT
);
CREATE INDEX salaris_dienstverband ON salaris (dienstverband);
CREATE INDEX salaris_periode_eind ON salaris (periode_eind);
CREATE TABLE verzuim (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  ziek_op TEXT NOT NULL,
  hersteld_op TEXT,
  percentage INTEGER NOT NULL,
  toelichting TEXT
);
CREATE INDEX verzuim_medewerker ON verzuim (medewerker);
CREATE INDEX verzuim_hersteld_op ON verzuim (hersteld_op);
CREATE TABLE verzuim_actie (
  verzuim INTEGER NOT NULL REFERENCES verzuim (id),
  volgnummer INTEGER NOT NULL,
  datum TEXT NOT NULL,
  actie TEXT NOT NULL,
  casemanager INTEGER,
  PRIMARY KEY (verzuim, volgnummer)
);
CREATE INDEX verzuim_actie_casemanager ON verzuim_actie (casemanager);
CREATE TABLE beoordeling (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  gesprek_op TEXT NOT NULL,
  score INTEGER,
  verslag TEXT
);
CREATE INDEX beoordeling_medewerker ON beoordeling (medewerker);
CREATE INDEX beoordeling_gesprek_op ON beoordeling (gesprek_op);
CREATE TABLE scan (
  id INTEGER PRIMARY KEY,
  pad TEXT NOT NULL,
  paginas INTEGER
);
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  scan INTEGER REFERENCES scan (id),
  soort TEXT NOT NULL,
  titel TEXT,
  toegevoegd_op TEXT NOT NULL
);
CREATE INDEX document_medewerker ON document (medewerker);
CREATE INDEX document_scan ON document (scan);
CREATE INDEX document_toegevoegd_op ON document (toegevoegd_op);
CREATE TABLE gebruiker (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  inlognaam TEXT NOT NULL UNIQUE,
  wachtwoord TEXT NOT NULL
);
CREATE INDEX gebruiker_medewerker ON gebruiker (medewerker);
