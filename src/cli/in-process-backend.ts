import 'reflect-metadata';
import type { Config } from '../config.ts';
import { OrganizationChoiceError, openInProcess } from '../in-process.ts';
import type { InProcess } from '../in-process.ts';
import type { Backend } from './backend.ts';
import { commandLogger } from './command-logger.ts';
import { usageError } from './exit-codes.ts';
import { dataOf } from './graphql-request.ts';
import type { Answer, Variables } from './graphql-request.ts';

/**
 * Answers GraphQL on the database that the settings name, which this process opens.
 *
 * @param slug of the organization; undefined: the only one, or on an empty database a new one
 * @throws CommandError where the organization is not clear; EmbeddedDatabaseInUse
 */
export async function inProcessBackend(config: Config, slug: string | undefined): Promise<Backend> {
  try {
    const opened = await openInProcess(config, slug, commandLogger(config));
    const where = describeDatabase(config);
    const backend = backendOf(opened, `"${opened.organization.slug}" in ${where}`);
    const close = () => opened.close();
    return { ...backend, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    if (error instanceof OrganizationChoiceError) throw usageError(error.message);
    throw error;
  }
}

/** The same over what somebody else has opened, and closes. */
export function backendOf({ execute }: Pick<InProcess, 'execute'>, description: string): Backend {
  return {
    description,
    async execute<Data>(document: string, variables: Variables = {}): Promise<Data> {
      return dataOf<Data>(toAnswer(await execute(document, variables)));
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** As a server would send it, except that faults are told as they are: only the operator sees them. */
function toAnswer({ data, errors }: Awaited<ReturnType<InProcess['execute']>>): Answer {
  // Without data nothing was executed, and it is the request that is wrong.
  const code = data === undefined ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
  return {
    // Times are still objects here, and are text everywhere else.
    data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
    errors: errors?.map(({ message, extensions }) => ({
      message,
      extensions: { code, ...extensions },
    })),
  };
}

/** For a person; without the password. */
export function describeDatabase(config: Config): string {
  if (config.databaseUrl === undefined) return `the embedded database in ${config.dataDir}`;
  const { host, pathname } = new URL(config.databaseUrl);
  return `the database ${pathname.slice(1)} on ${host}`;
}
