import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { startServerProcess } from '../testkit/server-process.ts';
import type { ServerProcess } from '../testkit/server-process.ts';
import { ndjson, review } from './files.ts';
import { makeInstallation } from './installation.ts';
import type { Installation } from './installation.ts';

// Commands are processes, and a first one may have to build.
jest.setTimeout(180_000);

let here: Installation;
beforeAll(async () => {
  here = await makeInstallation();
  expect(await here.run('organizations', 'create', 'acme', '--name', 'Acme')).toMatchObject({
    code: 0,
  });
});
afterAll(() => here.remove());

describe('how commands end when they are called wrongly', () => {
  it.each([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown option', ['import', 'x', '--nope'], /unknown option '--nope'/],
    ['a missing file', ['import', '/no/such/file.ndjson'], /There is no file/],
    ['a server without a key', ['keys', 'list', '--url', 'http://127.0.0.1:1'], /ANTIPHON_KEY/],
    ['an unknown organization', ['keys', 'list', '-o', 'nobody'], /no organization "nobody"/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await here.run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a server that is not there', async () => {
    const args = ['keys', 'list', '--url', 'http://127.0.0.1:1', '--key', 'ant_sec_x'];
    const { code, stderr } = await here.run(...args);
    expect(code).toBe(4);
    expect(stderr).toContain('There is no answer from http://127.0.0.1:1/graphql');
  });

  it.each([[[]], [['import']], [['keys', 'create']], [['export']]])(
    'help of %j',
    async (command) => {
      const { code, stdout } = await here.run(...command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain('Exit codes:');
    },
  );
});

describe('organizations, keys and migrations', () => {
  it('are made, listed and ended', async () => {
    const made = await here.run(
      'keys',
      'create',
      '--name',
      'Trial',
      '--scope',
      'reviews:read',
      '--json',
    );
    expect(made.json).toMatchObject({
      id: expect.stringMatching(/^key_/),
      kind: 'SECRET',
      token: expect.stringMatching(/^ant_sec_/),
      scopes: ['reviews:read'],
    });
    const revoked = await here.run('keys', 'revoke', made.json.id, '--json');
    expect(revoked.json).toEqual({ id: made.json.id, revoked: true });
    const { json: keys } = await here.run('keys', 'list', '--json');
    expect(keys).toMatchObject([{ id: made.json.id, name: 'Trial', state: 'REVOKED' }]);
    const wrong = await here.run('keys', 'create', '--name', 'Trial', '--scope', 'reviews:eat');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    const twice = await here.run('organizations', 'create', 'acme');
    expect(twice).toMatchObject({ code: 1, stdout: '' });
    expect(twice.stderr).toContain('There is an organization "acme" already');
    expect(await here.run('migrate', '--dry-run', '--json')).toMatchObject({
      code: 0,
      json: { pending: [] },
    });
  });
});

describe('an export', () => {
  it('can be imported elsewhere, and is the same there', async () => {
    const google = '(Translated by Google) Very good\n\n(Original)\nErg goed, ik kom graag terug';
    const rows = [
      review('r1', { title: 'Fine', authorName: 'Ann', url: 'https://example.org/r1' }),
      review('r2', { ratingScale: 'TEXT_ONLY', rating: undefined, text: '=1+1, "quoted"\nnext' }),
      review('r3', { ratingScale: 'NUMERIC_10', rating: 7.5, text: google }),
      review('r4', { response: { body: 'Thanks', publishedAt: '2025-03-04T10:00:00Z' } }),
      review('r5', { locationExternalId: undefined, locationName: undefined, text: undefined }),
    ];
    const file = await here.folder.write('rows.ndjson', ndjson(rows));
    expect((await here.run('import', file, '--json')).json).toMatchObject({ created: 5 });

    const out = `${here.folder.path}/out.ndjson.gz`;
    const written = await here.run('export', 'reviews', '--output', out, '--json');
    expect(written.json).toEqual({ rows: 5 });
    const exported = gunzipSync(await readFile(out)).toString();
    expect(JSON.parse(exported.split('\n')[3]!)).toEqual({
      ...rows[3],
      ratingScale: 'STARS_5',
      language: 'en',
      authoredAt: '2025-03-03T13:42:36.000Z',
      response: { body: 'Thanks', publishedAt: '2025-03-04T10:00:00.000Z' },
    });
    const csv = `${here.folder.path}/out.csv`;
    await here.run('export', 'reviews', '--output', csv);
    await using elsewhere = await makeInstallation();
    for (const copy of [out, csv]) {
      const { json } = await elsewhere.run('import', copy, '--json');
      expect(json).toMatchObject(copy === out ? { created: 5 } : { unchanged: 5 });
      expect((await elsewhere.run('export', 'reviews')).stdout).toBe(exported);
    }
    const safe = await here.run('export', 'reviews', '--format', 'csv', '--spreadsheet-safe');
    expect(safe.stdout).toContain('"\'=1+1, ""quoted""\nnext"');
    expect((await readdir(here.folder.path)).filter((name) => name.includes('partial'))).toEqual(
      [],
    );
  });

  it('of locations too', async () => {
    const location = {
      ...{
        externalId: 'loc-1',
        name: 'Corner Café',
        timeZone: 'Europe/Amsterdam',
        locale: 'nl-NL',
      },
      tags: ['café', 'terrace'],
      groupPath: ['Brand', 'Netherlands'],
      phone: '+31 20 555 0100',
      address: { street: 'Dam 1', city: 'Amsterdam', country: 'NL' },
    };
    const file = await here.folder.write('locations.ndjson', ndjson([location]));
    const changed = await here.run('import', file, '--locations', '--json');
    expect(changed.json).toEqual({ created: 0, updated: 1, unchanged: 0, rejected: 0 });
    const { stdout } = await here.run('export', 'locations');
    expect(JSON.parse(stdout)).toEqual(location);
    const csv = `${here.folder.path}/locations.csv`;
    await here.run('export', 'locations', '--output', csv);
    const again = await here.run('import', csv, '--locations', '--json');
    expect(again.json).toEqual({ created: 0, updated: 0, unchanged: 1, rejected: 0 });
  });

  it('holds what the filters select', async () => {
    const { stdout } = await here.run('export', 'reviews', '--sentiment', 'positive');
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).externalId as string);
    expect(ids).toContain('r1');
    expect(ids).not.toContain('r2');
    const none = await here.run('export', 'reviews', '--authored-before', '2001-01-01');
    expect(none).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('beside a running server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess(here.env);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it('commands of the same user go through it by themselves', async () => {
    const file = await here.folder.write('beside.ndjson', ndjson([review('beside')]));
    const { code, json, stderr } = await here.run('import', file, '--json');
    expect({ code, json, stderr }).toEqual({
      code: 0,
      json: { created: 1, updated: 0, unchanged: 0, rejected: 0 },
      stderr: '',
    });
  });

  it('others go through it with a key, and no further than the key', async () => {
    const key = async (...scopes: string[]) => {
      const { json } = await here.run(
        'keys',
        'create',
        '--name',
        'Key',
        '--json',
        '--scope',
        ...scopes,
      );
      return json.token as string;
    };
    const file = await here.folder.write(
      'by-key.ndjson',
      ndjson([review('by-key'), review('by-key-2', { rating: 'x' })]),
    );
    const at = ['--url', server.url, '--key'];
    const done = await here.run('import', file, '--json', ...at, await key('reviews:write'));
    expect(done.json).toMatchObject({ created: 1, rejected: 1 });
    const refused = await here.run('import', file, ...at, await key('reviews:read'));
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('reviews:write');
  });

  it('the demo is not loaded where there are reviews', async () => {
    const { code, stderr } = await here.run('demo');
    expect(code).toBe(1);
    expect(stderr).toContain('loaded only where there are none');
  });
});
