import { resolve } from 'node:path';
import { z } from 'zod';

/** The one place that reads the environment. Everything has a default that suits a first try. */
const flag = (byDefault: boolean) =>
  z
    .enum(['on', 'off', 'true', 'false', '1', '0'])
    .default(byDefault ? 'on' : 'off')
    .transform((value) => ['on', 'true', '1'].includes(value));

const count = (byDefault: number) => z.coerce.number().int().positive().default(byDefault);

const countOrNone = (byDefault: number) => z.coerce.number().int().min(0).default(byDefault);

const optionalUrl = z.url().optional();

const environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'has to start with postgres://')
    .optional(),
  ANTIPHON_DATA_DIR: z.string().min(1).default('.antiphon'),
  ANTIPHON_POOL_SIZE: count(10),
  ANTIPHON_READ_RLS: flag(false),
  ANTIPHON_READ_TIMEOUT_MS: count(15_000),
  ANTIPHON_NATS_URL: z.string().optional(),
  ANTIPHON_FEED_POLL_MS: count(2_000),
  ANTIPHON_OIDC_ISSUER: optionalUrl,
  ANTIPHON_OIDC_AUDIENCE: z.string().optional(),
  ANTIPHON_OIDC_JWKS_URL: optionalUrl,
  ANTIPHON_MAX_DEPTH: count(12),
  ANTIPHON_MAX_COST: count(20_000),
  ANTIPHON_MAX_TOKENS: count(5_000),
  ANTIPHON_MAX_ALIASES: count(50),
  ANTIPHON_MAX_BODY_BYTES: count(8 * 1024 * 1024),
  ANTIPHON_REQUEST_TIMEOUT_MS: count(30_000),
  ANTIPHON_RATE_LIMIT_COST: count(600_000),
  ANTIPHON_RATE_LIMIT_SECONDS: count(60),
  ANTIPHON_RESPONDENT_RATE_LIMIT: count(1_200),
  ANTIPHON_STOREFRONT_INTROSPECTION: flag(true),
  ANTIPHON_ANSWER_CACHE_BYTES: countOrNone(64 * 1024 * 1024),
  ANTIPHON_PUBLIC_MAX_AGE: countOrNone(10),
  ANTIPHON_PUBLIC_SHARED_MAX_AGE: z.coerce.number().int().min(0).optional(),
  ANTIPHON_PUBLIC_STALE_WHILE_REVALIDATE: countOrNone(60),
  ANTIPHON_TRUSTED_DOCUMENTS: z.string().optional(),
  ANTIPHON_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ANTIPHON_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'has to start with smtp:// or smtps://' })
    .optional(),
  ANTIPHON_MAIL_FROM: z.email().optional(),
  ANTIPHON_JOBS: flag(true),
  ANTIPHON_WEBHOOK_PRIVATE: flag(false),
});

export type Config = Readonly<ReturnType<typeof readConfig>>;

/** A setting that does not fit; the message names each, and what is wrong with it. */
export class ConfigError extends Error {}

/**
 * Reads the settings.
 * @throws ConfigError that names every setting that does not fit.
 */
export function readConfig(variables: NodeJS.ProcessEnv = process.env) {
  // An empty variable is an absent one: compose files pass on unset ones so.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`Some settings of the environment do not fit:\n${lines.join('\n')}`);
  }
  const env = parsed.data;
  return {
    production: env.NODE_ENV === 'production',
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    dataDir: resolve(env.ANTIPHON_DATA_DIR),
    poolSize: env.ANTIPHON_POOL_SIZE,
    readRowSecurity: env.ANTIPHON_READ_RLS,
    readTimeoutMs: env.ANTIPHON_READ_TIMEOUT_MS,
    natsUrl: env.ANTIPHON_NATS_URL,
    feedPollMs: env.ANTIPHON_FEED_POLL_MS,
    oidc: oidcOf(env),
    limits: {
      maxDepth: env.ANTIPHON_MAX_DEPTH,
      maxCost: env.ANTIPHON_MAX_COST,
      maxTokens: env.ANTIPHON_MAX_TOKENS,
      maxAliases: env.ANTIPHON_MAX_ALIASES,
      maxBodyBytes: env.ANTIPHON_MAX_BODY_BYTES,
      requestTimeoutMs: env.ANTIPHON_REQUEST_TIMEOUT_MS,
    },
    rateLimit: {
      cost: env.ANTIPHON_RATE_LIMIT_COST,
      seconds: env.ANTIPHON_RATE_LIMIT_SECONDS,
    },
    /** What respondents behind one address may ask in a minute. */
    respondentRateLimit: env.ANTIPHON_RESPONDENT_RATE_LIMIT,
    /** Answers to storefronts: in memory, and what others are told of how long to keep them. */
    publicAnswers: {
      cacheBytes: env.ANTIPHON_ANSWER_CACHE_BYTES,
      maxAge: env.ANTIPHON_PUBLIC_MAX_AGE,
      sharedMaxAge: env.ANTIPHON_PUBLIC_SHARED_MAX_AGE ?? null,
      staleWhileRevalidate: env.ANTIPHON_PUBLIC_STALE_WHILE_REVALIDATE,
    },
    /** Files of documents by their hashes. */
    trustedDocumentFiles: (env.ANTIPHON_TRUSTED_DOCUMENTS ?? '')
      .split(',')
      .map((file) => file.trim())
      .filter((file) => file !== '')
      .map((file) => resolve(file)),
    /** Where its pages are for the rest of the world; without it, where it listens. */
    publicUrl: env.ANTIPHON_PUBLIC_URL,
    smtp: smtpOf(env),
    /** Whether this process plans and sends; another one has to where it does not. */
    jobs: env.ANTIPHON_JOBS,
    /** Whether a webhook may lead into one's own network. */
    webhookPrivate: env.ANTIPHON_WEBHOOK_PRIVATE,
    /** In production a publishable key cannot introspect; elsewhere it helps to find one's way. */
    storefrontIntrospection: env.NODE_ENV !== 'production' && env.ANTIPHON_STOREFRONT_INTROSPECTION,
  };
}

/** Mail needs a sender, and links that lead somewhere. */
function smtpOf(env: z.infer<typeof environment>) {
  const { ANTIPHON_SMTP_URL: url, ANTIPHON_MAIL_FROM: from, ANTIPHON_PUBLIC_URL: publicUrl } = env;
  if (url === undefined) return undefined;
  if (from === undefined || publicUrl === undefined) {
    throw new ConfigError(
      'Mail (ANTIPHON_SMTP_URL) needs ANTIPHON_MAIL_FROM, its sender, and ANTIPHON_PUBLIC_URL, where its links lead.',
    );
  }
  return { url, from };
}

/** All of the three settings, or none. */
function oidcOf(env: z.infer<typeof environment>) {
  const {
    ANTIPHON_OIDC_ISSUER: issuer,
    ANTIPHON_OIDC_AUDIENCE: audience,
    ANTIPHON_OIDC_JWKS_URL: jwksUrl,
  } = env;
  if (issuer === undefined && audience === undefined && jwksUrl === undefined) return undefined;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) {
    throw new ConfigError(
      'Tokens of an identity provider need all of ANTIPHON_OIDC_ISSUER, ANTIPHON_OIDC_AUDIENCE and ANTIPHON_OIDC_JWKS_URL.',
    );
  }
  return { issuer, audience, jwksUrl };
}
