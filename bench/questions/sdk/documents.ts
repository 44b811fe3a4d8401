import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatAST, type DocumentNode, Kind, parse, print, separateOperations } from 'graphql';
import { PROJECT } from '../../process.ts';

export type Client = 'storefront' | 'internal';

export interface SdkOperation {
  readonly client: Client;
  readonly name: string;
  /** With the fragments that it uses. */
  readonly document: string;
}

/** What the generated clients send, from the documents that they are generated from; no subscriptions. */
export function sdkOperations(client: Client): readonly SdkOperation[] {
  const directory = join(PROJECT, 'clients', client, 'documents');
  const documents = readdirSync(directory).map((file) =>
    parse(readFileSync(join(directory, file), 'utf8')),
  );
  const operations = Object.entries(separateOperations(concatAST(documents)));
  return operations
    .filter(([, document]) => !isSubscription(document))
    .map(([name, document]) => ({ client, name, document: print(document) }));
}

function isSubscription({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === 'subscription',
  );
}
