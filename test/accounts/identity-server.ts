import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA' | 'RS512';

/** A signing key of the identity provider, and its public half as it is published. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function makeSigningKey(kid: string, algorithm: Algorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, privateKey, publicJwk };
}

export const AUDIENCE = 'antiphon-tests';

/** An identity provider on loopback, which publishes keys over HTTP and signs tokens. */
export class IdentityServer {
  readonly issuer = 'https://identity.example';
  /** How often the keys were asked for. */
  fetches = 0;
  /** What the next requests are answered with: the keys, an error, rubbish, or nothing at all. */
  behaviour: 'serve' | 'fail' | 'rubbish' | 'hang' = 'serve';
  published: SigningKey[] = [];
  #server: Server | null = null;

  async start(): Promise<this> {
    this.#server = createServer((_request, response) => {
      this.fetches++;
      if (this.behaviour === 'hang') return;
      if (this.behaviour === 'fail') response.writeHead(503).end();
      else if (this.behaviour === 'rubbish') response.end('<html>maintenance</html>');
      else response.end(JSON.stringify({ keys: this.published.map((key) => key.publicJwk) }));
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get jwksUrl(): string {
    const { port } = this.#server?.address() as AddressInfo;
    return `http://127.0.0.1:${port}/jwks.json`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

/** A token as the provider signs it: good for five minutes unless the claims say otherwise. */
export async function signToken(
  key: SigningKey,
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({
    iss: 'https://identity.example',
    aud: AUDIENCE,
    sub: 'subject-1',
    iat: now,
    exp: now + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
    .sign(key.privateKey);
}
