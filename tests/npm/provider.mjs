// A certified OpenID provider on a loopback port, by npm's oidc-provider. Whoever it is told signs in, as in development:
// the address names the user, its domain the organization.
//
//     node provider.mjs --folder DIR [--port N] [--algorithm ES256|RS256|EdDSA] [--rotate] [--retire]
//
// Its keys are kept in DIR, the one that signs first; --rotate makes a new one, --retire forgets all others. It prints one
// line of JSON once it listens, and signs whatever is posted to /forge, as a forger would.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

import { forge, generate, pem, published } from './forge.mjs';

// Its notices of what a production would set; stdout is for whoever started this.
console.info = console.warn = () => {};
const { Provider } = await import('oidc-provider');

const { values: options } = parseArgs({
    options: {
        folder: { type: 'string' },
        port: { type: 'string', default: '0' },
        algorithm: { type: 'string', default: 'ES256' },
        rotate: { type: 'boolean', default: false },
        retire: { type: 'boolean', default: false },
    },
});

function openKeys() {
    const file = join(options.folder, 'keys.json');
    let keys = existsSync(file) ? JSON.parse(readFileSync(file)) : [];
    if (options.rotate || keys.length === 0) keys = [generate(options.algorithm), ...keys];
    if (options.retire) keys = keys.slice(0, 1);
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
    return keys;
}

const claimsOf = (email) => ({
    tid: email.split('@').pop(),
    email,
    email_verified: true,
    name: email.split('@').shift(),
});

function configuration(keys) {
    const [{ alg }] = keys;
    return {
        jwks: { keys },
        clients: [{
            client_id: 'portal',
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            redirect_uris: ['http://127.0.0.1/signed-in'],
            id_token_signed_response_alg: alg,
        }],
        claims: { openid: ['sub', 'tid'], email: ['email', 'email_verified'], profile: ['name'] },
        conformIdTokenClaims: false,
        enabledJWA: { idTokenSigningAlgValues: [alg] },
        cookies: { keys: [generate('ES256').kid] },
        pkce: { required: () => true },
        findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
        extraTokenClaims: (_context, token) => claimsOf(token.accountId),
        features: {
            devInteractions: { enabled: true },
            resourceIndicators: {
                enabled: true,
                useGrantedResource: () => true,
                // The last part of the resource's address is the audience.
                getResourceServerInfo: (_context, resource) => ({
                    scope: 'invitations',
                    audience: resource.split('/').pop(),
                    accessTokenFormat: 'jwt',
                    accessTokenTTL: 3600,
                    jwt: { sign: { alg } },
                }),
            },
        },
    };
}

const listening = (server, port) => new Promise((resolve, reject) => {
    server.once('listening', resolve).once('error', reject).listen(port, '127.0.0.1');
});

/** Another program may have the port of a former run for a moment. */
async function listen(server, port) {
    for (let tries = 50; ; tries -= 1) {
        try {
            return await listening(server, port);
        } catch (error) {
            if (error.code !== 'EADDRINUSE' || tries === 0) throw error;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
}

const keys = openKeys();
const stranger = generate(keys[0].alg);
const server = createServer();
await listen(server, Number(options.port));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, configuration(keys));
provider.on('server_error', (_context, error) => console.error(error));
const answer = provider.callback();

server.on('request', async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/forge') return answer(request, response);
    const { kid, ...wanted } = await json(request);
    const key = [...keys, stranger].find((key) => key.kid === kid);
    return response.end(forge({ ...wanted, key }));
});

console.log(JSON.stringify({ issuer, keys: keys.map(published), pems: keys.map(pem), stranger: published(stranger) }));
