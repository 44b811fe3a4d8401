import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { encodeId } from '../../graphql/ids.ts';
import type { ImportResult, RowResult } from '../../graphql/import-rows.ts';
import { PlainInput } from '../../graphql/plain-input.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import type { UserErrorData } from '../../graphql/user-error.ts';
import { RecordEventInput, RecordEventsInput } from './customer-event.input.ts';
import { customerEventNoun } from './customer-event.reads.ts';
import { recordEvent, type RecordedEvent, recordEvents } from './customer-event.service.ts';
import {
  CustomerEvent,
  RecordEventPayload,
  RecordEventResult,
  RecordEventsPayload,
} from './customer-event.type.ts';
import { EraseCustomerInput, SetCustomerConsentInput } from './customer-mutations.input.ts';
import { customerNoun } from './customer.reads.ts';
import { type CustomerResult, eraseCustomer, setCustomerConsent } from './customer.service.ts';
import { Customer, CustomerPayload, EraseCustomerPayload } from './customer.type.ts';
import { ImportCustomersInput } from './import-customers.input.ts';
import { importCustomers } from './import-customers.service.ts';
import { CustomerImportResult, ImportCustomersPayload } from './import-customers.type.ts';

@Resolver()
export class CustomerMutationsResolver {
  @RequiresScope('customers:write')
  @Mutation(() => ImportCustomersPayload, {
    description:
      'Creates and updates customers by their external ids: up to 1,000 a call, and each row stands alone.',
  })
  importCustomers(
    @PlainInput(() => ImportCustomersInput) input: ImportCustomersInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ImportResult> {
    return importCustomers(ctx, input);
  }

  @RequiresScope('customers:write')
  @Mutation(() => RecordEventPayload, {
    description:
      'Notes what happened between a customer and the business. Schedules of surveys go by it.',
  })
  recordEvent(
    @Arg('input', () => RecordEventInput) input: RecordEventInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<RecordedEvent> {
    return recordEvent(ctx, input);
  }

  @RequiresScope('customers:write')
  @Mutation(() => RecordEventsPayload, {
    description: 'The same for up to 1,000 events: each stands alone.',
  })
  recordEvents(
    @PlainInput(() => RecordEventsInput) input: RecordEventsInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<ImportResult> {
    return recordEvents(ctx, input);
  }

  @RequiresScope('customers:write')
  @Mutation(() => CustomerPayload, {
    description:
      'Writes down what a customer has said about being asked over a channel. The same again keeps the time and source of the first.',
  })
  setCustomerConsent(
    @Arg('input', () => SetCustomerConsentInput) input: SetCustomerConsentInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<CustomerResult> {
    return setCustomerConsent(ctx, input);
  }

  @RequiresScope('customers:write')
  @Mutation(() => EraseCustomerPayload, {
    description:
      'Erases a customer for good (Regulation (EU) 2016/679, article 17): contact data, consents and events go, and so do the parameters of links. Answers stay without the person; what was not answered is asked no more. An import that still holds the customer creates a new one. It is written in the audit log.',
  })
  async eraseCustomer(
    @Arg('input', () => EraseCustomerInput) input: EraseCustomerInput,
    @Ctx() ctx: GraphQLContext,
  ): Promise<{ erasedCustomerId: string | null; userErrors: readonly UserErrorData[] }> {
    const { key, userErrors } = await eraseCustomer(ctx, input);
    return { erasedCustomerId: key === null ? null : encodeId('Customer', key), userErrors };
  }
}

@Resolver(() => CustomerPayload)
export class CustomerPayloadResolver {
  @RequiresScope('customers:read')
  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'As it is now; null where it was refused.',
  })
  customer(
    @Root() result: CustomerResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerNoun, ctx, result.key, selectionOf(info));
  }
}

@Resolver(() => CustomerImportResult)
export class CustomerImportResolver {
  @RequiresScope('customers:read')
  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'Null for a rejected row, and for one that a dry run would create.',
  })
  customer(
    @Root() result: RowResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerNoun, ctx, result.key, selectionOf(info));
  }
}

@Resolver(() => RecordEventPayload)
export class RecordEventPayloadResolver {
  @RequiresScope('customers:read')
  @FieldResolver(() => CustomerEvent, {
    nullable: true,
    description: 'Null where it was refused.',
  })
  event(
    @Root() result: RecordedEvent,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerEventNoun, ctx, result.key, selectionOf(info));
  }
}

@Resolver(() => RecordEventResult)
export class RecordEventResultResolver {
  @RequiresScope('customers:read')
  @FieldResolver(() => CustomerEvent, {
    nullable: true,
    description: 'Null for a rejected event, and for one that a dry run would create.',
  })
  event(
    @Root() result: RowResult,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(customerEventNoun, ctx, result.key, selectionOf(info));
  }
}
