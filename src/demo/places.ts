import type { Language } from './phrases/languages.ts';

/** A city with a location of a brand. Streets and telephone numbers are made up. */
export interface Place {
  readonly brand: string;
  readonly city: string;
  readonly region: string | null;
  readonly country: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly street: string;
  readonly postalCode: string;
  readonly phone: string;
  /** Languages of the reviews here, the most common first, with their share. */
  readonly languages: ReadonlyArray<readonly [Language, number]>;
}

type Row = readonly [
  brand: string,
  city: string,
  region: string | null,
  street: string,
  postalCode: string,
  phone: string,
];

interface Country {
  readonly country: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly languages: Place['languages'];
  readonly rows: ReadonlyArray<Row | readonly [...Row, timeZone: string]>;
}

const B = 'brambleknot';
const H = 'halvard-house';
const T = 'tarnwick';

const COUNTRIES: readonly Country[] = [
  {
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    locale: 'nl-NL',
    languages: [
      ['nl', 0.74],
      ['en', 0.18],
      ['de', 0.08],
    ],
    rows: [
      [B, 'Amsterdam', null, 'Korenwijngracht 14', '1099 ZA', '+31 20 555 0114'],
      [B, 'Utrecht', null, 'Lindenhoflaan 3', '3599 ZB', '+31 30 555 0103'],
      [B, 'Groningen', null, 'Noordersluisweg 27', '9799 ZC', '+31 50 555 0127'],
      [H, 'Rotterdam', null, 'Kranenkade 101', '3099 ZD', '+31 10 555 0101'],
      [T, 'Eindhoven', null, 'Heideveldplein 8', '5699 ZE', '+31 40 555 0108'],
      [T, 'Arnhem', null, 'Veluwepoort 19', '6899 ZF', '+31 26 555 0119'],
    ],
  },
  {
    country: 'DE',
    timeZone: 'Europe/Berlin',
    locale: 'de-DE',
    languages: [
      ['de', 0.84],
      ['en', 0.16],
    ],
    rows: [
      [B, 'Berlin', null, 'Holunderallee 62', '10899', '+49 30 555 0162'],
      [B, 'Hamburg', null, 'Deichspeicher 5', '20899', '+49 40 555 0105'],
      [H, 'München', 'Bayern', 'Gletscherring 11', '80899', '+49 89 555 0111'],
      [H, 'Dresden', 'Sachsen', 'Elbhangstieg 40', '01899', '+49 351 555 0140'],
      [T, 'Freiburg', 'Baden-Württemberg', 'Tannenbrunnen 7', '79899', '+49 761 555 0107'],
    ],
  },
  {
    country: 'FR',
    timeZone: 'Europe/Paris',
    locale: 'fr-FR',
    languages: [
      ['fr', 0.82],
      ['en', 0.14],
      ['es', 0.04],
    ],
    rows: [
      [B, 'Lyon', null, '18 rue des Mûriers-Gris', '69099', '+33 4 55 50 01 18'],
      [H, 'Paris', null, '9 passage du Tilleul', '75099', '+33 1 55 50 01 09'],
      [H, 'Nantes', null, '33 quai des Hirondelles', '44099', '+33 2 55 50 01 33'],
      [T, 'Grenoble', null, '4 place du Vieux-Refuge', '38099', '+33 4 55 50 01 04'],
    ],
  },
  {
    country: 'ES',
    timeZone: 'Europe/Madrid',
    locale: 'es-ES',
    languages: [
      ['es', 0.76],
      ['en', 0.18],
      ['fr', 0.06],
    ],
    rows: [
      [B, 'Madrid', null, 'Calle de la Encina Vieja 21', '28099', '+34 915 550 121'],
      [H, 'Barcelona', 'Cataluña', 'Passatge dels Gavians 2', '08099', '+34 935 550 102'],
      [H, 'Valencia', null, 'Avenida del Azahar 58', '46099', '+34 965 550 158'],
    ],
  },
  {
    country: 'PT',
    timeZone: 'Europe/Lisbon',
    locale: 'pt-PT',
    languages: [
      ['pt', 0.72],
      ['en', 0.2],
      ['es', 0.08],
    ],
    rows: [
      [B, 'Lisboa', null, 'Rua do Limoeiro Alto 6', '1099-901', '+351 215 550 106'],
      [H, 'Porto', null, 'Largo da Andorinha 12', '4099-912', '+351 225 550 112'],
    ],
  },
  {
    country: 'IT',
    timeZone: 'Europe/Rome',
    locale: 'it-IT',
    languages: [
      ['it', 0.78],
      ['en', 0.14],
      ['de', 0.08],
    ],
    rows: [
      [B, 'Bologna', null, 'Via del Gelso Antico 15', '40099', '+39 051 555 0115'],
      [H, 'Milano', null, 'Corso della Brina 70', '20099', '+39 02 555 0170'],
      [T, 'Bolzano', 'Alto Adige', 'Via del Larice 22', '39099', '+39 0471 555 022'],
    ],
  },
  {
    country: 'GB',
    timeZone: 'Europe/London',
    locale: 'en-GB',
    languages: [
      ['en', 0.95],
      ['fr', 0.05],
    ],
    rows: [
      [B, 'London', null, '27 Candlewick Row', 'E99 7QA', '+44 20 7946 0127'],
      [B, 'Manchester', null, '5 Shuttle Yard', 'M99 5QB', '+44 161 496 0105'],
      [H, 'Edinburgh', 'Scotland', '14 Thistle Wynd', 'EH99 4QC', '+44 131 496 0114'],
      [T, 'Keswick', 'Cumbria', '2 Fellgate', 'CA99 2QD', '+44 1632 960102'],
      [T, 'Cardiff', 'Wales', '41 Harbour Steps', 'CF99 1QE', '+44 29 2018 0141'],
    ],
  },
  {
    country: 'US',
    timeZone: 'America/New_York',
    locale: 'en-US',
    languages: [
      ['en', 0.88],
      ['es', 0.12],
    ],
    rows: [
      [B, 'Brooklyn', 'NY', '318 Tanager Street', '11299', '+1 212 555 0118'],
      [B, 'Chicago', 'IL', '77 Larkspur Avenue', '60699', '+1 312 555 0177', 'America/Chicago'],
      [H, 'Boston', 'MA', '9 Clipper Row', '02299', '+1 617 555 0109'],
      [T, 'Denver', 'CO', '1450 Aspen Fork', '80299', '+1 303 555 0150', 'America/Denver'],
      [T, 'Seattle', 'WA', '26 Cedar Landing', '98199', '+1 206 555 0126', 'America/Los_Angeles'],
    ],
  },
  {
    country: 'BR',
    timeZone: 'America/Sao_Paulo',
    locale: 'pt-BR',
    languages: [
      ['pt', 0.92],
      ['en', 0.08],
    ],
    rows: [[H, 'São Paulo', 'SP', 'Rua das Sabiás 340', '01999-000', '+55 11 5555 0134']],
  },
  {
    country: 'JP',
    timeZone: 'Asia/Tokyo',
    locale: 'ja-JP',
    languages: [
      ['ja', 0.86],
      ['en', 0.14],
    ],
    rows: [
      [B, 'Tokyo', null, '9-9-14 Sakuranagi', '199-9914', '+81 3 5550 0114'],
      [H, 'Kyoto', null, '7-7-3 Takenoma', '699-7703', '+81 75 555 0103'],
      [T, 'Sapporo', 'Hokkaido', '3-11-8 Kitanoma', '099-3118', '+81 11 555 0108'],
    ],
  },
  {
    country: 'AU',
    timeZone: 'Australia/Melbourne',
    locale: 'en-AU',
    languages: [
      ['en', 0.95],
      ['ja', 0.05],
    ],
    rows: [
      [B, 'Melbourne', 'VIC', '12 Wattlebird Lane', '3999', '+61 3 5550 0112'],
      [T, 'Hobart', 'TAS', '6 Quarry Wharf', '7999', '+61 3 5550 0106', 'Australia/Hobart'],
    ],
  },
  {
    country: 'CA',
    timeZone: 'America/Toronto',
    locale: 'en-CA',
    languages: [
      ['en', 0.8],
      ['fr', 0.2],
    ],
    rows: [[H, 'Toronto', 'ON', '88 Trillium Street', 'M9Z 9Z8', '+1 416 555 0188']],
  },
];

/** The forty of them. */
export const PLACES: readonly Place[] = COUNTRIES.flatMap(({ rows, ...country }) =>
  rows.map(([brand, city, region, street, postalCode, phone, timeZone]) => ({
    ...country,
    timeZone: timeZone ?? country.timeZone,
    ...{ brand, city, region, street, postalCode, phone },
  })),
);
