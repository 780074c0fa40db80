import cf from 'cloudfront';

// Answers 503 while the store says so, except to viewers who may see what is being worked on.

const crypto = require('crypto');

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const addresses = parameter('${BypassAddresses}').toLowerCase().split(',').filter((address) => address !== '');
const cookieName = parameter('${BypassCookieName}');
const retryAfter = parameter('${RetryAfterSeconds}');
const page = parameter('${Page}');

const shortestSecret = 16;

async function handler(event) {
    const request = event.request;
    const cookie = request.cookies[cookieName];
    delete request.cookies[cookieName];
    const flag = await read('maintenance');
    if (flag.trim().toLowerCase() !== 'on' || addresses.indexOf(event.viewer.ip.toLowerCase()) >= 0) {
        return request;
    }
    const secret = cookie ? await read('bypass') : '';
    if (Buffer.from(secret).length >= shortestSecret && isSame(cookie.value, secret)) {
        return request;
    }
    return {
        statusCode: 503,
        headers: {
            'cache-control': { value: 'no-store' },
            'content-type': { value: 'text/html; charset=utf-8' },
            'retry-after': { value: retryAfter }
        },
        body: page
    };
}

// Empty for a key that is missing.
async function read(key) {
    try {
        return await store.get(key);
    } catch (error) {
        return '';
    }
}

// Compares digests, in a time that tells nothing of the texts.
function isSame(one, other) {
    const digests = [one, other].map((text) => crypto.createHash('sha256').update(text).digest());
    let difference = 0;
    for (let i = 0; i < digests[0].length; i++) {
        difference |= digests[0][i] ^ digests[1][i];
    }
    return difference === 0;
}
