import { type ClassType, Field, Int } from 'type-graphql';
import { PlainObjectType } from './access.ts';
import { ImportOutcome, type ImportResult, type RowResult } from './import-rows.ts';
import { UserError, type UserErrorData } from './user-error.ts';

/** Makes `<Noun>ImportResult`; the field of the row's object is added by its module. */
export function importResultType(noun: string): ClassType<RowResult> {
  @PlainObjectType({ name: `${noun}ImportResult`, description: 'What became of one row.' })
  class Result implements RowResult {
    @Field(() => Int, { description: "The row's place in the input, from 0." })
    index!: number;

    @Field(() => ImportOutcome)
    outcome!: ImportOutcome;

    @Field(() => [UserError])
    userErrors!: readonly UserErrorData[];

    // No field: what the module's resolver reads the row's object by.
    key!: string | null;
  }
  return Result;
}

/** Makes `Import<Noun>sPayload`: what an import call answers, with a result for each row. */
export function importPayloadType(
  noun: string,
  result: ClassType<RowResult>,
): ClassType<ImportResult> {
  @PlainObjectType({
    name: `Import${noun}sPayload`,
    description: `What became of an import of ${noun.toLowerCase()}s.`,
  })
  class Payload implements ImportResult {
    @Field(() => Int)
    created!: number;

    @Field(() => Int)
    updated!: number;

    @Field(() => Int)
    unchanged!: number;

    @Field(() => Int)
    rejected!: number;

    @Field(() => [result], { description: 'One for each row, in the order of the input.' })
    results!: readonly RowResult[];

    @Field(() => [UserError], {
      description: 'Why the call as a whole was refused; nothing is written then.',
    })
    userErrors!: readonly UserErrorData[];
  }
  return Payload;
}
