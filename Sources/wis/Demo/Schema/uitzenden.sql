-- Staffing: the database of a temporary employment agency (data map: Policies/maps/uitzenden.yaml).
CREATE TABLE land (
  code TEXT PRIMARY KEY,
  naam TEXT NOT NULL
);
CREATE TABLE uitzendkracht (
  id INTEGER PRIMARY KEY,
  nummer TEXT NOT NULL UNIQUE,
  voornaam TEXT NOT NULL,
  achternaam TEXT NOT NULL,
  geboortedatum TEXT,
  bsn TEXT,
  email TEXT,
  telefoon TEXT,
  adres TEXT,
  postcode TEXT,
  woonplaats TEXT,
  land TEXT REFERENCES land (code),
  iban TEXT,
  in_dienst TEXT NOT NULL,
  uit_dienst TEXT
);
CREATE INDEX uitzendkracht_uit_dienst ON uitzendkracht (uit_dienst);
CREATE INDEX uitzendkracht_land ON uitzendkracht (land);
CREATE TABLE identiteitsbewijs (
  id INTEGER PRIMARY KEY,
  uitzendkracht INTEGER NOT NULL REFERENCES uitzendkracht (id),
  soort TEXT NOT NULL,
  documentnummer TEXT,
  geldig_tot TEXT,
  scan TEXT
);
CREATE INDEX identiteitsbewijs_uitzendkracht ON identiteitsbewijs (uitzendkracht);
CREATE TABLE opdrachtgever (
  id INTEGER PRIMARY KEY,
  naam TEXT NOT NULL,
  kvk TEXT,
  contactpersoon TEXT,
  email TEXT,
  telefoon TEXT,
  klant_tot TEXT
);
CREATE INDEX opdrachtgever_klant_tot ON opdrachtgever (klant_tot);
CREATE TABLE vacature (
  id INTEGER PRIMARY KEY,
  opdrachtgever INTEGER NOT NULL REFERENCES opdrachtgever (id),
  functie TEXT NOT NULL,
  omschrijving TEXT,
  uurloon NUMERIC,
  vervallen_op TEXT
);
CREATE INDEX vacature_opdrachtgever ON vacature (opdrachtgever);
CREATE TABLE kandidaat (
  id INTEGER PRIMARY KEY,
  naam TEXT NOT NULL,
  email TEXT,
  telefoon TEXT,
  woonplaats TEXT,
  motivatie TEXT,
  cv TEXT,
  ingeschreven_op TEXT NOT NULL,
  procedure_einde TEXT
);
CREATE INDEX kandidaat_procedure_einde ON kandidaat (procedure_einde);
CREATE TABLE sollicitatie (
  id INTEGER PRIMARY KEY,
  kandidaat INTEGER NOT NULL REFERENCES kandidaat (id),
  vacature INTEGER NOT NULL REFERENCES vacature (id),
  datum TEXT NOT NULL,
  status TEXT NOT NULL,
  notitie TEXT
);
CREATE INDEX sollicitatie_kandidaat ON sollicitatie (kandidaat);
CREATE INDEX sollicitatie_vacature ON sollicitatie (vacature);
CREATE TABLE plaatsing (
  id INTEGER PRIMARY KEY,
  uitzendkracht INTEGER NOT NULL REFERENCES uitzendkracht (id),
  opdrachtgever INTEGER NOT NULL REFERENCES opdrachtgever (id),
  functie TEXT NOT NULL,
  uurloon NUMERIC NOT NULL,
  begin TEXT NOT NULL,
  eind TEXT
);
CREATE INDEX plaatsing_uitzendkracht ON plaatsing (uitzendkracht);
CREATE INDEX plaatsing_opdrachtgever ON plaatsing (opdrachtgever);
CREATE INDEX plaatsing_eind ON plaatsing (eind);
CREATE TABLE urenbriefje (
  id INTEGER PRIMARY KEY,
  plaatsing INTEGER NOT NULL REFERENCES plaatsing (id),
  week_eind TEXT NOT NULL,
  uren NUMERIC NOT NULL,
  goedgekeurd_door TEXT,
  goedgekeurd_op TEXT
);
CREATE INDEX urenbriefje_plaatsing ON urenbriefje (plaatsing);
CREATE INDEX urenbriefje_week_eind ON urenbriefje (week_eind);
CREATE TABLE loonstrook (
  id INTEGER PRIMARY KEY,
  uitzendkracht INTEGER NOT NULL REFERENCES uitzendkracht (id),
  periode_eind TEXT NOT NULL,
  bruto NUMERIC NOT NULL,
  loonheffing NUMERIC NOT NULL,
  netto NUMERIC NOT NULL,
  pdf TEXT
);
CREATE INDEX loonstrook_uitzendkracht ON loonstrook (uitzendkracht);
CREATE INDEX loonstrook_periode_eind ON loonstrook (periode_eind);
CREATE TABLE loonstrook_regel (
  loonstrook INTEGER NOT NULL REFERENCES loonstrook (id),
  regel INTEGER NOT NULL,
  omschrijving TEXT NOT NULL,
  bedrag NUMERIC NOT NULL,
  PRIMARY KEY (loonstrook, regel)
);
CREATE TABLE factuur (
  id INTEGER PRIMARY KEY,
  opdrachtgever INTEGER NOT NULL REFERENCES opdrachtgever (id),
  nummer TEXT NOT NULL UNIQUE,
  factuurdatum TEXT NOT NULL,
  bedrag NUMERIC NOT NULL
);
CREATE INDEX factuur_opdrachtgever ON factuur (opdrachtgever);
CREATE INDEX factuur_factuurdatum ON factuur (factuurdatum);
CREATE TABLE bericht (
  id INTEGER PRIMARY KEY,
  afzender_soort TEXT NOT NULL,
  afzender INTEGER NOT NULL,
  onderwerp TEXT,
  tekst TEXT,
  verzonden_op INTEGER
);
CREATE INDEX bericht_verzonden_op ON bericht (verzonden_op);
CREATE INDEX bericht_afzender ON bericht (afzender_soort, afzender);
