import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { printSdl } from '../graphql/print.ts';
import { assembleSchemas } from '../graphql/schema.ts';
import { resolvers } from '../modules/resolvers.ts';

/** Writes `schema/*.graphql`: the contract that clients are generated from and changes are seen in. */
const folder = resolve(process.argv[2] ?? 'schema');
const { full, storefront } = await assembleSchemas(resolvers);
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'schema.graphql'), printSdl(full));
await writeFile(join(folder, 'storefront.graphql'), printSdl(storefront));
