import cf from 'cloudfront';

// Spreads viewers over origins by weight, always the same viewer to the same one, and says in a header which one it is,
// so that each origin has its own cache.

const crypto = require('crypto');

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const origins = parameter('${Weights}').split(',').map((text) => {
    const parts = text.split('=');
    return { id: parts[0], weight: Number(parts[1]) };
});
const cookieName = parameter('${CookieName}');
const originHeader = parameter('${OriginHeader}').toLowerCase();

const total = origins.reduce((sum, origin) => sum + origin.weight, 0);

function handler(event) {
    const request = event.request;
    delete request.headers[originHeader];
    if (total > 0) {
        const origin = originFor(identityOf(event));
        request.headers[originHeader] = { value: origin };
        cf.selectRequestOriginById(origin);
    }
    return request;
}

// The cookie if there is one, else the address.
function identityOf(event) {
    const cookie = cookieName && event.request.cookies[cookieName];
    return cookie && cookie.value || event.viewer.ip;
}

// Each identity has its place between 0 and the sum of the weights. It depends on nothing else, so that a weight that
// grows takes viewers along and gives none away.
function originFor(identity) {
    const digest = crypto.createHash('sha256').update(identity).digest('hex');
    let place = parseInt(digest.slice(0, 8), 16) / 0x100000000 * total;
    for (let i = 0; i < origins.length; i++) {
        place -= origins[i].weight;
        if (place < 0) {
            return origins[i].id;
        }
    }
    return origins[0].id;
}
