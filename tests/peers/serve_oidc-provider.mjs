// oidc-provider (certified by the OpenID Foundation) on loopback: code with PKCE, client credentials, device code,
// rotating refresh, revoke, introspect, pushed requests, DPoP, JWT client authentication, OpenID Connect.
//
//   node serve_oidc-provider.mjs --folder=DIR [--ttl=SECONDS] [--delay=MILLISECONDS]
//
// Prints one line, `ready http://127.0.0.1:PORT`, and serves until its standard input closes. Any user name signs in.
// `--ttl` is the life of every access token; without it an hour, 5 s for clients named `short-…`. `--delay` holds back
// each answer of the token endpoint after the work is done: who is killed meanwhile has lost a rotated token.
// DIR gets `access.jsonl`, one line per request when its answer has left; `held`, a line per token request when its work is
// done; and the keys that clients sign with.

import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

// The ready line is the only one: the package warns that its sign-in pages are not for production.
console.info = console.warn = () => {};

const { values: given } = parseArgs({
  options: { folder: { type: 'string' }, ttl: { type: 'string' }, delay: { type: 'string', default: '0' } },
});
const installed = createRequire(path.resolve(import.meta.dirname, '../../target/peers/node/package.json'));
const { default: Provider, errors } = await import(pathToFileURL(installed.resolve('oidc-provider')));

const CODE = 'authorization_code';
const REFRESH = 'refresh_token';
const CREDENTIALS = 'client_credentials';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const OPAQUE_API = 'urn:peer:api';
const JWT_API = 'https://api.peer.test/';

// A key pair made for this run, as JWK.
function makeKey(alg, kid) {
  const made =
    alg === 'ES256'
      ? crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const described = { kid, alg, use: 'sig' };
  return {
    private: { ...made.privateKey.export({ format: 'jwk' }), ...described },
    public: { ...made.publicKey.export({ format: 'jwk' }), ...described },
    pem: made.privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

const own = [makeKey('RS256', 'peer-rs'), makeKey('ES256', 'peer-es')];
const clientKeys = [makeKey('ES256', 'client-es'), makeKey('RS256', 'client-rs')];
for (const key of clientKeys) {
  fs.writeFileSync(path.join(given.folder, `${key.private.kid}.pem`), key.pem, { mode: 0o600 });
}

// Native apps return by app link or to loopback, whatever the port (RFC 8252 §7.3).
const native = {
  application_type: 'native',
  grant_types: [CODE, REFRESH],
  response_types: ['code'],
  redirect_uris: [
    'dev.patchbay:/oauth/callback',
    'http://127.0.0.1/callback',
    'http://[::1]/callback',
    'http://localhost/callback',
  ],
};
const web = {
  grant_types: [CODE, REFRESH],
  response_types: ['code'],
  redirect_uris: ['https://client.peer.test/cb'],
};
const credentials = { grant_types: [CREDENTIALS], response_types: [], redirect_uris: [] };
const device = {
  application_type: 'native',
  grant_types: [DEVICE, REFRESH],
  response_types: [],
  redirect_uris: [],
};

const none = { token_endpoint_auth_method: 'none' };
const basic = (client_secret) => ({ token_endpoint_auth_method: 'client_secret_basic', client_secret });
const post = (client_secret) => ({ token_endpoint_auth_method: 'client_secret_post', client_secret });

const clients = [
  { client_id: 'native-public', ...none, ...native },
  { client_id: 'native-basic', ...basic('native-basic-secret-0123456789'), ...native },
  { client_id: 'native-post', ...post('native-post-secret-0123456789'), ...native },
  { client_id: 'short-native-public', ...none, ...native },
  { client_id: 'short-native-basic', ...basic('short-secret-0123456789'), ...native },
  { client_id: 'native-es', ...none, ...native, id_token_signed_response_alg: 'ES256' },
  {
    client_id: 'native-par',
    ...basic('native-par-secret-0123456789'),
    ...native,
    require_pushed_authorization_requests: true,
  },
  { client_id: 'native-dpop', ...none, ...native, dpop_bound_access_tokens: true },
  { client_id: 'cc-basic', ...basic('cc-basic-secret-0123456789'), ...credentials },
  { client_id: 'cc-post', ...post('cc-post-secret-0123456789'), ...credentials },
  // Both need the form encoding of RFC 6749 §2.3.1 before Basic; sent raw, they are refused.
  { client_id: 'cc-odd:id', ...basic('peer secret+/%:~&="?'), ...credentials },
  { client_id: 'short-cc', ...basic('short-cc-secret-0123456789'), ...credentials },
  {
    client_id: 'cc-secret-jwt',
    client_secret: 'cc-secret-jwt-secret-0123456789-0123456789',
    token_endpoint_auth_method: 'client_secret_jwt',
    ...credentials,
  },
  {
    client_id: 'cc-private-jwt',
    jwks: { keys: clientKeys.map((key) => key.public) },
    token_endpoint_auth_method: 'private_key_jwt',
    ...credentials,
  },
  { client_id: 'cc-dpop', ...basic('cc-dpop-secret-0123456789'), ...credentials, dpop_bound_access_tokens: true },
  { client_id: 'device-public', ...none, ...device },
  { client_id: 'device-basic', ...basic('device-basic-secret-0123456789'), ...device },
  {
    client_id: 'implicit-idtoken',
    ...none,
    grant_types: ['implicit'],
    response_types: ['id_token'],
    redirect_uris: ['https://client.peer.test/cb'],
  },
  { client_id: 'web-confidential', ...basic('web-secret-0123456789'), ...web },
];

function accessTokenLife(_ctx, _token, client) {
  return Number(given.ttl ?? (client?.clientId?.startsWith('short-') ? 5 : 3600));
}

const settings = {
  clients,
  jwks: { keys: own.map((key) => key.private) },
  cookies: { keys: [crypto.randomBytes(16).toString('hex')] },
  scopes: ['openid', 'offline_access', 'profile', 'email', 'api:read', 'api:write'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  clockTolerance: 0,
  pkce: { required: () => true },
  responseTypes: ['code', 'id_token', 'code id_token', 'none'],
  extraParams: ['audience', 'access_type'],
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Peer ${id}`, email: `${id}@peer.test`, email_verified: true }),
  }),
  // A token that was used once is spent; using it again revokes the whole family (RFC 9700 §4.14.2).
  rotateRefreshToken: true,
  issueRefreshToken: (_ctx, client, code) =>
    client.grantTypeAllowed(REFRESH) && (code.scopes.has('offline_access') || client.applicationType === 'native'),
  ttl: {
    AccessToken: accessTokenLife,
    ClientCredentials: accessTokenLife,
    AuthorizationCode: 60,
    DeviceCode: 600,
    IdToken: 3600,
    RefreshToken: 86400,
    Grant: 86400,
    Session: 86400,
    Interaction: 3600,
  },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    deviceFlow: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: crypto.randomBytes(32) },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, _client, oneOf) => oneOf,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (resource !== OPAQUE_API && resource !== JWT_API) throw new errors.InvalidTarget();
        const accessTokenFormat = resource === JWT_API ? 'jwt' : 'opaque';
        return { scope: 'api:read api:write', audience: resource, accessTokenFormat };
      },
    },
  },
  renderError: (ctx, out) => {
    ctx.type = 'json';
    ctx.body = out;
  },
};

// What stands in the log of an address: the values that are no secret.
const SHOWN = new Set([
  ...['client_id', 'response_type', 'response_mode', 'redirect_uri', 'scope', 'prompt', 'login_hint'],
  ...['resource', 'audience', 'access_type', 'code_challenge_method'],
]);

function shownUrl(url) {
  const [address, query] = url.split('?');
  if (query === undefined) return address;
  const shown = [...new URLSearchParams(query)].map(([key, value]) => `${key}=${SHOWN.has(key) ? value : '…'}`);
  return `${address}?${shown.join('&')}`;
}

// A token is named in the log by a hash, so that tests can follow it.
function named(token) {
  return token && crypto.createHash('sha256').update(token).digest('hex').slice(0, 16);
}

// What a client assertion says, but for its signature.
function said(assertion) {
  const [header, claims] = assertion.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  return { header, claims };
}

async function remember(ctx, next) {
  const line = { at: Date.now(), method: ctx.method, url: shownUrl(ctx.url) };
  // Null where the client went away before its answer had left.
  const left = new Promise((resolve) => {
    ctx.res.on('close', () => resolve(ctx.res.writableFinished ? Date.now() : null));
  });
  await next();
  line.status = ctx.status;
  if (ctx.path === '/token') {
    const sent = ctx.oidc?.body ?? {};
    line.client = ctx.oidc?.client?.clientId;
    line.scheme = ctx.get('authorization').split(' ')[0];
    line.sent = Object.keys(sent);
    line.grant = sent.grant_type;
    line.assertion = sent.client_assertion && said(sent.client_assertion);
    line.refresh = named(sent.refresh_token);
    line.error = ctx.body?.error;
    line.gave = { access: named(ctx.body?.access_token), refresh: named(ctx.body?.refresh_token) };
    fs.appendFileSync(path.join(given.folder, 'held'), '\n');
    await wait(Number(given.delay));
  }
  left.then((answered) => {
    fs.appendFileSync(path.join(given.folder, 'access.jsonl'), `${JSON.stringify({ ...line, answered })}\n`);
  });
}

// A small API behind the tokens: everything below /api/ wants a bearer token, or an id_token in its place.
async function api(ctx, next) {
  if (!ctx.path.startsWith('/api/')) return next();
  const token = /^Bearer (.+)$/i.exec(ctx.get('authorization'))?.[1];
  const known =
    token &&
    ((await provider.AccessToken.find(token)) ??
      (await provider.ClientCredentials.find(token)) ??
      (await readIdToken(token)));
  if (!known || known.jkt) {
    ctx.status = 401;
    ctx.set('WWW-Authenticate', token ? 'Bearer realm="peer", error="invalid_token"' : 'Bearer realm="peer"');
    ctx.body = { error: token ? 'invalid_token' : 'no token' };
    return;
  }
  ctx.body = { ok: true, who: known.accountId ?? known.clientId, scope: known.scope, path: ctx.path };
}

// Whose id_token it is, where this peer signed it and it has not expired.
async function readIdToken(token) {
  try {
    const { aud } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    const { payload } = await provider.IdToken.validate(token, await provider.Client.find(aud));
    return payload.exp * 1000 > Date.now() && { accountId: payload.sub };
  } catch {
    return undefined;
  }
}

// The issuer names its port, so the socket comes first.
const server = http.createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, settings);
provider.use(remember);
provider.use(api);
server.on('request', provider.callback());
process.stdin.resume().on('end', () => process.exit(0));
process.stdout.write(`ready ${issuer}\n`);
