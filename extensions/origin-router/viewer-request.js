import cf from 'cloudfront';

// Sends a request to the origin that the store has for its host, the first segment of its path, or its tenant. A header
// says which route it is, so that each has its own cache.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

const store = cf.kvs();
const routeBy = parameter('${RouteBy}');
const tenantHeader = parameter('${TenantHeader}').toLowerCase();
const refusesUnrouted = parameter('${Unrouted}') === '404';
const routeHeader = parameter('${RouteHeader}').toLowerCase();
const strippedHeaders = parameter('${StrippedHeaders}').toLowerCase().split(',').concat(routeHeader);

async function handler(event) {
    const request = event.request;
    const names = namesFor(request);
    strippedHeaders.forEach((name) => {
        delete request.headers[name];
    });
    for (let i = 0; i < names.length; i++) {
        const name = routeBy + ':' + names[i];
        const route = await routeNamed(name);
        if (route) {
            request.headers[routeHeader] = { value: name };
            follow(route);
            return request;
        }
    }
    return refusesUnrouted ? { statusCode: 404, headers: { 'cache-control': { value: 'no-store' } } } : request;
}

// What the store is asked for. A name that no key can have is not asked for.
function namesFor(request) {
    if (routeBy === 'path') {
        return [request.uri.split('/')[1]].filter((name) => /^[\w.~%-]{1,128}$/.test(name));
    }
    if (routeBy === 'tenant') {
        const tenant = take(request.headers, tenantHeader);
        return /^[\w.-]{1,128}$/.test(tenant) ? [tenant] : [];
    }
    const host = request.headers.host ? request.headers.host.value.toLowerCase().replace(/:\d*$/, '') : '';
    return isHost(host) ? [host, host.replace(/^[^.]*/, '*')] : [];
}

// A header that is there twice is none.
function take(headers, name) {
    const header = headers[name];
    delete headers[name];
    return header && !(header.multiValue && header.multiValue.length > 1) ? header.value : '';
}

// A route that is missing or cannot be followed is none.
async function routeNamed(name) {
    try {
        const text = await store.get(name);
        const route = JSON.parse(text);
        return canFollow(route) ? route : null;
    } catch (error) {
        return null;
    }
}

function canFollow(route) {
    if (typeof route.originId === 'string') {
        return /^[\w.-]{1,128}$/.test(route.originId);
    }
    return isHost(route.domainName) &&
        (route.hostHeader === undefined || isHost(route.hostHeader)) &&
        (route.originPath === undefined || isFolder(route.originPath));
}

function isFolder(path) {
    return typeof path === 'string' && path.length <= 255 && /^(\/[\w.~%-]+)+$/.test(path);
}

function isHost(name) {
    return typeof name === 'string' && name.length <= 253 && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name);
}

function follow(route) {
    if (route.originId) {
        cf.selectRequestOriginById(route.originId);
        return;
    }
    const origin = {};
    ['domainName', 'hostHeader', 'originPath'].forEach((field) => {
        if (route[field] !== undefined) {
            origin[field] = route[field];
        }
    });
    cf.updateRequestOrigin(origin);
}
