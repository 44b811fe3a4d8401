import { expect, it } from '@jest/globals';
import { graphql } from 'graphql';
import { Arg, Field, InputType, Int, Mutation, Query, Resolver } from 'type-graphql';
import { PlainInput } from '../../src/graphql/plain-input.ts';
import { assembleSchemas } from '../../src/graphql/schema.ts';

let made = 0;

@InputType()
class RowInput {
  constructor() {
    made++;
  }

  @Field(() => Int)
  number!: number;
}

@InputType()
class RowsInput {
  @Field(() => [RowInput])
  rows!: RowInput[];
}

const received: RowsInput[] = [];

@Resolver()
class RowsResolver {
  @Query(() => Boolean)
  isThere(): boolean {
    return true;
  }

  @Mutation(() => Int)
  plain(@PlainInput(() => RowsInput) input: RowsInput): number {
    return received.push(input);
  }

  @Mutation(() => Int)
  ofClasses(@Arg('input', () => RowsInput) input: RowsInput): number {
    return received.push(input);
  }
}

it('reaches its resolver as it was coerced, and no instance is made of it on the way', async () => {
  const { full } = await assembleSchemas([RowsResolver]);
  const madeBy = async (field: string) => {
    made = 0;
    const source = `mutation ($input: RowsInput!) { ${field}(input: $input) }`;
    const variableValues = { input: { rows: [{ number: 1 }, { number: 2 }] } };
    expect(await graphql({ schema: full, source, variableValues })).not.toHaveProperty('errors');
    return made;
  };
  expect(await madeBy('ofClasses')).toBe(2);
  expect(await madeBy('plain')).toBe(0);
  const [ofClasses, plain] = received;
  expect(plain).toEqual(ofClasses);
});
