import { statfsSync } from 'node:fs';
import pg from 'pg';
import { antiphon, BenchError, say } from '../process.ts';
import { FUNCTIONS } from './functions.ts';
import { withoutIndexes } from './indexes.ts';
import { loadOrganization } from './load.ts';
import { ensureSurveyLinks } from './survey-links.ts';

/** Counts one up when other rows are generated, so that a database of before is not taken for them. */
const VERSION = 2;
const DEFAULT_SIZE = { locations: 1_000, reviews: 1_000_000 };
/** The second organization: there so that a read without its tenant would be seen. */
const NEIGHBOUR = { slug: 'neighbour', locations: 10, reviews: 1_000 };
const SLUG = 'bench';

export interface Size {
  readonly locations: number;
  readonly reviews: number;
}

export interface Dataset extends Size {
  readonly url: string;
  readonly organizationId: string;
  /** Of Antiphon; the others take the same ones. */
  readonly keys: { readonly storefront: string; readonly secret: string };
  readonly locationIds: readonly string[];
}

/** The database of this size, generated where it is not there yet. */
export async function openDataset(
  serverUrl: string,
  size: Size,
  name = databaseName(size),
): Promise<Dataset> {
  const url = await ensureDatabase(serverUrl, size, name);
  // One that was generated before a migration; and as it is some minutes after an import.
  await antiphon(url, 'migrate');
  await antiphon(url, 'rollups', 'pack');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const organizationId = await organizationOf(client);
    await ensureSurveyLinks(client, { url, slug: SLUG, organizationId });
    const { rows } = await client.query<{ id: string }>(
      'select id from location where organization_id = $1 order by id',
      [organizationId],
    );
    const locationIds = rows.map((row) => row.id);
    return { ...size, url, organizationId, keys: await keysOf(client, url), locationIds };
  } finally {
    await client.end();
  }
}

/** For those that are made for one run. */
export async function dropDataset(serverUrl: string, { url }: Dataset): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  say(`dropping ${name}`);
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  try {
    await server.query(`drop database if exists ${name} with (force)`);
  } finally {
    await server.end();
  }
}

function databaseName({ locations, reviews }: Size): string {
  const isDefault = locations === DEFAULT_SIZE.locations && reviews === DEFAULT_SIZE.reviews;
  return isDefault ? 'antiphon_bench' : `antiphon_bench_${locations}_${reviews}`;
}

async function ensureDatabase(serverUrl: string, size: Size, name: string): Promise<string> {
  const target = new URL(serverUrl);
  target.pathname = `/${name}`;
  const url = target.href;
  if (await isComplete(url)) return url;
  say(`generating ${size.locations} locations, ${size.reviews} reviews in ${name} …`);
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`drop database if exists ${name} with (force)`);
  await assertRoom(server, size);
  await server.query(`create database ${name}`);
  // Ended helpers of a backend could not be told from other databases' in the CPU accounting, and
  // none of the questions is big enough for them.
  await server.query(`alter database ${name} set max_parallel_workers_per_gather = 0`);
  await server.end();
  await generate(url, size);
  return url;
}

/** What a review takes with its share of everything else, and of what is sorted meanwhile. */
const BYTES_PER_REVIEW = 3_500;

/** @throws BenchError where the disk is full before all of it is there, as far as that can be seen */
async function assertRoom(server: pg.Client, { reviews }: Size): Promise<void> {
  const { rows } = await server.query<{ directory: string }>(
    `select current_setting('data_directory') as directory`,
  );
  let free: number;
  try {
    const { bavail, bsize } = statfsSync(rows[0]!.directory);
    free = bavail * bsize;
  } catch {
    return;
  }
  const needed = reviews * BYTES_PER_REVIEW;
  if (free > needed) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(0)} GB`;
  throw new BenchError(
    `${reviews} reviews take about ${gigabytes(needed)}, and ${gigabytes(free)} are free: ask for fewer, or drop other datasets.`,
  );
}

async function isComplete(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>('select version from bench.dataset');
    return rows[0]?.version === VERSION;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function generate(url: string, size: Size): Promise<void> {
  const started = performance.now();
  await antiphon(url, 'organizations', 'create', SLUG, '--name', 'Bench');
  await antiphon(url, 'organizations', 'create', NEIGHBOUR.slug, '--name', 'Neighbour');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of FUNCTIONS) await client.query(sql);
    await withoutIndexes(client, async () => {
      for (const load of [{ slug: SLUG, ...size }, NEIGHBOUR]) {
        const organizationId = await organizationOf(client, load.slug);
        await loadOrganization(client, { url, organizationId, ...load });
      }
    });
    await client.query('vacuum analyze');
    // Last: a generation that was broken off is begun anew.
    await client.query('create table bench.key (kind text primary key, token text not null)');
    await client.query(`create table bench.dataset as select ${VERSION} as version`);
  } finally {
    await client.end();
  }
  say(`generated in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

async function organizationOf(client: pg.Client, slug = SLUG): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select id from organization where slug = $1',
    [slug],
  );
  if (rows[0] === undefined) throw new Error(`the organization "${slug}" is gone`);
  return rows[0].id;
}

/** Made once through the command line, and kept beside the data. */
async function keysOf(client: pg.Client, url: string): Promise<Dataset['keys']> {
  const known = await client.query<{ kind: string; token: string }>(
    'select kind, token from bench.key',
  );
  const tokens = new Map(known.rows.map((row) => [row.kind, row.token]));
  return {
    storefront: tokens.get('publishable') ?? (await makeKey(client, url, 'publishable')),
    secret: tokens.get('secret') ?? (await makeKey(client, url, 'secret')),
  };
}

const SCOPES = [
  'organization:read',
  'keys:manage',
  'locations:read',
  'locations:write',
  'products:read',
  'products:write',
  'reviews:read',
  'reviews:write',
  'responses:read',
  'responses:write',
  'responses:publish',
  'feed:read',
  'metrics:read',
];

async function makeKey(
  client: pg.Client,
  url: string,
  kind: 'publishable' | 'secret',
): Promise<string> {
  const scopes = kind === 'secret' ? ['--scope', ...SCOPES] : [];
  const { token } = await antiphon<{ token: string }>(
    url,
    ...['keys', 'create', '--organization', SLUG, '--name', `Bench, ${kind}`, '--kind', kind],
    ...scopes,
  );
  await client.query('insert into bench.key values ($1, $2)', [kind, token]);
  return token;
}
