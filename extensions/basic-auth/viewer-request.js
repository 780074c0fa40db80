import cf from 'cloudfront';

// Lets a request pass that carries the name and password of a user of the store, without them; all others get 401.

const crypto = require('crypto');

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const challenge = 'Basic realm="' + parameter('${Realm}') + '", charset="UTF-8"';

// Stands for a user who does not exist. No password has this hash, and asking for it takes as long as for any other.
const nobody = { salt: '00000000000000000000000000000000', hash: '-'.repeat(64) };

async function handler(event) {
    const request = event.request;
    const credentials = takeCredentials(request.headers);
    const user = await userNamed(credentials.name);
    const hash = crypto.createHmac('sha256', user.salt).update(credentials.password).digest('hex');
    return isSame(hash, user.hash) && credentials.password !== '' ? request : {
        statusCode: 401,
        headers: { 'cache-control': { value: 'no-store' }, 'www-authenticate': { value: challenge } }
    };
}

// Credentials that cannot be read, or are there twice, are those of a user without a name.
function takeCredentials(headers) {
    const header = headers.authorization;
    delete headers.authorization;
    const isOne = header && !(header.multiValue && header.multiValue.length > 1);
    const encoded = isOne && /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header.value);
    const bytes = Buffer.from(encoded ? encoded[1] : '', 'base64');
    const isCanonical = encoded && bytes.toString('base64') === encoded[1];
    const parts = isCanonical && /^([^:]+):([\s\S]*)$/.exec(bytes.toString());
    return { name: parts ? parts[1] : '', password: parts ? parts[2] : '' };
}

async function userNamed(name) {
    try {
        const stored = await store.get('user.' + name);
        const parts = /^([0-9a-f]{32,128}):([0-9a-f]{64})$/.exec(stored);
        return parts ? { salt: parts[1], hash: parts[2] } : nobody;
    } catch (error) {
        return nobody;
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
