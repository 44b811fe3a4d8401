import { cpus, release, totalmem } from 'node:os';
import type pg from 'pg';
import { canPin } from '../measure/cores.ts';

/** What the figures were measured on. */
export async function describeMachine(client: pg.Client): Promise<Record<string, string>> {
  const setting = async (name: string) =>
    (await client.query<{ value: string }>('select current_setting($1) as value', [name])).rows[0]!
      .value;
  const cores = cpus();
  const version = await setting('server_version');
  const [buffers, jit] = [await setting('shared_buffers'), await setting('jit')];
  return {
    processor: `${cores.length} cores, ${cores[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    node: process.version,
    postgresql: `${version}, shared_buffers ${buffers}, jit ${jit}`,
    pinning: canPin ? 'servers on core 0, load on core 1, PostgreSQL on both' : 'none',
  };
}
