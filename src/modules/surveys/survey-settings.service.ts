import { randomBytes } from 'node:crypto';
import { webhookUrlProblem } from '../../channels/webhook.ts';
import type { UnitOfWork } from '../../db/database.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import { checkText, checkUrl } from '../../graphql/text-checks.ts';
import {
  invalidValue,
  orUserErrors,
  Refusal,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { recordAudit } from '../audit/index.ts';
import { SurveySettingsEntity } from './survey-settings.entity.ts';
import type { UpdateSurveySettingsInput } from './survey-settings.type.ts';

const MOST_QUIET_DAYS = 365;
const LONGEST_NAME = 100;
const LONGEST_ADDRESS = 254;
const CLOCK_TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;

const CONTROL = /[\u0000-\u001f\u007f]/;
/** As https://www.standardwebhooks.com advises: 24 to 64 bytes. */
const SECRET_BYTES = 32;

export interface SettingsResult {
  /** Told once: it is in no record of the call. */
  readonly webhookSecret: string | null;
  readonly userErrors: readonly UserErrorData[];
}

/** See the mutation `updateSurveySettings`. */
export function updateSurveySettings(
  { db, caller }: GraphQLContext,
  input: UpdateSurveySettingsInput,
): Promise<SettingsResult> {
  const { idempotencyKey: key, ...rest } = input;
  const call = { key, operation: 'updateSurveySettings', input: rest };
  return orUserErrors<SettingsResult>(
    () =>
      db.unitOfWork(caller.organizationId, async (uow) => {
        let webhookSecret: string | null = null;
        await idempotently(uow, call, async () => {
          webhookSecret = await update(uow, rest);
          const detail = { fields: Object.keys(rest).join(' ') };
          await recordAudit(uow, caller, { action: 'survey.configure', outcome: 'DONE', detail });
          return {};
        });
        return { webhookSecret, userErrors: [] };
      }),
    (userErrors) => ({ webhookSecret: null, userErrors }),
  );
}

/** The organization's row, made where there is none, which nobody else changes until this unit ends. */
export async function lockSettings(uow: UnitOfWork): Promise<SurveySettingsEntity> {
  const { organizationId, now } = uow;
  await uow.execute(
    'insert into survey_settings (organization_id, updated_at) values ($1, $2) on conflict do nothing',
    [organizationId, now],
  );
  await uow.execute('select 1 from survey_settings where organization_id = $1 for update', [
    organizationId,
  ]);
  return uow.em.findOneOrFail(SurveySettingsEntity, { organizationId });
}

/** Gives the secret that was made, if one was. */
async function update(uow: UnitOfWork, input: UpdateSurveySettingsInput): Promise<string | null> {
  const settings = await lockSettings(uow);
  const next = {
    quietPeriodDays: input.quietPeriodDays ?? settings.quietPeriodDays,
    sendingFrom: input.sendingFrom ?? settings.sendingFrom,
    sendingUntil: input.sendingUntil ?? settings.sendingUntil,
    consentRequired: input.consentRequired ?? settings.consentRequired,
    senderName: changed(settings.senderName, input.senderName),
    senderAddress: changed(settings.senderAddress, input.senderAddress),
    reviewInvitationUrl: changed(settings.reviewInvitationUrl, input.reviewInvitationUrl),
    webhookUrl: changed(settings.webhookUrl, input.webhookUrl),
  };
  const errors = checkSettings(next, input);
  if (errors.length > 0) throw new Refusal(...errors);
  const isSameSender = next.senderAddress === settings.senderAddress;
  const made =
    next.webhookUrl !== null && (settings.webhookSecret === null || input.newWebhookSecret === true)
      ? `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
      : null;
  uow.em.assign(settings, {
    ...next,
    senderProvenAt: isSameSender ? settings.senderProvenAt : null,
    webhookSecret: next.webhookUrl === null ? null : (made ?? settings.webhookSecret),
    updatedAt: uow.now,
  });
  return made;
}

type NextSettings = Pick<
  SurveySettingsEntity,
  | 'quietPeriodDays'
  | 'sendingFrom'
  | 'sendingUntil'
  | 'senderName'
  | 'senderAddress'
  | 'reviewInvitationUrl'
  | 'webhookUrl'
>;

/** An empty text takes away as null does. */
function changed(before: string | null, given: string | null | undefined): string | null {
  return given === undefined ? before : given?.trim() || null;
}

function checkSettings(next: NextSettings, input: UpdateSurveySettingsInput): UserErrorData[] {
  return [
    ...checkQuietPeriod(next.quietPeriodDays),
    ...checkHours(next),
    ...checkSenderName(next.senderName),
    ...checkAddress(next.senderAddress),
    ...checkUrl(next.reviewInvitationUrl, ['reviewInvitationUrl']),
    ...checkWebhook(next.webhookUrl, input.newWebhookSecret === true),
  ];
}

function checkQuietPeriod(days: number): UserErrorData[] {
  if (days >= 0 && days <= MOST_QUIET_DAYS) return [];
  const message = `\`quietPeriodDays\` is ${days}; it has to be from 0 to ${MOST_QUIET_DAYS}.`;
  return [invalidValue(['quietPeriodDays'], message, [`0..${MOST_QUIET_DAYS}`])];
}

function checkHours({ sendingFrom, sendingUntil }: NextSettings): UserErrorData[] {
  const errors = Object.entries({ sendingFrom, sendingUntil }).flatMap(([name, time]) => {
    if (CLOCK_TIME.test(time)) return [];
    const message = `\`${name}\` has to be a time of day such as 09:00.`;
    return [invalidValue([name], message, ['00:00..23:59'])];
  });
  if (errors.length > 0 || sendingFrom < sendingUntil) return errors;
  const message = `\`sendingUntil\` is ${sendingUntil}; it has to be later than ${sendingFrom}.`;
  return [invalidValue(['sendingUntil'], message)];
}

function checkSenderName(name: string | null): UserErrorData[] {
  const errors = checkText(name, ['senderName'], LONGEST_NAME);
  if (errors.length > 0 || name === null || !CONTROL.test(name)) return errors;
  return [invalidValue(['senderName'], '`senderName` holds a line break or a control character.')];
}

function checkAddress(address: string | null): UserErrorData[] {
  const errors = checkText(address, ['senderAddress'], LONGEST_ADDRESS);
  if (errors.length > 0 || address === null || ADDRESS.test(address)) return errors;
  const message = '`senderAddress` is no e-mail address, such as feedback@example.com.';
  return [invalidValue(['senderAddress'], message)];
}

/** Whether the receiver is inside of a private network is seen when it is called. */
function checkWebhook(url: string | null, newSecret: boolean): UserErrorData[] {
  if (url === null) {
    const message = 'There is no webhook to make a secret for: give `webhookUrl`.';
    return newSecret ? [invalidValue(['newWebhookSecret'], message)] : [];
  }
  const errors = checkUrl(url, ['webhookUrl']);
  const problem = errors.length > 0 ? null : webhookUrlProblem(url, true);
  return problem === null ? errors : [invalidValue(['webhookUrl'], problem)];
}
