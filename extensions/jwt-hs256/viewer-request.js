import cf from 'cloudfront';

// Lets a request pass that carries exactly one valid JSON Web Token of HS256, without the token; all others get 401.

const crypto = require('crypto');

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const tokenHeader = parameter('${TokenHeader}').toLowerCase();
const tokenCookie = parameter('${TokenCookie}');
const tokenParameter = parameter('${TokenParameter}');
const issuer = parameter('${Issuer}');
const audience = parameter('${Audience}');
const requiresExpiry = parameter('${RequireExpiry}') === 'true';
const skew = Number(parameter('${ClockSkewSeconds}'));
const passesPreflight = parameter('${PassPreflight}') === 'true';
const challenge = 'Bearer realm="' + parameter('${Realm}') + '"';

const shortestSecret = 32;

async function handler(event) {
    const request = event.request;
    const tokens = takeTokens(request);
    if (passesPreflight && isPreflight(request)) {
        return request;
    }
    if (tokens.length !== 1) {
        return refusal(tokens.length ? challenge + ', error="invalid_request"' : challenge);
    }
    const claims = await signedClaims(tokens[0]);
    return claims && areAccepted(claims, Date.now() / 1000) ? request : refusal(challenge + ', error="invalid_token"');
}

function isPreflight(request) {
    return request.method === 'OPTIONS' && request.headers.origin && request.headers['access-control-request-method'];
}

// Every token of the request, which goes on without them.
function takeTokens(request) {
    return take(request.headers, tokenHeader)
        .map((value) => value.replace(/^bearer +/i, ''))
        .concat(take(request.cookies, tokenCookie), take(request.querystring, tokenParameter));
}

function take(fields, name) {
    const field = name && fields[name];
    if (!field) {
        return [];
    }
    delete fields[name];
    return (field.multiValue || [field]).map((item) => item.value);
}

// The claims of a token that a key of the store has signed, or null. Nothing in it is believed before that.
async function signedClaims(token) {
    const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token);
    const header = parts && decoded(parts[1]);
    if (!header || header.alg !== 'HS256' || header.crit !== undefined) {
        return null;
    }
    const secret = await secretOf(header.kid);
    if (Buffer.from(secret).length < shortestSecret) {
        return null;
    }
    const signature = crypto.createHmac('sha256', secret).update(parts[1] + '.' + parts[2]).digest('base64url');
    return isSame(signature, parts[3]) ? decoded(parts[2]) : null;
}

// A key of the store is named after the kid, so that none that is there for something else can be asked for.
async function secretOf(kid) {
    const name = kid === undefined ? 'default' : kid;
    if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) {
        return '';
    }
    try {
        return await store.get('secret.' + name);
    } catch (error) {
        return '';
    }
}

function areAccepted(claims, now) {
    const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
    return (claims.exp === undefined ? !requiresExpiry : isTime(claims.exp) && now < claims.exp + skew) &&
        (claims.nbf === undefined || isTime(claims.nbf) && now >= claims.nbf - skew) &&
        (issuer === '' || claims.iss === issuer) &&
        (audience === '' || audiences.indexOf(audience) >= 0);
}

function isTime(claim) {
    return typeof claim === 'number' && isFinite(claim);
}

// An object of JSON in base64url, or null.
function decoded(text) {
    try {
        const value = JSON.parse(Buffer.from(text, 'base64url').toString());
        return value && typeof value === 'object' && !Array.isArray(value) ? value : null;
    } catch (error) {
        return null;
    }
}

// In a time that tells nothing of where two texts of one length differ.
function isSame(one, other) {
    let difference = one.length ^ other.length;
    for (let i = 0; i < one.length; i++) {
        difference |= one.charCodeAt(i) ^ other.charCodeAt(i % other.length);
    }
    return difference === 0;
}

function refusal(authenticate) {
    return {
        statusCode: 401,
        headers: { 'cache-control': { value: 'no-store' }, 'www-authenticate': { value: authenticate } }
    };
}
