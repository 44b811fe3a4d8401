import { Migration } from '@mikro-orm/migrations';
import { tenantTable } from './tenant-table.ts';

/** What is asked in private, of whom and when, what was answered, and what was not allowed. */
export class Migration0006Surveys extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const CHANNELS = `('EMAIL', 'LINK', 'IN_APP', 'WEBHOOK')`;

/** Such as 09:00; as text it has the order of the day. */
const CLOCK_TIME = '^([01][0-9]|2[0-3]):[0-5][0-9]$';

const surveys = [
  // One row for each organization; where there is none, the defaults hold.
  `create table survey_settings (
    organization_id uuid primary key references organization (id),
    quiet_period_days integer not null default 30 check (quiet_period_days between 0 and 365),
    sending_from text not null default '09:00' check (sending_from ~ '${CLOCK_TIME}'),
    sending_until text not null default '20:00' check (sending_until ~ '${CLOCK_TIME}'),
    consent_required boolean not null default true,
    sender_name text,
    sender_address text,
    sender_proof jsonb,
    sender_proven_at timestamptz,
    review_invitation_url text,
    webhook_url text,
    webhook_secret text,
    updated_at timestamptz not null,
    check (sending_from < sending_until)
  )`,
  ...tenantTable('survey_settings'),
  `create table survey (
    organization_id uuid not null references organization (id),
    id uuid not null,
    key text not null check (key ~ '^[a-z0-9-]{1,63}$'),
    name text not null,
    kind text not null check (kind in ('NPS', 'CSAT', 'CES', 'CUSTOM')),
    anonymous boolean not null default false,
    alert_at_most double precision,
    ends_at timestamptz,
    published_version integer,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, key)
  )`,
  ...tenantTable('survey'),
  `create index survey_created on survey (organization_id, created_at, id)`,
  // The definition of a published version never changes; a survey has at most one draft.
  `create table survey_version (
    organization_id uuid not null references organization (id),
    id uuid not null,
    survey_id uuid not null,
    number integer not null check (number > 0),
    definition jsonb not null,
    question_count integer not null,
    created_at timestamptz not null,
    published_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, survey_id, number),
    foreign key (organization_id, survey_id) references survey (organization_id, id)
  )`,
  ...tenantTable('survey_version'),
  `create unique index survey_version_draft on survey_version (organization_id, survey_id) where published_at is null`,
  `create index survey_version_created on survey_version (organization_id, survey_id, created_at, id)`,
  // Answers refer to the version that they were given to: what it asked must not change under them,
  // whatever the code above does. Afterwards, so that what row-level security says is said first.
  `create function refuse_change_of_published_version() returns trigger language plpgsql as $$
   begin
     raise exception 'Version % of survey % is published, and cannot be changed', old.number, old.survey_id
       using errcode = 'check_violation', constraint = 'survey_version_is_immutable';
   end $$`,
  `create trigger published_version_stays after update on survey_version for each row
   when (old.published_at is not null and old is distinct from new)
   execute function refuse_change_of_published_version()`,
  `create trigger published_version_is_kept after delete on survey_version for each row
   when (old.published_at is not null) execute function refuse_change_of_published_version()`,
];

const invitations = [
  `create table survey_schedule (
    organization_id uuid not null references organization (id),
    id uuid not null,
    name text not null,
    target text not null check (target in ('SURVEY', 'REVIEW')),
    survey_id uuid,
    trigger jsonb not null,
    segments text[],
    channel text not null check (channel in ${CHANNELS}),
    send_within_minutes integer not null check (send_within_minutes between 1 and 129600),
    reminder_days integer[] not null default '{}',
    expires_after_days integer not null default 30 check (expires_after_days between 1 and 365),
    params jsonb not null default '{}',
    active boolean not null default false,
    activated_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, survey_id) references survey (organization_id, id),
    check ((target = 'SURVEY') = (survey_id is not null))
  )`,
  ...tenantTable('survey_schedule'),
  `create index survey_schedule_survey on survey_schedule (organization_id, survey_id) where survey_id is not null`,
  `create index survey_schedule_created on survey_schedule (organization_id, created_at, id)`,
  // `occasion` names what an invitation is for, and so makes it the only one. The token is not
  // stored: it is made from the id and a secret of the installation. Whoever sends one holds it until
  // `leased_until`, by the clock of the database: then it is another process's to finish.
  `create table invitation (
    organization_id uuid not null references organization (id),
    id uuid not null,
    target text not null check (target in ('SURVEY', 'REVIEW')),
    survey_id uuid,
    survey_version integer,
    schedule_id uuid,
    customer_id uuid,
    location_id uuid,
    product_id uuid,
    channel text not null check (channel in ${CHANNELS}),
    touchpoint text,
    occasion text not null,
    locale text not null,
    params jsonb not null default '{}',
    state text not null default 'SCHEDULED'
      check (state in ('SCHEDULED', 'SENDING', 'SENT', 'ANSWERED', 'SKIPPED', 'FAILED', 'REVOKED')),
    reason text,
    retry_at timestamptz,
    due_at timestamptz not null,
    send_by timestamptz,
    attempts integer not null default 0,
    leased_until timestamptz,
    sent_at timestamptz,
    opened_at timestamptz,
    answered_at timestamptz,
    expires_at timestamptz,
    reminder_days integer[] not null default '{}',
    reminders_sent integer not null default 0,
    next_reminder_at timestamptz,
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, occasion),
    foreign key (organization_id, survey_id) references survey (organization_id, id),
    foreign key (organization_id, schedule_id) references survey_schedule (organization_id, id),
    foreign key (organization_id, customer_id) references customer (organization_id, id),
    foreign key (organization_id, location_id) references location (organization_id, id),
    foreign key (organization_id, product_id) references product (organization_id, id),
    check ((target = 'SURVEY') = (survey_id is not null))
  )`,
  ...tenantTable('invitation'),
  `create index invitation_due on invitation (organization_id, (coalesce(retry_at, due_at)), id) where state = 'SCHEDULED'`,
  `create index invitation_sending on invitation (organization_id, id) where state = 'SENDING'`,
  `create index invitation_reminder on invitation (organization_id, next_reminder_at, id) where next_reminder_at is not null`,
  `create index invitation_created on invitation (organization_id, created_at, id)`,
  `create index invitation_state on invitation (organization_id, state, created_at, id)`,
  `create index invitation_customer on invitation (organization_id, customer_id, created_at, id) where customer_id is not null`,
  `create index invitation_survey on invitation (organization_id, survey_id, created_at, id) where survey_id is not null`,
  `create index invitation_schedule on invitation (organization_id, schedule_id, customer_id) where schedule_id is not null`,
  `create index invitation_location on invitation (organization_id, location_id) where location_id is not null`,
  `create index invitation_product on invitation (organization_id, product_id) where product_id is not null`,
];

const answers = [
  `create table survey_response (
    organization_id uuid not null references organization (id),
    id uuid not null,
    survey_id uuid not null,
    survey_version integer not null,
    invitation_id uuid,
    customer_id uuid,
    location_id uuid,
    product_id uuid,
    channel text not null check (channel in ${CHANNELS}),
    touchpoint text,
    locale text not null,
    params jsonb not null default '{}',
    state text not null check (state in ('PARTIAL', 'COMPLETED')),
    scale text,
    score double precision,
    segment text check (segment in ('PROMOTER', 'PASSIVE', 'DETRACTOR')),
    sentiment text check (sentiment in ('NEGATIVE', 'NEUTRAL', 'POSITIVE')),
    outcome text,
    started_at timestamptz not null,
    completed_at timestamptz,
    response_seconds double precision,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, invitation_id),
    foreign key (organization_id, survey_id, survey_version)
      references survey_version (organization_id, survey_id, number),
    foreign key (organization_id, invitation_id) references invitation (organization_id, id),
    foreign key (organization_id, customer_id) references customer (organization_id, id),
    foreign key (organization_id, location_id) references location (organization_id, id),
    foreign key (organization_id, product_id) references product (organization_id, id),
    check ((state = 'COMPLETED') = (completed_at is not null))
  )`,
  ...tenantTable('survey_response'),
  `create index survey_response_survey on survey_response (organization_id, survey_id, started_at, id)`,
  `create index survey_response_customer on survey_response (organization_id, customer_id, started_at, id) where customer_id is not null`,
  `create index survey_response_feedback on survey_response (organization_id, customer_id, completed_at, id)
    where customer_id is not null and state = 'COMPLETED'`,
  `create index survey_response_location on survey_response (organization_id, location_id, started_at, id) where location_id is not null`,
  `create index survey_response_product on survey_response (organization_id, product_id) where product_id is not null`,
  `create index survey_response_params on survey_response using gin (params jsonb_path_ops)`,
  // One row for each question that was answered; which columns are set follows from the question.
  `create table survey_answer (
    organization_id uuid not null references organization (id),
    response_id uuid not null,
    question_key text not null,
    number double precision,
    choices text[],
    text text,
    answered_at timestamptz not null,
    primary key (organization_id, response_id, question_key),
    foreign key (organization_id, response_id) references survey_response (organization_id, id)
  )`,
  ...tenantTable('survey_answer'),
  `create table detractor_alert (
    organization_id uuid not null references organization (id),
    id uuid not null,
    response_id uuid not null,
    raised_at timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    primary key (organization_id, id),
    unique (organization_id, response_id),
    foreign key (organization_id, response_id) references survey_response (organization_id, id),
    foreign key (organization_id, acknowledged_by) references member (organization_id, id)
  )`,
  ...tenantTable('detractor_alert'),
  `create index detractor_alert_raised on detractor_alert (organization_id, raised_at, id)`,
  `create index detractor_alert_open on detractor_alert (organization_id, raised_at, id) where acknowledged_at is null`,
  // Who is told of an alert by mail. Written with the alert, so that a mail is neither lost nor sent twice.
  `create table alert_mail (
    organization_id uuid not null references organization (id),
    alert_id uuid not null,
    member_id uuid not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    primary key (organization_id, alert_id, member_id),
    foreign key (organization_id, alert_id) references detractor_alert (organization_id, id),
    foreign key (organization_id, member_id) references member (organization_id, id)
  )`,
  ...tenantTable('alert_mail'),
  // Over all organizations: whoever sends looks for what is due anywhere.
  `create index alert_mail_due on alert_mail (next_attempt_at) where next_attempt_at is not null`,
  // What was tried and refused, or done, that an auditor would ask for. Refers to nothing that may go.
  `create table audit_entry (
    organization_id uuid not null references organization (id),
    id uuid not null,
    occurred_at timestamptz not null,
    action text not null,
    outcome text not null check (outcome in ('DONE', 'REFUSED')),
    key_id uuid,
    member_id uuid,
    detail jsonb not null,
    primary key (organization_id, id)
  )`,
  ...tenantTable('audit_entry'),
  `create index audit_entry_occurred on audit_entry (organization_id, occurred_at, id)`,
];

const statements = [...surveys, ...invitations, ...answers];
