import { Field, Int } from 'type-graphql';
import { PlainObjectType } from '../../graphql/access.ts';
import { ImportOutcome } from '../../graphql/import-rows.ts';
import { UserError } from '../../graphql/user-error.ts';

@PlainObjectType({ description: 'What became of one row.' })
export class ProductImportResult {
  @Field(() => Int, { description: "The row's place in the input, from 0." })
  index!: number;

  @Field(() => ImportOutcome)
  outcome!: ImportOutcome;

  @Field(() => [UserError])
  userErrors!: UserError[];
}

@PlainObjectType({ description: 'What became of an import of products.' })
export class ImportProductsPayload {
  @Field(() => Int)
  created!: number;

  @Field(() => Int)
  updated!: number;

  @Field(() => Int)
  unchanged!: number;

  @Field(() => Int)
  rejected!: number;

  @Field(() => [ProductImportResult], {
    description: 'One for each row, in the order of the input.',
  })
  results!: ProductImportResult[];

  @Field(() => [UserError], {
    description: 'Why the call as a whole was refused; nothing is written then.',
  })
  userErrors!: UserError[];
}
