// Sends a viewer to the path or the host of their country, once, with path and query.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();
const list = (encoded) => parameter(encoded).split(',').filter((item) => item !== '');

const targets = JSON.parse(parameter('${Targets}'));
const cookieName = parameter('${CountryCookie}');
const excludedPaths = list('${ExcludedPaths}');
const status = Number(parameter('${RedirectStatus}'));

const allTargets = Object.keys(targets).map((country) => targets[country]);

function handler(event) {
    const request = event.request;
    const target = targetFor(countryOf(request));
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    if (!target || !isPage || allTargets.some((any) => isAt(any, request)) || isUnderAny(excludedPaths, request.uri)) {
        return request;
    }
    return {
        statusCode: status,
        headers: {
            location: { value: target + request.uri + queryOf(request) },
            'cache-control': { value: 'no-store' }
        }
    };
}

// What the viewer chose goes before what CloudFront found.
function countryOf(request) {
    const chosen = request.cookies[cookieName];
    const found = request.headers['cloudfront-viewer-country'];
    return (chosen && chosen.value || found && found.value || '').toUpperCase();
}

function targetFor(country) {
    if (country === '') {
        return '';
    }
    return targets.hasOwnProperty(country) ? targets[country] : targets['*'];
}

// Whoever is at one country's site, whichever it is, stays there: no loop, and a link to another country works.
function isAt(target, request) {
    const parts = /^(?:https:\/\/([^\/]*))?(.*)$/.exec(target);
    const host = request.headers.host ? request.headers.host.value.toLowerCase() : '';
    return (!parts[1] || parts[1].toLowerCase() === host) && isUnder(parts[2], request.uri);
}

function isUnderAny(paths, uri) {
    return paths.some((path) => isUnder(path, uri));
}

function isUnder(path, uri) {
    return uri === path || uri.startsWith(path.endsWith('/') ? path : path + '/');
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
