import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { rowCheck } from '../../src/cli/import/row-check.ts';
import type { RowKind } from '../../src/cli/import/row-fields.ts';
import { generateDemo } from '../../src/demo/generate.ts';
import { PHRASES } from '../../src/demo/phrases/languages.ts';
import { THEMES, TRADES } from '../../src/demo/phrases/phrase-bank.ts';
import type { DemoReview } from '../../src/demo/rows.ts';

const NOW = new Date('2026-03-10T14:30:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const demo = generateDemo({ now: NOW });

/** How much of the whole each value has. */
function shares<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1 / values.length);
  return counts;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const onStars = demo.reviews.filter((review) => review.ratingScale === 'STARS_5');
const daysAgo = ({ authoredAt }: DemoReview) => (NOW.getTime() - Date.parse(authoredAt)) / DAY_MS;

describe('the demo', () => {
  it('is the same for the same seed and time, and another for others', () => {
    const options = { now: NOW, reviews: 2_000 };
    const first = generateDemo(options);
    expect(generateDemo(options)).toEqual(first);
    expect(generateDemo({ ...options, seed: 'another' }).reviews).not.toEqual(first.reviews);
    const later = generateDemo({ ...options, now: new Date(NOW.getTime() + DAY_MS) });
    expect(later.reviews.at(-1)!.authoredAt > first.reviews.at(-1)!.authoredAt).toBe(true);
  });

  it('has as much as it promises', () => {
    expect(demo.reviews).toHaveLength(20_000);
    expect(demo.locations).toHaveLength(40);
    expect(new Set(demo.locations.map((location) => location.groupPath[0])).size).toBe(3);
    expect(new Set(demo.locations.map((location) => location.timeZone)).size).toBeGreaterThan(10);
    expect(demo.products.length).toBeGreaterThan(5);
  });

  it('has rows that the import takes', () => {
    const refused = (kind: RowKind, rows: readonly object[]) => {
      const check = rowCheck(kind, {}, { timeZone: 'UTC', format: null });
      return rows.map((row) => check({ ...row })).filter((checked) => 'errors' in checked);
    };
    expect(refused('reviews', demo.reviews)).toEqual([]);
    expect(refused('locations', demo.locations)).toEqual([]);
    expect(refused('products', demo.products)).toEqual([]);
  });

  it('has keys that are unique, and refer to what there is', () => {
    expect(new Set(demo.reviews.map((review) => review.externalId)).size).toBe(20_000);
    const locations = new Set(demo.locations.map((location) => location.externalId));
    expect(locations.size).toBe(40);
    const products = new Set(demo.products.map((product) => product.externalId));
    expect(demo.reviews.every((review) => locations.has(review.locationExternalId))).toBe(true);
    const ofProducts = demo.reviews.flatMap((review) => review.productExternalId ?? []);
    expect(ofProducts.length).toBeGreaterThan(500);
    expect(ofProducts.every((product) => products.has(product))).toBe(true);
  });

  it('has article numbers with the right check digit, of nobody', () => {
    for (const { gtin } of demo.products) {
      const sum = [...gtin].reduce(
        (total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1),
        0,
      );
      expect(gtin).toMatch(/^200\d{10}$/);
      expect(sum % 10).toBe(0);
    }
  });
});

describe('its times', () => {
  it('are of the last two years, in order, and never ahead', () => {
    const times = demo.reviews.map((review) => review.authoredAt);
    expect(times).toEqual([...times].sort());
    expect(daysAgo(demo.reviews.at(-1)!)).toBeGreaterThan(0);
    expect(daysAgo(demo.reviews.at(-1)!)).toBeLessThan(1);
    expect(daysAgo(demo.reviews[0]!)).toBeGreaterThan(720);
    expect(daysAgo(demo.reviews[0]!)).toBeLessThan(734);
  });

  it('follow the week of each brand', () => {
    const weekday = (brand: string) =>
      shares(
        demo.reviews
          .filter((review) => review.locationExternalId.startsWith(brand))
          .map((review) => new Date(review.authoredAt).getUTCDay()),
      );
    const bakery = weekday('brambleknot');
    expect(bakery.get(6)! / bakery.get(2)!).toBeGreaterThan(1.5);
    const hotel = weekday('halvard');
    expect(hotel.get(1)! / hotel.get(3)!).toBeGreaterThan(1.4);
  });

  it('follow the seasons', () => {
    const months = shares(
      demo.reviews
        .filter((review) => review.locationExternalId.startsWith('halvard'))
        .map((review) => new Date(review.authoredAt).getUTCMonth()),
    );
    expect(months.get(7)! / months.get(1)!).toBeGreaterThan(1.4);
  });

  it('are of the local day', () => {
    const hours = (timeZone: string) => {
      const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
      const there = new Set(
        demo.locations.filter((each) => each.timeZone === timeZone).map((each) => each.externalId),
      );
      return demo.reviews
        .filter((review) => there.has(review.locationExternalId))
        .map((review) => Number(format.format(new Date(review.authoredAt))));
    };
    for (const timeZone of ['Asia/Tokyo', 'America/Los_Angeles', 'Europe/Amsterdam']) {
      const local = hours(timeZone);
      expect(local.filter((hour) => hour >= 1 && hour < 6).length / local.length).toBeLessThan(
        0.02,
      );
    }
  });
});

describe('its ratings', () => {
  it('are mostly good, and sometimes bad', () => {
    const stars = shares(onStars.map((review) => review.rating));
    expect(stars.get(5)).toBeGreaterThan(0.45);
    expect(stars.get(5)).toBeLessThan(0.65);
    expect(stars.get(1)! + stars.get(2)!).toBeGreaterThan(0.08);
    expect(stars.get(1)! + stars.get(2)!).toBeLessThan(0.2);
  });

  it('differ from location to location', () => {
    const averages = demo.locations.map(({ externalId }) =>
      mean(
        onStars.filter((it) => it.locationExternalId === externalId).map((it) => it.rating ?? 0),
      ),
    );
    expect(Math.max(...averages) - Math.min(...averages)).toBeGreaterThan(0.7);
    expect(mean(averages)).toBeGreaterThan(3.8);
    expect(mean(averages)).toBeLessThan(4.5);
  });

  it('are on all scales, within their ranges', () => {
    const scales = shares(demo.reviews.map((review) => review.ratingScale));
    expect([...scales.keys()].sort()).toEqual(['NUMERIC_10', 'STARS_5', 'TEXT_ONLY', 'THUMBS']);
    expect(scales.get('STARS_5')).toBeGreaterThan(0.7);
    const ratings = (scale: string) =>
      demo.reviews.filter((it) => it.ratingScale === scale).map((it) => it.rating);
    expect(new Set(ratings('NUMERIC_10')).size).toBe(10);
    expect(new Set(ratings('THUMBS'))).toEqual(new Set([0, 1]));
    expect(new Set(ratings('TEXT_ONLY'))).toEqual(new Set([undefined]));
  });
});

describe('its responses', () => {
  it('are less common for negative reviews, and leave work to do', () => {
    const rate = (...stars: number[]) => {
      const reviews = onStars.filter((review) => stars.includes(review.rating ?? 0));
      return reviews.filter((review) => review.response !== undefined).length / reviews.length;
    };
    expect(rate(1, 2)).toBeGreaterThan(0.15);
    expect(rate(4, 5)).toBeGreaterThan(rate(1, 2));
    const recent = onStars.filter(
      (it) => daysAgo(it) < 30 && (it.rating ?? 0) <= 2 && !it.response,
    );
    expect(recent.length).toBeGreaterThan(20);
  });

  it('come after the review, and not in the future', () => {
    for (const { authoredAt, response } of demo.reviews) {
      if (response === undefined) continue;
      expect(response.publishedAt > authoredAt).toBe(true);
      expect(Date.parse(response.publishedAt)).toBeLessThan(NOW.getTime());
    }
  });
});

describe('its texts', () => {
  const texts = demo.reviews.flatMap((review) => review.text ?? []);

  it('are varied, and in eight languages', () => {
    expect(new Set(texts).size / texts.length).toBeGreaterThan(0.85);
    const languages = shares(demo.reviews.flatMap((review) => review.language ?? []));
    expect([...languages.keys()].sort()).toEqual(['de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pt']);
    for (const share of languages.values()) expect(share).toBeGreaterThan(0.03);
  });

  it('are missing now and then, but not from reviews without a rating', () => {
    expect(texts.length / demo.reviews.length).toBeGreaterThan(0.7);
    expect(texts.length / demo.reviews.length).toBeLessThan(0.95);
    const textOnly = demo.reviews.filter((review) => review.ratingScale === 'TEXT_ONLY');
    expect(textOnly.every((review) => review.text !== undefined)).toBe(true);
  });

  it('have no placeholder left, in responses neither', () => {
    const responses = demo.reviews.flatMap((review) => review.response?.body ?? []);
    expect([...texts, ...responses].filter((text) => /[{}]|undefined/.test(text))).toEqual([]);
  });

  it('say good things of good visits, and bad ones of bad visits', () => {
    const has = (text: string, side: 'good' | 'bad') =>
      THEMES.some((theme) =>
        PHRASES.en.themes[theme][side].some((sentence) => text.includes(sentence)),
      );
    const english = onStars.filter((it) => it.language === 'en' && it.text !== undefined);
    const best = english.filter((it) => it.rating === 5).map((it) => it.text!);
    const worst = english.filter((it) => it.rating === 1).map((it) => it.text!);
    expect(best.filter((text) => has(text, 'bad'))).toEqual([]);
    expect(worst.filter((text) => has(text, 'good'))).toEqual([]);
  });
});

describe.each(Object.entries(PHRASES))('the phrases in %s', (_language, bank) => {
  it('are whole sentences without repetition', () => {
    const sentences = THEMES.flatMap((theme) => [
      ...bank.themes[theme].good,
      ...bank.themes[theme].bad,
    ]);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/[.!?。]$/);
    for (const trade of TRADES) expect(bank.items[trade].length).toBeGreaterThan(4);
  });

  it('name the reviewer and the brand in responses', () => {
    for (const response of Object.values(bank.responses).flat())
      expect(response).toContain('{name}');
    expect(bank.responses.bad.some((response) => response.includes('{brand}'))).toBe(true);
  });
});
