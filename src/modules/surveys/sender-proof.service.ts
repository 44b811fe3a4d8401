import type { Database, UnitOfWork } from '../../db/database.ts';
import { serverSecret } from '../../db/server-secret.ts';
import { DeliveryError } from '../../channels/delivery-error.ts';
import { channelsOf } from '../../channels/installed.ts';
import type { MailChannel } from '../../channels/mail.ts';
import { newId } from '../../db/new-id.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { idempotently } from '../../graphql/idempotency.ts';
import {
  invalidValue,
  orUserErrors,
  Refusal,
  refused,
  throttled,
  type UserErrorData,
} from '../../graphql/user-error.ts';
import { recordAudit } from '../audit/index.ts';
import { hashOfCode, isSameHash, newCode, type SenderProof } from './sender-code.ts';
import type { SurveySettingsEntity } from './survey-settings.entity.ts';
import { lockSettings } from './survey-settings.service.ts';
import type { ConfirmSenderInput, ProveSenderInput } from './survey-settings.type.ts';

const SECRET = 'sender-codes';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CODE_LIVES_MS = 15 * MINUTE_MS;
const MOST_TRIES = 5;
/** Codes are mail to an address that somebody typed: they must not become a way to flood one. */
const CODES_A_DAY = 10;
const BETWEEN_CODES_MS = MINUTE_MS;

export interface ProofResult {
  readonly sentTo: string | null;
  readonly expiresAt: Date | null;
  readonly userErrors: readonly UserErrorData[];
}

export interface ConfirmResult {
  readonly userErrors: readonly UserErrorData[];
}

const noProof = (userErrors: readonly UserErrorData[]): ProofResult => ({
  sentTo: null,
  expiresAt: null,
  userErrors,
});

/** See the mutation `proveSender`. The mail goes out after the commit: the code in it is known then. */
export async function proveSender(
  { db, caller }: GraphQLContext,
  { idempotencyKey: key }: ProveSenderInput,
): Promise<ProofResult> {
  const { mail, mailFrom: from } = channelsOf(db);
  if (mail === null || from === null) return noProof([noMail()]);
  const secret = await serverSecret(db, SECRET);
  let code: string | null = null;
  const result = await orUserErrors<ProofResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) => {
        code = null;
        return idempotently(uow, { key, operation: 'proveSender', input: {} }, async () => {
          code = newCode();
          const proof = await keepCode(uow, secret, code);
          const expiresAt = new Date(proof.expiresAt);
          return { sentTo: proof.address, expiresAt, userErrors: [] };
        });
      }),
    noProof,
  );
  if (code === null || result.sentTo === null) return result;
  const failure = await mailCode(db, caller.organizationId, { mail, from }, result.sentTo, code);
  return failure === null ? result : noProof([failure]);
}

/** See the mutation `confirmSender`. A wrong code is no refusal, which would undo that it was counted. */
export async function confirmSender(
  { db, caller }: GraphQLContext,
  { code, idempotencyKey: key }: ConfirmSenderInput,
): Promise<ConfirmResult> {
  const secret = await serverSecret(db, SECRET);
  return orUserErrors<ConfirmResult>(
    () =>
      db.unitOfWork(caller.organizationId, (uow) =>
        idempotently(uow, { key, operation: 'confirmSender', input: { code } }, async () => {
          const settings = await lockSettings(uow);
          const error = tryCode(uow, settings, secret, code.replaceAll(/\s/g, ''));
          const outcome = error === null ? 'DONE' : 'REFUSED';
          const detail = { triesLeft: settings.senderProof?.triesLeft ?? 0 };
          await recordAudit(uow, caller, { action: 'survey.confirmSender', outcome, detail });
          return { userErrors: error === null ? [] : [error] };
        }),
      ),
    (userErrors) => ({ userErrors }),
  );
}

async function keepCode(uow: UnitOfWork, secret: Uint8Array, code: string): Promise<SenderProof> {
  const { organizationId, now } = uow;
  const settings = await lockSettings(uow);
  const { senderAddress: address } = settings;
  if (address === null) {
    const message = 'There is no address to prove: give `senderAddress` to `updateSurveySettings`.';
    throw new Refusal(refused('INVALID_STATE', [], message));
  }
  const dayAgo = now.getTime() - DAY_MS;
  const sentAt = (settings.senderProof?.sentAt ?? []).filter((at) => Date.parse(at) > dayAgo);
  assertNotTooOften(now, sentAt);
  const proof: SenderProof = {
    address,
    hash: hashOfCode(secret, { organizationId, address }, code),
    expiresAt: new Date(now.getTime() + CODE_LIVES_MS).toISOString(),
    triesLeft: MOST_TRIES,
    sentAt: [...sentAt, now.toISOString()],
  };
  uow.em.assign(settings, { senderProof: proof, updatedAt: now });
  return proof;
}

function assertNotTooOften(now: Date, sentAt: readonly string[]): void {
  const last = Date.parse(sentAt.at(-1) ?? '1970-01-01');
  const first = Date.parse(sentAt.at(-CODES_A_DAY) ?? '1970-01-01');
  const retryAt = Math.max(last + BETWEEN_CODES_MS, first + DAY_MS);
  if (retryAt <= now.getTime()) return;
  const message = `A code was sent just now: one is sent a minute, and ${CODES_A_DAY} a day.`;
  throw new Refusal(throttled([], message, new Date(retryAt)));
}

/** What is wrong with the code, if anything; counts the try. */
function tryCode(
  uow: UnitOfWork,
  settings: SurveySettingsEntity,
  secret: Uint8Array,
  code: string,
): UserErrorData | null {
  const { organizationId, now } = uow;
  const { senderAddress: address, senderProof: proof } = settings;
  const isAlive =
    proof !== null &&
    proof.hash !== null &&
    proof.address === address &&
    Date.parse(proof.expiresAt) > now.getTime();
  if (!isAlive) {
    const message =
      'No code is awaited: the last one was used, is too old, was tried too often, or went to another address. Send another one, with `proveSender`.';
    return refused('INVALID_STATE', ['code'], message);
  }
  const { hash } = proof as { hash: string };
  const isRight = isSameHash(
    hash,
    hashOfCode(secret, { organizationId, address: proof.address }, code),
  );
  const triesLeft = proof.triesLeft - 1;
  const isOver = isRight || triesLeft <= 0;
  uow.em.assign(settings, {
    senderProof: { ...proof, hash: isOver ? null : hash, triesLeft },
    ...(isRight && { senderProvenAt: now }),
    updatedAt: now,
  });
  return isRight ? null : invalidValue(['code'], wrongCode(triesLeft));
}

function wrongCode(triesLeft: number): string {
  return triesLeft > 0
    ? `This is not the code of the last mail; it can be tried ${triesLeft} more times.`
    : 'This is not the code of the last mail, and it was tried too often: send another one, with `proveSender`.';
}

/** Null: it is on its way. */
async function mailCode(
  db: Database,
  organizationId: string,
  { mail, from }: { readonly mail: MailChannel; readonly from: string },
  to: string,
  code: string,
): Promise<UserErrorData | null> {
  const [organization] = await db.read<{ name: string }>(
    organizationId,
    'select name from organization where organization.id = $1',
  );
  const name = organization?.name ?? '';
  try {
    await mail.send({
      to,
      from: { name, address: from },
      subject: `${code} is the code that proves this address`,
      text: [
        `${name} wants to send invitations to surveys from ${to}.`,
        `If that is yours, enter this code: ${code}`,
        'It is taken for 15 minutes. If you do not know of it, do nothing: nothing is sent then.',
      ].join('\n\n'),
      messageId: `${newId()}@${from.slice(from.indexOf('@') + 1)}`,
    });
    return null;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const message = `The code could not be sent to ${to}: ${error.message}`;
    return refused('INVALID_STATE', [], message);
  }
}

function noMail(): UserErrorData {
  const message = 'This installation sends no mail: its operator has to set ANTIPHON_SMTP_URL.';
  return refused('INVALID_STATE', [], message);
}
