import { describe, expect, it } from '@jest/globals';
import { nextOpening } from '../../src/modules/invitations/hours.ts';
import { type Case, type Contact, decide } from '../../src/modules/invitations/rules.ts';
import { DEFAULT_SURVEY_SETTINGS } from '../../src/modules/surveys/index.ts';

const DAY = { from: '09:00', until: '20:00' };
const opening = (at: string, zone: string, hours = DAY) =>
  nextOpening(new Date(at), zone, hours).toISOString();

describe('the hours of a customer', () => {
  it.each([
    ['in the morning, it is open', '2026-01-15T08:00:00.000Z', 'Europe/Amsterdam', null],
    ['a minute before', '2026-01-15T07:59:00.000Z', 'Europe/Amsterdam', '2026-01-15T08:00:00.000Z'],
    ['the last minute', '2026-01-15T18:59:59.000Z', 'Europe/Amsterdam', null],
    ['at the end', '2026-01-15T19:00:00.000Z', 'Europe/Amsterdam', '2026-01-16T08:00:00.000Z'],
    ['in summer', '2026-07-15T06:59:00.000Z', 'Europe/Amsterdam', '2026-07-15T07:00:00.000Z'],
    // The clock is put forward on 29 March and back on 25 October, in the night between.
    [
      'over a short night',
      '2026-03-28T20:00:00.000Z',
      'Europe/Amsterdam',
      '2026-03-29T07:00:00.000Z',
    ],
    [
      'over a long night',
      '2026-10-24T19:00:00.000Z',
      'Europe/Amsterdam',
      '2026-10-25T08:00:00.000Z',
    ],
    [
      'by half an hour',
      '2026-04-04T12:00:00.000Z',
      'Australia/Lord_Howe',
      '2026-04-04T22:30:00.000Z',
    ],
    [
      'across the date line',
      '2026-01-15T08:00:00.000Z',
      'Pacific/Auckland',
      '2026-01-15T20:00:00.000Z',
    ],
    [
      'where the zone is not known',
      '2026-01-15T08:00:00.000Z',
      'Mars/Olympus',
      '2026-01-15T09:00:00.000Z',
    ],
  ])('%s', (_, at, zone, expected) => {
    expect(opening(at, zone)).toBe(expected ?? at);
  });

  it('begin an hour later where the clock leaves their first minute out', () => {
    const night = { from: '02:30', until: '05:00' };
    expect(opening('2026-03-28T23:30:00.000Z', 'Europe/Amsterdam', night)).toBe(
      '2026-03-29T01:30:00.000Z',
    );
  });
});

const NOON = new Date('2026-03-02T11:00:00Z');
const days = (count: number) => new Date(NOON.getTime() + count * 86_400_000);
const SOMEBODY: Contact = {
  email: 'somebody@example.com',
  phone: null,
  timeZone: 'Europe/Amsterdam',
  churnedAt: null,
  lastInvitedAt: null,
  consents: [{ channel: 'EMAIL', granted: true }],
};
const CASE: Case = {
  channel: 'EMAIL',
  sendBy: days(7),
  customer: SOMEBODY,
  settings: DEFAULT_SURVEY_SETTINGS,
  isOpen: true,
  isConfigured: true,
  now: NOON,
};
const of = (parts: Partial<Case>, customer: Partial<Contact> = {}) =>
  decide({ ...CASE, ...parts, customer: { ...SOMEBODY, ...customer } });

describe('an invitation', () => {
  const night = new Date('2026-03-02T02:00:00Z');
  const morning = new Date('2026-03-02T08:00:00Z');
  const inTwoDays = days(2);
  it.each<[string, Partial<Case>, Partial<Contact>, object]>([
    ['is sent', {}, {}, { verdict: 'SEND' }],
    [
      'not when the survey is over',
      { isOpen: false },
      {},
      { verdict: 'SKIP', reason: 'SURVEY_CLOSED', retryAt: null },
    ],
    [
      'not to whoever has left',
      {},
      { churnedAt: days(-1) },
      { verdict: 'SKIP', reason: 'CHURNED' },
    ],
    ['not without consent', {}, { consents: [] }, { verdict: 'SKIP', reason: 'NO_CONSENT' }],
    [
      'not against consent',
      { settings: { ...DEFAULT_SURVEY_SETTINGS, consentRequired: false } },
      { consents: [{ channel: 'EMAIL', granted: false }] },
      { verdict: 'SKIP', reason: 'NO_CONSENT' },
    ],
    [
      'on another ground',
      { settings: { ...DEFAULT_SURVEY_SETTINGS, consentRequired: false } },
      { consents: [] },
      { verdict: 'SEND' },
    ],
    ['not without an address', {}, { email: null }, { verdict: 'SKIP', reason: 'NO_ADDRESS' }],
    ['not when it is too late', { sendBy: days(-1) }, {}, { verdict: 'SKIP', reason: 'TOO_LATE' }],
    [
      'waits for a mail server',
      { isConfigured: false },
      {},
      { verdict: 'WAIT', reason: 'NOT_CONFIGURED', retryAt: new Date('2026-03-02T12:00:00Z') },
    ],
    [
      'waits for the morning',
      { now: night },
      {},
      { verdict: 'WAIT', reason: 'OUTSIDE_HOURS', retryAt: morning },
    ],
    [
      'not when the morning is too late',
      { now: night, sendBy: new Date('2026-03-02T07:59:00Z') },
      {},
      { verdict: 'SKIP', reason: 'OUTSIDE_HOURS', retryAt: morning },
    ],
    [
      'waits for the end of a quiet period',
      {},
      { lastInvitedAt: days(-28) },
      { verdict: 'WAIT', reason: 'QUIET_PERIOD', retryAt: inTwoDays },
    ],
    [
      'and for the morning after it',
      {},
      { lastInvitedAt: new Date('2026-02-02T02:00:00Z') },
      { verdict: 'WAIT', reason: 'QUIET_PERIOD', retryAt: new Date('2026-03-04T08:00:00Z') },
    ],
    [
      'not when that is too late, with the time when it may be',
      {},
      { lastInvitedAt: days(-20) },
      { verdict: 'SKIP', reason: 'QUIET_PERIOD', retryAt: days(10) },
    ],
    ['is sent at the very end of it', {}, { lastInvitedAt: days(-30) }, { verdict: 'SEND' }],
    [
      'its own sending is no quiet period',
      { isTaken: true },
      { lastInvitedAt: NOON },
      { verdict: 'SEND' },
    ],
    [
      'in the app, at any hour and without consent',
      { channel: 'IN_APP', now: night },
      { consents: [], email: null },
      { verdict: 'SEND' },
    ],
    [
      'in the app, not in a quiet period',
      { channel: 'IN_APP' },
      { lastInvitedAt: days(-28) },
      { verdict: 'WAIT', reason: 'QUIET_PERIOD', retryAt: inTwoDays },
    ],
    [
      'by webhook, by phone alone',
      { channel: 'WEBHOOK' },
      { email: null, phone: '+31 20 123', consents: [{ channel: 'WEBHOOK', granted: true }] },
      { verdict: 'SEND' },
    ],
  ])('%s', (_, parts, customer, expected) => {
    expect(of(parts, customer)).toMatchObject(expected);
  });
});
