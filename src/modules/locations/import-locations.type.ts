import { Field, Int } from 'type-graphql';
import { PlainObjectType } from '../../graphql/access.ts';
import { ImportOutcome, type ImportResult } from '../../graphql/import-rows.ts';
import { UserError } from '../../graphql/user-error.ts';
import { Location } from './location.type.ts';

@PlainObjectType({ description: 'What became of one row.' })
export class LocationImportResult {
  @Field(() => Int, { description: "The row's place in the input, from 0." })
  index!: number;

  @Field(() => ImportOutcome)
  outcome!: ImportOutcome;

  @Field(() => [UserError])
  userErrors!: UserError[];

  @Field(() => Location, { nullable: true, description: 'Null for a rejected row.' })
  location!: Location | null;
}

@PlainObjectType({ description: 'What became of an import of locations.' })
export class ImportLocationsPayload {
  @Field(() => Int)
  created!: number;

  @Field(() => Int)
  updated!: number;

  @Field(() => Int)
  unchanged!: number;

  @Field(() => Int)
  rejected!: number;

  @Field(() => [LocationImportResult], {
    description: 'One for each row, in the order of the input.',
  })
  results!: LocationImportResult[];

  @Field(() => [UserError], {
    description: 'Why the call as a whole was refused; nothing is written then.',
  })
  userErrors!: UserError[];
}

export type ImportLocationsPayloadData = ImportResult;
