/** The Dockerfile and docker-compose.yml, checked without a Docker daemon. */
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const PROJECT = resolve(import.meta.dirname, '../..');

interface Service {
  image?: string;
  build?: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  volumes?: string[];
  profiles?: string[];
  [key: string]: unknown;
}

interface Compose {
  name: string;
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const SERVICE_KEYS = [
  'build',
  'command',
  'depends_on',
  'environment',
  'healthcheck',
  'image',
  'init',
  'ports',
  'profiles',
  'restart',
  'stop_grace_period',
  'volumes',
];

function read(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

/** Instructions in order, with continued lines joined and comments left out. */
function instructions(dockerfile: string): { name: string; rest: string }[] {
  return dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      return { name, rest: rest.join(' ') };
    });
}

describe('Dockerfile', () => {
  const all = instructions(read('Dockerfile'));
  const named = (name: string): string[] => all.filter((i) => i.name === name).map((i) => i.rest);
  const lastStage = all.slice(all.findLastIndex((i) => i.name === 'FROM'));

  it('passes the linter', () => {
    expect(validate(read('Dockerfile'))).toEqual([]);
  });

  it('builds in stages of one pinned major version of Node, the one the project is written for', () => {
    expect(named('FROM').length).toBeGreaterThan(1);
    for (const image of named('FROM')) expect(image).toMatch(/^node:24-\S+-slim( AS \w+)?$/);
  });

  it('copies only what exists and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = named('COPY')
      .filter((rest) => !rest.includes('--from='))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(sources).not.toEqual([]);
    for (const source of sources) {
      expect({ source, exists: existsSync(join(PROJECT, source)) }).toEqual({
        source,
        exists: true,
      });
      expect(allowed).toContain(source);
    }
  });

  it('copies from stages that exist', () => {
    const stages = named('FROM').flatMap((rest) => / AS (\w+)$/.exec(rest)?.[1] ?? []);
    const used = named('COPY').flatMap((rest) => /--from=(\w+)/.exec(rest)?.[1] ?? []);
    expect(used.sort()).toEqual(stages.sort());
  });

  it('ends with production dependencies, a health check, and a user that is not root', () => {
    const order = lastStage.map((i) => i.name);
    expect(order).toEqual(expect.arrayContaining(['HEALTHCHECK', 'EXPOSE', 'ENTRYPOINT', 'USER']));
    expect(lastStage.filter((i) => i.name === 'USER').map((i) => i.rest)).toEqual(['node']);
    expect(order.lastIndexOf('RUN')).toBeLessThan(order.indexOf('USER'));
    expect(named('RUN').some((rest) => rest.includes('npm ci --omit=dev'))).toBe(true);
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('has a health check that turns an answer of %i into exit code %i', async (status, code) => {
    const check = lastStage.find((i) => i.name === 'HEALTHCHECK')?.rest ?? '';
    const [program, ...args] = JSON.parse(check.slice(check.indexOf('['))) as [string, ...string[]];
    expect(program).toBe('node');
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: 'inherit' });
    const [exitCode] = (await once(child, 'exit')) as [number];
    server.close();
    expect(exitCode).toBe(code);
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { strict: true, uniqueKeys: true }) as Compose;
  const services = Object.entries(compose.services);

  it('has the three services, NATS by profile alone', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['antiphon', 'nats', 'postgres']);
    expect(services.filter(([, s]) => s.profiles !== undefined).map(([name]) => name)).toEqual([
      'nats',
    ]);
  });

  it.each(services)(
    '%s uses keys that Compose knows, and an image that is pinned',
    (_, service) => {
      expect(SERVICE_KEYS).toEqual(expect.arrayContaining(Object.keys(service)));
      expect(service.image).toMatch(/^[\w./-]+:(?!latest)[\w.-]+$/);
    },
  );

  it('starts Antiphon when PostgreSQL is healthy', () => {
    expect(compose.services['antiphon']?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
    });
    expect(compose.services['postgres']?.healthcheck?.test.join(' ')).toContain('pg_isready');
  });

  it('declares each volume that it mounts', () => {
    const mounted = services.flatMap(([, s]) => s.volumes ?? []).map((v) => v.split(':')[0]);
    expect(Object.keys(compose.volumes)).toEqual(mounted);
  });

  it('connects with the user, password and database that it creates', () => {
    const url = compose.services['antiphon']?.environment?.['DATABASE_URL'] ?? '';
    const created = compose.services['postgres']?.environment ?? {};
    expect(url).toBe(
      `postgres://${created['POSTGRES_USER']}:${created['POSTGRES_PASSWORD']}@postgres:5432/${created['POSTGRES_DB']}`,
    );
  });
});
