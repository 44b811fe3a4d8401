import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { Caller, Callers, ServerEnvironment } from './contender.ts';

const env = process.env as unknown as ServerEnvironment;

export const port = Number(env.PORT);
export const databaseUrl = env.DATABASE_URL;
export const poolSize = Number(env.BENCH_POOL_SIZE);
const callers = JSON.parse(env.BENCH_CALLERS) as Callers;

/** The pool of a server of ours. */
export function openPool(): pg.Pool {
  return new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    options: '-c TimeZone=UTC',
  });
}

const LEAD = 'Bearer '.length;

/** Who is calling, by the key in the header `authorization`. @throws Error for an unknown one */
export function callerOf(authorization: string | null | undefined): Caller {
  const caller = callers[authorization?.slice(LEAD) ?? ''];
  if (caller === undefined) throw new Error('unknown key');
  return caller;
}

/** The organization that the caller may write to. @throws Error for a storefront */
export function writerOf({ organizationId, publicOnly }: Caller): string {
  if (publicOnly) throw new Error('Writing is not for storefronts.');
  return organizationId;
}

/** Listens, and tells where on stdout, as `antiphon serve --json` does. */
export function listen(server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1', () => announce((server.address() as AddressInfo).port));
}

export function announce(at: number): void {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${at}` }));
}
