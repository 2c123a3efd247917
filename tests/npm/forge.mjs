// Tokens as a forger would make them, also by somebody who has stolen a provider's key.
import { constants, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/** A new private key for an algorithm, as a JWK with an id. */
export function generate(algorithm) {
    const { privateKey } = {
        ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
        EdDSA: () => generateKeyPairSync('ed25519'),
    }[algorithm]();
    return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: algorithm, use: 'sig' };
}

/** What everybody may know of a key. */
export function published({ kid, alg, use, ...jwk }) {
    return { ...createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' }), kid, alg, use };
}

/** The published key in another form: also a text that somebody could take for a shared secret. */
export function pem(jwk) {
    return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
}

/** Signs any payload under any header, whose `alg` says how, with a private JWK or a secret's bytes in base64url. */
export function forge({ header, payload, key, secret }) {
    const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const data = Buffer.from(text);
    const own = key && createPrivateKey({ key, format: 'jwk' });
    const signatures = {
        ES256: () => sign('sha256', data, { key: own, dsaEncoding: 'ieee-p1363' }),
        RS256: () => sign('sha256', data, own),
        PS256: () => sign('sha256', data, { key: own, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
        EdDSA: () => sign(null, data, own),
        HS256: () => createHmac('sha256', Buffer.from(secret, 'base64url')).update(data).digest(),
    };
    return `${text}.${(signatures[header.alg]?.() ?? Buffer.alloc(0)).toString('base64url')}`;
}
