import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { GuideServer } from './guide-server.ts';
import { PROJECT } from './snippets.ts';
import type { Step } from './snippets.ts';

/** What the guides call the server that the reader has started. */
const LOCAL = 'localhost:4000';
const IMPORT_NEGATIVE = `mutation ($input: ImportReviewsInput!) {
  importReviews(input: $input) { created userErrors { message } }
}`;

export interface GraphQLAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Runs the blocks of one page in order, against one server and in one directory. */
export class Page {
  readonly #server: GuideServer;
  readonly #saved = new Map<string, string>();
  readonly #directory: string;
  #imported = 0;

  constructor(server: GuideServer) {
    this.#server = server;
    // Inside the project, so that a module there finds the project's packages.
    const cache = join(PROJECT, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    this.#directory = mkdtempSync(join(cache, 'antiphon-guide-'));
    mkdirSync(join(this.#directory, 'bin'));
    const command = `#!/bin/sh\nshift\nexec "${process.execPath}" "${PROJECT}/dist/cli/index.js" "$@"\n`;
    writeFileSync(join(this.#directory, 'bin/npx'), command, { mode: 0o755 });
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** @returns what the block answered or printed; throws, naming the block, where it failed. */
  async run(step: Step): Promise<unknown> {
    const { attributes, language, place } = step.snippet;
    try {
      if (attributes.has('file')) return this.#write(step);
      if (language === 'graphql') return await this.#graphql(step);
      return await this.#execute(step);
    } catch (fault) {
      throw new Error(`${place}: ${fault instanceof Error ? fault.message : String(fault)}`, {
        cause: fault,
      });
    }
  }

  #write({ snippet }: Step): void {
    const file = snippet.attributes.get('file') ?? '';
    writeFileSync(join(this.#directory, file), this.#filled(snippet.code));
  }

  /** The code with this server's address, and with what earlier blocks saved. */
  #filled(code: string): string {
    const here = code.replaceAll(LOCAL, new URL(this.#server.url).host);
    return here.replaceAll(
      /<([a-zA-Z]+)>/g,
      (written, name: string) => this.#saved.get(name) ?? written,
    );
  }

  async #graphql(step: Step): Promise<GraphQLAnswer> {
    const { attributes, code } = step.snippet;
    const query = this.#filled(code);
    const variables = JSON.parse(this.#filled(step.variables?.code ?? '{}')) as Record<
      string,
      unknown
    >;
    const key = this.#key(attributes.get('run') ?? '');
    const answer = attributes.has('follow')
      ? await this.#follow(query, variables, key)
      : await this.#post(query, variables, key);
    const expected = attributes.get('error');
    const code_ = answer.errors?.[0]?.extensions?.code;
    if (code_ !== expected || (answer.errors !== undefined && expected === undefined)) {
      throw new Error(`answered ${JSON.stringify(answer)}`);
    }
    const failures = userErrorsIn(answer.data);
    if (failures.length > 0 && !attributes.has('usererrors')) {
      throw new Error(`userErrors ${JSON.stringify(failures)}`);
    }
    this.#save(attributes.get('save'), answer);
    return answer;
  }

  #key(name: string): string {
    const key = (this.#server.demoKeys as Record<string, string>)[name];
    if (key === undefined) throw new Error(`there is no demo key “${name}”`);
    return key;
  }

  async #post(query: string, variables: object, key: string): Promise<GraphQLAnswer> {
    const response = await fetch(`${this.#server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** The first event of a subscription; negative reviews come in until there is one. */
  async #follow(
    query: string,
    variables: Record<string, unknown>,
    key: string,
  ): Promise<GraphQLAnswer> {
    const client = createClient({
      url: `${this.#server.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
    });
    const stop = this.#keepReviewing();
    try {
      for await (const event of client.iterate({ query, variables })) return event as GraphQLAnswer;
      throw new Error('the subscription ended without an event');
    } finally {
      await stop();
      await client.dispose();
    }
  }

  /** Imports a negative review again and again, so that a follower gets one whenever it is ready. */
  #keepReviewing(): () => Promise<void> {
    let wanted = true;
    const loop = async (): Promise<void> => {
      while (wanted) {
        await this.#post(
          IMPORT_NEGATIVE,
          { input: { reviews: [this.#negativeReview()] } },
          this.#key('integrator'),
        );
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const running = loop();
    return async () => {
      wanted = false;
      await running;
    };
  }

  #negativeReview(): object {
    this.#imported += 1;
    return {
      source: 'GOOGLE',
      externalId: `guide-${process.pid}-${Date.now()}-${this.#imported}`,
      rating: 1,
      text: 'Nobody answered the phone, and the parcel never came.',
      authoredAt: new Date().toISOString(),
    };
  }

  async #execute({ snippet }: Step): Promise<string> {
    const code = this.#filled(snippet.code);
    const program = snippet.language === 'js' ? process.execPath : 'bash';
    const file = join(this.#directory, snippet.language === 'js' ? 'snippet.mjs' : 'snippet.sh');
    writeFileSync(file, snippet.language === 'js' ? code : `set -euo pipefail\n${code}`);
    const { demoKeys, env } = this.#server;
    const child = spawn(program, [file], {
      cwd: this.#directory,
      env: {
        ...env,
        PATH: `${join(this.#directory, 'bin')}:${env['PATH'] ?? ''}`,
        STOREFRONT_KEY: demoKeys.storefront,
        INTEGRATOR_KEY: demoKeys.integrator,
        ADMIN_KEY: demoKeys.admin,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 90_000,
    });
    const stop = snippet.attributes.has('follow') ? this.#keepReviewing() : null;
    const [out, err, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    await stop?.();
    const wanted = Number(snippet.attributes.get('exit') ?? 0);
    if (exitCode !== wanted) throw new Error(`exit code ${String(exitCode)}\n${out}\n${err}`);
    const print = snippet.attributes.get('prints') ?? '';
    if (!out.includes(print)) throw new Error(`printed no “${print}”\n${out}\n${err}`);
    this.#save(snippet.attributes.get('save'), out);
    return out;
  }

  /** `name:path.to.value`, of the data of an answer, or of printed JSON; without a path, all that was printed. */
  #save(wish: string | undefined, answer: GraphQLAnswer | string): void {
    if (wish === undefined) return;
    const [name = '', path = ''] = wish.split(':');
    const whole: unknown =
      typeof answer !== 'string' ? answer.data : path === '' ? answer.trim() : JSON.parse(answer);
    const value = path === '' ? whole : valueAt(whole, path);
    if (typeof value !== 'string') throw new Error(`has nothing to save at ${path}`);
    this.#saved.set(name, value);
  }
}

function valueAt(whole: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | null)?.[step], whole);
}

function userErrorsIn(data: unknown): unknown[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]) =>
    name === 'userErrors' && Array.isArray(value) ? (value as unknown[]) : userErrorsIn(value),
  );
}
