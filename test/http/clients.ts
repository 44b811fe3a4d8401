import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type Address, bearer } from './transports.ts';

type Data = Record<string, unknown>;

/** Runs a query as an application with that client would. @throws Error with what the server said */
export type RunQuery = (
  address: Address,
  key: string,
  query: string,
  variables: Record<string, unknown>,
) => Promise<Data>;

/** The clients that applications use, by their names. */
export const queryWithClients: Record<string, RunQuery> = {
  async 'Apollo Client'({ url }, key, query, variables) {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: `${url}/graphql`, headers: bearer(key) }),
    });
    const { data } = await client.query<Data>({ query: gql(query), variables });
    if (!data) throw new Error('no data');
    return data;
  },

  async urql({ url }, key, query, variables) {
    const client = new Client({
      url: `${url}/graphql`,
      exchanges: [fetchExchange],
      fetchOptions: { headers: bearer(key) },
      preferGetMethod: false,
    });
    const { data, error } = await client.query<Data>(query, variables).toPromise();
    if (error) throw error;
    return data as Data;
  },

  async 'graphql-request'({ url }, key, query, variables) {
    const client = new GraphQLClient(`${url}/graphql`, { headers: bearer(key) });
    return client.request<Data>(query, variables);
  },
};

/** The events of a subscription, as graphql-ws's own client gives them. */
export async function* subscribeWithGraphqlWs(
  { wsUrl }: Pick<Address, 'wsUrl'>,
  key: string,
  query: string,
  variables: Record<string, unknown> = {},
): AsyncGenerator<Data> {
  const client = createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: bearer(key),
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate<Data>({ query, variables })) {
      if (errors) throw new Error(JSON.stringify(errors));
      if (data) yield data;
    }
  } finally {
    await client.dispose();
  }
}
