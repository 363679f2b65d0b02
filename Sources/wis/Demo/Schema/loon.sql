-- Payroll: wages for one employer (data map: Policies/maps/loon.yaml).
CREATE TABLE looncomponent (
  code TEXT PRIMARY KEY,
  omschrijving TEXT NOT NULL,
  belast INTEGER NOT NULL
);
CREATE TABLE werkgever (
  id INTEGER PRIMARY KEY,
  naam TEXT NOT NULL,
  loonheffingennummer TEXT,
  contactpersoon TEXT,
  email TEXT,
  klant_tot TEXT
);
CREATE INDEX werkgever_klant_tot ON werkgever (klant_tot);
CREATE TABLE medewerker (
  id INTEGER PRIMARY KEY,
  werkgever INTEGER NOT NULL REFERENCES werkgever (id),
  personeelsnummer TEXT NOT NULL UNIQUE,
  voorletters TEXT,
  achternaam TEXT NOT NULL,
  geboortedatum TEXT,
  geslacht TEXT,
  burgerlijke_staat TEXT,
  bsn TEXT,
  adres TEXT,
  postcode TEXT,
  woonplaats TEXT,
  telefoon TEXT,
  email TEXT,
  iban TEXT,
  opleiding TEXT,
  uit_dienst TEXT
);
CREATE INDEX medewerker_werkgever ON medewerker (werkgever);
CREATE INDEX medewerker_uit_dienst ON medewerker (uit_dienst);
CREATE TABLE gezinslid (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  naam TEXT NOT NULL,
  geboortedatum TEXT,
  relatie TEXT
);
CREATE INDEX gezinslid_medewerker ON gezinslid (medewerker);
CREATE TABLE dienstverband (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  functie TEXT,
  soort TEXT NOT NULL,
  begin TEXT NOT NULL,
  eind TEXT
);
CREATE INDEX dienstverband_medewerker ON dienstverband (medewerker);
CREATE INDEX dienstverband_eind ON dienstverband (eind);
CREATE TABLE loonstrook (
  id INTEGER PRIMARY KEY,
  dienstverband INTEGER NOT NULL REFERENCES dienstverband (id),
  periode_eind TEXT NOT NULL,
  bruto NUMERIC NOT NULL,
  loonheffing NUMERIC NOT NULL,
  netto NUMERIC NOT NULL
);
CREATE INDEX loonstrook_dienstverband ON loonstrook (dienstverband);
CREATE INDEX loonstrook_periode_eind ON loonstrook (periode_eind);
CREATE TABLE loonregel (
  loonstrook INTEGER NOT NULL REFERENCES loonstrook (id),
  regel INTEGER NOT NULL,
  component TEXT NOT NULL REFERENCES looncomponent (code),
  bedrag NUMERIC NOT NULL,
  PRIMARY KEY (loonstrook, regel)
);
CREATE INDEX loonregel_component ON loonregel (component);
CREATE TABLE jaaropgave (
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  jaar INTEGER NOT NULL,
  jaar_eind TEXT NOT NULL,
  fiscaal_loon NUMERIC NOT NULL,
  loonheffing NUMERIC NOT NULL,
  PRIMARY KEY (medewerker, jaar)
);
CREATE INDEX jaaropgave_jaar_eind ON jaaropgave (jaar_eind);
CREATE TABLE verlof (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  soort TEXT NOT NULL,
  tot_en_met TEXT,
  uren NUMERIC NOT NULL
);
CREATE INDEX verlof_medewerker ON verlof (medewerker);
CREATE INDEX verlof_tot_en_met ON verlof (tot_en_met);
CREATE TABLE verzuim (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  ziek_op TEXT NOT NULL,
  hersteld_op TEXT
);
CREATE INDEX verzuim_medewerker ON verzuim (medewerker);
CREATE INDEX verzuim_hersteld_op ON verzuim (hersteld_op);
CREATE TABLE pensioen (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  regeling TEXT NOT NULL,
  premie NUMERIC NOT NULL
);
CREATE INDEX pensioen_medewerker ON pensioen (medewerker);
CREATE TABLE notitie (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER NOT NULL REFERENCES medewerker (id),
  soort TEXT NOT NULL,
  geschreven_op TEXT NOT NULL,
  tekst TEXT NOT NULL
);
CREATE INDEX notitie_medewerker ON notitie (medewerker);
CREATE INDEX notitie_geschreven_op ON notitie (geschreven_op);
CREATE TABLE actiepunt (
  id INTEGER PRIMARY KEY,
  notitie INTEGER NOT NULL REFERENCES notitie (id),
  omschrijving TEXT NOT NULL,
  gereed INTEGER NOT NULL
);
CREATE INDEX actiepunt_notitie ON actiepunt (notitie);
CREATE TABLE bestand (
  id INTEGER PRIMARY KEY,
  pad TEXT NOT NULL,
  grootte INTEGER
);
CREATE TABLE bijlage (
  notitie INTEGER NOT NULL REFERENCES notitie (id),
  bestand INTEGER NOT NULL REFERENCES bestand (id),
  PRIMARY KEY (notitie, bestand)
);
CREATE INDEX bijlage_bestand ON bijlage (bestand);
CREATE TABLE inloglog (
  id INTEGER PRIMARY KEY,
  medewerker INTEGER,
  ip_adres TEXT,
  actie TEXT NOT NULL,
  moment TEXT
);
CREATE INDEX inloglog_medewerker ON inloglog (medewerker);
CREATE INDEX inloglog_moment ON inloglog (moment);
