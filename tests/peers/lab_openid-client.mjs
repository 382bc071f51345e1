// openid-client as an app at the Lab: everything from the issuer's discovery document on, and what is wrong on purpose.

import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const installed = createRequire(path.resolve(import.meta.dirname, '../../target/peers/node/package.json'));
const client = await import(pathToFileURL(installed.resolve('openid-client')));

const asked = JSON.parse(await text(process.stdin));
const BACK = 'http://127.0.0.1:49152/callback';

async function discover(name, secret) {
  const issued = asked.issued[name];
  const server = new URL(`${asked.base}/${name}/login.zylker.example`);
  const own = secret ?? issued.client_secret;
  return client.discovery(server, issued.client_id, own, client.ClientSecretBasic(own), {
    execute: [client.allowInsecureRequests],
  });
}

/** Where the Lab sends the browser; its dials make Ada agree without a page. */
async function browse(address) {
  const reply = await fetch(address, { redirect: 'manual' });
  return reply.headers.get('location') ?? reply.status;
}

async function refused(run) {
  try {
    await run();
  } catch (error) {
    return error.error ?? error.code ?? error.message;
  }
  return 'given';
}

async function signIn(config, wrong = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: wrong.registered ?? BACK,
    scope: 'openid email offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const landed = await browse(address);
  if (typeof landed === 'number') return landed;
  const back = new URL(landed);
  if (wrong.redirect) back.pathname = wrong.redirect;
  return client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: wrong.verifier ?? verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
}

async function code() {
  const config = await discover('openid');
  const tokens = await signIn(config);
  const claims = tokens.claims();
  const found = { claimed: claims.email };
  found.userinfo = (await client.fetchUserInfo(config, tokens.access_token, claims.sub)).email;
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
  found.refreshed = fresh.access_token !== tokens.access_token;
  found.introspected = (await client.tokenIntrospection(config, fresh.access_token)).active;
  await client.tokenRevocation(config, fresh.refresh_token);
  found.revoked = (await client.tokenIntrospection(config, fresh.access_token)).active;
  found['wrong secret'] = await refused(async () => signIn(await discover('openid', 'another')));
  found['wrong verifier'] = await refused(() => signIn(config, { verifier: 'v'.repeat(43) }));
  found['wrong redirect'] = await refused(() => signIn(config, { redirect: '/elsewhere' }));
  found['redirect of nobody'] = await signIn(config, { registered: 'https://evil.example/callback' });
  return found;
}

async function clientCredentials() {
  const config = await discover('machine');
  const tokens = await client.clientCredentialsGrant(config, { scope: 'openid' });
  return {
    token: tokens.token_type,
    'wrong secret': await refused(async () => client.clientCredentialsGrant(await discover('machine', 'another'))),
  };
}

async function password() {
  const config = await discover('legacy');
  const ask = (password) =>
    client.genericGrantRequest(config, 'password', { username: 'ada@lab.test', password, scope: 'openid' });
  const tokens = await ask(asked.issued.legacy.password);
  return { claimed: tokens.claims().email, 'wrong password': await refused(() => ask('another')) };
}

async function device() {
  const config = await discover('television');
  const codes = await client.initiateDeviceAuthorization(config, { scope: 'openid email' });
  await browse(codes.verification_uri_complete);
  const tokens = await client.pollDeviceAuthorizationGrant(config, codes);
  return { claimed: tokens.claims().email };
}

console.log(
  JSON.stringify({
    code: await code(),
    'client credentials': await clientCredentials(),
    password: await password(),
    device: await device(),
  }),
);
