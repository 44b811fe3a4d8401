import { GraphQLError } from 'graphql';

/**
 * A query that cannot be answered: where in the input, why, and what would be allowed. It is an
 * error and no data, as any other wrong argument of a query is.
 */
export function badQuery(
  path: readonly (string | number)[],
  message: string,
  allowed?: readonly (string | number)[],
): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      code: 'BAD_USER_INPUT',
      path: ['query', ...path],
      ...(allowed && { allowed }),
    },
  });
}
