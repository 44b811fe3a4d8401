import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openAccountsGraph } from './accounts-graph.ts';
import type { AccountsGraph } from './accounts-graph.ts';
import { closeAuthenticators } from './accounts-kit.ts';

let graph: AccountsGraph;

beforeAll(async () => {
  graph = await openAccountsGraph();
});
afterEach(closeAuthenticators);
afterAll(() => graph.close());

describe('inviteMember and updateMember', () => {
  it('add and change a member, and say what is wrong', async () => {
    const invite = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) {
      member { id email role signsIn } userErrors { code path } } }`;
    const update = `mutation ($input: UpdateMemberInput!) { updateMember(input: $input) {
      member { email name role } userErrors { code path } } }`;
    const input = { email: 'New@example.org', name: 'New', role: 'ANALYST', idempotencyKey: 'i1' };
    const first = await graph.ask(graph.admin, invite, { input });
    expect(first).toEqual({
      inviteMember: {
        member: {
          id: expect.stringMatching(/^mem_/),
          email: 'new@example.org',
          role: 'ANALYST',
          signsIn: false,
        },
        userErrors: [],
      },
    });
    expect(await graph.ask(graph.admin, invite, { input })).toEqual(first);
    expect(
      await graph.ask(graph.admin, invite, { input: { ...input, idempotencyKey: null } }),
    ).toEqual({
      inviteMember: { member: null, userErrors: [{ code: 'ALREADY_EXISTS', path: ['email'] }] },
    });
    const { id } = first.inviteMember.member;
    expect(
      await graph.ask(graph.admin, update, { input: { id, role: 'MANAGER', name: null } }),
    ).toEqual({
      updateMember: {
        member: { email: 'new@example.org', name: 'New', role: 'MANAGER' },
        userErrors: [],
      },
    });
    expect(await graph.ask(graph.admin, update, { input: { id: 'mem_x' } })).toEqual({
      updateMember: { member: null, userErrors: [{ code: 'INVALID_ID', path: ['id'] }] },
    });
  });
});
