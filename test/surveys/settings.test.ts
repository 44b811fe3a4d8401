import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../src/graphql/caller.ts';
import { channelsOf, installChannels } from '../../src/channels/installed.ts';
import { surveySettings } from '../../src/modules/surveys/index.ts';
import { callerOf, type Data, openTestApi, type TestApi } from '../testkit/api.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';
import { ERRORS, errorsOf, wired } from './survey-graph.ts';

let api: TestApi;
let mailbox: Mailbox;
beforeAll(async () => {
  api = await openTestApi();
  mailbox = await openMailbox();
});
afterAll(async () => {
  await api.close();
  await mailbox.close();
});

const SETTINGS = `surveySettings { quietPeriodDays sendingFrom sendingUntil consentRequired senderName
  senderAddress senderProvenAt reviewInvitationUrl webhookUrl hasWebhookSecret }`;
const UPDATE = `mutation ($input: UpdateSurveySettingsInput!) { updateSurveySettings(input: $input) { webhookSecret ${SETTINGS} ${ERRORS} } }`;
const PROVE = `mutation { proveSender { sentTo expiresAt userErrors { __typename code message path ... on ThrottledError { retryAt } } } }`;
const CONFIRM = `mutation ($input: ConfirmSenderInput!) { confirmSender(input: $input) { ${SETTINGS} ${ERRORS} } }`;
const DEFAULTS = {
  quietPeriodDays: 30,
  sendingFrom: '09:00',
  sendingUntil: '20:00',
  consentRequired: true,
  senderName: null,
  senderAddress: null,
  senderProvenAt: null,
  reviewInvitationUrl: null,
  webhookUrl: null,
  hasWebhookSecret: false,
};

let made = 0;
/** An organization of its own, with its address. */
async function someone(senderAddress: string | null = null) {
  const organizationId = await api.organization(`someone-${++made}`);
  const caller: Caller = callerOf(organizationId, 'MEMBER');
  const run = async (document: string, input: object = {}) =>
    wired(await api.run(document, document === PROVE ? {} : { input }, caller));
  const update = async (input: object): Promise<Data> =>
    (await run(UPDATE, input)).updateSurveySettings;
  const prove = async (): Promise<Data> => (await run(PROVE)).proveSender;
  const confirm = async (code: string): Promise<Data> =>
    (await run(CONFIRM, { code })).confirmSender;
  if (senderAddress !== null) await update({ senderAddress });
  return { organizationId, caller, run, update, prove, confirm };
}

/** As if the last code had been sent longer ago. */
async function age(organizationId: string, minutes: number): Promise<void> {
  await api.db.system(
    `update survey_settings set sender_proof = sender_proof
       || jsonb_build_object('expiresAt', to_jsonb((sender_proof ->> 'expiresAt')::timestamptz - make_interval(mins => $2)))
       || jsonb_build_object('sentAt', (select jsonb_agg(at::timestamptz - make_interval(mins => $2))
            from jsonb_array_elements_text(sender_proof -> 'sentAt') at))
     where organization_id = $1`,
    [organizationId, minutes],
  );
}

const lastCode = () => /\d{6}/.exec(mailbox.mails.at(-1)?.subject ?? '')?.[0] ?? 'none';

describe('the settings', () => {
  it('have defaults where nothing was set', async () => {
    const { run } = await someone();
    expect(await run(`{ ${SETTINGS} }`)).toEqual({ surveySettings: DEFAULTS });
  });

  it('change as they are given; what is not given stays', async () => {
    const { run, update } = await someone();
    const hours = { sendingFrom: '08:30', sendingUntil: '21:00' };
    expect(await update({ quietPeriodDays: 0, ...hours })).toMatchObject({ userErrors: [] });
    const sender = { senderName: 'The shop', senderAddress: 'feedback@example.com' };
    await update({ ...sender, consentRequired: false });
    await update({ senderName: null });
    expect((await run(`{ ${SETTINGS} }`)).surveySettings).toEqual({
      ...DEFAULTS,
      ...hours,
      quietPeriodDays: 0,
      consentRequired: false,
      senderAddress: 'feedback@example.com',
    });
  });

  it.each([
    [{ quietPeriodDays: 366 }, 'INVALID_VALUE quietPeriodDays'],
    [{ quietPeriodDays: -1 }, 'INVALID_VALUE quietPeriodDays'],
    [{ sendingFrom: '9:00' }, 'INVALID_VALUE sendingFrom'],
    [{ sendingFrom: '20:00' }, 'INVALID_VALUE sendingUntil'],
    [{ sendingUntil: '24:00' }, 'INVALID_VALUE sendingUntil'],
    [{ senderName: 'A\r\nBcc: all@example.com' }, 'INVALID_VALUE senderName'],
    [{ senderAddress: 'a@b.example, c@d.example' }, 'INVALID_VALUE senderAddress'],
    [{ senderAddress: 'nowhere' }, 'INVALID_VALUE senderAddress'],
    [{ reviewInvitationUrl: 'javascript:alert(1)' }, 'INVALID_VALUE reviewInvitationUrl'],
    [{ webhookUrl: 'https://user:password@example.com' }, 'INVALID_VALUE webhookUrl'],
    [{ newWebhookSecret: true }, 'INVALID_VALUE newWebhookSecret'],
  ])('refuse %j', async (input, expected) => {
    const { run, update } = await someone();
    expect(errorsOf(await update(input))).toEqual([expected]);
    expect((await run(`{ ${SETTINGS} }`)).surveySettings).toEqual(DEFAULTS);
  });
});

describe('the secret of the webhook', () => {
  it('is told once, when it is made, and never again', async () => {
    const { organizationId, update } = await someone();
    const input = { webhookUrl: 'https://hooks.example.com/x', idempotencyKey: 'once' };
    const first = await update(input);
    expect(first.webhookSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(first.surveySettings.hasWebhookSecret).toBe(true);
    expect(await update(input)).toMatchObject({ webhookSecret: null, userErrors: [] });
    expect((await update({ webhookUrl: 'https://hooks.example.com/y' })).webhookSecret).toBeNull();
    const reader = { db: api.db, organizationId };
    expect((await surveySettings(reader)).webhookSecret).toBe(first.webhookSecret);
    const kept = await api.db.system<{ text: string }>(
      `select idempotency_record::text as text from idempotency_record where organization_id = $1
       union all select audit_entry::text from audit_entry where organization_id = $1`,
      [organizationId],
    );
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.filter(({ text }) => text.includes('whsec_'))).toEqual([]);
  });

  it('is replaced on demand, and goes with the webhook', async () => {
    const { organizationId, update } = await someone();
    const { webhookSecret } = await update({ webhookUrl: 'https://hooks.example.com/x' });
    const replaced = await update({ newWebhookSecret: true });
    expect(replaced.webhookSecret).toMatch(/^whsec_/);
    expect(replaced.webhookSecret).not.toBe(webhookSecret);
    const without = await update({ webhookUrl: null });
    expect(without).toMatchObject({
      webhookSecret: null,
      surveySettings: { hasWebhookSecret: false, webhookUrl: null },
    });
    expect((await surveySettings({ db: api.db, organizationId })).webhookSecret).toBeNull();
  });

  it('is in no field of the schema but that of the payload', async () => {
    const fields = Object.values(api.schemas.full.getTypeMap()).flatMap((type) =>
      'getFields' in type
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : [],
    );
    expect(fields.filter((field) => /secret$/i.test(field))).toEqual([
      'SurveySettings.hasWebhookSecret',
      'UpdateSurveySettingsInput.newWebhookSecret',
      'UpdateSurveySettingsPayload.webhookSecret',
    ]);
  });
});

describe('the sender', () => {
  it('cannot be proven where no mail is sent, or without an address', async () => {
    const { prove } = await someone('a@example.com');
    expect(errorsOf(await prove())).toEqual(['INVALID_STATE']);
    const mail = { mail: mailbox.channel, mailFrom: 'antiphon@example.net' };
    installChannels(api.db, { ...channelsOf(api.db), ...mail });
    const nobody = await someone();
    expect(errorsOf(await nobody.prove())).toEqual(['INVALID_STATE']);
    expect(mailbox.mails).toEqual([]);
  });

  it('is proven by the code of a mail', async () => {
    const { organizationId, prove, confirm } = await someone('feedback@example.com');
    const proof = await prove();
    expect(proof).toMatchObject({ sentTo: 'feedback@example.com', userErrors: [] });
    const [mail] = mailbox.mails.slice(-1);
    expect(mail).toMatchObject({
      from: { address: 'antiphon@example.net' },
      to: [{ address: 'feedback@example.com' }],
    });
    const code = lastCode();
    expect(mail?.text).toContain(code);
    const { surveySettings: proven, userErrors } = await confirm(
      ` ${code.slice(0, 3)} ${code.slice(3)}`,
    );
    expect(userErrors).toEqual([]);
    expect(proven.senderProvenAt).toEqual(expect.any(String));
    // Used up; and the hash without the installation's secret tells nobody which code it was.
    expect(errorsOf(await confirm(code))).toEqual(['INVALID_STATE code']);
    const [row] = await api.db.system<{ text: string }>(
      'select survey_settings::text as text from survey_settings where organization_id = $1',
      [organizationId],
    );
    expect(row?.text).not.toContain(code);
  });

  it('has to be proven anew with another address, with a code that went there', async () => {
    const { organizationId, update, prove, confirm } = await someone('one@example.com');
    await prove();
    const code = lastCode();
    await update({ senderAddress: 'two@example.com' });
    expect(errorsOf(await confirm(code))).toEqual(['INVALID_STATE code']);
    await age(organizationId, 2);
    await prove();
    expect((await confirm(lastCode())).surveySettings.senderProvenAt).not.toBeNull();
    const { surveySettings: same } = await update({ senderName: 'Two' });
    expect(same.senderProvenAt).not.toBeNull();
    const { surveySettings: other } = await update({ senderAddress: 'three@example.com' });
    expect(other.senderProvenAt).toBeNull();
  });

  it('is not proven by guessing: five tries a code, which stay counted', async () => {
    const { prove, confirm } = await someone('feedback@example.com');
    await prove();
    const wrong = lastCode() === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries++) {
      expect(errorsOf(await confirm(wrong))).toEqual(['INVALID_VALUE code']);
    }
    expect(errorsOf(await confirm(lastCode()))).toEqual(['INVALID_STATE code']);
  });

  it('is not proven by an old code', async () => {
    const { organizationId, prove, confirm } = await someone('feedback@example.com');
    await prove();
    await age(organizationId, 16);
    expect(errorsOf(await confirm(lastCode()))).toEqual(['INVALID_STATE code']);
  });

  it('is not proven by the code of another organization, not even with its row', async () => {
    const one = await someone('feedback@example.com');
    const other = await someone('feedback@example.com');
    await one.prove();
    await api.db.system(
      `update survey_settings set sender_proof =
         (select sender_proof from survey_settings where organization_id = $2)
       where organization_id = $1`,
      [other.organizationId, one.organizationId],
    );
    expect(errorsOf(await other.confirm(lastCode()))).toEqual(['INVALID_VALUE code']);
    expect(errorsOf(await one.confirm(lastCode()))).toEqual([]);
  });

  it('is sent one code for an idempotency key', async () => {
    const { caller } = await someone('feedback@example.com');
    const before = mailbox.mails.length;
    const document =
      'mutation { proveSender(input: { idempotencyKey: "k" }) { sentTo expiresAt userErrors { code } } }';
    const first = wired(await api.run(document, {}, caller));
    expect(wired(await api.run(document, {}, caller))).toEqual(first);
    expect(mailbox.mails.length - before).toBe(1);
  });

  it('is not flooded: one code a minute, ten a day, whatever the address', async () => {
    const { organizationId, update, prove } = await someone('a0@example.com');
    const before = mailbox.mails.length;
    expect(errorsOf(await prove())).toEqual([]);
    await update({ senderAddress: 'a1@example.com' });
    const { userErrors } = await prove();
    expect(userErrors).toMatchObject([{ __typename: 'ThrottledError', code: 'THROTTLED' }]);
    expect(Date.parse(userErrors[0].retryAt) - Date.now()).toBeLessThanOrEqual(60_000);
    for (let sent = 1; sent < 10; sent++) {
      await age(organizationId, 1);
      expect(errorsOf(await prove())).toEqual([]);
    }
    await age(organizationId, 1);
    expect(errorsOf(await prove())).toEqual(['THROTTLED']);
    expect(mailbox.mails.length - before).toBe(10);
    await age(organizationId, 24 * 60);
    expect(errorsOf(await prove())).toEqual([]);
  });

  it('is told where the mail was not taken', async () => {
    const { prove } = await someone('nobody@example.com');
    const proof = await prove();
    expect(proof.sentTo).toBeNull();
    expect(proof.userErrors).toMatchObject([
      { code: 'INVALID_STATE', message: expect.stringContaining('No such user') },
    ]);
  });
});
