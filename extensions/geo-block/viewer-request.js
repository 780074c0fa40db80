// Refuses viewers by country, except under the paths that are open to everyone.

const parameter = (encoded) => Buffer.from(encoded, 'base64').toString();
const list = (encoded) => parameter(encoded).split(',').filter((item) => item !== '');

const countries = list('${Countries}');
const allowsListed = parameter('${Mode}') === 'allow';
const allowsUnknown = parameter('${UnknownCountry}') === 'allow';
const openPaths = list('${OpenPaths}');
const status = Number(parameter('${DeniedStatus}'));
const message = parameter('${Message}');

function handler(event) {
    const request = event.request;
    const isAllowed = isOpen(request.uri) || isAllowedCountry(request.headers['cloudfront-viewer-country']);
    return isAllowed ? request : denial();
}

function isAllowedCountry(header) {
    const country = header ? header.value.toUpperCase() : '';
    if (!/^[A-Z]{2}$/.test(country)) {
        return allowsUnknown;
    }
    return countries.indexOf(country) >= 0 === allowsListed;
}

// A path that an origin may read as another one, such as /open/../closed, is under no open path.
function isOpen(uri) {
    if (/\/\.{1,2}(\/|;|$)|\\|%(25|2e|2f|5c)/i.test(uri)) {
        return false;
    }
    return openPaths.some((path) => uri === path || uri.startsWith(path.endsWith('/') ? path : path + '/'));
}

function denial() {
    return {
        statusCode: status,
        headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: 'text/plain; charset=utf-8' } },
        body: message
    };
}
