import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * What optimising compilers leave out of the heap depends on when they get to it. Without them the
 * same requests allocate the same, within a percent.
 */
const FLAGS = ['--expose-gc', '--no-opt', '--no-maglev'];

const WARM_UP = 20;
const REQUESTS = 50;

/** A server in a process of its own, whose allocations can be measured. */
export interface MeasuredServer {
  /** Bytes of JavaScript heap that one of these requests costs, on average. */
  allocated(bodies: (n: number) => string, key: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startMeasuredServer(env: NodeJS.ProcessEnv): Promise<MeasuredServer> {
  const child = fork(join(ROOT, 'bin/antiphon.mjs'), ['serve', '--json'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'warn',
      // What goes on in the background would be counted to whatever is asked meanwhile.
      ANTIPHON_JOBS: 'off',
      ...env,
    },
    execArgv: [...FLAGS, '--import', join(import.meta.dirname, 'allocations.mjs')],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  async function say(word: 'start' | 'stop'): Promise<number> {
    const answered = once(child, 'message') as Promise<[number]>;
    child.send(word);
    return (await answered)[0];
  }

  return {
    async allocated(bodies, key) {
      const ask = (n: number) => post({ url, agent, key, body: bodies(n) });
      for (let n = 0; n < WARM_UP; n++) await ask(n);
      await say('start');
      for (let n = 0; n < REQUESTS; n++) await ask(WARM_UP + n);
      return (await say('stop')) / REQUESTS;
    },
    async stop() {
      agent.destroy();
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

interface Posting {
  readonly url: string;
  readonly agent: Agent;
  readonly key: string;
  readonly body: string;
}

/** One request at a time on one connection: what they cost must not depend on their company. */
function post({ url, agent, key, body }: Posting): Promise<void> {
  return new Promise((done, failed) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${key}`,
    };
    const asked = request(`${url}/graphql`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        const isError = text.includes('"errors":[') || text.includes('"userErrors":[{');
        if (isError) failed(new Error(`${body.slice(0, 300)}\n${text.slice(0, 1_000)}`));
        else done();
      });
    });
    asked.on('error', failed);
    asked.end(body);
  });
}
