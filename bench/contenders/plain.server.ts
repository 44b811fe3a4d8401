import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { MikroORM } from '@mikro-orm/postgresql';
import { buildSchema } from 'type-graphql';
import { Context } from './plain.context.ts';
import { ENTITIES } from './plain.entities.ts';
import { LocationResolver, MetricResolver, ReviewResolver } from './plain.resolvers.ts';
import { WriteResolver } from './plain.writes.ts';
import { announce, callerOf, databaseUrl, poolSize, port } from './serving.ts';

const orm = await MikroORM.init({
  entities: ENTITIES,
  clientUrl: databaseUrl,
  pool: { min: 0, max: poolSize },
  forceUtcTimezone: true,
});
const schema = await buildSchema({
  resolvers: [LocationResolver, MetricResolver, ReviewResolver, WriteResolver],
  validate: false,
});
const server = new ApolloServer<Context>({ schema, introspection: false });
const { url } = await startStandaloneServer(server, {
  listen: { port, host: '127.0.0.1' },
  context: async ({ req }) => new Context(orm.em.fork(), callerOf(req.headers.authorization)),
});
announce(Number(new URL(url).port));
