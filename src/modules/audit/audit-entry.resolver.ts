import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { Shaped } from '../../db/read/noun.ts';
import { RequiresScope } from '../../graphql/access.ts';
import { type Connection, PageArgs, readConnection } from '../../graphql/connection.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { Planned } from '../../graphql/plan/planned.ts';
import { selectionOf } from '../../graphql/selection.ts';
import { readRelated } from '../../graphql/single.ts';
import { Member, memberNoun } from '../accounts/index.ts';
import { auditEntryNoun, LATEST_ENTRIES } from './audit-entry.reads.ts';
import { AuditEntry, AuditEntryConnection } from './audit-entry.type.ts';

@Resolver(() => AuditEntry)
export class AuditEntryResolver {
  @RequiresScope('organization:read')
  @Planned({
    kind: 'connection',
    noun: auditEntryNoun,
    list: () => ({ order: LATEST_ENTRIES }),
  })
  @Query(() => AuditEntryConnection, {
    description: 'What was done or refused that an auditor would ask for, the latest first.',
  })
  auditEntries(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Shaped>> {
    const selection = selectionOf(info);
    return readConnection(auditEntryNoun, ctx, { args, order: LATEST_ENTRIES, selection });
  }

  @Planned({ kind: 'relation', noun: memberNoun, column: 'member_id' })
  @FieldResolver(() => Member, {
    nullable: true,
    description: 'Who did it; null for a key that acts for nobody, and for the server itself.',
  })
  member(
    @Root() entry: Shaped,
    @Ctx() ctx: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Shaped | null> {
    return readRelated(memberNoun, ctx, entry['memberKey'], selectionOf(info));
  }
}
