import cf from 'cloudfront';

// Gives a viewer the variant of an experiment, and says it to the cache and the origin by path, header or cookie.

const crypto = require('crypto');

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const experiment = parameter('${Experiment}');
const defaultVariants = parameter('${Variants}');
const mode = parameter('${Mode}');

async function handler(event) {
    const request = event.request;
    const variants = await variantsNow();
    const variant = variantOf(event, variants);
    if (mode === 'path') {
        const isControl = variant === '' || variant === variants[0].name;
        const isThere = variants.some((other) => request.uri.startsWith('/' + other.name + '/'));
        return isControl || isThere ? request : rewrite(request, '/' + variant + request.uri);
    }
    const fields = mode === 'header' ? request.headers : request.cookies;
    delete fields['ab-' + experiment];
    if (variant !== '') {
        fields['ab-' + experiment] = { value: variant };
    }
    return request;
}

// The variants that the store has, else those of the parameter; none if they cannot be read.
async function variantsNow() {
    const text = await variantsText();
    const valid = /^[a-z0-9-]{1,32}=\d{1,4}(,[a-z0-9-]{1,32}=\d{1,4})*$/.test(text.trim());
    const variants = valid ? text.trim().split(',').map((pair) => {
        const parts = pair.split('=');
        return { name: parts[0], weight: Number(parts[1]) };
    }) : [];
    return variants.some((variant) => variant.weight > 0) ? variants : [];
}

async function variantsText() {
    try {
        const isThere = await store.exists('variants');
        return isThere ? await store.get('variants') : defaultVariants;
    } catch (error) {
        return defaultVariants;
    }
}

// The one of the cookie, if there still is such a one. Else address and browser decide, so that the function of the
// other event, and one who keeps no cookies, come to the same. The empty text stands for none.
function variantOf(event, variants) {
    const cookie = event.request.cookies['ab-' + experiment];
    if (cookie && variants.some((variant) => variant.name === cookie.value)) {
        return cookie.value;
    }
    const userAgent = event.request.headers['user-agent'];
    const identity = [experiment, event.viewer.ip, userAgent ? userAgent.value : ''].join('\n');
    const digest = crypto.createHash('sha256').update(identity).digest('hex');
    const total = variants.reduce((sum, variant) => sum + variant.weight, 0);
    let place = parseInt(digest.slice(0, 8), 16) / 0x100000000 * total;
    const chosen = variants.find((variant) => {
        place -= variant.weight;
        return place < 0;
    });
    return chosen ? chosen.name : '';
}

// CloudFront refuses a URL of 8,192 characters, so one that would grow to it stays as it is.
function rewrite(request, uri) {
    if ((uri + queryOf(request)).length < 8192) {
        request.uri = uri;
    }
    return request;
}

// The query as the viewer wrote it; where CloudFront has only the parsed one, that one.
function queryOf(request) {
    let query = request.rawQueryString && request.rawQueryString() || request.querystring;
    if (typeof query !== 'string') {
        query = Object.keys(query).map((name) => {
            const values = query[name].multiValue || [query[name]];
            return values.map((item) => item.value ? name + '=' + item.value : name).join('&');
        }).join('&');
    }
    return query ? '?' + query : '';
}
