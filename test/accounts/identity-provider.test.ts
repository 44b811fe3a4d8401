import { createHmac } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportSPKI, importJWK } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import { pino } from 'pino';
import { AuthenticationError } from '../../src/modules/accounts/authentication-error.ts';
import { createIdentityProvider } from '../../src/modules/accounts/identity-provider.ts';
import type { IdentityProvider } from '../../src/modules/accounts/identity-provider.ts';
import type { ProviderKeyTimes } from '../../src/modules/accounts/provider-keys.ts';
import { pause, until } from './accounts-kit.ts';
import { AUDIENCE, IdentityServer, makeSigningKey, signToken } from './identity-server.ts';
import type { SigningKey } from './identity-server.ts';

const logger = pino({ level: 'silent' });
let rsa: SigningKey, ecdsa: SigningKey, eddsa: SigningKey, next: SigningKey, weak: SigningKey;
let server: IdentityServer;

beforeAll(async () => {
  [rsa, ecdsa, eddsa, next, weak] = await Promise.all([
    makeSigningKey('rsa-1', 'RS256'),
    makeSigningKey('ec-1', 'ES256'),
    makeSigningKey('ed-1', 'EdDSA'),
    makeSigningKey('ec-2', 'ES256'),
    makeSigningKey('rs512-1', 'RS512'),
  ]);
});

beforeEach(async () => {
  server = await new IdentityServer().start();
  server.published = [rsa, ecdsa, eddsa];
});
afterEach(() => server.stop());

function provider(times: Partial<ProviderKeyTimes> = {}): IdentityProvider {
  const { issuer, jwksUrl } = server;
  return createIdentityProvider({ issuer, audience: AUDIENCE, jwksUrl, times }, logger);
}

/** The reason for which a token is refused; null when it is taken. */
async function reasonFor(identityProvider: IdentityProvider, token: string) {
  try {
    await identityProvider.verify(token);
    return null;
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    expect(error.code).toBe('UNAUTHENTICATED');
    expect(error.message).not.toContain(token);
    return error.reason;
  }
}

function unsignedToken(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}`;
}

const now = () => Math.floor(Date.now() / 1000);
const claims = () => ({
  iss: 'https://identity.example',
  aud: AUDIENCE,
  sub: 'subject-1',
  exp: now() + 300,
});

describe('a good token', () => {
  it('is taken with each allowed algorithm', async () => {
    const idp = provider();
    for (const key of [rsa, ecdsa, eddsa]) {
      await expect(idp.verify(await signToken(key))).resolves.toMatchObject({
        issuer: server.issuer,
        subject: 'subject-1',
      });
    }
    expect(server.fetches).toBe(1);
  });

  it('tells subject, verified e-mail in lower case, organization and end', async () => {
    const exp = now() + 60;
    const token = await signToken(ecdsa, {
      sub: 'abc',
      exp,
      email: 'Ada@Example.org',
      email_verified: true,
      antiphon_organization: 'noord',
    });
    await expect(provider().verify(token)).resolves.toEqual({
      issuer: server.issuer,
      subject: 'abc',
      verifiedEmail: 'ada@example.org',
      organization: 'noord',
      expiresAt: new Date(exp * 1000),
    });
  });

  it.each([false, 'true', undefined])(
    'gives no e-mail address where email_verified is %p',
    async (email_verified) => {
      const token = await signToken(ecdsa, { email: 'ada@example.org', email_verified });
      await expect(provider().verify(token)).resolves.toMatchObject({ verifiedEmail: null });
    },
  );

  it('is taken when it names several audiences, ours among them', async () => {
    const token = await signToken(ecdsa, { aud: ['other', AUDIENCE] });
    expect(await reasonFor(provider(), token)).toBeNull();
  });

  it('is taken within the tolerance between clocks', async () => {
    const idp = provider();
    expect(await reasonFor(idp, await signToken(ecdsa, { exp: now() - 10 }))).toBeNull();
    expect(await reasonFor(idp, await signToken(ecdsa, { nbf: now() + 10 }))).toBeNull();
  });
});

describe('a bad token is refused', () => {
  it.each(['exp', 'sub'])('and told that it lacks %s', async (claim) => {
    const token = await signToken(ecdsa, { [claim]: undefined });
    await expect(provider().verify(token)).rejects.toThrow(`\`${claim}\``);
  });

  it.each([
    ['TOKEN_ISSUER', { iss: 'https://elsewhere.example' }],
    ['TOKEN_ISSUER', { iss: 'https://identity.example/' }],
    ['TOKEN_AUDIENCE', { aud: 'somebody-else' }],
    ['TOKEN_EXPIRED', { exp: 1_700_000_000 }],
    ['TOKEN_NOT_YET_VALID', { nbf: 4_000_000_000, exp: 4_000_000_300 }],
    ['TOKEN_CLAIM_MISSING', { exp: undefined }],
    ['TOKEN_CLAIM_MISSING', { sub: undefined }],
    ['TOKEN_CLAIM_MISSING', { sub: '' }],
    ['TOKEN_ISSUER', { iss: undefined }],
    ['TOKEN_AUDIENCE', { aud: undefined }],
  ] satisfies [string, Record<string, unknown>][])(
    'with %s for the claims %j',
    async (reason, wrong) => {
      expect(await reasonFor(provider(), await signToken(ecdsa, wrong as JWTPayload))).toBe(reason);
    },
  );

  it('with alg none, with and without a signature part', async () => {
    const token = unsignedToken({ alg: 'none', kid: 'ec-1' }, claims());
    expect(await reasonFor(provider(), `${token}.`)).not.toBeNull();
    expect(await reasonFor(provider(), token)).not.toBeNull();
    expect(await reasonFor(provider(), `${token}.AAAA`)).not.toBeNull();
  });

  it('with HMAC by the public key as its secret', async () => {
    const pem = await exportSPKI((await importJWK(rsa.publicJwk, 'RS256')) as CryptoKey);
    const token = unsignedToken({ alg: 'HS256', kid: 'rsa-1' }, claims());
    const signature = createHmac('sha256', pem).update(token).digest('base64url');
    expect(await reasonFor(provider(), `${token}.${signature}`)).toBe('TOKEN_SIGNATURE');
  });

  it('with an algorithm that is not allowed, though the key is published', async () => {
    server.published.push(weak);
    expect(await reasonFor(provider(), await signToken(weak))).toBe('TOKEN_SIGNATURE');
  });

  it('with changed claims, a changed signature, or the key of somebody else', async () => {
    const idp = provider();
    const [header, , signature] = (await signToken(ecdsa)).split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims(), sub: 'admin' })).toString('base64url');
    expect(await reasonFor(idp, `${header}.${forged}.${signature}`)).toBe('TOKEN_SIGNATURE');
    const [head, body, good] = (await signToken(ecdsa)).split('.') as [string, string, string];
    const flipped = (good.startsWith('A') ? 'B' : 'A') + good.slice(1);
    expect(await reasonFor(idp, `${head}.${body}.${flipped}`)).toBe('TOKEN_SIGNATURE');
    const impostor = { ...next, kid: ecdsa.kid };
    expect(await reasonFor(idp, await signToken(impostor))).toBe('TOKEN_SIGNATURE');
  });

  it('with a key that it brings along in its header', async () => {
    const token = await signToken(next, {}, { jwk: next.publicJwk, jku: 'https://evil.example' });
    expect(await reasonFor(provider(), token)).toBe('TOKEN_SIGNATURE');
  });

  it('when it is no token at all', async () => {
    const idp = provider();
    for (const rubbish of ['hello', 'a.b.c', '..', `${'x'.repeat(9_000)}.y.z`]) {
      expect(await reasonFor(idp, rubbish)).toBe('TOKEN_MALFORMED');
    }
  });
});

describe('the keys of the identity provider', () => {
  it('are fetched again when a token is signed with a new one, and the old one is dropped', async () => {
    const idp = provider({ cooldownMs: 50 });
    expect(await reasonFor(idp, await signToken(ecdsa))).toBeNull();
    server.published = [next];
    await pause(60);
    expect(await reasonFor(idp, await signToken(next))).toBeNull();
    await pause(60);
    expect(await reasonFor(idp, await signToken(ecdsa))).toBe('TOKEN_SIGNATURE');
  });

  it('are not fetched for each token with an invented key id', async () => {
    const idp = provider({ cooldownMs: 60_000 });
    for (let i = 0; i < 20; i++) {
      const token = await signToken(next, {}, { kid: `invented-${i}` });
      expect(await reasonFor(idp, token)).toBe('TOKEN_SIGNATURE');
    }
    expect(server.fetches).toBe(1);
  });

  it('are fetched once for many callers who come together', async () => {
    const idp = provider();
    const tokens = await Promise.all([rsa, ecdsa, eddsa, rsa, ecdsa].map((key) => signToken(key)));
    await Promise.all(tokens.map((token) => idp.verify(token)));
    expect(server.fetches).toBe(1);
  });

  it.each(['fail', 'rubbish', 'hang'] as const)(
    'go on serving while the provider is down (%s), and nobody waits for it',
    async (behaviour) => {
      const idp = provider({ refreshAfterMs: 0, cooldownMs: 1, timeoutMs: 20_000 });
      await idp.verify(await signToken(ecdsa));
      server.behaviour = behaviour;
      await pause(5);
      const token = await signToken(ecdsa);
      const started = performance.now();
      for (let i = 0; i < 5; i++) expect(await reasonFor(idp, token)).toBeNull();
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(server.fetches).toBeGreaterThan(1);
    },
  );

  it('are refreshed in the background, so that a withdrawn key ends', async () => {
    const idp = provider({ refreshAfterMs: 20, cooldownMs: 1 });
    await idp.verify(await signToken(ecdsa));
    server.published = [rsa];
    await pause(30);
    await idp.verify(await signToken(rsa));
    const withdrawn = await signToken(ecdsa);
    await until(async () => (await reasonFor(idp, withdrawn)) === 'TOKEN_SIGNATURE');
  });

  it('do not serve for ever while the provider is down', async () => {
    const idp = provider({ refreshAfterMs: 5, cooldownMs: 1, keepMs: 50 });
    await idp.verify(await signToken(ecdsa));
    server.behaviour = 'fail';
    await pause(60);
    expect(await reasonFor(idp, await signToken(ecdsa))).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
  });

  it('that could not be fetched are asked for again after the cooldown, and then serve', async () => {
    const cooldownMs = 200;
    const idp = provider({ cooldownMs });
    const started = performance.now();
    server.behaviour = 'fail';
    const token = await signToken(ecdsa);
    for (let i = 0; i < 10; i++) {
      expect(await reasonFor(idp, token)).toBe('IDENTITY_PROVIDER_UNAVAILABLE');
    }
    const cooldowns = Math.floor((performance.now() - started) / cooldownMs);
    expect(server.fetches).toBeLessThanOrEqual(1 + cooldowns);
    server.behaviour = 'serve';
    await pause(cooldownMs + 10);
    expect(await reasonFor(idp, token)).toBeNull();
  });
});
