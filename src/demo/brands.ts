import type { Trade } from './phrases/phrase-bank.ts';
import type { DemoProduct, DemoReview } from './rows.ts';

/** How a review site takes ratings of a brand, and how much of its reviews come from there. */
export interface Channel {
  readonly source: string;
  readonly scale: DemoReview['ratingScale'];
  readonly share: number;
  readonly titles: boolean;
  /** Reviews of a product beside the location. */
  readonly products?: boolean;
}

/** A made-up business. */
export interface Brand {
  readonly key: string;
  readonly name: string;
  readonly trade: Trade;
  /** Of its locations: the city's name follows. */
  readonly locationPrefix: string;
  readonly tags: readonly string[];
  readonly channels: readonly Channel[];
  /** How many reviews a weekday gets, Monday first; 1 is average. */
  readonly week: readonly number[];
  /** The same for the months, January first. */
  readonly year: readonly number[];
  /** Hours of the local day that people write at most, and how far around it (standard deviation). */
  readonly hour: { readonly peak: number; readonly spread: number };
  /** 0 is average; 0.5 moves about one review in ten to the next better rating. */
  readonly quality: number;
  readonly products: readonly DemoProduct[];
}

/** Article numbers for use inside of a company (GS1 prefix 200): nobody's products have them. */
function product(number: number, key: string, name: string): DemoProduct {
  const digits = `200${String(number).padStart(9, '0')}`;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return { externalId: key, name, gtin: `${digits}${(10 - (sum % 10)) % 10}` };
}

const stars = (source: string, share: number, titles = false): Channel => ({
  source,
  scale: 'STARS_5',
  share,
  titles,
});

export const BRANDS: readonly Brand[] = [
  {
    key: 'brambleknot',
    name: 'Brambleknot Bakery',
    trade: 'bakery',
    locationPrefix: 'Brambleknot',
    tags: ['bakery', 'café'],
    channels: [
      stars('GOOGLE', 0.72),
      stars('YELP', 0.08),
      { source: 'FACEBOOK', scale: 'THUMBS', share: 0.14, titles: false },
      { source: 'FIRST_PARTY', scale: 'TEXT_ONLY', share: 0.06, titles: false },
    ],
    week: [0.7, 0.75, 0.8, 0.85, 1, 1.55, 1.35],
    year: [0.9, 0.9, 0.95, 1.05, 1.05, 1, 0.9, 0.9, 1, 1.05, 1.05, 1.25],
    hour: { peak: 13, spread: 3.5 },
    quality: 0.25,
    products: [],
  },
  {
    key: 'halvard-house',
    name: 'Halvard House Hotels',
    trade: 'hotel',
    locationPrefix: 'Halvard House',
    tags: ['hotel'],
    channels: [
      stars('GOOGLE', 0.4),
      stars('TRIPADVISOR', 0.28, true),
      { source: 'OTHER', scale: 'NUMERIC_10', share: 0.32, titles: true },
    ],
    week: [1.5, 1.15, 0.85, 0.8, 0.8, 0.9, 1],
    year: [0.7, 0.7, 0.85, 1, 1.1, 1.2, 1.4, 1.5, 1.15, 0.95, 0.7, 0.75],
    hour: { peak: 20, spread: 3 },
    quality: -0.05,
    products: [],
  },
  {
    key: 'tarnwick',
    name: 'Tarnwick Outdoor',
    trade: 'outdoor',
    locationPrefix: 'Tarnwick',
    tags: ['shop', 'repairs'],
    channels: [
      stars('GOOGLE', 0.45),
      stars('TRUSTPILOT', 0.25, true),
      { ...stars('FIRST_PARTY', 0.3, true), products: true },
    ],
    week: [1.05, 1, 0.95, 0.95, 0.9, 1.15, 1],
    year: [0.75, 0.75, 0.95, 1.15, 1.25, 1.2, 1.1, 1, 1.05, 1, 0.85, 0.95],
    hour: { peak: 19, spread: 3.5 },
    quality: 0,
    products: [
      product(1, 'TW-RAIN-01', 'Fellmist rain jacket'),
      product(2, 'TW-TENT-02', 'Two Lakes tent'),
      product(3, 'TW-BOOT-03', 'Scree hiking boot'),
      product(4, 'TW-BAG-04', 'Nightfell sleeping bag'),
      product(5, 'TW-LAMP-05', 'Lantern Pass head torch'),
      product(6, 'TW-PACK-06', 'Drover 38 backpack'),
      product(7, 'TW-STOVE-07', 'Kettlebeck stove'),
      product(8, 'TW-FLEECE-08', 'Herdwick fleece'),
      product(9, 'TW-SOCK-09', 'Tuppence walking socks'),
      product(10, 'TW-MAT-10', 'Mossbank sleeping mat'),
      product(11, 'TW-POLE-11', 'Cairn trekking pole'),
      product(12, 'TW-FLASK-12', 'Beckside flask'),
    ],
  },
];
