import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JsonListScanner } from '../../src/cli/import/json-list-scanner.ts';
import { openTakeout, readTakeout } from '../../src/cli/import/takeout-reader.ts';
import { collect, makeFolder, told } from './files.ts';
import type { Folder } from './files.ts';

let folder: Folder;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

function takeoutReview(id: string, fields: object = {}) {
  return {
    reviewer: { displayName: 'Ann Example', isAnonymous: false },
    starRating: 'FOUR',
    createTime: '2026-02-16T03:09:14.123456Z',
    updateTime: '2026-02-17T03:09:14Z',
    name: `accounts/1001/locations/2001/reviews/${id}`,
    comment: `About ${id}`,
    ...fields,
  };
}

const LOCATION = { name: 'locations/2001', title: 'Corner Café', storeCode: 'ams-1' };

async function write(name: string, reviews: unknown[], location?: object): Promise<string> {
  if (location) await folder.write(`${name}/data.json`, JSON.stringify(location, null, 1));
  const list = { reviews, totalReviewCount: reviews.length };
  return folder.write(`${name}/reviews.json`, JSON.stringify(list, null, 1));
}

async function read(name: string, skip = 0) {
  const takeout = await openTakeout(`${folder.path}/${name}`);
  return collect(readTakeout(takeout, skip));
}

describe('a Takeout export', () => {
  it('becomes rows of reviews with their locations', async () => {
    await write(
      'whole/account-1/location-1',
      [
        takeoutReview('r1'),
        takeoutReview('r2', {
          reviewer: { displayName: 'A Google user', isAnonymous: true },
          starRating: 'ONE',
          reviewReply: { comment: 'Sorry!', updateTime: '2026-02-18T10:00:00Z' },
        }),
        takeoutReview('r3', { starRating: 'STAR_RATING_UNSPECIFIED', comment: undefined }),
      ],
      LOCATION,
    );
    const rows = await read('whole');
    const location = { locationExternalId: 'ams-1', locationName: 'Corner Café' };
    const time = { authoredAt: '2026-02-16T03:09:14.123456Z' };
    expect(rows.map((each) => 'row' in each && each.row)).toEqual([
      {
        ...{ source: 'GOOGLE', externalId: 'r1', ...location, ...time },
        ...{ ratingScale: 'STARS_5', rating: 4, text: 'About r1', authorName: 'Ann Example' },
      },
      {
        ...{ source: 'GOOGLE', externalId: 'r2', ...location, ...time },
        ...{ ratingScale: 'STARS_5', rating: 1, text: 'About r2' },
        response: { body: 'Sorry!', publishedAt: '2026-02-18T10:00:00Z' },
      },
      {
        ...{ source: 'GOOGLE', externalId: 'r3', ...location, ...time },
        ...{ ratingScale: 'TEXT_ONLY', authorName: 'Ann Example' },
      },
    ]);
    expect(rows[1]?.place).toEqual({ file: 'account-1/location-1/reviews.json', index: 1 });
    expect(rows[1]?.original).toMatchObject({ starRating: 'ONE' });
  });

  it('takes the location from where it can', async () => {
    await write('a/without-code', [takeoutReview('r1')], { ...LOCATION, storeCode: '' });
    await write('b/without-data', [takeoutReview('r1')]);
    const ids = async (name: string) =>
      (await read(name)).map((each) => 'row' in each && each.row.locationExternalId);
    expect(await ids('a')).toEqual(['2001']);
    expect(await ids('b')).toEqual(['2001']);
  });

  it('reads the files in the same order each time, and goes on within them', async () => {
    for (const name of ['order/b', 'order/a', 'order/c']) {
      await write(name, [takeoutReview(`${name}-1`), takeoutReview(`${name}-2`)], LOCATION);
    }
    const files = (rows: Awaited<ReturnType<typeof read>>) =>
      rows.map(({ place }) => `${place.file} ${place.index}`);
    const all = await read('order');
    expect(files(all).slice(0, 3)).toEqual([
      'a/reviews.json 0',
      'a/reviews.json 1',
      'b/reviews.json 0',
    ]);
    expect(files(await read('order', 3))).toEqual(files(all).slice(3));
  });

  it('reads one file by its own path', async () => {
    const file = await write('one', [takeoutReview('r1')], LOCATION);
    const rows = await collect(readTakeout(await openTakeout(file), 0));
    expect(rows).toMatchObject([{ row: { locationExternalId: 'ams-1' } }]);
  });

  it('refuses what is broken, and reads on', async () => {
    const broken = '{"reviews": [{"name": "x/r1", "a": 1,}, 7, {"name": "x/r2"}, {"starRating": ';
    await folder.write('broken/reviews.json', broken);
    await folder.write('broken/sub/reviews.json', '{"other": [1]}');
    expect(told(await read('broken'))).toEqual([
      [0, expect.stringContaining('not valid JSON')],
      [1, 'The element of the list is not an object.'],
      [2, { source: 'GOOGLE', externalId: 'r2', ratingScale: 'TEXT_ONLY' }],
      [3, 'The file ends in the middle: export it again.'],
      [0, 'The file has no list of reviews.'],
    ]);
  });
});

describe('JsonListScanner', () => {
  const file = JSON.stringify(
    {
      before: { reviews: ['not these'] },
      reviews: [
        { a: '}]", {[' },
        { b: [1, { c: '\\"' }] },
        'text, with comma',
        3,
        null,
        { d: '日' },
      ],
      after: [{ e: 1 }],
    },
    null,
    2,
  );

  it.each([1, 2, 5, 64, 10_000])('finds the elements, reading %i bytes at a time', (step) => {
    const scanner = new JsonListScanner('reviews');
    const bytes = Buffer.from(file);
    const found = [];
    for (let at = 0; at < bytes.length; at += step) {
      found.push(...scanner.push(bytes.subarray(at, at + step)));
    }
    const { reviews } = JSON.parse(file) as { reviews: unknown[] };
    expect(found.map((each) => JSON.parse(each.bytes.toString()) as unknown)).toEqual(reviews);
    expect(scanner.isComplete).toBe(true);
  });

  it('cuts an element that is too long, and goes on after it', () => {
    const scanner = new JsonListScanner('reviews');
    const long = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
    const found = scanner.push(Buffer.from(`{"reviews":[${long},{"a":1}]}`));
    expect(found.map((each) => each.cut)).toEqual([true, false]);
    expect(found[0]!.bytes.length).toBeLessThan(300_000);
  });
});
