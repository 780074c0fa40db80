// Puts the path of the viewer's kind of device before the URI, once: by a rewrite or by a redirect.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();

// The first header that says true decides: CloudFront calls some tablets mobile as well.
const devices = [
    { name: 'tablet', header: 'cloudfront-is-tablet-viewer', prefix: parameter('${TabletPrefix}') },
    { name: 'smarttv', header: 'cloudfront-is-smarttv-viewer', prefix: parameter('${SmartTvPrefix}') },
    { name: 'mobile', header: 'cloudfront-is-mobile-viewer', prefix: parameter('${MobilePrefix}') },
    { name: 'desktop', header: 'cloudfront-is-desktop-viewer', prefix: parameter('${DesktopPrefix}') }
];
const cookieName = parameter('${DeviceCookie}');
const excludedPaths = parameter('${ExcludedPaths}').split(',').filter((path) => path !== '');
const redirects = parameter('${Mode}') === 'redirect';

const settledPaths = devices.map((device) => device.prefix).filter((prefix) => prefix !== '').concat(excludedPaths);

function handler(event) {
    const request = event.request;
    const device = deviceOf(request);
    if (!device || !device.prefix || settledPaths.some((path) => isUnder(path, request.uri))) {
        return request;
    }
    const uri = device.prefix + request.uri;
    const location = uri + queryOf(request);
    if (!redirects) {
        // CloudFront refuses a URL of 8,192 characters, so one that would grow to it stays as it is.
        request.uri = location.length < 8192 ? uri : request.uri;
        return request;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return request;
    }
    return {
        statusCode: 302,
        headers: {
            location: { value: location },
            'cache-control': { value: 'no-store' }
        }
    };
}

// What the viewer chose goes before what CloudFront found.
function deviceOf(request) {
    const chosen = request.cookies[cookieName];
    return chosen && devices.find((device) => device.name === chosen.value) || devices.find((device) => {
        const header = request.headers[device.header];
        return header && header.value === 'true';
    });
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
