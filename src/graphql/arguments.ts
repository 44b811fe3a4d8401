import { GraphQLError } from 'graphql';

/** For fields that find one thing by one of several arguments: exactly one has to be given. */
export function oneOf<Name extends string>(
  choices: Readonly<Record<Name, string | null | undefined>>,
): { name: Name; value: string } {
  const given = (Object.keys(choices) as Name[]).flatMap((name) => {
    const value = choices[name];
    return value == null ? [] : [{ name, value }];
  });
  const [only] = given;
  if (only === undefined || given.length > 1) {
    const names = Object.keys(choices).map((name) => `\`${name}\``);
    throw new GraphQLError(`Give one of ${names.join(' and ')}.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return only;
}
