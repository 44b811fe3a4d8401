import { BRANDS } from './brands.ts';
import type { Brand, Channel } from './brands.ts';
import { Calendar } from './calendar.ts';
import { PHRASES } from './phrases/languages.ts';
import type { Language } from './phrases/languages.ts';
import { THEMES } from './phrases/phrase-bank.ts';
import { PLACES } from './places.ts';
import type { Place } from './places.ts';
import { Random } from './random.ts';
import { composeResponse, composeText, composeTitle, toneOf } from './review-text.ts';
import type { Character, TextRequest } from './review-text.ts';
import type { DemoLocation, DemoProduct, DemoReview } from './rows.ts';

export interface DemoOptions {
  /** Any text; another one gives other reviews. */
  readonly seed?: string;
  /** Everything is dated relative to this. */
  readonly now: Date;
  /** 20,000 by default. */
  readonly reviews?: number;
}

export interface DemoData {
  readonly locations: readonly DemoLocation[];
  readonly products: readonly DemoProduct[];
  /** The oldest first. */
  readonly reviews: readonly DemoReview[];
}

const DEFAULT_REVIEWS = 20_000;
const DAYS = 730;
const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** Of one to five stars, at a location of average quality. */
const STARS = [8, 6, 10, 23, 53];
/** How often a review with so many stars has a text; a site with titles always asks for one. */
const WITH_TEXT = [0.94, 0.92, 0.85, 0.72, 0.68];
/** How often a review gets a response in the end: negative ones less, so that there is work left. */
const WITH_RESPONSE = { good: 0.46, mixed: 0.42, bad: 0.34 };
const ANONYMOUS = 0.18;

/** Somewhere that reviews are about, and how it is there. */
interface Venue {
  readonly externalId: string;
  readonly place: Place;
  readonly brand: Brand;
  readonly calendar: Calendar;
  readonly character: Character;
  /** How many reviews it gets, compared to the others. */
  readonly popularity: number;
  /** See {@link Brand.quality}. */
  readonly quality: number;
  /** How the quality changes in a year. */
  readonly trend: number;
  /** Weeks in which everything goes wrong, in days before now. */
  readonly roughPatch: { readonly from: number; readonly to: number } | null;
  /** Multiplies how often it responds. */
  readonly diligence: number;
}

/** The same seed and time give the same rows. */
export function generateDemo(options: DemoOptions): DemoData {
  const { seed = 'antiphon', now, reviews: count = DEFAULT_REVIEWS } = options;
  const random = new Random(seed);
  const venues = makeVenues(random, now);
  const weights = venues.map((venue) => venue.popularity);
  const reviews = Array.from({ length: count }, () => {
    return makeReview(random, venues[random.weighted(weights)]!, now);
  });
  reviews.sort((a, b) => (a.authoredAt < b.authoredAt ? -1 : a.authoredAt > b.authoredAt ? 1 : 0));
  return {
    locations: venues.map(toLocation),
    products: BRANDS.flatMap((brand) => brand.products),
    reviews: reviews.map((review, at) => ({
      externalId: `demo-${String(at + 1).padStart(6, '0')}`,
      ...review,
    })),
  };
}

function makeVenues(random: Random, now: Date): Venue[] {
  const byKey = new Map(BRANDS.map((brand) => [brand.key, brand]));
  const calendars = new Map(BRANDS.map((brand) => [brand.key, new Calendar(brand, now, DAYS)]));
  return PLACES.map((place): Venue => {
    const brand = byKey.get(place.brand)!;
    const from = 30 + random.below(600);
    return {
      externalId: `${brand.key}-${slug(place.city)}`,
      place,
      brand,
      calendar: calendars.get(place.brand)!,
      character: { strength: random.pick(THEMES), weakness: random.pick(THEMES) },
      popularity: Math.exp(0.5 * random.normal()),
      quality: brand.quality + Math.max(-0.8, 0.35 * random.normal()),
      trend: 0.25 * random.normal(),
      roughPatch: random.chance(0.2) ? { from, to: from + 35 } : null,
      diligence: 0.4 + 0.9 * random.unit(),
    };
  });
}

function makeReview(random: Random, venue: Venue, now: Date): Omit<DemoReview, 'externalId'> {
  const { brand, place } = venue;
  const time = venue.calendar.draw(random, place.timeZone);
  const daysAgo = (now.getTime() - time) / DAY_MS;
  const stars = drawStars(random, venue, daysAgo);
  const channel = brand.channels[random.weighted(brand.channels.map(({ share }) => share))]!;
  const language = drawLanguage(random, place);
  const request: TextRequest = { language, trade: brand.trade, stars, character: venue.character };
  const hasText =
    channel.titles || channel.scale === 'TEXT_ONLY' || random.chance(WITH_TEXT[stars - 1]!);
  const author = random.chance(ANONYMOUS) ? undefined : random.pick(PHRASES[language].names);
  const response = makeResponse(random, venue, request, { author, at: time, now });
  return {
    source: channel.source,
    locationExternalId: venue.externalId,
    ...(channel.products && { productExternalId: random.pick(brand.products).externalId }),
    ...ratingOn(random, channel, stars),
    ...(channel.titles && { title: composeTitle(random, request) }),
    ...(hasText && { text: composeText(random, request), language }),
    ...(author !== undefined && { authorName: author }),
    authoredAt: new Date(time).toISOString(),
    ...(response && { response }),
  };
}

function drawStars(random: Random, venue: Venue, daysAgo: number): number {
  const { quality, trend, roughPatch } = venue;
  const isRough = roughPatch !== null && daysAgo >= roughPatch.from && daysAgo <= roughPatch.to;
  const here = quality + trend * (1 - daysAgo / 365) - (isRough ? 1.2 : 0);
  return 1 + random.weighted(STARS.map((weight, at) => weight * Math.exp(0.6 * here * (at - 2))));
}

function drawLanguage(random: Random, { languages }: Place): Language {
  return languages[random.weighted(languages.map(([, share]) => share))]![0];
}

function ratingOn(
  random: Random,
  { scale }: Channel,
  stars: number,
): Pick<DemoReview, 'ratingScale' | 'rating'> {
  switch (scale) {
    case 'STARS_5':
      return { ratingScale: scale, rating: stars };
    case 'NUMERIC_10':
      return { ratingScale: scale, rating: Math.max(1, stars * 2 - random.below(2)) };
    case 'THUMBS':
      return {
        ratingScale: scale,
        rating: stars > 3 || (stars === 3 && random.chance(0.5)) ? 1 : 0,
      };
    case 'TEXT_ONLY':
      return { ratingScale: scale };
  }
}

/** Within hours mostly, sometimes days; what was written just now has none yet. */
function makeResponse(
  random: Random,
  { brand, diligence }: Venue,
  request: TextRequest,
  review: { author: string | undefined; at: number; now: Date },
): DemoReview['response'] {
  const isAnswered = random.chance(WITH_RESPONSE[toneOf(request.stars)] * diligence);
  const delayMs = Math.exp(Math.log(14) + random.normal()) * HOUR_MS;
  const body = composeResponse(random, request, { brand: brand.name, author: review.author });
  const publishedAt = Math.floor((review.at + delayMs) / 1000) * 1000;
  if (!isAnswered || publishedAt >= review.now.getTime()) return undefined;
  return { body, publishedAt: new Date(publishedAt).toISOString() };
}

function toLocation({ externalId, place, brand }: Venue): DemoLocation {
  const { timeZone, locale, phone, street, postalCode, city, region, country } = place;
  return {
    externalId,
    name: `${brand.locationPrefix} ${city}`,
    timeZone,
    locale,
    tags: brand.tags,
    groupPath: [brand.name, new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country],
    phone,
    address: { street, postalCode, city, region, country },
  };
}

function slug(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
}
