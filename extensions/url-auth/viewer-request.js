import cf from 'cloudfront';

// Lets a request pass whose URL is signed and has not expired, without the signature; all others get 403.

const crypto = require('crypto');

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const style = parameter('${Style}');
const tokenParameter = parameter('${TokenParameter}');
const lifetime = Number(parameter('${LifetimeSeconds}'));

const shortestSecret = style === 'type-a' ? 16 : 32;

async function handler(event) {
    const request = event.request;
    const token = style === 'path' ? takeFromPath(request) : takeFromQuery(request);
    const now = Date.now() / 1000;
    const check = style === 'type-a' ? isSignedTypeA : isSigned;
    const isValid = await check(token, request, now);
    return isValid ? request : { statusCode: 403, headers: { 'cache-control': { value: 'no-store' } } };
}

// The first segment of the path; the rest is the path that goes on.
function takeFromPath(request) {
    const end = request.uri.indexOf('/', 1);
    if (end < 0) {
        return '';
    }
    const token = request.uri.slice(1, end);
    request.uri = request.uri.slice(end);
    return token;
}

// A token that is there twice is none.
function takeFromQuery(request) {
    const field = request.querystring[tokenParameter];
    delete request.querystring[tokenParameter];
    return field && !(field.multiValue && field.multiValue.length > 1) ? field.value : '';
}

// <expires>~<kid>~<signature>: HMAC-SHA256, in hexadecimal, of expires, path and sorted query on lines of their own.
async function isSigned(token, request, now) {
    const parts = /^(\d{10})~([\w.-]{1,64})~([0-9a-f]{64})$/.exec(token);
    if (!parts || now >= Number(parts[1])) {
        return false;
    }
    const secret = await secretOf(parts[2]);
    if (!secret) {
        return false;
    }
    const text = [parts[1], request.uri, sortedQuery(request.querystring)].join('\n');
    return isSame(crypto.createHmac('sha256', secret).update(text).digest('hex'), parts[3]);
}

// <timestamp>-<rand>-<uid>-<md5 of path-timestamp-rand-uid-secret>, as other networks define it.
async function isSignedTypeA(token, request, now) {
    const parts = /^((\d{10})-[0-9A-Za-z]{1,64}-[0-9A-Za-z]{1,64})-([0-9a-f]{32})$/.exec(token);
    if (!parts || now >= Number(parts[2]) + lifetime) {
        return false;
    }
    const main = await secretOf('main');
    const backup = await secretOf('backup');
    return [main, backup].some((secret) => {
        const text = [request.uri, parts[1], secret].join('-');
        return secret && isSame(crypto.createHash('md5').update(text).digest('hex'), parts[3]);
    });
}

// Empty for a secret that is missing or too short to be one.
async function secretOf(kid) {
    try {
        const secret = await store.get('secret.' + kid);
        return Buffer.from(secret).length < shortestSecret ? '' : secret;
    } catch (error) {
        return '';
    }
}

function sortedQuery(querystring) {
    const pairs = [];
    Object.keys(querystring).forEach((name) => {
        const field = querystring[name];
        (field.multiValue || [field]).forEach((item) => pairs.push(name + '=' + item.value));
    });
    return pairs.sort().join('&');
}

// In a time that tells nothing of where two texts of one length differ.
function isSame(one, other) {
    let difference = one.length ^ other.length;
    for (let i = 0; i < one.length; i++) {
        difference |= one.charCodeAt(i) ^ other.charCodeAt(i % other.length);
    }
    return difference === 0;
}
