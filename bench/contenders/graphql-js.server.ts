import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../process.ts';
import { announce } from './serving.ts';

/** Antiphon's server, told to execute by graphql-js: there is no setting for that. */
interface Main {
  startServer(
    config: object,
    logger: object,
    options: { executor: { engine: 'graphql-js' } },
  ): Promise<{ readonly url: string; close(): Promise<void> }>;
}

const built = (file: string) => import(pathToFileURL(join(PROJECT, 'dist', file)).href);
const { startServer } = (await built('main.js')) as Main;
const { readConfig } = (await built('config.js')) as { readConfig: () => object };

const silent = () => undefined;
const logger = {
  info: silent,
  debug: silent,
  trace: silent,
  warn: console.error,
  error: console.error,
  isLevelEnabled: () => false,
};
const options = { executor: { engine: 'graphql-js' } } as const;
const server = await startServer(readConfig(), { ...logger, child: () => logger }, options);
announce(Number(new URL(server.url).port));
process.once('SIGTERM', () => void server.close());
